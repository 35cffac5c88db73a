import fc from 'fast-check'
import { test } from 'tap'
import { dayAfter, dayOf, isZone, midnight, momentOf } from './local-time.ts'

/** What the clock on the wall shows, by the platform's own tables. */
function wall(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at)
}

/** What a zone's clock does when it changes: by an hour, half an hour, two hours, a whole day, and those that never change. */
const zones = [
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'America/New_York',
  'America/St_Johns',
  'Europe/London',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Antarctica/Troll',
  'Africa/Casablanca',
  'America/Asuncion',
  'UTC',
]
const zone = fc.constantFrom(...zones)
const from = Date.parse('2005-01-01T00:00:00Z')
const seconds = fc.integer({ min: 0, max: 25 * 366 * 86_400 })

test('a time on the wall is the first moment the wall shows it', t => {
  fc.assert(
    fc.property(zone, seconds, (zone, after) => {
      const at = new Date(from + after * 1000)
      const shown = wall(at, zone)
      const moment = momentOf(shown, zone)
      if (!moment) return false
      const twiceMs = at.getTime() - moment.getTime()
      return wall(moment, zone) === shown && twiceMs >= 0 && twiceMs <= 3 * 3_600_000
    }),
    { numRuns: 2000 },
  )
  t.end()
})

test('a time that the wall never shows is put off, never brought forward', t => {
  fc.assert(
    fc.property(zone, seconds, (zone, after) => {
      const text = new Date(from + after * 1000).toISOString().slice(0, 19)
      const moment = momentOf(text, zone)
      const shown = moment && wall(moment, zone).replace(' ', 'T')
      return shown !== null && shown >= text
    }),
    { numRuns: 2000 },
  )
  t.end()
})

test('half past two in the hour that is skipped in spring is half past three', t => {
  const skipped = momentOf('2026-10-04 02:30:00', 'Australia/Sydney')
  t.strictSame(skipped, new Date('2026-10-03T16:30:00Z'))
  t.equal(wall(skipped ?? new Date(0), 'Australia/Sydney'), '2026-10-04 03:30:00')
  t.strictSame(momentOf('2026-10-04 01:59:59', 'Australia/Sydney'), new Date('2026-10-03T15:59:59Z'))
  t.strictSame(momentOf('2026-10-04 03:00:00', 'Australia/Sydney'), new Date('2026-10-03T16:00:00Z'))
  t.strictSame(
    momentOf('2011-12-30 12:00:00', 'Pacific/Apia'),
    new Date('2011-12-30T22:00:00Z'),
    'a day that never was',
  )
  t.end()
})

test('half past two in the hour that comes twice in autumn is the first one', t => {
  t.strictSame(momentOf('2026-04-05 02:30:00', 'Australia/Sydney'), new Date('2026-04-04T15:30:00Z'))
  t.strictSame(momentOf('2026-04-05 01:59:59', 'Australia/Sydney'), new Date('2026-04-04T14:59:59Z'))
  t.strictSame(momentOf('2026-04-05 03:00:00', 'Australia/Sydney'), new Date('2026-04-04T17:00:00Z'))
  t.strictSame(momentOf('2026-11-01 01:30:00', 'America/New_York'), new Date('2026-11-01T05:30:00Z'))
  t.end()
})

test('summer and winter of one company are two offsets', t => {
  t.strictSame(momentOf('2026-12-01 09:30:00', 'Australia/Sydney'), new Date('2026-11-30T22:30:00Z'))
  t.strictSame(momentOf('2026-07-01 09:30', 'Australia/Sydney'), new Date('2026-06-30T23:30:00Z'))
  t.end()
})

test('what is no time is none', t => {
  for (const text of ['', 'soon', '2026-02-30 09:00:00', '2026-12-01', '2026-12-01 25:00:00', '2026-12-01T09:30:00Z'])
    t.equal(momentOf(text, 'UTC'), null, text)
  t.ok(isZone('Australia/Sydney'))
  t.notOk(isZone('Sydney'))
  t.end()
})

test('days are those of the company, and one that is 23 hours long is still one', t => {
  t.equal(dayOf(new Date('2026-11-20T12:59:59Z'), 'Australia/Sydney', 0), '2026-11-20')
  t.equal(dayOf(new Date('2026-11-20T13:00:00Z'), 'Australia/Sydney', 0), '2026-11-21')
  t.equal(dayOf(new Date('2026-10-03T13:30:00Z'), 'Australia/Sydney', 1), '2026-10-04')
  t.equal(dayOf(new Date('2026-10-04T12:30:00Z'), 'Australia/Sydney', -1), '2026-10-03')
  t.equal(dayAfter('2028-02-28', 1), '2028-02-29')
  t.equal(dayAfter('2026-12-31', 92), '2027-04-02')
  t.strictSame(midnight('2026-10-04', 'Australia/Sydney'), new Date('2026-10-03T14:00:00Z'))
  t.strictSame(midnight('2026-10-05', 'Australia/Sydney'), new Date('2026-10-04T13:00:00Z'))
  t.end()
})
