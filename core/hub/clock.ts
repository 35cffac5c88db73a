import { hostname } from 'node:os'
import type { Registry } from 'prom-client'
import { messageOf } from '../model/errors.ts'
import { minute, second } from '../model/time.ts'
import { gauge } from '../http/metrics.ts'
import type { Events } from '../ports/events.ts'
import type { Log } from '../ports/kit.ts'
import type { Store } from '../ports/store.ts'
import { clearAlert, raiseAlert } from '../store/alerts.ts'

/** What comparing clocks takes. */
export interface ClockNeeds {
  store: Store
  events: Events
  log: Log
  /** The machine's clock. */
  now(): Date
  registry: Registry
  /** Tells this hub's machine from those of other hubs. Default: its name. */
  machine?: string
}

/** As long as a lease of the queues: a hub whose clock is further ahead takes what others have in hand. */
const skewWorthSayingMs = 5 * second
const everyMs = minute

/**
 * Compares the machine's clock with the database's, which all hubs share. What is due, how long a lease holds and whether it is open is told by
 * the hub's own clock: one that is wrong reminds people at the wrong time. Which of the two is wrong cannot be known here, so nothing is
 * corrected: it is an alert until they agree.
 * @returns by how many milliseconds the hub's is ahead
 */
export async function compareClocks(needs: ClockNeeds): Promise<number> {
  const { store, events, log, now, registry, machine = hostname() } = needs
  const { aheadMs, withinMs } = await askedAt(store, now)
  clockGauge(registry).set(aheadMs / second)
  const isWrong = Math.abs(aheadMs) - withinMs > skewWorthSayingMs
  const which = { part: 'hub', key: `clock:${machine}` }
  await store.transact(async tx => {
    if (!isWrong) return void (await clearAlert(tx, which, { events, now }))
    const message = words(machine, aheadMs)
    if (await raiseAlert(tx, { ...which, message }, { events, now })) log.error({ machine, aheadMs }, 'clock is wrong')
  })
  return aheadMs
}

/** How far the clock is ahead, and within what: the answer tells a moment between asking and hearing it. */
async function askedAt(store: Store, now: () => Date): Promise<{ aheadMs: number; withinMs: number }> {
  const before = now().getTime()
  const [row] = await store.read(tx => tx.sql<{ at: Date }>`select clock_timestamp() as at`)
  const withinMs = (now().getTime() - before) / 2
  return { aheadMs: before + withinMs - (row?.at.getTime() ?? before + withinMs), withinMs: Math.abs(withinMs) }
}

function words(machine: string, aheadMs: number): string {
  const way = aheadMs > 0 ? 'ahead of' : 'behind'
  return (
    `the clock of ${machine} is ${Math.round(Math.abs(aheadMs) / second)} s ${way} the database's: set the one that is wrong (NTP). ` +
    'Until then reminders, schedules and opening hours are that much off, and hubs take over what others have in hand'
  )
}

function clockGauge(registry: Registry) {
  return gauge(registry, {
    name: 'switchboard_clock_ahead_seconds',
    help: "By how much this hub's clock is ahead of the database's, as it was seen last.",
  })
}

/** Compares clocks at once and every minute. @returns a function that ends it */
export function watchClock(needs: ClockNeeds): () => void {
  const look = (): void =>
    void compareClocks(needs).catch((error: unknown) =>
      needs.log.warn({ error: messageOf(error) }, 'clocks could not be compared'),
    )
  look()
  const timer = setInterval(look, everyMs)
  return () => clearInterval(timer)
}
