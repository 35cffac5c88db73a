/** One second in milliseconds. */
export const second = 1000
/** One minute in milliseconds. */
export const minute = 60 * second
/** One hour in milliseconds. */
export const hour = 60 * minute
/** One day of 24 hours in milliseconds; not a calendar day. */
export const day = 24 * hour

/** `at` moved by `ms`. */
export function after(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms)
}

/** Whether this names a time zone, such as Australia/Sydney. */
export function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
