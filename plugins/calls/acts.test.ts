import { newId, type CallId, type StaffId } from '@switchboard/core'
import t from 'tap'
import { acts, doAct } from './acts.ts'
import { dialOut } from './dial-out.ts'
import type { StoredCall } from './store.ts'
import {
  asked,
  incoming,
  openCalls,
  openExchange,
  place,
  status,
  talking,
  turns,
  type Exchange,
} from './test-exchange.ts'
import { runTimers } from './timers.ts'

const store = await openCalls(t)
const alex = { id: newId<'staff'>(), name: 'Alex' }
const sam = { id: newId<'staff'>(), name: 'Sam' }
const robin = { id: newId<'staff'>(), name: 'Robin' }

/** Does an act for Alex, as an agent, unless told otherwise. */
async function doing(
  exchange: Exchange,
  name: string,
  input: object = {},
  actor: { staffId: StaffId; name: string; role?: 'agent' | 'manager' } = { staffId: alex.id, name: 'Alex' },
): Promise<StoredCall> {
  const act = acts.find(one => one.name === name)
  if (!act) throw new Error(`there is no act ${name}`)
  const { id: callId } = await exchange.call()
  const parsed = act.input.parse(input)
  const done = await store.transact(tx =>
    doAct({ stage: exchange, tx, actor: { role: 'agent', ...actor } }, { callId, act, input: parsed }),
  )
  await exchange.carry()
  return done
}

const callerIn = ({ legs }: StoredCall) => legs.find(({ role }) => role === 'caller')!

t.test('a caller on hold hears music, and the others again; who is muted is not heard', async t => {
  const exchange = await openExchange(store, [alex])
  await talking(exchange)
  t.equal(callerIn(await doing(exchange, 'hold', { on: true })).isHeld, true)
  await doing(exchange, 'hold', { on: true })
  await doing(exchange, 'hold', { on: false })
  await doing(exchange, 'mute', { on: true })
  t.match(exchange.vendor.performed.slice(2), [
    { do: 'hold', vendorLegId: 'CA1', conferenceId: 'CF1', on: true },
    { do: 'hold', vendorLegId: 'CA1', on: false },
    { do: 'mute', vendorLegId: 'V1', on: true },
  ])
  t.equal((await exchange.call()).state.name, 'AllInConference')
})

t.test('a cold transfer: who hands over is gone, the caller hears music until the other answers', async t => {
  const exchange = await openExchange(store, [alex, sam])
  await talking(exchange)
  const handed = await doing(exchange, 'transfer', { to: { staffId: sam.id }, kind: 'cold' })
  t.match(handed.state, { name: 'DialingStaff', staff: [sam.id] })
  t.equal(callerIn(handed).isHeld, true)
  t.strictSame(asked(exchange).slice(2), ['hold', 'dial', 'endOnExit', 'hangup'])
  t.match(exchange.vendor.performed.at(-2), { vendorLegId: 'V1', on: false }, 'the conference goes on without Alex')
  t.strictSame(exchange.staff.released, [{ staffId: alex.id, spoke: true }])
  await exchange.report(status('V4', 'in-progress', { sequence: 2 }))
  await exchange.carry()
  const { state, legs, transfer } = await exchange.call()
  t.equal(state.name, 'AllInConference')
  t.equal(transfer, null)
  t.equal(legs[0]?.isHeld, false)
  t.strictSame(asked(exchange).slice(-2), ['hold', 'endOnExit'])
  t.match(exchange.vendor.performed.slice(-2), [{ on: false }, { vendorLegId: 'V4', on: true }], 'and ends with Sam')
})

t.test('a cold transfer that nobody takes comes back to who handed over, then to others, never to silence', async t => {
  const exchange = await openExchange(store, [alex, sam])
  await talking(exchange)
  await doing(exchange, 'transfer', { to: { staffId: sam.id }, kind: 'cold' })
  await exchange.report(status('V1', 'completed'))
  exchange.move(26)
  await runTimers(exchange)
  await exchange.carry()
  const back = await exchange.call()
  t.match(back.state, { name: 'DialingStaff', staff: [alex.id] })
  t.equal(callerIn(back).isHeld, true)
  t.ok((await exchange.trail()).some(({ because }) => because.includes('comes back to who handed it over')))
  const again = back.legs.findLast(({ staffId }) => staffId === alex.id)!
  await exchange.report(status(again.vendorId!, 'in-progress', { sequence: 2 }))
  t.equal((await exchange.call()).state.name, 'AllInConference')
  t.equal(callerIn(await exchange.call()).isHeld, false)
})

