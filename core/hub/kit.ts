import { httpClient } from '../http/client.ts'
import type { Kit, Log } from '../ports/kit.ts'

/** What the kits of one hub share. */
export interface KitSettings {
  log: Log
  now(): Date
  signal: AbortSignal
  metrics?: Parameters<typeof httpClient>[0]['metrics']
}

/** The kit of one part: its log lines carry its name, its requests have a breaker and limits of their own. */
export function makeKit(name: string, { log, now, signal, metrics }: KitSettings): Kit {
  const own = log.child({ part: name })
  return { log: own, now, signal, http: httpClient({ name, log: own, now, metrics, signal }) }
}
