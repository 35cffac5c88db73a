import { setTimeout } from 'node:timers/promises'
import { Conflict, messageOf, OptionError, VendorError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import type { Record } from '../model/record.ts'
import { minute, second } from '../model/time.ts'
import type { Events } from '../ports/events.ts'
import type { PullResult, PullWish } from '../ports/plugin.ts'
import type { Page, SourcePort } from '../ports/source.ts'
import type { Store, Tx } from '../ports/store.ts'
import { cursorOf, dropCursor, moveCursor } from '../store/cursors.ts'
import { dropLease, keepLease, takeLease, type Hold } from '../store/leases.ts'
import { countMissing } from './missing.ts'
import { storeRecords, storeUnreadable } from './records.ts'
import { lastRead, pageStored, pullFailed, pullStarted, pullSucceeded, type LastRead } from './source-state.ts'

/** What a crash while reading costs; renewed while it goes on. */
const leaseMs = 15 * second
/** Longer than this a pull does not wait for a vendor that is busy: the next one goes on. */
const longestWaitMs = minute
/** How often in a row, without a page in between. */
const maxWaits = 5
/** A webhook about a change this young may still be on its way. */
const webhookGraceMs = minute

/** What a pull needs. */
export interface PullSettings extends PullWish {
  store: Store
  events: Events
  name: string
  source: SourcePort
  now(): Date
  signal: AbortSignal
}

/** A pull under way. */
interface Reading {
  hold: Hold
  /** Aborted when the hub stops, or when the lease was lost. */
  signal: AbortSignal
  startedAt: Date
  from: string
  /** Changes before this were read by the last pull; null: this is the first, or all is read again. */
  since: Date | null
  result: PullResult
  unannounced: number
}

/**
 * Reads everything that changed in a source, page by page: each page, its cursor and the word that records changed commit together,
 * so a killed pull goes on at the page, and so does one whose vendor asked it to wait a little. Only one instance reads a source at a time.
 * @throws Conflict when another instance reads this source now; VendorError when the vendor cannot be read (what was read stays);
 * OptionError for a time to read from that the source cannot begin at
 */
export async function pull(settings: PullSettings): Promise<PullResult> {
  const { store, name, now, source, from } = settings
  if (from instanceof Date && !source.cursorAt)
    throw new OptionError([{ path: name, message: 'cannot be read from a given time: read on, or everything' }])
  const hold = await takeLease(store, { name: `pull:${name}`, holder: newId(), now: now(), ms: leaseMs })
  if (!hold) throw new Conflict(`${name} is being read by another instance`)
  const lost = new AbortController()
  const renewing = setInterval(() => void renew(settings, hold, lost), leaseMs / 3)
  try {
    const reading = await begin(settings, hold, AbortSignal.any([settings.signal, lost.signal]))
    return await readAll(settings, reading)
  } finally {
    clearInterval(renewing)
    await dropLease(store, hold, now())
  }
}

async function renew({ store, name, now }: PullSettings, hold: Hold, lost: AbortController): Promise<void> {
  const isKept = await store.transact(tx => keepLease(tx, hold, now(), leaseMs)).catch(() => true)
  if (!isKept) lost.abort(new Conflict(`${name} was taken over by another instance`))
}

/** Sets the cursor where the read is to begin. One that was to read all and did not come to its end goes on with that. */
async function begin(
  { store, name, source, now, from }: PullSettings,
  hold: Hold,
  signal: AbortSignal,
): Promise<Reading> {
  const startedAt = now()
  return store.transact(async tx => {
    const last = await lastRead(tx, name)
    if (from === 'full') await dropCursor(tx, name)
    else if (from) await moveCursor(tx, name, source.cursorAt?.(from) ?? '', startedAt)
    const told = toldOf(from, last)
    await pullStarted(tx, name, told, startedAt)
    const since = told === 'on' ? last.completeTo : null
    const result = { pages: 0, rows: 0, changed: 0, unreadable: 0 }
    return { hold, signal, startedAt, from: told, since, result, unannounced: 0 }
  })
}

/** What is read, in the words of the source's state. */
function toldOf(from: PullSettings['from'], last: LastRead): string {
  if (from instanceof Date) return from.toISOString()
  return from ?? (last.isUnfinished && last.from === 'full' ? 'full' : 'on')
}

async function readAll(settings: PullSettings, reading: Reading): Promise<PullResult> {
  const { store, name, now } = settings
  const { result, startedAt, signal } = reading
  try {
    for (let waits = 0; ;) {
      const pages = result.pages
      const asked = await readOn(settings, reading)
      if (!asked) break
      waits = result.pages > pages ? 1 : waits + 1
      if (waits > maxWaits) throw asked.error
      await setTimeout(asked.waitMs, undefined, { signal })
    }
    const { unannounced } = reading
    await store.transact(tx => pullSucceeded(tx, name, { startedAt, now: now(), unannounced }))
    return result
  } catch (error) {
    await store.transact(tx => pullFailed(tx, name, messageOf(error), now())).catch(() => undefined)
    throw error
  }
}

/** Reads on from the stored cursor. @returns how long the vendor asked us to wait before going on; null at the end */
async function readOn(
  settings: PullSettings,
  reading: Reading,
): Promise<{ waitMs: number; error: VendorError } | null> {
  const { store, name, source, progress } = settings
  const { result } = reading
  try {
    for await (const page of source.changes(await store.read(tx => cursorOf(tx, name)))) {
      reading.signal.throwIfAborted()
      const stored = await store.transact(tx => keepPage(tx, settings, page, reading))
      result.changed += stored.changed
      result.pages += 1
      result.rows += page.records.length + page.unreadable.length
      result.unreadable += page.unreadable.length
      reading.unannounced += stored.unannounced
      progress?.({ rows: result.rows, total: page.total ?? null })
    }
    return null
  } catch (error) {
    const waitMs = error instanceof VendorError && error.retryable ? error.retryAfterMs : undefined
    if (waitMs === undefined || waitMs > longestWaitMs) throw error
    return { waitMs, error: error as VendorError }
  }
}

async function keepPage(
  tx: Tx,
  { events, name, now, source }: PullSettings,
  page: Page,
  reading: Reading,
): Promise<{ changed: number; unannounced: number }> {
  const { hold, startedAt: begunAt, from } = reading
  if (!(await keepLease(tx, hold, now(), leaseMs))) throw new Conflict(`${name} was taken over by another instance`)
  const storing = { source: name, now: now(), isAgain: from === 'full' }
  const stored = await storeRecords(tx, storing, page.records)
  await storeUnreadable(tx, name, page.unreadable, now())
  const gone = page.whole ? await countMissing(tx, { source: name, whole: page.whole, begunAt, now: now() }) : []
  await moveCursor(tx, name, page.cursor, now())
  const changed = stored.length + gone.length
  const unannounced = source.webhook ? untold(page.records, new Set(stored), reading, now()) : 0
  const rows = page.records.length + page.unreadable.length
  const newestAt = page.records.reduce<Date | null>((last, { updatedAt }) => later(last, updatedAt), null)
  const counts = { rows, changed, unreadable: page.unreadable.length, unannounced }
  await pageStored(tx, name, { ...counts, newestAt, total: page.total ?? null })
  if (changed > 0) await events.publish(tx, 'records.changed', { source: name, count: changed })
  return { changed, unannounced }
}

function later(one: Date | null, other: Date): Date {
  return one && one > other ? one : other
}

/** How many changes since the last read reached us by reading, although a webhook should have told them by now. */
function untold(records: Record[], stored: ReadonlySet<string>, { since }: Reading, now: Date): number {
  if (!since) return 0
  const isDue = ({ updatedAt, isObserved }: Record): boolean =>
    updatedAt >= since && (isObserved === true || now.getTime() - updatedAt.getTime() > webhookGraceMs)
  return records.filter(record => stored.has(record.externalId) && isDue(record)).length
}
