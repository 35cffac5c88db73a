import { newId } from '@switchboard/core'
import t from 'tap'
import { replay, ReplayWish, type Replay } from './replay.ts'
import { incoming, openCalls, openExchange, status, type Exchange } from './test-exchange.ts'
import { runTimers } from './timers.ts'

const store = await openCalls(t)
const alex = { id: newId<'staff'>(), name: 'Alex' }
const sam = { id: newId<'staff'>(), name: 'Sam' }
const robin = { id: newId<'staff'>(), name: 'Robin' }
const ours = '+61712345678'
const team = (...staff: string[]) => ({ teams: { t: { staff } }, lines: { [ours]: { teams: ['t'] } } })

function replayed(exchange: Exchange, settings?: object): Promise<Replay> {
  const span = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' }
  return store.transact(tx => replay(exchange, tx, ReplayWish.parse({ ...span, settings })))
}

/** A call that Sam answers after Alex did not. */
async function samAnswers(exchange: Exchange): Promise<void> {
  await exchange.ask(incoming())
  await exchange.carry()
  exchange.move(26)
  await runTimers(exchange)
  await exchange.carry()
  const second = (await exchange.call()).legs.at(-1)!
  await exchange.report(status(second.vendorId!, 'in-progress', { sequence: 2 }))
  await exchange.carry()
  for (const id of [second.vendorId!, 'CA1'])
    await exchange.report({
      ...{ type: 'joined', leg: { vendorId: id, callId: null, legId: null } },
      ...{ conference: { name: '', vendorId: 'CF1' }, sequence: 9, at: exchange.now() },
    })
  await exchange.report(status('CA1', 'completed'))
  await exchange.carry()
}

t.test('the same rules change nothing, and the call itself is left as it is', async t => {
  const exchange = await openExchange(store, [alex, sam, { ...robin, because: 'is away' }])
  await samAnswers(exchange)
  const before = await exchange.call()
  const { items, changed, isCut } = await replayed(exchange, { everybody: { preferred: false } })
  t.match(items, [{ was: ['rings Alex', 'rings Sam'], would: ['rings Alex', 'rings Sam'], isChanged: false }])
  t.same([changed, isCut], [0, false])
  t.same(await exchange.call(), before)
})

t.test('other rules show who would be rung instead, up to who did answer', async t => {
  const exchange = await openExchange(store, [alex, sam, robin])
  await samAnswers(exchange)
  const first = (await replayed(exchange, team(sam.id))).items[0]!
  t.match(first, { was: ['rings Alex', 'rings Sam'], would: ['rings Sam'], isChanged: true, notes: [] })
  const all = await replayed(exchange, { everybody: { strategy: 'all' } })
  t.match(all.items, [{ would: ['rings Alex, Robin, Sam'], notes: ['whether Robin would answer is not known'] }])
  t.equal(all.changed, 1)
  const blocked = await replayed(exchange, { blocked: [{ phone: '+61412345678', reason: 'spam' }] })
  t.match(blocked.items, [{ would: ['reject: blocked: spam'] }])
})

t.test('who was not free then is not rung in the replay either; hours are asked as they are now', async t => {
  const exchange = await openExchange(store, [alex, { ...sam, because: 'is away' }])
  await exchange.ask(incoming())
  await exchange.report(status('CA1', 'completed'))
  const sams = await replayed(exchange, team(sam.id))
  t.match(sams.items, [{ was: ['rings Alex'], would: ['voicemail: nobody can be rung'] }])
  const shut = {
    ...exchange,
    hours: () => ({ at: async () => ({ isOpen: false, because: 'for Easter', nextChangeAt: null }) }),
  }
  t.match((await replayed(shut)).items, [{ would: ['voicemail: closed for Easter'], isChanged: true }])
})

t.test('a caller who waited is told once, and trails without who else was free are said to be so', async t => {
  const exchange = await openExchange(store, [{ ...alex, because: 'is wrapping up until 10:01' }])
  exchange.staff.onDuty = async () => [
    {
      ...{ id: alex.id, name: 'Alex', email: '', role: 'agent', isActive: true, presence: 'wrapup', isConnected: true },
      ...{ callId: null, lastCallAt: null, notFreeBecause: 'is wrapping up until 10:01' },
    },
  ]
  await exchange.ask(incoming())
  for (let look = 0; look < 3; look++) {
    exchange.move(20)
    await runTimers(exchange)
  }
  await exchange.report(status('CA1', 'completed'))
  t.match((await replayed(exchange)).items, [{ was: ['waits'], would: ['waits'], isChanged: false }])
  await store.transact(tx => tx.sql`update call_event set data = data - 'free'`)
  const { items } = await replayed(exchange, { everybody: { maxWaitSeconds: 0 } })
  t.match(items, [{ would: ['voicemail: nobody can be rung'], notes: ['the trail does not tell who else was free'] }])
})

t.test('more calls than asked for are not looked at, and a replay writes nothing', async t => {
  const exchange = await openExchange(store, [])
  for (const id of ['CA1', 'CA2']) await exchange.ask(incoming(id))
  const span = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z', limit: 1 }
  t.match(await store.transact(tx => replay(exchange, tx, ReplayWish.parse(span))), { isCut: true, items: [{}] })
  const writing = store.transact(async tx => {
    await replay(exchange, tx, ReplayWish.parse(span))
    await tx.sql`delete from call`
  })
  await t.rejects(writing, /read-only/)
})
