import type { Evidence } from '@switchboard/core'

/**
 * What plugins add to how people are told apart, from the addresses of their modules, in that order.
 * @throws with the address when a module cannot be read or exports no `evidence`
 */
export async function loadEvidence(addresses: readonly string[]): Promise<Evidence[]> {
  return Promise.all(
    addresses.map(async address => {
      const { evidence } = (await import(address)) as { evidence?: Evidence }
      if (!evidence) throw new Error(`${address} exports no evidence`)
      return evidence
    }),
  )
}