t.test(
  'talking first: both talk while the caller hears music; completing leaves the caller with the other',
  async t => {
    const exchange = await openExchange(store, [alex, sam])
    await talking(exchange)
    const asking = await doing(exchange, 'transfer', { to: { staffId: sam.id }, kind: 'warm' })
    t.equal(asking.state.name, 'AllInConference')
    t.equal(callerIn(asking).isHeld, true)
    await t.rejects(doing(exchange, 'transfer', { to: { phone: '0491 570 006' } }), { code: 'conflict' })
    await exchange.report(status('V4', 'in-progress', { sequence: 2 }))
    await exchange.report(place('joined', 'V4', 3))
    t.equal(callerIn(await exchange.call()).isHeld, true, 'not before Alex says so')
    const done = await doing(exchange, 'transferComplete')
    t.equal(done.state.name, 'AllInConference')
    t.equal(callerIn(done).isHeld, false)
    t.equal(done.legs.find(({ staffId }) => staffId === alex.id)?.isEnding, true)
    await exchange.report(status('V1', 'completed'))
    t.equal((await exchange.call()).state.name, 'AllInConference')
    await exchange.report(status('V4', 'completed'))
    t.match(await exchange.call(), { state: { name: 'Hungup' }, outcome: 'answered' })
  },
)

t.test('talking first, and the other declines: the caller is back with who asked', async t => {
  const exchange = await openExchange(store, [alex, sam])
  await talking(exchange)
  await doing(exchange, 'transfer', { to: { staffId: sam.id }, kind: 'warm' })
  await exchange.report(status('V4', 'busy'))
  const call = await exchange.call()
  t.match(call, { state: { name: 'AllInConference' }, transfer: null })
  t.equal(callerIn(call).isHeld, false)
})

t.test('who asked hangs up while the other’s phone rings: it goes on as a cold transfer', async t => {
  const exchange = await openExchange(store, [alex, sam])
  await talking(exchange)
  await doing(exchange, 'transfer', { to: { staffId: sam.id }, kind: 'warm' })
  await exchange.report(status('V1', 'completed'))
  t.match((await exchange.call()).state, { name: 'DialingStaff', staff: [sam.id] })
  await exchange.report(status('V4', 'in-progress', { sequence: 2 }))
  t.equal((await exchange.call()).state.name, 'AllInConference')
})

t.test('a third party by phone comes in, and is taken out again', async t => {
  const exchange = await openExchange(store, [alex])
  await talking(exchange)
  const added = await doing(exchange, 'add', { who: { phone: '0491 570 006' } })
  const guest = added.legs.find(({ role }) => role === 'guest')!
  t.match(exchange.vendor.performed.slice(-2), [
    { do: 'dial', to: { phone: '+61491570006' }, from: '+61712345678' },
    { do: 'endOnExit', vendorLegId: 'V1', on: false },
  ])
  await exchange.report(status('V3', 'in-progress', { sequence: 1 }))
  await doing(exchange, 'drop', { legId: guest.id })
  t.strictSame(asked(exchange).slice(-2), ['hangup', 'endOnExit'])
  t.match(exchange.vendor.performed.at(-1), { vendorLegId: 'V1', on: true }, 'the caller has only Alex again')
  t.equal((await exchange.call()).state.name, 'AllInConference')
})

t.test('a conversation is recorded, paused for a card number, and goes on', async t => {
  const exchange = await openExchange(store, [alex])
  await talking(exchange)
  await t.rejects(doing(exchange, 'recording', { action: 'pause' }), { code: 'conflict' })
  await doing(exchange, 'recording', { action: 'start' })
  await doing(exchange, 'recording', { action: 'pause' })
  t.equal((await doing(exchange, 'recording', { action: 'resume' })).recorded, 'on')
  t.match(exchange.vendor.performed.slice(2), [{ to: 'on' }, { to: 'paused' }, { to: 'on' }])
})

t.test('a manager listens, whispers and comes in; when the others are gone the call is over', async t => {
  const exchange = await openExchange(store, [alex, robin])
  await talking(exchange)
  const boss = { staffId: robin.id, name: 'Robin', role: 'manager' as const }
  await doing(exchange, 'attend', { part: 'whisper' }, boss)
  t.match(exchange.vendor.performed.at(-1), { do: 'dial', as: { part: 'whisper', to: 'V1' } })
  await exchange.report(status('V3', 'in-progress', { sequence: 1 }))
  await exchange.report(place('joined', 'V3', 3))
  await doing(exchange, 'attend', { part: 'listen' }, boss)
  t.match(exchange.vendor.performed.at(-1), { do: 'attend', vendorLegId: 'V3', as: { part: 'listen' } })
  await exchange.report(status('V1', 'completed'))
  await exchange.carry()
  t.equal((await exchange.call()).state.name, 'Hungup', 'who only listens is no company')
})

