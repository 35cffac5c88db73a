import { setTimeout as delay } from 'node:timers/promises'
import { newId, type Signals } from '@switchboard/core'
import { silentLog } from '@switchboard/core/hub'
import { testDatabase } from '@switchboard/test-postgres'
import { test, type Test } from 'tap'
import { enter } from './test-client.ts'
import { started, state, until } from './test-hub.ts'
import { wakeUp, type Look } from './wake.ts'

type Looked = (string[] | null)[]

/** A hub's way of being woken, with hints made by hand. */
function woken(t: Test, { isLive, look = async () => undefined }: { isLive: boolean; look?: Look }) {
  let hint: Parameters<Signals['hear']>[1] = () => undefined
  const signals: Signals = {
    send: () => undefined,
    hear: (_channel, heard) => {
      hint = heard
      return () => (hint = () => undefined)
    },
    isLive: () => isLive,
  }
  const looked: Looked = []
  const wake = wakeUp({ signals, log: silentLog() })
  wake.start(async staffIds => {
    looked.push(staffIds && [...staffIds])
    await look(staffIds)
  })
  t.teardown(() => wake.stop())
  return { looked, wake, hint: (...keys: string[]) => hint(keys.length > 0 ? new Set(keys) : null) }
}

test('at first it looks for everybody, and at a hint for those it names', async t => {
  const { looked, hint } = woken(t, { isLive: true })
  await until(() => looked.length === 1)
  hint('sam')
  await until(() => looked.length === 2)
  t.same(looked, [null, ['sam']])
})

test('what is hinted while it looks is looked for together, afterwards', async t => {
  let open: () => void = () => undefined
  const gate = new Promise<void>(resolve => (open = resolve))
  const { looked, hint } = woken(t, { isLive: true, look: () => gate })
  await until(() => looked.length === 1)
  hint('sam')
  hint('robin')
  hint('sam')
  t.same(looked, [null], 'never twice at once')
  open()
  await until(() => looked.length === 2)
  t.same(looked, [null, ['sam', 'robin']])
})

test('it looks for everybody without a hint too, also while hints keep coming', async t => {
  const { looked, hint } = woken(t, { isLive: true })
  while (looked.filter(staffIds => staffIds === null).length < 2) {
    hint('sam')
    await delay(20)
  }
  t.ok(looked.length > 3)
})

test('a look that fails is made up for by one for everybody', async t => {
  let isBroken = true
  const look: Look = async staffIds => {
    if (staffIds && isBroken) throw new Error('the database is away')
  }
  const { looked, hint } = woken(t, { isLive: true, look })
  await until(() => looked.length === 1)
  hint('sam')
  await until(() => looked.length >= 3)
  t.same(looked.slice(0, 3), [null, ['sam'], null])
  isBroken = false
})

test('once stopped it looks no more', async t => {
  const { looked, wake, hint } = woken(t, { isLive: false })
  await until(() => looked.length >= 2)
  await wake.stop()
  const { length } = looked
  hint()
  hint('sam')
  await delay(300)
  t.equal(looked.length, length)
})

/** Two hubs on one database with the same people. */
async function pair(t: Test) {
  const { url } = await testDatabase(t)
  const one = await started(t, { url })
  const two = await started(t, { url, staff: one.staff })
  return { one, two, sam: one.staff.sam }
}

const cutHints = `select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'switchboard hints' and datname = current_database()`

test('an event of one hub reaches the clients of another, each once and in order, also while connections are cut', async t => {
  const { one, two, sam } = await pair(t)
  const client = await enter(await two.ticket(sam.id))
  const own = await enter(await one.ticket(sam.id))
  for (const each of [client, own]) await each.next('welcome')
  const calls = Array.from({ length: 30 }, (_, index) => `call ${index}`)
  for (const [index, callId] of calls.entries()) {
    if (index % 10 === 5) await one.sql([cutHints] as never)
    await (index % 2 ? one : two).publish('call.state', state(callId, sam.id))
  }
  for (const each of [client, own]) for (const _ of calls) await each.next('call.state')
  for (const { frames } of [client, own])
    t.same(
      frames.flatMap(frame => (frame.type === 'call.state' ? [String(frame.data.callId)] : [])),
      calls,
    )
})

test('a hub hears by name for whom another hub wrote frames', async t => {
  const { url } = await testDatabase(t)
  const { one, two } = { one: await started(t, { url }), two: await started(t, { url }) }
  const looked: Looked = []
  const wake = wakeUp({ signals: two.signals, log: silentLog() })
  t.teardown(() => wake.stop())
  wake.start(async staffIds => void looked.push(staffIds && [...staffIds]))
  await until(() => two.signals.isLive() && one.signals.isLive() && looked.length > 0)
  const [sam, robin] = [newId<'staff'>(), newId<'staff'>()]
  await one.publish('call.state', state('one', sam, robin))
  await until(() => looked.some(staffIds => staffIds !== null))
  t.same(looked.find(staffIds => staffIds !== null)?.sort(), [sam, robin].sort())
})
