import t, { type Test } from 'tap'
import fc from 'fast-check'
import {
  newId,
  type CallId,
  type Log,
  type Presence,
  type Role,
  type Roster,
  type StaffId,
  type Tx,
} from '@switchboard/core'
import { openStore, type OpenStore } from '@switchboard/core/store'
import { testDatabase } from '@switchboard/test-postgres'
import { StaffMember } from './entities.ts'
import { finishWrapups, makeRoster, type RosterNeeds } from './roster.ts'

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet }

/** A roster on a database of its own, a clock that tests move, and what was published. */
async function setUp(test: Test): Promise<Fixture> {
  const { url } = await testDatabase(test)
  const store = await openStore({ url, entities: [StaffMember], log: quiet })
  test.teardown(() => store.close())
  const clock = { now: new Date('2026-11-21T10:00:00Z') }
  const published: object[] = []
  const needs: RosterNeeds = {
    events: {
      publish: async (_tx, name, { duty: _, ...data }: { duty?: object }) => void published.push({ name, ...data }),
    },
    now: () => clock.now,
    wrapUpSeconds: 20,
    timeZone: 'UTC',
  }
  return { store, roster: makeRoster(needs), needs, clock, published }
}

interface Fixture {
  store: OpenStore
  roster: Roster
  needs: RosterNeeds
  clock: { now: Date }
  published: object[]
}

/** A person who is free, or whatever `role` and `set` make of them. */
function hire(
  { store, roster }: Fixture,
  name: string,
  { role = 'agent', set }: { role?: Role; set?: Exclude<Presence, 'wrapup'> } = {},
): Promise<StaffId> {
  return store.transact(async tx => {
    const { id } = await roster.enrol(tx, { email: `${name}@example.org`, name, role })
    await roster.presence(tx, id, { clients: 1 })
    if (set) await roster.presence(tx, id, { set })
    return id
  })
}

const reasons = async ({ store, roster }: Fixture) =>
  Object.fromEntries(
    (await store.read(tx => roster.onDuty(tx))).map(({ name, notFreeBecause }) => [name, notFreeBecause]),
  )

const call = (): CallId => newId<'call'>()

t.test('a person is found by email however it is written, and enrolled once', async t => {
  const { store, roster } = await setUp(t)
  const first = await store.transact(tx =>
    roster.enrol(tx, { email: ' Alex@Example.org', name: 'Alex', role: 'agent' }),
  )
  const again = await store.transact(tx =>
    roster.enrol(tx, { email: 'alex@example.ORG', name: 'Alex Chen', role: 'manager' }),
  )
  t.equal(again.id, first.id)
  t.same(await store.read(tx => roster.find(tx, { email: 'ALEX@example.org' })), {
    id: first.id,
    email: 'alex@example.org',
    name: 'Alex Chen',
    role: 'manager',
    isActive: true,
  })
  t.equal(await store.read(tx => roster.find(tx, { id: newId<'staff'>() })), null)
})

t.test('many are found at once, by id or by email, and who is not there is left out', async t => {
  const fixture = await setUp(t)
  const { store, roster } = fixture
  const [alex, mia] = [await hire(fixture, 'alex'), await hire(fixture, 'mia')]
  await hire(fixture, 'sam')
  await store.transact(tx => tx.sql`update staff set is_active = false where id = ${mia}`)
  const those = [{ id: alex }, { email: 'Mia@example.org' }, { id: newId<'staff'>() }, { email: 'nobody@example.org' }]
  const found = await store.read(tx => roster.findAll(tx, those))
  t.same(
    found.map(({ id, isActive }) => [id, isActive]).toSorted(),
    [
      [alex, true],
      [mia, false],
    ].toSorted(),
  )
  t.same(
    found[0],
    await store.read(tx => roster.find(tx, { id: found[0]?.id ?? alex })),
    'each as `find` tells of them',
  )
  t.same(await store.read(tx => roster.findAll(tx, [])), [])
})

