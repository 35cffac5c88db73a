import type { Vault } from '@switchboard/core'

/** A vault that lasts as long as the process: what is renewed in it is lost with it. */
export function memoryVault(): Vault {
  const kept = new Map<string, Promise<unknown>>()
  return {
    async renewed(key, { shape, isGood, make }) {
      const known = shape.safeParse(await kept.get(key)?.catch(() => undefined))
      if (known.success && isGood(known.data)) return known.data
      const making = make(known.success ? known.data : null)
      kept.set(key, making)
      return shape.parse(await making)
    },
  }
}
