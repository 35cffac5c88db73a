import { httpClient } from '@switchboard/core/http'
import type { AdapterKit, HttpLimits, Log, Vault } from '@switchboard/core'

/** A kit for one adapter under test, with what it logged. */
export interface TestKit extends AdapterKit {
  lines: { level: string; facts: object; phrase: string }[]
}

/** What a kit under test is made with. */
export interface TestKitSettings {
  publicUrl?: string
  /** Whom the adapter may ask, as `http` of its definition says. Default: anybody. */
  limits?: HttpLimits
}

/** A kit with the hub's own HTTP client, a clock of the test's choosing, a log that is kept, and a vault in memory. */
export function testKit(name: string, now: () => Date, { publicUrl, limits }: TestKitSettings = {}): TestKit {
  const lines: TestKit['lines'] = []
  const log = logInto(lines)
  const { signal } = new AbortController()
  const { hosts, ...rate } = limits ?? {}
  return {
    ...{ name, publicUrl: publicUrl ?? 'http://127.0.0.1', databaseUrl: '', now, signal, log, lines },
    http: httpClient({ name, log, now, signal, rate, ...(hosts ? { allow: hosts } : {}) }),
    vault: memoryVault(),
  }
}

/** Keeps values as long as the kit lives. */
function memoryVault(): Vault {
  const values = new Map<string, unknown>()
  const underWay = new Map<string, Promise<unknown>>()
  return {
    renewed: async (key, { shape, isGood, make }) => {
      const kept = shape.safeParse(values.get(key))
      if (kept.success && isGood(kept.data)) return kept.data
      const making =
        underWay.get(key) ??
        make(kept.success ? kept.data : null)
          .then(value => void values.set(key, value))
          .finally(() => underWay.delete(key))
      underWay.set(key, making)
      await making
      return shape.parse(values.get(key))
    },
  }
}

function logInto(lines: TestKit['lines']): Log {
  const at = (level: string) => (facts: object, phrase: string) => void lines.push({ level, facts, phrase })
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => log }
  return log
}
