import { newId, type Caller, type CallId, type ProfileId } from '@switchboard/core'
import t from 'tap'
import { dialOut } from './dial-out.ts'
import { RoutingSettings } from './routing-settings.ts'
import { assign, assignmentOf, currentSettings, followMerge, noteChange, ownerOf } from './routing-store.ts'
import { asked, incoming, openCalls, openExchange, status, talking, type Exchange } from './test-exchange.ts'
import { runTimers } from './timers.ts'

const store = await openCalls(t)
const alex = { id: newId<'staff'>(), name: 'Alex' }
const sam = { id: newId<'staff'>(), name: 'Sam' }
const robin = { id: newId<'staff'>(), name: 'Robin' }
const profileId: ProfileId = newId()
const ours = '+61712345678'

const ann = { profileId, displayName: 'Ann', bookings: [] as Caller['bookings'] } as Caller
const card = async (): Promise<Caller> => ann

async function set(exchange: Exchange, settings: object): Promise<void> {
  await store.transact(async tx => {
    const before = await currentSettings(tx)
    const after = { version: before.version + 1, settings: RoutingSettings.parse(settings) }
    const by = { name: 'Robin', staffId: null }
    await noteChange(tx, { by, before, after, reason: null, at: exchange.now() })
  })
}

/** Whom the call rings now, or where it is. */
async function rings(exchange: Exchange): Promise<string> {
  const { state, legs } = await exchange.call()
  if (state.name !== 'DialingStaff') return state.name
  return state.staff.map(id => legs.find(({ staffId }) => staffId === id)?.name).join('+')
}

const lastBecause = async (exchange: Exchange) => (await exchange.trail()).at(-1)?.because

/** Nobody answers. */
async function inVain(exchange: Exchange): Promise<void> {
  await exchange.carry()
  exchange.move(26)
  await runTimers(exchange)
}

t.test('a blocked caller is rejected before any phone rings, and the trail says why', async t => {
  const exchange = await openExchange(store, [alex])
  await set(exchange, { blocked: [{ phone: '+61412345678', reason: 'threats' }] })
  t.match(await exchange.ask(incoming()), { do: 'reject' })
  const { state, outcome } = await exchange.call()
  t.match({ state, outcome }, { state: { name: 'Hungup' }, outcome: 'rejected' })
  t.equal(await lastBecause(exchange), 'blocked: threats')
  t.same(exchange.staff.claims.size, 0)
  t.match(await exchange.ask(incoming('CA2', '+61412345679')), { do: 'wait' })
})

t.test(
  'closed: the caller is asked for a message, and the trail names the rule; who came in time is served',
  async t => {
    const closesAt = new Date('2026-03-01T10:00:10Z')
    const askedFor: object[] = []
    const exchange = await openExchange(store, [alex, sam], {
      hours: {
        at: async (_tx, at, about) => {
          askedFor.push(about)
          return { isOpen: at < closesAt, because: 'at this time: Sundays 08:00–20:00 (sales)', nextChangeAt: null }
        },
      },
    })
    await set(exchange, { teams: { sales: { staff: [alex.id, sam.id] } }, lines: { [ours]: { teams: ['sales'] } } })
    await exchange.ask(incoming())
    const first = await rings(exchange)
    await inVain(exchange)
    t.not(await rings(exchange), first, 'it closed meanwhile, and the next one is rung all the same')
    t.match(await rings(exchange), /Alex|Sam/)
    t.match(await exchange.ask(incoming('CA2')), { do: 'voicemail', say: 'Speak after the tone.' })
    t.match(await lastBecause(exchange), /^closed at this time: Sundays 08:00–20:00 \(sales\); a message is for sales$/)
    t.same(askedFor[0], { line: ours, team: 'sales' })
    const { id } = await exchange.call()
    t.same(await store.read(tx => ownerOf(tx, id)), { staffId: null, name: null, team: 'sales' })
  },
)

t.test('hours that cannot be read turn nobody away', async t => {
  const exchange = await openExchange(store, [alex], {
    hours: { at: async tx => void (await tx.sql`select * from no_such_table`) as never },
  })
  await exchange.ask(incoming())
  t.equal(await rings(exchange), 'Alex')
})

