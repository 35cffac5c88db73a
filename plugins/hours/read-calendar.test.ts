import t from 'tap'
import { readCalendar } from './read-calendar.ts'

const span = { from: '2026-11-01', until: '2028-11-01' }

/** An iCalendar file with these events, each a list of its lines. */
export function calendarText(...events: string[][]): string {
  const body = events.flatMap((lines, index) => ['BEGIN:VEVENT', `UID:${index}@example.com`, ...lines, 'END:VEVENT'])
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example//EN', ...body, 'END:VCALENDAR', ''].join('\r\n')
}

t.test('days that last all day are holidays, whatever else is in the calendar', async t => {
  const text = calendarText(
    ['DTSTART;VALUE=DATE:20261225', 'SUMMARY:Christmas Day'],
    ['DTSTART;VALUE=DATE:20261228', 'DTEND;VALUE=DATE:20261231', 'SUMMARY:Stocktaking'],
    ['DTSTART:20261224T120000Z', 'DTEND:20261224T130000Z', 'SUMMARY:Lunch'],
    ['DTSTART;VALUE=DATE:20270126', 'SUMMARY:Gone', 'STATUS:CANCELLED'],
    ['DTSTART;VALUE=DATE:20250101', 'SUMMARY:Long ago'],
  )
  t.same(readCalendar(text, span), [
    { date: '2026-12-25', name: 'Christmas Day' },
    { date: '2026-12-28', name: 'Stocktaking' },
    { date: '2026-12-29', name: 'Stocktaking' },
    { date: '2026-12-30', name: 'Stocktaking' },
  ])
})

t.test('what comes every year comes every year of the span', async t => {
  const text = calendarText(['DTSTART;VALUE=DATE:20200101', 'RRULE:FREQ=YEARLY', 'SUMMARY:New Year'])
  t.same(
    readCalendar(text, span).map(({ date }) => date),
    ['2027-01-01', '2028-01-01'],
  )
})

t.test('an event without end is a year’s rule at most, and text that is no calendar is told', async t => {
  const endless = calendarText(['DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=DAILY', 'SUMMARY:Every day'])
  t.ok(readCalendar(endless, span).length <= 1000)
  t.throws(() => readCalendar('<html>no</html>', span), { code: 'bad_body' })
})
