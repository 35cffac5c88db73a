import { VendorError } from '@switchboard/core'
import { keyOf, rowOf, type Listing } from './account.ts'

/** A page by the vendor's count: pages from 1, each of `size` rows. */
export interface Place {
  page: number
  size: number
}

/** A page as it was answered. */
export interface Answered extends Place {
  rows: unknown[]
  /** How many rows the whole list has now. */
  total: number
  askedAt: Date
}

type Ask = (place: Place) => Promise<Answered>

/** A list that keeps moving is read so often before it is left for later. */
const passes = 4
/** How often one pass goes back because a page did not join the one before. */
const stepsBack = 10

/**
 * Reads a list by pages although rows come and go meanwhile, which moves all those behind them. Three things are checked:
 * - each page begins with a row already seen, so that a row that moved up over the seam is not passed over; else it goes back a bit;
 * - the list is as long at each page as it was at the first;
 * - as many different rows were seen as the list is long.
 * Where one of the last two does not hold at the end, the list is read again. Rows are handed on as they come, also those of a pass
 * that does not count in the end: they are true, only not known to be all.
 * @throws VendorError, retryable, when the list moved during every pass
 */
export async function* listPages(ask: Ask, max: number): AsyncGenerator<Listing> {
  for (let pass = 1; pass <= passes; pass++) if (yield* onePass(ask, max)) return
  throw moved(`${passes} times over`)
}

/** @returns whether all of the list was seen */
async function* onePass(ask: Ask, max: number): AsyncGenerator<Listing, boolean> {
  const seen = new Set<string>()
  const ids = new Set<string>()
  const totals = new Set<number>()
  /** The page size of a vendor that does not take ours: its pages cannot overlap. */
  let fixed: number | null = null
  for (let end = 0, back = 0; back <= stepsBack;) {
    const place = placeAt(end, fixed, max)
    const { total, askedAt, ...answered } = await ask(place)
    if (answered.size !== place.size) fixed = answered.size
    totals.add(total)
    const rows = answered.rows.map(rowOf)
    const start = (answered.page - 1) * answered.size
    const reach = start + rows.length
    const joins = fixed === null ? start === 0 || isSeen(seen, rows[0]) : start <= end
    if (joins) {
      note({ seen, ids }, rows)
      const whole = wholeOf({ seen, ids, totals }, total, reach)
      yield { rows, askedAt, total, whole }
      if (reach >= total) return whole !== null
    }
    const isFurther = joins && reach > end
    back += Number(!isFurther)
    end = isFurther ? reach : Math.max(0, Math.min(start, end) - Math.ceil(max / 2))
  }
  throw moved('too much to follow')
}

/** Where the next page is asked for: overlapping the last one, where the vendor takes our sizes. */
function placeAt(end: number, fixed: number | null, max: number): Place {
  return fixed === null ? pageOver(end, max) : { page: Math.floor(end / fixed) + 1, size: fixed }
}

interface Pass {
  seen: ReadonlySet<string>
  ids: ReadonlySet<string>
  totals: ReadonlySet<number>
}

/** All ids of the list, when its end was reached, every row was seen, and it never changed its length. */
function wholeOf({ seen, ids, totals }: Pass, total: number, reach: number): string[] | null {
  return reach >= total && totals.size === 1 && seen.size === total ? [...ids] : null
}

type Row = ReturnType<typeof rowOf>

function isSeen(seen: ReadonlySet<string>, row: Row | undefined): boolean {
  return row !== undefined && seen.has(keyOf(row))
}

function note({ seen, ids }: { seen: Set<string>; ids: Set<string> }, rows: readonly Row[]): void {
  for (const row of rows) {
    seen.add(keyOf(row))
    if (row.id !== null) ids.add(row.id)
  }
}

function moved(how: string): VendorError {
  return new VendorError(`the bookings moved while they were read, ${how}`, { retryable: true })
}

/**
 * The page, of at most `max` rows, that begins before row `end` and reaches furthest. The vendor counts pages from the beginning of the
 * list, so a page of one size cannot overlap the one before by a row; but one of a slightly smaller size can. That takes some
 * requests more than pages side by side: 14 instead of 12 for 1,200 rows.
 */
export function pageOver(end: number, max: number): Place {
  if (end === 0) return { page: 1, size: max }
  let best = { page: 1, size: 0 }
  for (let size = max; size > max / 2; size--) {
    const page = Math.floor((end - 1) / size) + 1
    if (page * size > best.page * best.size) best = { page, size }
  }
  return best
}
