import { newId, type OnDuty, type StaffId } from '@switchboard/core'
import fc from 'fast-check'
import t from 'tap'
import { ladderOf, type Facts } from './ladder.ts'
import { noSettings, RoutingSettings, rulesFor, type Defaults } from './routing-settings.ts'
import { blankLeg } from './turns.ts'
import { rungsOf } from './what-if.ts'

const now = new Date('2026-03-01T10:00:00Z')
const line = '+61255501234'
const options: Defaults = {
  ...{
    strategy: 'longest-idle',
    ringSeconds: 25,
    maxWaitSeconds: 300,
    greeting: 'Hello.',
    voicemailGreeting: 'Speak.',
  },
  ...{ voicemailMaxSeconds: 120, queueText: '{place}', callbackText: 'Later.' },
}

const person = (name: string, notFreeBecause: string | null = null, change: Partial<OnDuty> = {}): OnDuty => ({
  ...{ id: newId<'staff'>(), name, email: '', role: 'agent', isActive: true, presence: 'available' },
  ...{ isConnected: true, callId: null, lastCallAt: null, notFreeBecause },
  ...change,
})
const taken = (name: string) => person(name, 'is on another call', { callId: newId<'call'>() })

function facts(onDuty: OnDuty[], settings: object = {}, more: Partial<Facts> = {}): Facts {
  const rules = rulesFor(options, { version: 1, settings: RoutingSettings.parse({ ...noSettings, ...settings }) }, line)
  const legs = [{ ...blankLeg, id: newId<'leg'>(), role: 'caller' as const, name: 'the caller', changedAt: now }]
  const call = {
    direction: 'inbound' as const,
    from: '+61412345678',
    legs,
    transfer: null,
    queuedAt: null,
    answeredAt: null,
  }
  return {
    ...{ call, now, rules, onDuty, gone: [], opening: null, preferred: [], place: 1, turns: new Map() },
    ...more,
  }
}

const rungNames = (of: Facts) =>
  rungsOf(of).map(({ rung, because }) => rung.map(({ name }) => name).join('+') || because)
const known = ({ id, name }: OnDuty) => ({ staffId: id, name, score: 0.93, because: `${name} spoke with them (0.93)` })

t.test('a blocked number is rejected with the reason, on every line or on one', async t => {
  const alex = person('Alex')
  const blocked = [{ phone: '+61412345678', reason: 'abuse' }]
  t.match(ladderOf(facts([alex], { blocked })).otherwise, { do: 'reject', because: 'blocked: abuse' })
  t.match(ladderOf(facts([alex], { lines: { [line]: { blocked } } })).otherwise, { do: 'reject' })
  t.same(rungNames(facts([alex], { lines: { '+61255509999': { blocked } } }))[0], 'Alex')
  const hidden = facts([alex], { blocked: [{ phone: 'withheld', reason: 'hides' }] })
  t.same(rungNames(hidden)[0], 'Alex')
  t.same(rungNames({ ...hidden, call: { ...hidden.call, from: null } }), ['blocked: hides'])
})

t.test('closed goes to voicemail with the rule, but not for whom we began to serve', async t => {
  const opening = { isOpen: false, because: 'on Sundays', nextChangeAt: null }
  const closed = facts([person('Alex')], {}, { opening })
  t.match(ladderOf(closed), {
    otherwise: { do: 'voicemail', because: 'closed on Sundays' },
    steps: [
      { rule: 'blocked', decides: false },
      { rule: 'hours', says: 'closed on Sundays', decides: true },
    ],
  })
  t.same(rungNames({ ...closed, call: { ...closed.call, queuedAt: now } })[0], 'Alex')
})

t.test('whom the caller knows is rung first, then the others; nobody twice', async t => {
  const [alex, sam] = [person('Alex'), person('Sam')]
  t.same(rungNames(facts([alex, sam], {}, { preferred: [known(sam)] })), [
    ...['Sam', 'Alex', 'nobody can be rung; a message is for Sam'],
  ])
  const away = { ...sam, notFreeBecause: 'is away' }
  const without = ladderOf(facts([alex, away], {}, { preferred: [known(sam)] }))
  t.match(without.skipped, [{ name: 'Sam', because: 'is away' }])
  t.ok(without.steps.some(({ says }) => says === 'Sam spoke with them (0.93), but Sam is away'))
  t.equal(without.owner.name, 'Sam')
})

