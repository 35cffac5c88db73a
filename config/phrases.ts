import { isTimeZone, type CallerBooking, type CallerOrder } from '@switchboard/core'

/** English as Australia writes it: dates and money on the card follow it. */
const locale = 'en-AU'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** From which length of time on which unit is used. */
const units = [
  { from: 731 * day, unit: 'year', ms: 365.25 * day },
  { from: 61 * day, unit: 'month', ms: 30.44 * day },
  { from: 14 * day, unit: 'week', ms: 7 * day },
  { from: day, unit: 'day', ms: day },
  { from: hour, unit: 'hour', ms: hour },
  { from: minute, unit: 'minute', ms: minute },
] as const

/** A time as seen from now: "3 weeks ago", "in 12 days", "just now"; the text itself when it is no time. */
export function relative(iso: string, now: Date): string {
  const ms = new Date(iso).getTime() - now.getTime()
  if (Number.isNaN(ms)) return iso
  const fitting = units.find(({ from }) => Math.abs(ms) >= from)
  if (!fitting) return 'just now'
  return new Intl.RelativeTimeFormat(locale).format(Math.trunc(ms / fitting.ms), fitting.unit)
}

/** An amount with its currency: "$398.00" at home, "USD 398.00" abroad; nothing when the vendor gives none. */
export function amount(total: CallerOrder['total']): string {
  if (!total) return ''
  return new Intl.NumberFormat(locale, { style: 'currency', currency: total.currency }).format(Number(total.amount))
}

/** When an appointment is, by the clock where it is: "Sat 14 Mar, 10:30 am AEST"; with the year when that is another one. */
export function when({ startsAt, timeZone }: Pick<CallerBooking, 'startsAt' | 'timeZone'>, now: Date): string {
  const at = new Date(startsAt)
  if (Number.isNaN(at.getTime())) return startsAt
  const isOtherYear = at.getUTCFullYear() !== now.getUTCFullYear()
  const format = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(isOtherYear ? { year: 'numeric' } : {}),
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    // Where the platform does not know the zone, the machine's own is used, and named beside the time.
    ...(timeZone !== null && isTimeZone(timeZone) ? { timeZone } : {}),
  })
  return format.format(at)
}

/** How sure we are, in words, from 0 to 1. */
export function certainty(confidence: number): string {
  const words = [
    [0.95, 'Almost certainly'],
    [0.8, 'Very likely'],
    [0.6, 'Probably'],
    [0.4, 'Perhaps'],
  ] as const
  const [, word] = words.find(([from]) => confidence >= from) ?? [0, 'A guess']
  return `${word} · ${Math.round(confidence * 100)} %`
}

/** How long something has lasted: "0:12", "1:02:03". */
export function lasted(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (count: number): string => String(count).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}