t.test('others’ calls are left alone, but for managers; and nothing is done to a call that is not yet one', async t => {
  const exchange = await openExchange(store, [alex, sam])
  await exchange.ask(incoming())
  await t.rejects(doing(exchange, 'hold', { on: true }), { code: 'conflict', message: /DialingStaff/ })
  await exchange.carry()
  await exchange.report(status('V1', 'in-progress', { sequence: 1 }))
  await exchange.carry()
  await exchange.report(place('joined', 'V1', 1))
  await exchange.report(place('joined', 'CA1', 2))
  const other = { staffId: sam.id, name: 'Sam' }
  await t.rejects(doing(exchange, 'hold', { on: true }, other), { code: 'forbidden' })
  t.ok(await doing(exchange, 'hold', { on: true }, { ...other, role: 'manager' }))
  const taken = doing(exchange, 'transfer', { to: { staffId: newId() } })
  await t.rejects(taken, { code: 'not_found' })
})

t.test('everybody is taken: callers wait in the order they came, hear their place, and are served in it', async t => {
  const exchange = await openExchange(store, [alex])
  await talking(exchange)
  const first = (await exchange.call()).id
  exchange.move(1)
  t.match(await exchange.ask(incoming('CA2')), { do: 'queue', say: 'You are number 1.' })
  const second = (await exchange.call()).id
  exchange.move(1)
  t.match(await exchange.ask(incoming('CA3')), { do: 'queue', say: 'You are number 2.' })
  const third = await exchange.call()
  await exchange.report(status('CA1', 'completed'))
  await exchange.carry()
  exchange.move(5)
  await runTimers(exchange)
  await exchange.carry()
  const stateOf = async (id: CallId): Promise<string> => {
    const [row] = await store.read(
      tx => tx.sql<{ name: string }>`select state->>'name' as name from call where id = ${id}`,
    )
    return row!.name
  }
  t.strictSame(await Promise.all([first, second, third.id].map(stateOf)), ['Hungup', 'DialingStaff', 'WaitingForStaff'])
  exchange.move(5)
  await runTimers(exchange)
  t.match((await exchange.call()).state, { name: 'WaitingForStaff', place: 1 })
  exchange.move(300)
  await runTimers(exchange)
  t.equal((await exchange.call()).state.name, 'Voicemail')
})

t.test('who presses 1 is called back: they are told so, and the call waits for nobody', async t => {
  const exchange = await openExchange(store, [alex])
  await talking(exchange)
  await exchange.ask(incoming('CA2'))
  const pressed = { type: 'digits', leg: { vendorId: 'CA2', callId: null, legId: null }, digits: '1', at: new Date() }
  t.strictSame(await exchange.ask(pressed), { do: 'farewell', text: 'We call you back.' })
  t.match(
    exchange.published.filter(({ name }) => name === 'call.callbackAsked').map(({ data }) => data),
    [{ place: 1 }],
  )
  await exchange.report(status('CA2', 'completed'))
  t.match(await exchange.call(), { state: { name: 'Hungup' }, outcome: 'callback' })
})

t.test('calling somebody: the own phone rings first, then the customer’s; both meet', async t => {
  const exchange = await openExchange(store, [alex])
  const wish = { phone: '0491 570 006', line: '+61712345678' }
  await store.transact(tx => dialOut(exchange, tx, alex.id, wish))
  await exchange.carry()
  t.match(exchange.vendor.performed, [{ do: 'dial', from: '+61712345678' }])
  t.equal((await exchange.call()).state.name, 'RingingOutbound')
  await exchange.report(status('V1', 'in-progress', { sequence: 1 }))
  await exchange.report(place('joined', 'V1', 1))
  await exchange.carry()
  t.match(exchange.vendor.performed.at(-1), { do: 'dial', to: { phone: '+61491570006' } })
  await exchange.report(status('V2', 'in-progress', { sequence: 1 }))
  await exchange.report(place('joined', 'V2', 2))
  t.strictSame(await turns(exchange), ['RingingOutbound', 'AllInConference'])
  await exchange.report(status('V2', 'completed'))
  t.match(await exchange.call(), { state: { name: 'Hungup' }, outcome: 'answered', direction: 'outbound' })
})

t.test('calling somebody who does not answer, or whose caller declines, ends and rings nobody else', async t => {
  const exchange = await openExchange(store, [alex])
  await store.transact(tx => dialOut(exchange, tx, alex.id, { phone: '0491 570 006', line: '+61712345678' }))
  await exchange.carry()
  await exchange.report(status('V1', 'busy'))
  await exchange.carry()
  const { state, outcome, legs } = await exchange.call()
  t.match({ state, outcome }, { state: { name: 'Hungup' }, outcome: 'unanswered' })
  t.ok(
    legs.every(({ endedAt }) => endedAt !== null),
    'the customer, who was never dialled, is not waited for',
  )
  t.strictSame(asked(exchange), ['dial'])
  const taken = store.transact(tx => dialOut(exchange, tx, alex.id, { phone: 'nobody' }))
  await t.rejects(taken, { code: 'bad_request' })
})
