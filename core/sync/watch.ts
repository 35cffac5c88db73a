import { messageOf } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { hour, minute, second } from '../model/time.ts'
import type { Events } from '../ports/events.ts'
import type { Log } from '../ports/kit.ts'
import type { Finding, SourcePort } from '../ports/source.ts'
import type { Store, Tx } from '../ports/store.ts'
import { clearAlert, raiseAlert } from '../store/alerts.ts'
import { dropLease, takeLease } from '../store/leases.ts'
import { clockSeen, isSilent } from './source-state.ts'

/** How often every source is looked at. */
const everyMs = hour
/** The first look, once the hub has settled. */
const firstAfterMs = 20 * second
/** A look at one source takes less than this. */
const leaseMs = 2 * minute
/** Signatures are only good for five minutes: above this, somebody should set a clock. */
const skewWorthSayingMs = minute

/** What watching sources takes. */
export interface WatchSettings {
  store: Store
  events: Events
  log: Log
  now(): Date
  sources: ReadonlyMap<string, SourcePort>
}

/**
 * Looks at one source as a whole: whether the vendor still sends us its webhooks (and mends that), how far its clock is from ours, and
 * whether its webhooks have fallen silent. What is wrong becomes an alert, and is over when a later look no longer finds it.
 */
export async function lookAt(settings: WatchSettings, name: string, source: SourcePort): Promise<void> {
  const { store, now } = settings
  const hold = await takeLease(store, { name: `look:${name}`, holder: newId(), now: now(), ms: leaseMs })
  if (!hold) return
  try {
    const { skewMs } = (await source.health?.()) ?? { skewMs: null }
    const findings = await source.check?.()
    await store.transact(async tx => {
      await clockSeen(tx, name, skewMs === null ? null : Math.round(skewMs), now())
      await tell(tx, settings, name, [...(findings ?? []), ...clockFinding(skewMs), ...(await silence(tx, name))])
    })
  } finally {
    await dropLease(store, hold, now())
  }
}

/** Alerts that a look may raise, and so may end. Others, such as notices in deliveries, are for people to end. */
const prefix = 'look:'

async function tell(tx: Tx, settings: WatchSettings, part: string, findings: Finding[]): Promise<void> {
  const { log } = settings
  for (const { key, message, isMended } of findings) {
    const isNew = await raiseAlert(tx, { part, key: prefix + key, message }, settings)
    if (isNew) log[isMended ? 'warn' : 'error']({ source: part, key, message }, 'source is not as it should be')
  }
  const standing = await tx.sql<{ key: string }>`
    select key from alert where part = ${part} and cleared_at is null and starts_with(key, ${prefix})`
  const still = new Set(findings.filter(({ isMended }) => !isMended).map(({ key }) => prefix + key))
  for (const { key } of standing) if (!still.has(key)) await clearAlert(tx, { part, key }, settings)
}

function clockFinding(skewMs: number | null): Finding[] {
  if (skewMs === null || Math.abs(skewMs) <= skewWorthSayingMs) return []
  const [seconds, way] = [Math.round(Math.abs(skewMs) / second), skewMs > 0 ? 'ahead of' : 'behind']
  const message = `the vendor's clock is ${seconds} s ${way} ours: set the one that is wrong, or signed webhooks will be refused`
  return [{ key: 'clock', message, isMended: false }]
}

async function silence(tx: Tx, name: string): Promise<Finding[]> {
  if (!(await isSilent(tx, name))) return []
  const message =
    'reading finds changes that no webhook told of: check at the vendor that its webhooks are on and lead to PUBLIC_URL'
  return [{ key: 'silent', message, isMended: false }]
}

/** Looks at every source soon, and then every hour. @returns a function that ends it */
export function watchSources(settings: WatchSettings): () => void {
  const round = async (): Promise<void> => {
    for (const [name, source] of settings.sources) {
      await lookAt(settings, name, source).catch((error: unknown) =>
        settings.log.warn({ source: name, error: messageOf(error) }, 'source could not be looked at'),
      )
    }
  }
  const first = setTimeout(() => void round(), firstAfterMs)
  const timer = setInterval(() => void round(), everyMs)
  return () => {
    clearTimeout(first)
    clearInterval(timer)
  }
}
