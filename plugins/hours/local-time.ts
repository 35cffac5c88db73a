import { DateTime, type IANAZone } from 'luxon'

/** What is meant by a time that the clocks show twice: an opening is at the first, an end at the last. */
export type Which = 'first' | 'last'

/**
 * The moment at which the clocks of a zone show a time. Where they jump over it, the moment of the jump.
 * @param day at whose midnight `minutes` begin to count, by the clock on the wall; may be more than a day's
 */
export function momentOf(day: DateTime, minutes: number, which: Which): Date {
  const date = day.plus({ days: Math.floor(minutes / 1440) })
  const wanted = { hour: Math.floor((minutes % 1440) / 60), minute: minutes % 60 }
  const shown = DateTime.fromObject(
    { year: date.year, month: date.month, day: date.day, ...wanted },
    { zone: day.zone },
  )
  if (shown.hour !== wanted.hour || shown.minute !== wanted.minute) return jumpBefore(shown)
  const [first, last] = shown.getPossibleOffsets()
  return (which === 'first' ? first! : (last ?? first!)).toJSDate()
}

/** When the clocks were last moved, at the most four hours before, to the minute. */
function jumpBefore(shown: DateTime): Date {
  const { zone } = shown
  let [before, after] = [shown.toMillis() - 4 * 3_600_000, shown.toMillis()]
  while (after - before > 60_000) {
    const middle = Math.floor((before + after) / 2 / 60_000) * 60_000
    if (zone.offset(middle) === zone.offset(after)) after = middle
    else before = middle
  }
  return new Date(after)
}

/** A local time such as 2026-12-24T12:00, or a day's beginning such as 2026-12-24, as a moment. */
export function momentOfText(text: string, zone: IANAZone): Date {
  const [date, time = '00:00'] = text.split('T') as [string, string?]
  const [hours, minutes] = time.split(':').map(Number) as [number, number]
  return momentOf(DateTime.fromISO(date, { zone }), 60 * hours + minutes, 'first')
}
