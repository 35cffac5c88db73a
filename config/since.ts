import { day, hour, minute, OptionError, z } from '@switchboard/core'

const units: Readonly<Record<string, number>> = { minute, hour, day, week: 7 * day }
const span = /^(\d+(?:\.\d+)?)\s*(minute|hour|day|week)s?(?:\s+ago)?$/i
const date = /^(\d{4})-(\d\d)-(\d\d)$/
const moment = z.iso.datetime({ offset: true })

/**
 * The time somebody means: a date (midnight here), an RFC 3339 time, or how long ago, such as "3 days".
 * @param option which says it, for the error
 * @throws OptionError with examples, for anything else and for what is yet to come
 */
export function sinceOf(text: string, now: Date, option = '--since'): Date {
  const at = timeOf(text.trim(), now)
  const examples = 'say 2026-11-20, 2026-11-20T09:30:00+11:00, "3 days" or "12 hours"'
  if (!at) throw new OptionError([{ path: option, message: `"${text}" is no time: ${examples}` }])
  if (at > now) throw new OptionError([{ path: option, message: `"${text}" is yet to come: ${examples}` }])
  return at
}

function timeOf(text: string, now: Date): Date | null {
  const [, count, unit] = span.exec(text) ?? []
  if (count && unit) return new Date(now.getTime() - Number(count) * (units[unit.toLowerCase()] ?? 0))
  const [, year, month, inMonth] = date.exec(text) ?? []
  if (year) return midnight(Number(year), Number(month), Number(inMonth))
  return moment.safeParse(text).success ? new Date(text) : null
}

/** Null for a day the calendar does not have. */
function midnight(year: number, month: number, inMonth: number): Date | null {
  const at = new Date(year, month - 1, inMonth)
  return at.getMonth() === month - 1 && at.getDate() === inMonth ? at : null
}
