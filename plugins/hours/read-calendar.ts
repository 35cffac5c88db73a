import { HubError, messageOf } from '@switchboard/core'
import ICAL from 'ical.js'

/** A day of a calendar. */
export interface CalendarDay {
  /** Such as 2026-12-25. */
  date: string
  name: string
}

/** More days of one event than this are no holiday. */
const longestDays = 60

/**
 * The days of an iCalendar file (RFC 5545) within a span of dates: events that last all day, repeated ones too. Events with a time of day are
 * no holidays. Where two fall on one day, the first counts. Pure.
 * @throws HubError bad_body for text that is no calendar
 */
export function readCalendar(text: string, span: { from: string; until: string }): CalendarDay[] {
  const days = new Map<string, string>()
  for (const event of eventsIn(text)) {
    const dates = startsOf(event, span).flatMap(start => datesFrom(start, lengthOf(event)))
    for (const date of dates)
      if (date >= span.from && date < span.until && !days.has(date)) days.set(date, nameOf(event))
  }
  return [...days].map(([date, name]) => ({ date, name })).toSorted((one, other) => (one.date < other.date ? -1 : 1))
}

function nameOf({ summary }: ICAL.Event): string {
  return summary || 'a holiday'
}

function eventsIn(text: string): ICAL.Event[] {
  try {
    const calendar = new ICAL.Component(ICAL.parse(text) as never)
    return calendar
      .getAllSubcomponents('vevent')
      .map(component => new ICAL.Event(component))
      .filter(event => event.startDate?.isDate && component(event, 'status') !== 'CANCELLED')
  } catch (cause) {
    throw new HubError('bad_body', `this is no iCalendar file: ${messageOf(cause)}`, { cause })
  }
}

function component(event: ICAL.Event, property: string): string | null {
  return (event.component.getFirstPropertyValue(property) as string | null) ?? null
}

/** The first days of an event, of each time it comes. */
function startsOf(event: ICAL.Event, { until }: { until: string }): ICAL.Time[] {
  if (!event.isRecurring()) return [event.startDate]
  const starts: ICAL.Time[] = []
  const times = event.iterator()
  for (let next = times.next(); next && textOf(next) < until && starts.length < 1000; next = times.next())
    starts.push(next)
  return starts
}

/** In days; the end of an event is the day after its last. */
function lengthOf(event: ICAL.Event): number {
  const seconds = event.duration.toSeconds()
  return Math.min(Math.max(1, Math.round(seconds / 86_400)), longestDays)
}

function datesFrom(start: ICAL.Time, length: number): string[] {
  return Array.from({ length }, (_, index) => {
    const day = start.clone()
    day.adjust(index, 0, 0, 0)
    return textOf(day)
  })
}

function textOf({ year, month, day }: ICAL.Time): string {
  return [String(year).padStart(4, '0'), ...[month, day].map(part => String(part).padStart(2, '0'))].join('-')
}
