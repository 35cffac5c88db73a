import { z } from 'zod'
import { day } from '../model/time.ts'

/** One read of a collection, as far as it has come. Times are ISO texts, which sort as they are. */
export interface Scan {
  /** Everything that changed before this was known when the read began; null: nothing was. */
  known: string | null
  /** What `updated_since` is in each of its requests; null asks for everything. */
  from: string | null
  /** The vendor's cursor of the page to come; null for the first. */
  next: string | null
  /** The change of the last row it read; null before there was one. */
  last: string | null
  /** When it began, by our clock. */
  beganAt: string
}

const scanShape = z.object({
  known: z.string().nullable(),
  from: z.string().nullable(),
  next: z.string().nullable(),
  last: z.string().nullable(),
  beganAt: z.string(),
}) satisfies z.ZodType<Scan>

/** Before any row: where a read goes on that found nothing readable. */
const beginning = new Date(0).toISOString()

/**
 * Vendors forget their tombstones after 30 days at the earliest, and refuse to tell what changed since before that. A source where
 * nothing happens for so long must not be read anew each time, so no finished read goes on from further back than this.
 */
const quietMs = 7 * day

/** The read a durable cursor stands for: the page to go on at, or a new read of what changed since. What is no cursor of ours begins at the beginning. */
export function scanOf(cursor: string | null, now: Date): Scan {
  const scan = scanShape.safeParse(jsonOf(cursor))
  if (scan.success) return scan.data
  const since = z.iso.datetime({ offset: true }).safeParse(cursor).data ?? null
  return { known: since, from: since, next: null, last: since, beganAt: now.toISOString() }
}

/** The durable cursor in the middle of a read: a killed one goes on at this page. */
export function cursorIn(scan: Scan): string {
  return JSON.stringify(scan)
}

/**
 * The durable cursor after a read: the last change seen, or the time it began where that was earlier (a vendor's clock may be ahead),
 * less the overlap. It never goes back.
 */
export function cursorAfter({ known, last, beganAt }: Scan, overlapMs: number): string {
  if (last === null) return known ?? beginning
  const began = new Date(beganAt).getTime()
  const seen = Math.min(new Date(last).getTime(), began)
  const since = Math.max(seen - overlapMs, began - quietMs)
  return known !== null && new Date(known).getTime() > since ? known : new Date(since).toISOString()
}

/** The scan with one page more behind it. @param times when its rows changed, as the vendor listed them */
export function passed(scan: Scan, times: readonly Date[], next: string | null): Scan {
  return { ...scan, next, last: isInOrder(scan, times) ? (times.at(-1)?.toISOString() ?? scan.last) : scan.last }
}

/** Whether rows came oldest change first, as the contract has it. */
export function isInOrder({ last }: Scan, times: readonly Date[]): boolean {
  let latest = last === null ? Number.NEGATIVE_INFINITY : new Date(last).getTime()
  for (const time of times) {
    if (time.getTime() < latest) return false
    latest = time.getTime()
  }
  return true
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return null
  }
}
