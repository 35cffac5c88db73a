import { VendorError, z, type Page, type Record, type Unreadable } from '@switchboard/core'
import type { Bookings, Listing, Row } from './account.ts'
import { toRecord } from './booking.ts'
import { midnight } from './local-time.ts'
import { planOf, type Span } from './window.ts'

/** How bookings are read. */
export interface ReadSettings {
  bookings: Bookings
  zone: string
  small: Span
  full: Span
  now(): Date
}

/**
 * Reads a window (see `planOf`), page by page. Within one read a row's hash is compared with the one it had when it was seen before, in
 * an overlap or an earlier pass: the same row is not handed on twice, one that changed in between is. Between reads nothing is compared
 * here: the hub does, and takes a row that is as it was for no change.
 */
export async function* changedBookings(settings: ReadSettings, cursor: string | null): AsyncGenerator<Page> {
  const { bookings, zone, now } = settings
  const { window, meanwhile, done } = planOf(cursor, now(), settings)
  const hashes = new Map<string, string>()
  for await (const listing of bookings.list(window)) {
    const { askedAt, total, whole } = listing
    const rows = listing.rows.filter(row => isNews(row, hashes))
    if (rows.length === 0 && !whole) continue
    yield {
      ...readRows(rows, askedAt, settings),
      cursor: whole ? done : meanwhile,
      ...(total !== null && { total }),
      ...(whole && { whole: { from: midnight(window.from, zone), to: midnight(window.to, zone), externalIds: whole } }),
    }
  }
}

function isNews({ id, hash }: Row, hashes: Map<string, string>): boolean {
  const isKnown = hashes.get(id ?? hash) === hash
  hashes.set(id ?? hash, hash)
  return !isKnown
}

function readRows(
  rows: Row[],
  askedAt: Listing['askedAt'],
  settings: ReadSettings,
): Pick<Page, 'records' | 'unreadable'> {
  const records: Record[] = []
  const unreadable: Unreadable[] = []
  for (const row of rows) {
    const read = readRow(row.raw, askedAt, settings)
    if ('error' in read) unreadable.push({ externalId: row.id, error: read.error, row: row.raw })
    else records.push(read)
  }
  return { records, unreadable }
}

function readRow(raw: unknown, askedAt: Date, { bookings, zone }: ReadSettings): Record | { error: string } {
  const read = bookings.shape.safeParse(raw)
  return read.success ? toRecord(read.data, zone, askedAt) : { error: z.prettifyError(read.error) }
}

/** One booking as it is now. @throws VendorError also when it cannot be understood */
export async function readBooking(settings: ReadSettings, externalId: string): Promise<Record | null> {
  const askedAt = settings.now()
  const raw = await settings.bookings.one(externalId)
  if (raw === null) return null
  const read = readRow(raw, askedAt, settings)
  if ('error' in read) throw new VendorError(`booking ${externalId} cannot be read: ${read.error}`)
  return read
}
