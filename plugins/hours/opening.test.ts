import t from 'tap'
import { openingAt } from './opening.ts'
import { HoursSettings } from './settings.ts'

const anyone = { line: '+61255501234', team: null }

/** What is said of a moment, with the moment of the next change in UTC. */
function at(settings: object, moment: string, about: { line: string; team: string | null } = anyone) {
  const { isOpen, because, nextChangeAt } = openingAt(HoursSettings.parse(settings), new Date(moment), about)
  return { isOpen, because, next: nextChangeAt?.toISOString() ?? null }
}

const week = { monday: ['09:00-12:30', '13:30-17:00'], tuesday: '09:00-17:00' }
const brisbane = { timeZone: 'Australia/Brisbane', week }

t.test('without hours it is always open, and the reason says why', async t => {
  t.same(at({}, '2026-11-22T03:00:00Z'), { isOpen: true, because: 'always: no hours are set', next: null })
  t.same(at({ teams: { sales: { week } } }, '2026-11-22T03:00:00Z').isOpen, true, 'another team’s hours are theirs')
})

t.test('a split day is open, closed at noon and open again; the rule and the next change are named', async t => {
  // Monday, 23 November 2026; Brisbane is ten hours ahead.
  const split = 'Mondays 09:00–12:30 and 13:30–17:00'
  t.same(at(brisbane, '2026-11-22T22:59:59Z'), {
    ...{ isOpen: false, because: `at this time: ${split}`, next: '2026-11-22T23:00:00.000Z' },
  })
  t.same(at(brisbane, '2026-11-22T23:00:00Z'), {
    ...{ isOpen: true, because: `on ${split}`, next: '2026-11-23T02:30:00.000Z' },
  })
  t.same(at(brisbane, '2026-11-23T02:30:00Z').isOpen, false)
  t.same(at(brisbane, '2026-11-23T03:30:00Z').isOpen, true)
  t.same(at(brisbane, '2026-11-25T00:00:00Z'), {
    ...{ isOpen: false, because: 'on Wednesdays', next: '2026-11-29T23:00:00.000Z' },
  })
})

t.test('a holiday closes the day, or opens it for other hours than usual', async t => {
  const holidays = [
    { date: '2026-11-23', name: 'Foundation Day' },
    { date: '2026-11-24', name: 'the day after', hours: ['10:00-11:00'] },
  ]
  const settings = { ...brisbane, holidays }
  t.same(at(settings, '2026-11-23T01:00:00Z'), {
    ...{ isOpen: false, because: 'for Foundation Day', next: '2026-11-24T00:00:00.000Z' },
  })
  t.same(at(settings, '2026-11-24T00:30:00Z').because, 'on the day after 10:00–11:00')
  t.same(at(settings, '2026-11-24T02:00:00Z').because, 'for the day after, open only 10:00–11:00')
  t.same(
    at({ timeZone: 'Australia/Brisbane', holidays }, '2026-11-25T02:00:00Z').isOpen,
    true,
    'no week: every other day',
  )
})

t.test('a closure goes before everything else, to the minute', async t => {
  const closures = [{ from: '2026-11-23T11:00', to: '2026-11-23T15:00', because: 'for the staff meeting' }]
  const settings = { ...brisbane, closures }
  t.same(at(settings, '2026-11-23T00:30:00Z').next, '2026-11-23T01:00:00.000Z')
  t.same(at(settings, '2026-11-23T01:00:00Z'), {
    ...{ isOpen: false, because: 'for the staff meeting', next: '2026-11-23T05:00:00.000Z' },
  })
  t.same(at(settings, '2026-11-23T05:00:00Z').isOpen, true)
})

