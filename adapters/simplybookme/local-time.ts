import { DateTime, IANAZone } from 'luxon'
import { day as dayMs, minute } from '@switchboard/core'

/** Whether there is such a zone, such as `Australia/Sydney`. */
export function isZone(name: string): boolean {
  return IANAZone.isValidZone(name)
}

const written = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?$/

/**
 * The moment of a time on the wall of the company, `2026-12-01 09:30:00`, which is how the vendor writes times: without a zone.
 * A time that happens twice, when clocks go back, is the first of the two. One that never happens, when clocks go forward, is as long
 * after the change as it says: half past two in the skipped hour is half past three.
 * @returns null for text that is no such time
 */
export function momentOf(text: string, zone: string): Date | null {
  const wall = written.test(text) ? DateTime.fromISO(text.replace(' ', 'T'), { zone: 'utc' }) : null
  if (!wall?.isValid) return null
  const wallMs = wall.toMillis()
  const offsetAt = (ms: number): number => IANAZone.create(zone).offset(ms) * minute
  // No zone is further than a day from UTC: the offset before and the one after any change near the time are these two.
  const [before, after] = [offsetAt(wallMs - dayMs), offsetAt(wallMs + dayMs)]
  const moments = [wallMs - before, wallMs - after].filter(ms => ms + offsetAt(ms) === wallMs)
  return new Date(moments.length > 0 ? Math.min(...moments) : wallMs - before)
}

/** A day of the company's calendar, `2026-12-01`: `days` from the day it is there at `now`. */
export function dayOf(now: Date, zone: string, days: number): string {
  return DateTime.fromJSDate(now, { zone }).plus({ days }).toISODate() ?? ''
}

/** `day` moved by so many days of the calendar. */
export function dayAfter(day: string, days: number): string {
  return DateTime.fromISO(day, { zone: 'utc' }).plus({ days }).toISODate() ?? ''
}

/** When a day of the company's calendar begins. */
export function midnight(day: string, zone: string): Date {
  return momentOf(`${day} 00:00:00`, zone) ?? new Date(Number.NaN)
}
