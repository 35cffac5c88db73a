import { httpClient } from '../http/client.ts'
import type { CachePort } from '../ports/cache.ts'
import type { HttpLimits, Kit, Log } from '../ports/kit.ts'

/** What the kits of one hub share. */
export interface KitSettings {
  log: Log
  now(): Date
  signal: AbortSignal
  metrics?: Parameters<typeof httpClient>[0]['metrics']
  /** Where all hubs count together what they send. */
  sharedCache?: () => CachePort | null
}

/** An adapter that names nobody may ask nobody. */
export const nobody: HttpLimits = { hosts: [] }

/**
 * The kit of one part: its log lines carry its name, its requests have a breaker and limits of their own.
 * `limits`: whom it may ask; a plugin has none.
 */
export function makeKit(
  name: string,
  { log, now, signal, metrics, sharedCache }: KitSettings,
  limits?: HttpLimits,
): Kit {
  const own = log.child({ part: name })
  const { hosts, breaker, ...rate } = limits ?? {}
  const counting = sharedCache && { sharedCache }
  const http = httpClient({
    name,
    log: own,
    now,
    metrics,
    signal,
    rate,
    ...counting,
    ...(hosts ? { allow: hosts } : {}),
    ...(breaker && { breaker }),
  })
  return { log: own, now, signal, http }
}