t.test('a line’s teams are rung in order, each by its strategy; others are left in peace', async t => {
  const [alex, sam, robin, kim] = [person('Alex'), person('Sam'), person('Robin'), person('Kim')]
  const teams = {
    sales: { staff: [sam.id, alex.id], strategy: 'in-turn' },
    support: { staff: [robin.id, alex.id], strategy: 'all' },
  }
  const settings = { teams, lines: { [line]: { teams: ['sales', 'support'] } } }
  const everybody = [alex, sam, robin, kim]
  t.same(rungNames(facts(everybody, settings)), ['Sam', 'Alex', 'Robin', 'nobody can be rung; a message is for sales'])
  const after = facts(everybody, settings, { turns: new Map([['sales', sam.id]]) })
  t.same(rungNames(after).slice(0, 2), ['Alex', 'Sam'])
  t.match(ladderOf(after).tiers[0], { because: 'next in turn in sales', turnOf: 'sales' })
  const gone = facts([alex], settings, { gone: [{ id: sam.id, name: 'Sam' }] })
  t.match(ladderOf(gone).skipped, [{ name: 'Sam', because: 'is not on the roster any more' }])
})

t.test('in turn, the one after who left the roster is next, and everybody is reached', async t => {
  const people = ['A', 'B', 'C'].map(name => person(name))
  const of = (last: StaffId | null) =>
    rungNames(
      facts(people, { everybody: { strategy: 'in-turn' } }, { turns: last ? new Map([['', last]]) : new Map() }),
    )
  const order = people.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ name }) => name)
  const [first, second, third] = order
  const byName = (name: string | undefined) => people.find(one => one.name === name)!.id
  t.same(of(null).slice(0, 3), order)
  t.same(of(byName(first)).slice(0, 3), [second, third, first])
  t.same(of(byName(third)).slice(0, 3), order)
  t.same(of(newId<'staff'>()).slice(0, 3), order)
})

t.test('everybody taken waits, in place; who waits behind others is not served before them', async t => {
  t.match(ladderOf(facts([taken('Alex')])).otherwise, { do: 'queue', place: 1, because: 'everybody is taken' })
  const third = ladderOf(facts([person('Alex'), taken('Sam')], {}, { place: 2 }))
  t.same(third.tiers, [])
  t.match(third.steps.slice(-2), [{ says: 'another caller waits longer than this one' }, { decides: true }])
  t.match(ladderOf(facts([taken('Alex')], { everybody: { maxWaitSeconds: 0 } })).otherwise, { do: 'voicemail' })
  const long = facts([taken('Alex')])
  const since = new Date(now.getTime() - 300_000)
  t.match(ladderOf({ ...long, call: { ...long.call, queuedAt: since } }).otherwise, {
    ...{ do: 'voicemail', because: 'nobody became free in time' },
  })
})

t.test('what is set for the line goes before the team’s, everybody’s and the options', async t => {
  const staff = [newId<'staff'>()]
  const settings = RoutingSettings.parse({
    everybody: { ringSeconds: 10, texts: { greeting: 'All.', queueText: 'Wait.' }, callerId: '+61255500001' },
    teams: { sales: { staff, ringSeconds: 20, texts: { greeting: null } } },
    lines: { [line]: { teams: ['sales'], maxWaitSeconds: 60, preferred: false } },
  })
  t.match(rulesFor(options, { version: 3, settings }, line), {
    ...{ version: 3, ringSeconds: 20, maxWaitSeconds: 60, greeting: null, queueText: 'Wait.', preferred: false },
    ...{ voicemailGreeting: 'Speak.', callerId: '+61255500001', groups: [{ name: 'sales', staff }] },
  })
  t.match(rulesFor(options, { version: 3, settings }, '+61255509999'), { ringSeconds: 10, greeting: 'All.' })
})

t.test('whoever is there and whatever is set: nobody is rung twice, nobody who is not free, and it ends', async t => {
  const reasons = fc.constantFrom(null, 'is away', 'is on another call')
  const strategies = fc.constantFrom('longest-idle', 'in-turn', 'all')
  fc.assert(
    fc.property(
      fc.array(reasons, { maxLength: 8 }),
      strategies,
      fc.array(fc.nat(7), { maxLength: 4 }),
      (duty, strategy, picks) => {
        const people = duty.map((because, at) => person(`P${at}`, because))
        const chosen = picks.flatMap(at => people[at] ?? [])
        const staff = [...new Set(chosen.map(({ id }) => id))]
        const settings =
          staff.length > 0 ? { teams: { t: { staff, strategy } }, lines: { [line]: { teams: ['t'] } } } : {}
        const rungs = rungsOf(facts(people, settings, { preferred: chosen.slice(0, 1).map(known) }))
        const rung = rungs.flatMap(one => one.rung.map(({ staffId }) => staffId))
        const free = people.filter(
          ({ id, notFreeBecause }) => notFreeBecause === null && (staff.length === 0 || staff.includes(id)),
        )
        t.equal(new Set(rung).size, rung.length)
        t.same(new Set(rung), new Set(free.map(({ id }) => id)), 'everybody free whom the rules lead to is reached')
        t.not(rungs.at(-1)?.otherwise, null)
      },
    ),
    { numRuns: 200 },
  )
})
