import { DateTime } from 'luxon'

/** When nobody is written to unasked, by the clock on the wall. */
export interface QuietHours {
  /** Such as 21:00. */
  from: string
  /** Such as 08:00, on the same day or the next. */
  to: string
  timeZone: string
}

/** Until when it is quiet, at this moment; null when it is not. Hours that the clocks skip end when they are over. Pure. */
export function quietUntil(quiet: QuietHours | null, at: Date): Date | null {
  if (!quiet || quiet.from === quiet.to) return null
  const now = DateTime.fromJSDate(at, { zone: quiet.timeZone })
  // A night that began yesterday, or one of today.
  for (const day of [now.minus({ days: 1 }), now]) {
    const begin = clock(day, quiet.from)
    const end = quiet.to > quiet.from ? clock(day, quiet.to) : clock(day.plus({ days: 1 }), quiet.to)
    if (begin <= now && now < end) return end.toJSDate()
  }
  return null
}

function clock(day: DateTime, time: string): DateTime {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return day.set({ hour, minute, second: 0, millisecond: 0 })
}