t.test(
  'whoever is rung by their role is available from their first connection; an admin and a viewer are not',
  async t => {
    const fixture = await setUp(t)
    await hire(fixture, 'alex')
    await hire(fixture, 'mia', { role: 'manager' })
    await hire(fixture, 'root', { role: 'admin' })
    await hire(fixture, 'vera', { role: 'viewer', set: 'available' })
    t.same(await reasons(fixture), {
      alex: null,
      mia: null,
      root: 'is away',
      vera: 'is a viewer, and viewers are not rung',
    })
    const root = await fixture.store.read(tx => fixture.roster.find(tx, { email: 'root@example.org' }))
    await fixture.store.transact(tx => fixture.roster.presence(tx, root?.id as StaffId, { set: 'available' }))
    t.equal((await reasons(fixture)).root, null, 'an admin who says so is rung')
  },
)

t.test('a first connection does not undo what a person had set', async t => {
  const fixture = await setUp(t)
  const alex = await hire(fixture, 'alex', { set: 'dnd' })
  await fixture.store.transact(tx => fixture.roster.presence(tx, alex, { clients: 0 }))
  await fixture.store.transact(tx => fixture.roster.presence(tx, alex, { clients: 1 }))
  t.equal((await reasons(fixture)).alex, 'does not want to be disturbed')
})

t.test('the longest idle come first, before them whoever never had a call', async t => {
  const fixture = await setUp(t)
  const { store, roster, clock } = fixture
  const [alex, , robin] = [await hire(fixture, 'alex'), await hire(fixture, 'sam'), await hire(fixture, 'robin')]
  for (const id of [robin, alex]) {
    const callId = call()
    await store.transact(tx => roster.claim(tx, id, callId))
    await store.transact(tx => roster.release(tx, id, callId, true))
    clock.now = new Date(clock.now.getTime() + 60_000)
  }
  const order = (await store.read(tx => roster.onDuty(tx))).map(({ name }) => name)
  t.same(order, ['sam', 'robin', 'alex'])
})

t.test('a call that only rang leaves no trace; a conversation is followed by wrapping up', async t => {
  const fixture = await setUp(t)
  const { store, roster, clock, published } = fixture
  const [alex, callId] = [await hire(fixture, 'alex'), call()]
  t.equal(await store.transact(tx => roster.claim(tx, alex, callId)), true)
  t.same(await reasons(fixture), { alex: 'is on another call' })
  await store.transact(tx => roster.release(tx, alex, callId, false))
  t.same(await reasons(fixture), { alex: null })

  await store.transact(tx => roster.claim(tx, alex, callId))
  await store.transact(tx => roster.release(tx, alex, call(), true))
  t.same(await reasons(fixture), { alex: 'is on another call' }, 'another call cannot let them go')
  published.length = 0
  await store.transact(tx => roster.release(tx, alex, callId, true))
  t.same(await reasons(fixture), { alex: 'is wrapping up until 10:00' })
  t.equal(await store.transact(tx => roster.claim(tx, alex, call())), false)
  t.same(published, [{ name: 'presence.changed', staffId: alex, presence: 'wrapup', isConnected: true }])

  clock.now = new Date(clock.now.getTime() + 20_000)
  t.same(await reasons(fixture), { alex: null })
  await store.transact(tx => finishWrapups(tx, fixture.needs))
  await store.transact(tx => finishWrapups(tx, fixture.needs))
  t.same(published[1], { name: 'presence.changed', staffId: alex, presence: 'available', isConnected: true })
  t.equal(published.length, 2, 'the end of wrapping up is told once')
})

t.test('setting a presence ends wrapping up', async t => {
  const fixture = await setUp(t)
  const { store, roster } = fixture
  const [alex, callId] = [await hire(fixture, 'alex'), call()]
  await store.transact(tx => roster.claim(tx, alex, callId))
  await store.transact(tx => roster.release(tx, alex, callId, true))
  await store.transact(tx => roster.presence(tx, alex, { set: 'available' }))
  t.same(await reasons(fixture), { alex: null })
})