t.test('who spoke with the caller before is rung first the next time, also by the phone alone', async t => {
  const exchange = await openExchange(store, [alex, sam])
  await set(exchange, { everybody: { strategy: 'longest-idle' } })
  await talking(exchange)
  const { id } = await exchange.call()
  await exchange.report(status('CA1', 'completed'))
  await exchange.carry()
  exchange.move(3 * 86_400)
  const again = await openAgain(exchange, [sam, alex])
  await again.ask(incoming('CA2'))
  t.equal(await rings(again), 'Alex')
  t.match(await lastBecause(again), /^Alex rung \(Alex spoke with them 3 days ago \(0\.93\)\)/)
  await inVain(again)
  t.equal(await rings(again), 'Sam', 'then the others, by their strategy')
  t.not((await again.call()).id, id)
  await inVain(again)
  t.match(await lastBecause(again), /^nobody can be rung; a message is for Alex; not rung: /)
})

t.test('a stranger’s call is not tied to anybody, nor is one where it is switched off', async t => {
  const exchange = await openExchange(store, [alex, sam])
  await talking(exchange)
  await exchange.report(status('CA1', 'completed'))
  await exchange.carry()
  const other = await openAgain(exchange, [sam, alex])
  await other.ask(incoming('CA2', '+61412345679'))
  t.equal(await rings(other), 'Sam')
  const off = await openAgain(exchange, [sam, alex])
  await set(off, { everybody: { preferred: false } })
  await off.ask(incoming('CA3'))
  t.equal(await rings(off), 'Sam')
})

/** The same calls, with other people idle the longest, and everybody let go. */
async function openAgain(exchange: Exchange, people: (typeof alex)[]): Promise<Exchange> {
  const rows = await store.read(tx => tx.sql<{ row: object }>`select to_jsonb(call) as row from call`)
  const legs = await store.read(tx => tx.sql<{ row: object }>`select to_jsonb(call_leg) as row from call_leg`)
  const again = await openExchange(store, people)
  await store.transact(async tx => {
    for (const { row } of rows)
      await tx.sql`insert into call select * from jsonb_populate_record(null::call, ${JSON.stringify(row)}::jsonb)`
    for (const { row } of legs)
      await tx.sql`insert into call_leg select * from jsonb_populate_record(null::call_leg, ${JSON.stringify(row)}::jsonb)`
  })
  await store.transact(tx => tx.sql`update call_leg set vendor_id = 'old ' || vendor_id`)
  again.move((exchange.now().getTime() - again.now().getTime()) / 1000)
  return again
}

t.test('whose a person is goes before all, survives a merge, and is looked up once for each call', async t => {
  let looks = 0
  const exchange = await openExchange(store, [alex, sam, robin], { card: async () => (looks++, card()) })
  const old: ProfileId = newId()
  const at = exchange.now()
  await store.transact(tx => assign(tx, { profileId: old, staffId: robin.id, by: 'Mia', at }))
  await store.transact(tx => followMerge(tx, profileId, [old]))
  t.match(await store.read(tx => assignmentOf(tx, profileId)), { staffId: robin.id, by: 'Mia' })
  t.equal(await store.read(tx => assignmentOf(tx, old)), null)
  await exchange.ask(incoming())
  t.equal(await rings(exchange), 'Robin')
  t.match(await lastBecause(exchange), /^Robin rung \(Robin is assigned to them, by Mia\)/)
  await inVain(exchange)
  await inVain(exchange)
  await inVain(exchange)
  t.equal(await rings(exchange), 'Voicemail')
  t.match(await lastBecause(exchange), /a message is for Robin/)
  t.equal(looks, 1)
  await store.transact(tx => assign(tx, { profileId, staffId: null, by: 'Mia', at }))
  t.equal(await store.read(tx => assignmentOf(tx, profileId)), null)
})

