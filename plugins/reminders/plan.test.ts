import type { Person } from '@switchboard/core'
import t from 'tap'
import { planFor, type Appointment, type PlanSettings } from './plan.ts'

const settings: PlanSettings = {
  before: [{ days: 1 }],
  text: 'Hi {firstName}, see you {date} at {time}: {title}{with}{location}.',
  timeZone: 'Australia/Sydney',
  region: 'AU',
  locale: 'en-AU',
}
const sarah: Person = { role: 'primary', firstName: 'Sarah', phones: ['0412 345 678'], email: 'sarah@example.com' }
const tom: Person = { role: 'partner', firstName: 'Tom', phones: ['0491 570 156'] }

function appointment(change: Partial<Appointment['facts']> = {}, people: Person[] = [sarah]): Appointment {
  const facts = {
    title: 'Fitting',
    startsAt: '2026-11-25T10:30:00+11:00',
    endsAt: null,
    timeZone: null,
    status: 'confirmed',
  }
  return {
    ...{ recordId: 'r1', source: 'book', externalId: '1', isDeleted: false, people },
    facts: { ...facts, with: 'Kim', location: null, ...change },
  }
}

const dueOf = (one: Appointment, change: Partial<PlanSettings> = {}): string[] =>
  planFor(one, { ...settings, ...change }).map(({ dueAt }) => dueAt.toISOString())

t.test('a person is reminded the day before at the same time, with words they understand', async t => {
  const [reminder] = planFor(appointment(), settings)
  t.equal(reminder?.dueAt.toISOString(), '2026-11-23T23:30:00.000Z')
  t.match(reminder?.body, /^Hi Sarah, see you Wednesday,? 25 November at 10:30\sam: Fitting with Kim\.$/)
})

t.test('the day before is the same time on the wall when the clocks move in between', async t => {
  // Sydney goes forward on 4 October 2026, and back on 5 April 2026.
  t.same(dueOf(appointment({ startsAt: '2026-10-04T10:30:00+11:00' })), ['2026-10-03T00:30:00.000Z'])
  t.same(dueOf(appointment({ startsAt: '2026-04-05T10:30:00+10:00' })), ['2026-04-03T23:30:00.000Z'])
  t.same(dueOf(appointment({ startsAt: '2026-04-05T10:30:00+10:00' }), { before: [{ hours: 24 }] }), [
    '2026-04-04T00:30:00.000Z',
  ])
})

t.test('who comes along is reminded too; who shares a phone is reminded together, once', async t => {
  const both = planFor(appointment({}, [sarah, tom]), settings)
  t.same(
    both.map(({ people }) => people.map(({ firstName }) => firstName)),
    [['Sarah'], ['Tom']],
  )
  const shared = planFor(appointment({}, [sarah, { ...tom, phones: ['+61 412 345 678'] }]), settings)
  t.equal(shared.length, 1)
  t.match(shared[0]?.body, /^Hi Sarah and Tom,/)
  const twice = planFor(appointment({}, [sarah, { ...sarah, role: 'client' }]), settings)
  t.equal(twice.length, 1)
  t.match(twice[0]?.body, /^Hi Sarah,/)
})

t.test('nobody is reminded of what does not take place, and nobody who cannot be reached', async t => {
  for (const status of ['Cancelled', 'canceled', 'no-show', 'DECLINED'])
    t.same(planFor(appointment({ status }), settings), [])
  t.same(planFor({ ...appointment(), isDeleted: true }, settings), [])
  t.same(planFor(appointment({}, [{ role: 'primary', firstName: 'Nemo' }]), settings), [])
  t.same(planFor(appointment({ startsAt: 'soon' }), settings), [])
})

t.test('moved to another time, it is another reminder; the same time is the same, however it is written', async t => {
  const [one] = planFor(appointment(), settings)
  const [same] = planFor(appointment({ startsAt: '2026-11-24T23:30:00Z' }), settings)
  const [moved] = planFor(appointment({ startsAt: '2026-11-25T11:30:00+11:00' }), settings)
  t.equal(same?.key, one?.key)
  t.not(moved?.key, one?.key)
})
