import { setTimeout } from 'node:timers/promises'
import { Conflict, VendorError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { minute } from '../model/time.ts'
import type { Events } from '../ports/events.ts'
import type { PullResult } from '../ports/plugin.ts'
import type { Page, SourcePort } from '../ports/source.ts'
import type { Store, Tx } from '../ports/store.ts'
import { cursorOf, moveCursor } from '../store/cursors.ts'
import { dropLease, keepLease, takeLease, type Hold } from '../store/leases.ts'
import { storeRecords, storeUnreadable } from './records.ts'

/** Longer than one page takes to come. */
const leaseMs = 2 * minute
/** Longer than this a pull does not wait for a vendor that is busy: the next one goes on. */
const longestWaitMs = minute
/** How often in a row, without a page in between. */
const maxWaits = 5

/** What a pull needs. */
export interface PullSettings {
  store: Store
  events: Events
  name: string
  source: SourcePort
  now(): Date
  signal: AbortSignal
  /** Told the number of rows read so far, after each page. */
  progress?: ((rows: number) => void) | undefined
}

/**
 * Reads everything that changed in a source, page by page: each page, its cursor and the word that records changed commit together,
 * so a killed pull goes on at the page, and so does one whose vendor asked it to wait a little. Only one instance reads a source at a time.
 * @throws Conflict when another instance reads this source now; VendorError when the vendor cannot be read (what was read stays)
 */
export async function pull(settings: PullSettings): Promise<PullResult> {
  const { store, name, now, signal } = settings
  const hold = await takeLease(store, { name: `pull:${name}`, holder: newId(), now: now(), ms: leaseMs })
  if (!hold) throw new Conflict(`${name} is being read by another instance`)
  const result: PullResult = { pages: 0, rows: 0, changed: 0, unreadable: 0 }
  try {
    for (let waits = 0; ;) {
      const pages = result.pages
      const asked = await readOn(settings, hold, result)
      if (!asked) break
      waits = result.pages > pages ? 1 : waits + 1
      if (waits > maxWaits) throw asked.error
      await setTimeout(asked.waitMs, undefined, { signal })
    }
  } finally {
    await dropLease(store, hold, now())
  }
  return result
}

/** Reads on from the stored cursor. @returns how long the vendor asked us to wait before going on; null at the end */
async function readOn(
  settings: PullSettings,
  hold: Hold,
  result: PullResult,
): Promise<{ waitMs: number; error: VendorError } | null> {
  const { store, name, source, signal, progress } = settings
  try {
    for await (const page of source.changes(await store.read(tx => cursorOf(tx, name)))) {
      signal.throwIfAborted()
      result.changed += await store.transact(tx => keepPage(tx, settings, page, hold))
      result.pages += 1
      result.rows += page.records.length + page.unreadable.length
      result.unreadable += page.unreadable.length
      progress?.(result.rows)
    }
    return null
  } catch (error) {
    const waitMs = error instanceof VendorError && error.retryable ? error.retryAfterMs : undefined
    if (waitMs === undefined || waitMs > longestWaitMs) throw error
    return { waitMs, error: error as VendorError }
  }
}

async function keepPage(tx: Tx, { events, name, now }: PullSettings, page: Page, hold: Hold): Promise<number> {
  if (!(await keepLease(tx, hold, now(), leaseMs))) throw new Conflict(`${name} was taken over by another instance`)
  const changed = await storeRecords(tx, name, page.records, now())
  await storeUnreadable(tx, name, page.unreadable, now())
  await moveCursor(tx, name, page.cursor, now())
  if (changed > 0) await events.publish(tx, 'records.changed', { source: name, count: changed })
  return changed
}
