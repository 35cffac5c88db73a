import type { HoursAbout, Opening } from '@switchboard/core'
import { DateTime, IANAZone } from 'luxon'
import { momentOf, momentOfText } from './local-time.ts'
import { weekdays, type HoursSettings, type Scope, type Span } from './settings.ts'

/** How many days are looked at for the next change. */
const daysAhead = 370

/** One level of hours, and how its rules are named: nothing for the business, else " (sales)". */
interface Level {
  scope: Scope
  of: string
}

/** When it is open on one day, and how its rule is named when it is open, and when it is not. */
interface DayRule {
  spans: Span[]
  open: string
  closed: string
}

interface Closed {
  from: Date
  to: Date
  because: string
}

/** The levels that count for somebody, the most particular first, with the zone. */
interface Calendar {
  zone: IANAZone
  levels: Level[]
  closures: Closed[]
}

/** Whether it is open at a moment, by these settings, and which rule says so. Pure. */
export function openingAt(settings: HoursSettings, at: Date, about: HoursAbout): Opening {
  const calendar = calendarOf(settings, about)
  if (calendar.levels.every(isUnset)) return { isOpen: true, because: 'always: no hours are set', nextChangeAt: null }
  const now = stateAt(calendar, at)
  const change = boundariesAfter(calendar, at).find(moment => stateAt(calendar, moment).isOpen !== now.isOpen)
  return { ...now, nextChangeAt: change ?? null }
}

function calendarOf({ timeZone, teams, lines, ...business }: HoursSettings, { line, team }: HoursAbout): Calendar {
  const zone = IANAZone.create(timeZone)
  const own = [
    { scope: lines[line], of: ` (${line})` },
    { scope: team === null ? undefined : teams[team], of: ` (${team})` },
    { scope: business, of: '' },
  ]
  const levels = own.flatMap(({ scope, of }) => (scope ? [{ scope, of }] : []))
  const closures = levels.flatMap(({ scope, of }) =>
    scope.closures.map(({ from, to, because }) => ({
      ...{ from: momentOfText(from, zone), to: momentOfText(to, zone), because: because + of },
    })),
  )
  return { zone, levels, closures }
}

function isUnset({ scope }: Level): boolean {
  return !scope.week && scope.holidays.length === 0 && scope.closures.length === 0
}

function stateAt(calendar: Calendar, at: Date): Pick<Opening, 'isOpen' | 'because'> {
  const closure = calendar.closures.find(({ from, to }) => from <= at && at < to)
  if (closure) return { isOpen: false, because: closure.because }
  const today = DateTime.fromJSDate(at, { zone: calendar.zone }).startOf('day')
  const rule = ruleOf(calendar, today)
  if (isWithin(rule, today, at)) return { isOpen: true, because: rule.open }
  const yesterday = today.minus({ days: 1 })
  const before = ruleOf(calendar, yesterday)
  if (isWithin(before, yesterday, at)) return { isOpen: true, because: before.open }
  return { isOpen: false, because: rule.closed }
}

function isWithin({ spans }: DayRule, day: DateTime, at: Date): boolean {
  return spans.some(span => {
    const [from, to] = edgesOf(day, span) as [Date, Date]
    return from <= at && at < to
  })
}

/** A holiday goes before the week, and who is more particular before who is less. */
function ruleOf({ levels }: Calendar, day: DateTime): DayRule {
  const date = day.toISODate()
  for (const { scope, of } of levels) {
    const holiday = scope.holidays.find(one => one.date === date)
    if (holiday) return ruleOfHoliday(holiday, of)
  }
  const ordinary = levels.find(({ scope }) => scope.week)
  if (!ordinary?.scope.week) return { spans: [allDay], open: 'on every ordinary day', closed: 'on no ordinary day' }
  const name = weekdays[day.weekday - 1]!
  return ruleOfWeekday(`${name[0]!.toUpperCase()}${name.slice(1)}s`, ordinary.scope.week[name], ordinary.of)
}

const allDay: Span = { from: 0, to: 1440 }

function ruleOfHoliday({ name, hours }: Scope['holidays'][number], of: string): DayRule {
  const only = hours.length > 0 ? `, open only ${words(hours)}` : ''
  return { spans: hours, open: `on ${name} ${words(hours)}${of}`, closed: `for ${name}${only}${of}` }
}

function ruleOfWeekday(name: string, spans: Span[], of: string): DayRule {
  const times = words(spans)
  const closed = spans.length === 0 ? `on ${name}${of}` : `at this time: ${name} ${times}${of}`
  return { spans, open: `on ${name} ${times}${of}`, closed }
}

function words(spans: readonly Span[]): string {
  return spans.map(({ from, to }) => `${clock(from)}–${clock(to)}`).join(' and ')
}

function clock(minutes: number): string {
  const inDay = minutes === 1440 ? minutes : minutes % 1440
  return `${String(Math.floor(inDay / 60)).padStart(2, '0')}:${String(inDay % 60).padStart(2, '0')}`
}

/** Every moment after `at` at which something may change, in order, day by day, so that looking stops at the first that does. */
function* boundariesAfter(calendar: Calendar, at: Date): Generator<Date> {
  const first = DateTime.fromJSDate(at, { zone: calendar.zone }).startOf('day').minus({ days: 1 })
  const closing = calendar.closures.flatMap(({ from, to }) => [from, to])
  let yesterdays: Date[] = []
  for (let days = 0; days <= daysAhead; days++) {
    const day = first.plus({ days })
    const [start, end] = [day.toJSDate(), day.plus({ days: 1 }).toJSDate()]
    const own = ruleOf(calendar, day).spans.flatMap(span => edgesOf(day, span))
    const moments = [...yesterdays, ...own, ...closing].filter(moment => moment >= start && moment < end && moment > at)
    yield* moments.toSorted((a, b) => a.getTime() - b.getTime())
    yesterdays = own
  }
}

function edgesOf(day: DateTime, { from, to }: Span): Date[] {
  return [momentOf(day, from, 'first'), momentOf(day, to, 'last')]
}
