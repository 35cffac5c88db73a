import { Conflict } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { second } from '../model/time.ts'
import type { MessagingPort } from '../ports/messaging.ts'
import type { FollowResult, FollowWish } from '../ports/plugin.ts'
import type { Store } from '../ports/store.ts'
import { cursorOf, dropCursor, moveCursor } from '../store/cursors.ts'
import { dropLease, keepLease, takeLease, type Hold } from '../store/leases.ts'
import { storeUnreadable } from './records.ts'

/** What a crash while reading costs; renewed by every page, and while a page is waited for. */
const leaseMs = 15 * second

/** What following a messenger takes. */
export interface FollowSettings {
  store: Store
  /** The messenger's entry. */
  name: string
  messenger: MessagingPort
  now(): Date
  signal: AbortSignal
}

/**
 * Reads on everything that a messenger has to tell, page by page: each page and its cursor commit together, so that a read that is cut
 * short goes on at its page. Only one instance reads a messenger at a time.
 * @throws Conflict when another instance reads it now; VendorError when the vendor cannot be read (what was read stays)
 */
export async function follow(settings: FollowSettings, { isFull = false, apply }: FollowWish): Promise<FollowResult> {
  const { store, name, messenger, now, signal } = settings
  const result: FollowResult = { pages: 0, events: 0, unreadable: 0 }
  if (!messenger.changes) return result
  const place = `messages:${name}`
  const hold = await takeLease(store, { name: place, holder: newId(), now: now(), ms: leaseMs })
  if (!hold) throw new Conflict(`${name} is being read by another instance`)
  const renewing = setInterval(() => void renew(settings, hold), leaseMs / 3)
  try {
    const cursor = await store.transact(async tx => {
      if (isFull) await dropCursor(tx, place)
      return cursorOf(tx, place)
    })
    for await (const page of messenger.changes(cursor)) {
      await store.transact(async tx => {
        if (!(await keepLease(tx, hold, now(), leaseMs)))
          throw new Conflict(`${name} was taken over by another instance`)
        await storeUnreadable(tx, place, page.unreadable, now())
        await apply(tx, page)
        await moveCursor(tx, place, page.cursor, now())
      })
      result.pages++
      result.events += page.events.length
      result.unreadable += page.unreadable.length
      if (signal.aborted) break
    }
    return result
  } finally {
    clearInterval(renewing)
    await dropLease(store, hold, now())
  }
}

/** A lease that passed to somebody else is noticed by the next page. */
async function renew({ store, now }: FollowSettings, hold: Hold): Promise<void> {
  await store.transact(tx => keepLease(tx, hold, now(), leaseMs)).catch(() => false)
}