t.test('an appointment with somebody of that name has them rung first; a directory that fails is no harm', async t => {
  const startsAt = '2026-03-02T10:00:00Z'
  const booking = { with: 'Sam', startsAt, status: 'confirmed' } as Caller['bookings'][number]
  const exchange = await openExchange(store, [alex, sam], { card: async () => ({ ...ann, bookings: [booking] }) })
  await exchange.ask(incoming())
  t.match(await lastBecause(exchange), /Sam has an appointment with them in 1 day \(0\.98\)/)
  const broken = await openExchange(store, [alex, sam], {
    card: async tx => (await tx.sql`select * from no_such_table`) as never,
  })
  await broken.ask(incoming())
  t.equal(await rings(broken), 'Alex')
})

t.test('in turn: each call begins with the next one, and the turn is remembered', async t => {
  const exchange = await openExchange(store, [alex, sam, robin])
  const staff = [robin.id, alex.id, sam.id]
  await set(exchange, { teams: { desk: { staff, strategy: 'in-turn' } }, lines: { [ours]: { teams: ['desk'] } } })
  const seen: string[] = []
  for (const caller of ['CA1', 'CA2', 'CA3', 'CA4']) {
    await exchange.ask(incoming(caller, `+6141234567${caller.at(-1)}`))
    seen.push(await rings(exchange))
    await exchange.report(status(caller, 'completed'))
    await exchange.carry()
  }
  t.same(seen, ['Robin', 'Alex', 'Sam', 'Robin'])
})

t.test('callers of one team do not wait behind those of another', async t => {
  const exchange = await openExchange(store, [alex, sam])
  const other = '+61799999999'
  await set(exchange, {
    teams: { a: { staff: [alex.id] }, b: { staff: [sam.id] } },
    lines: { [ours]: { teams: ['a'] }, [other]: { teams: ['b'] } },
  })
  await exchange.ask(incoming('CA1'))
  await exchange.ask(incoming('CA2', '+61412345671'))
  t.equal(await rings(exchange), 'WaitingForStaff')
  await exchange.ask({ ...incoming('CA3', '+61412345672'), to: other })
  t.equal(await rings(exchange), 'Sam')
})

t.test('texts and times are the line’s own; a change holds from the next call on', async t => {
  const exchange = await openExchange(store, [alex])
  const texts = { greeting: 'Sales here.', voicemailGreeting: 'Sales is out.' }
  await set(exchange, { lines: { [ours]: { texts, ringSeconds: 40 } } })
  t.match(await exchange.ask(incoming()), { do: 'wait', say: 'Sales here.' })
  await exchange.carry()
  exchange.move(26)
  await runTimers(exchange)
  t.equal(await rings(exchange), 'Alex')
  exchange.move(15)
  await runTimers(exchange)
  await exchange.carry()
  t.match(exchange.vendor.performed.at(-1), { do: 'redirect', to: { do: 'voicemail', say: 'Sales is out.' } })
  t.ok(asked(exchange).includes('redirect to voicemail'))
})

t.test('a customer sees the line of the team of whoever calls them', async t => {
  const exchange = await openExchange(store, [alex, sam])
  await set(exchange, {
    everybody: { callerId: '+61255500001' },
    teams: { sales: { staff: [sam.id], callerId: '+61255500002' } },
  })
  for (const { id } of [alex, sam])
    await store.transact(tx => dialOut(exchange, tx, id, { phone: '+61491570006', name: undefined, line: undefined }))
  await exchange.carry()
  t.match(exchange.vendor.performed, [{ from: '+61255500001' }, { from: '+61255500002' }])
})

t.test('two who change the settings at once: one is told to read them again', async t => {
  const exchange = await openExchange(store, [alex])
  await set(exchange, {})
  const change = { version: 1, settings: RoutingSettings.parse({}) }
  const [by, before] = [
    { name: 'Mia', staffId: null },
    { version: 0, settings: RoutingSettings.parse({}) },
  ]
  const note = { by, before, after: change, reason: null, at: exchange.now() }
  await t.rejects(
    store.transact(tx => noteChange(tx, note)),
    { code: 'conflict' },
  )
  t.equal(await store.read(tx => ownerOf(tx, newId<'call'>() as CallId)), null)
})
