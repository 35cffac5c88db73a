import { hour } from '../model/time.ts'
import type { HttpAnswer } from '../ports/kit.ts'

/**
 * How long a vendor asks us to wait (RFC 9110, 10.2.3): seconds, also with decimals, or an HTTP date.
 * A date is measured against the vendor's own clock where the answer tells it. At most an hour.
 * @returns milliseconds; undefined when the vendor does not say
 */
export function retryAfterMs({ headers }: HttpAnswer, now: Date): number | undefined {
  const text = headers['retry-after']?.trim()
  if (!text) return undefined
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : dateOf(text) - clockOf(headers['date'], now)
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(Math.ceil(ms), 0), hour)
}

/** Every form of an HTTP date begins with a weekday; without one, `Date.parse` sees dates in nearly anything. */
function dateOf(text: string): number {
  return /^[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN
}

function clockOf(date: string | undefined, now: Date): number {
  const theirs = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(theirs) ? now.getTime() : theirs
}