t.test('what is set for the line goes before the team’s, and the team’s before the business’s', async t => {
  const settings = {
    ...brisbane,
    teams: { sales: { week: { monday: '18:00-20:00' }, holidays: [{ date: '2026-11-24', name: 'the fair' }] } },
    lines: { '+61255509999': { week: { monday: '00:00-24:00' } } },
  }
  const evening = '2026-11-23T09:00:00Z'
  t.same(at(settings, evening, { line: '+61255501234', team: 'sales' }).because, 'on Mondays 18:00–20:00 (sales)')
  t.same(at(settings, evening).isOpen, false)
  t.same(
    at(settings, evening, { line: '+61255509999', team: 'sales' }).because,
    'on Mondays 00:00–24:00 (+61255509999)',
  )
  t.same(at(settings, '2026-11-24T00:00:00Z', { line: '', team: 'sales' }).because, 'for the fair (sales)')
  t.same(at(settings, '2026-11-24T00:00:00Z').isOpen, true)
})

t.test('hours over midnight belong to the evening they begin in', async t => {
  const settings = { timeZone: 'UTC', week: { friday: '22:00-02:00', saturday: '01:00-01:30' } }
  t.same(at(settings, '2026-11-28T00:30:00Z').because, 'on Fridays 22:00–02:00')
  t.same(at(settings, '2026-11-28T00:30:00Z').next, '2026-11-28T02:00:00.000Z')
  t.same(at(settings, '2026-11-28T02:00:00Z').isOpen, false)
})

t.test('when the clocks go forward, an hour that is skipped is not waited for', async t => {
  // Sydney, 4 October 2026: 02:00 becomes 03:00 at 16:00 UTC of the third.
  const settings = { timeZone: 'Australia/Sydney', week: { sunday: '02:30-04:00' } }
  t.same(at(settings, '2026-10-03T15:59:59Z').next, '2026-10-03T16:00:00.000Z')
  t.same(at(settings, '2026-10-03T16:00:00Z'), {
    ...{ isOpen: true, because: 'on Sundays 02:30–04:00', next: '2026-10-03T17:00:00.000Z' },
  })
  const gone = { timeZone: 'Australia/Sydney', week: { sunday: '02:10-02:40' } }
  t.same(at(gone, '2026-10-03T15:00:00Z').next, '2026-10-10T15:10:00.000Z', 'hours that do not happen are no change')
})

t.test('when the clocks go back, it opens at the first and closes at the last of an hour that comes twice', async t => {
  // Sydney, 5 April 2026: 03:00 becomes 02:00 at 16:00 UTC of the fourth.
  const settings = { timeZone: 'Australia/Sydney', week: { sunday: '02:15-02:45' } }
  t.same(at(settings, '2026-04-04T15:00:00Z').next, '2026-04-04T15:15:00.000Z')
  t.same(at(settings, '2026-04-04T15:50:00Z').isOpen, true)
  t.same(at(settings, '2026-04-04T15:50:00Z').next, '2026-04-04T16:45:00.000Z')
})

t.test('the same hours are the same by the clock on the wall in summer and in winter', async t => {
  const settings = { timeZone: 'Europe/Berlin', week: { monday: '09:00-17:00' } }
  t.same(at(settings, '2026-01-04T12:00:00Z').next, '2026-01-05T08:00:00.000Z')
  t.same(at(settings, '2026-07-05T12:00:00Z').next, '2026-07-06T07:00:00.000Z')
})

t.test('wrong settings are told with their place', async t => {
  const wrong = HoursSettings.safeParse({
    timeZone: 'Mars/Olympus',
    week: { monday: ['9-5'], tuesday: ['09:00-12:00', '11:00-13:00'], funday: '09:00-10:00' },
    holidays: [{ date: '2026-02-30', name: 'x' }],
    closures: [{ from: '2026-01-02', to: '2026-01-01', because: 'x' }],
    lines: { reception: {} },
  })
  const paths = wrong.error?.issues.map(({ path }) => path.join('.')) ?? []
  for (const path of ['timeZone', 'week.monday.0', 'week.tuesday', 'holidays.0.date', 'closures.0.to'])
    t.ok(paths.includes(path), path)
  t.ok(wrong.error?.issues.some(({ message }) => message.includes('funday')))
  t.ok(paths.includes('lines.reception'))
  const twice = [
    { date: '2026-12-25', name: 'a' },
    { date: '2026-12-25', name: 'b' },
  ]
  t.match(HoursSettings.safeParse({ holidays: twice }).error?.issues, [{ path: ['holidays', 1, 'date'] }])
})
