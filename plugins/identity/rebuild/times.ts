/** Has a transaction write times as {@link timeText} does. */
export const plainTimes = `set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'`

const [dateEnd, timeStart, timeEnd, fractionEnd] = [10, 11, 19, 23]

/** A time as Postgres writes it in UTC: "2026-11-21 12:00:00.5+00". */
export function timeText(at: Date): string {
  const iso = at.toISOString()
  const fraction = iso.endsWith('.000Z') ? '' : iso.slice(timeEnd, fractionEnd).replace(/0+$/, '')
  return iso.length === fractionEnd + 1
    ? `${iso.slice(0, dateEnd)} ${iso.slice(timeStart, timeEnd)}${fraction}+00`
    : iso
}

/** Reads such times: those that follow one another are often the same. What is finer than a millisecond is left out. */
export function timeReader(): (text: string) => Date {
  let [last, at] = ['', new Date(0)]
  return text => {
    if (text === last) return at
    last = text
    const fraction = text.slice(timeEnd, -'+00'.length)
    at = new Date(`${text.slice(0, dateEnd)}T${text.slice(timeStart, timeEnd)}${fraction === '.' ? '' : fraction}Z`)
    return at
  }
}
