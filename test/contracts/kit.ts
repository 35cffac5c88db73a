import { httpClient } from '@switchboard/core/http'
import type { AdapterKit, Log } from '@switchboard/core'

/** A kit for one adapter under test, with what it logged. */
export interface TestKit extends AdapterKit {
  lines: { level: string; facts: object; phrase: string }[]
}

/** A kit with the hub's own HTTP client, a clock of the test's choosing, and a log that is kept. */
export function testKit(name: string, now: () => Date, publicUrl = 'http://127.0.0.1'): TestKit {
  const lines: TestKit['lines'] = []
  const log = logInto(lines)
  const { signal } = new AbortController()
  return { name, publicUrl, databaseUrl: '', now, signal, log, http: httpClient({ name, log, now, signal }), lines }
}

function logInto(lines: TestKit['lines']): Log {
  const at = (level: string) => (facts: object, phrase: string) => void lines.push({ level, facts, phrase })
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => log }
  return log
}
