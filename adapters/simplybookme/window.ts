import { hour, z } from '@switchboard/core'
import type { Window } from './account.ts'
import { dayOf } from './local-time.ts'

/** How many days of the calendar are read, counted from today. */
export interface Span {
  daysBack: number
  daysAhead: number
}

/** A full window is read again after so long. */
const fullEveryMs = 24 * hour

/** What is read now, and the cursors of its pages and of its end. */
export interface Plan {
  window: Window
  /** Until the end: who stops before begins anew. */
  meanwhile: string
  /** Where all of the window was read. */
  done: string
}

/** What the hub keeps between reads: only when the last full window was begun that was read to its end. */
const cursorShape = z.object({ fullAt: z.iso.datetime().nullable() })

/**
 * The vendor cannot be asked for what changed, so each read is of a window: the full one once a day, and the small one in between.
 * A cursor that cannot be read is as none: everything is read.
 */
export function planOf(cursor: string | null, now: Date, spans: { zone: string; small: Span; full: Span }): Plan {
  const fullAt = fullAtOf(cursor)
  const isFull = fullAt === null || now.getTime() - new Date(fullAt).getTime() >= fullEveryMs
  const { daysBack, daysAhead } = isFull ? spans.full : spans.small
  return {
    window: {
      isFull,
      today: dayOf(now, spans.zone, 0),
      from: dayOf(now, spans.zone, -daysBack),
      to: dayOf(now, spans.zone, daysAhead + 1),
    },
    meanwhile: JSON.stringify({ fullAt }),
    done: JSON.stringify({ fullAt: isFull ? now.toISOString() : fullAt }),
  }
}

function fullAtOf(cursor: string | null): string | null {
  try {
    return cursorShape.safeParse(JSON.parse(cursor ?? 'null')).data?.fullAt ?? null
  } catch {
    return null
  }
}