t.test('presence is told when it can be seen to change, and only then', async t => {
  const fixture = await setUp(t)
  const { store, roster, published } = fixture
  const alex = await hire(fixture, 'alex')
  t.same(published, [{ name: 'presence.changed', staffId: alex, presence: 'available', isConnected: true }])
  await store.transact(tx => roster.presence(tx, alex, { clients: 2 }))
  await store.transact(tx => roster.presence(tx, alex, { set: 'available' }))
  t.equal(published.length, 1)
  await store.transact(tx => roster.presence(tx, alex, { clients: 0 }))
  t.same(published[1], { name: 'presence.changed', staffId: alex, presence: 'available', isConnected: false })
})

t.test('the presence of nobody cannot be set', async t => {
  const { store, roster } = await setUp(t)
  await t.rejects(
    store.transact(tx => roster.presence(tx, newId<'staff'>(), { set: 'away' })),
    { code: 'not_found' },
  )
})

t.test('two transactions that want one person at the same moment: one gets them, the other need not wait', async t => {
  const fixture = await setUp(t)
  const { store, roster } = fixture
  const alex = await hire(fixture, 'alex')
  const hold = Promise.withResolvers<void>()
  const claimed = Promise.withResolvers<boolean>()
  const winner = store.transact(async (tx: Tx) => {
    claimed.resolve(await roster.claim(tx, alex, call()))
    await hold.promise
  })
  t.equal(await claimed.promise, true)
  t.equal(
    await store.transact(tx => roster.claim(tx, alex, call())),
    false,
    'answered while the winner is not committed',
  )
  hold.resolve()
  await winner
  t.equal(await store.transact(tx => roster.claim(tx, alex, call())), false, 'nor after it committed')
})

t.test('a claim that is rolled back leaves the person free', async t => {
  const fixture = await setUp(t)
  const { store, roster } = fixture
  const alex = await hire(fixture, 'alex')
  await t.rejects(
    store.transact(async tx => {
      await roster.claim(tx, alex, call())
      throw new Error('the call went away')
    }),
  )
  t.equal(await store.transact(tx => roster.claim(tx, alex, call())), true)
})

t.test('many calls at once: every person ends up with exactly one of those that were told they have them', async t => {
  const fixture = await setUp(t)
  const { store, roster } = fixture
  const people = [await hire(fixture, 'alex'), await hire(fixture, 'sam'), await hire(fixture, 'robin')]
  const attempts = Array.from({ length: 30 }, (_, at) => ({ staffId: people[at % 3] as StaffId, callId: call() }))
  const won = await Promise.all(
    attempts.map(({ staffId, callId }) => store.transact(tx => roster.claim(tx, staffId, callId))),
  )
  const winners = attempts.filter((_, at) => won[at])
  const holders = (await store.read(tx => roster.onDuty(tx))).map(({ id, callId }) => ({ staffId: id, callId }))
  const byPerson = (list: { staffId: StaffId; callId: CallId | null }[]) =>
    list.map(({ staffId, callId }) => `${staffId} ${callId}`).sort()
  t.equal(winners.length, 3)
  t.same(byPerson(winners), byPerson(holders))
})

t.test('whoever is said to be free can be claimed, and nobody else', async t => {
  const fixture = await setUp(t)
  const { store, roster, clock } = fixture
  const alex = await hire(fixture, 'alex')
  const state = fc.record({
    role: fc.constantFrom('viewer', 'agent', 'manager', 'admin'),
    presence: fc.constantFrom(null, 'available', 'busy', 'away', 'dnd'),
    clients: fc.nat(2),
    callId: fc.constantFrom(null, call()),
    wrapupMs: fc.constantFrom(null, -1000, 0, 1000),
    isActive: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(state, async ({ role, presence, clients, callId, wrapupMs, isActive }) => {
      const wrapupUntil = wrapupMs === null ? null : new Date(clock.now.getTime() + wrapupMs)
      await store.transact(async tx => {
        await tx.sql`update staff set role = ${role}, presence = ${presence}, clients = ${clients}, call_id = ${callId},
          wrapup_until = ${wrapupUntil}, is_active = ${isActive} where id = ${alex}`
      })
      const [said] = await store.read(tx => roster.onDuty(tx))
      const got = await store.transact(tx => roster.claim(tx, alex, call()))
      return got === (said?.notFreeBecause === null)
    }),
    { numRuns: 60 },
  )
  t.pass('for 60 states')
})
