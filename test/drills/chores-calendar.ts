const dayMs = 86_400_000

/** A moment as a clock on the wall shows it, read from the machine's own tables of zones. */
export interface Shown {
  /** Such as 2026-10-04. */
  date: string
  /** 0 is Sunday. */
  weekday: number
  /** Of the day, as the clock shows them. */
  minutes: number
}

/** Reads the clocks of one zone. Independent of what the hub reckons with. */
export function wallOf(timeZone: string): (at: number) => Shown {
  const form = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    hourCycle: 'h23',
  })
  return at => {
    const parts = Object.fromEntries(form.formatToParts(at).map(({ type, value }) => [type, value]))
    const date = `${parts['year']}-${parts['month']}-${parts['day']}`
    const minutes = Number(parts['hour']) * 60 + Number(parts['minute'])
    return { date, minutes, weekday: new Date(`${date}T00:00:00Z`).getUTCDay() }
  }
}

/** Every moment at which the clocks show this time: none where they jump over it, two where the hour comes twice. */
export function momentsOf(wall: (at: number) => Shown, date: string, minutes: number): number[] {
  const asUtc = Date.parse(`${date}T00:00:00Z`) + minutes * 60_000
  const offsetAt = (at: number): number => {
    const shown = wall(at)
    return Date.parse(`${shown.date}T00:00:00Z`) + shown.minutes * 60_000 - at
  }
  const tried = [-dayMs, 0, dayMs].map(ms => asUtc - offsetAt(asUtc + ms))
  return [...new Set(tried)].filter(at => wall(at).date === date && wall(at).minutes === minutes).toSorted()
}

/** The next date, or one further on. */
export function dateAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}

/** Whether the clocks are moved within some days of a date. */
export function isNearChange(wall: (at: number) => Shown, date: string, days: number): boolean {
  const noon = Date.parse(`${date}T12:00:00Z`)
  return wall(noon - days * dayMs).minutes !== wall(noon + days * dayMs).minutes
}
