import { z } from '@switchboard/core'

/** What a shop has that names people. */
export const collectionNames = ['orders', 'customers'] as const

export type CollectionName = (typeof collectionNames)[number]

const when = z.iso.datetime({ offset: true })

const position = z.object({
  /** The change from which on the shop is asked, less the overlap; null: this collection was never read. */
  since: when.nullable(),
  /** The shop's own cursor within that question; null at its beginning. */
  after: z.string().nullable(),
  /** The last change seen. */
  last: when.nullable(),
  /** How many rows this question has given. */
  rows: z.int().min(0),
})

/** How far one collection was read. */
export type Position = z.output<typeof position>

const place = z.object({
  orders: position,
  customers: position,
  /** A bulk operation under way: what it reads, the shop's id of it, and how many bytes of its file were read. */
  bulk: z.object({ of: z.enum(collectionNames), id: z.string(), offset: z.int().min(0) }).nullable(),
  /** The listing of all ids: when the last one was done, and how far (by the time a row was made) one under way is. */
  listing: z.object({ doneAt: when.nullable(), from: when.nullable(), until: when.nullable() }).catch(() => unlisted),
})

/** How far a shop was read: the durable cursor, in words. */
export type Place = z.output<typeof place>

const unread: Position = { since: null, after: null, last: null, rows: 0 }
const unlisted = { doneAt: null, from: null, until: null }

/** The beginning of time, for a collection that is read by pages from its first row on. */
export const beginning = new Date(0).toISOString()

/** Where a collection is asked anew from a change on. */
export function positionAt(since: string): Position {
  return { ...unread, since, last: since }
}

/**
 * Reads a durable cursor. A bare time is one of orders alone, and customers were never read then. What cannot be read begins anew:
 * reading twice does no harm.
 */
export function placeOf(cursor: string | null): Place {
  const anew: Place = { orders: unread, customers: unread, bulk: null, listing: unlisted }
  if (cursor === null) return anew
  if (when.safeParse(cursor).success) return { ...anew, orders: positionAt(new Date(cursor).toISOString()) }
  return place.safeParse(parsed(cursor)).data ?? anew
}

/** The durable cursor of a place. */
export function cursorOf(known: Place): string {
  return JSON.stringify(known)
}

/** The cursor of a read that begins with what changed at `time`. */
export function cursorAt(time: Date): string {
  const at = positionAt(time.toISOString())
  return cursorOf({ ...placeOf(null), orders: at, customers: at })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
