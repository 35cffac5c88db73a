import { newId, type LegId } from '@switchboard/core'
import t from 'tap'
import { dialOut } from './dial-out.ts'
import { resume } from './resume.ts'
import type { Rung, Target } from './state.ts'
import { openCalls, turns } from './test-exchange.ts'
import type { Person } from './test-vendor.ts'
import { openLine, type Line } from './test-line.ts'
import { runTimers } from './timers.ts'

const store = await openCalls(t)
const alex: Person = { id: newId<'staff'>(), name: 'Alex' }
const sam: Person = { id: newId<'staff'>(), name: 'Sam' }
const customer = '+61491570156'

/** Somebody calls, and Alex talks with them. */
async function talking(line: Line): Promise<void> {
  line.twilio.ring({ from: customer })
  await line.until(({ legs }) => legs[1]?.status === 'ringing', 'Alex’s phone rings')
  line.phone(alex.id).answer()
  await line.until(({ state }) => state.name === 'AllInConference', 'both are in')
  await line.until(({ legs }) => legs.every(leg => leg.inConference), 'both are known to be in')
}

async function rung(line: Line, { id, name }: Person): Promise<Rung> {
  const { id: callId } = await line.call()
  await line.store.transact(tx => line.staff.claim(tx, id, callId))
  return { staffId: id, name, legId: newId<'leg'>() as LegId }
}

async function handOver(line: Line, kind: 'cold' | 'warm'): Promise<Rung> {
  const to = await rung(line, sam)
  await line.does({ type: 'transfer', by: alex.id, kind, to, ringSeconds: 25 })
  return to
}

const samRings = (line: Line): Promise<unknown> =>
  line.until(({ legs }) => legs.at(-1)?.status === 'ringing', 'Sam’s phone rings')

t.test('a caller who was put on hold, and is not, hears music again; asked for once', async t => {
  const line = await openLine(t, store, [alex])
  await talking(line)
  await line.does({ type: 'hold', by: 'Alex', on: true })
  line.crash('lost')
  const before = line.twilio.performed().length
  await line.restart()
  t.match(line.done(before), [/Hold=true/])
  t.equal((await line.caller(leg => leg.heard.at(-1)?.sound === 'music', 'music')).heard.at(-1)?.sound, 'music')
  await resume(line, 0)
  await line.carry()
  t.equal(line.done(before).length, 1, 'it shows now, and is not asked for again')
})

t.test('a hold that was carried out before the crash, and is still in the outbox, is not done twice', async t => {
  const line = await openLine(t, store, [alex])
  await talking(line)
  await line.does({ type: 'hold', by: 'Alex', on: true })
  const kept = structuredClone(line.waiting)
  await line.carry()
  line.waiting.push(...kept)
  line.crash()
  const before = line.twilio.performed().length
  await line.restart()
  t.strictSame(line.done(before), [])
  t.equal((await line.call()).legs[0]?.isHeld, true)
})

t.test('mute and who may only listen are as was asked for', async t => {
  const line = await openLine(t, store, [alex])
  await talking(line)
  await line.does({ type: 'attend', staffId: sam.id, part: 'listen', rung: await rung(line, sam), ringSeconds: 25 })
  await samRings(line)
  line.phone(sam.id).answer()
  await line.until(({ legs }) => legs[2]?.inConference === true, 'Sam listens')
  await line.does({ type: 'mute', staffId: alex.id, on: true })
  await line.does({ type: 'attend', staffId: sam.id, part: 'whisper', rung: null, ringSeconds: 25 })
  line.crash('lost')
  const before = line.twilio.performed().length
  await line.restart()
  t.equal(line.done(before).length, 2)
  t.match(line.done(before), [/Muted=true/, /Muted=false/])
  await resume(line, 0)
  await line.carry()
  t.equal(line.done(before).length, 2)
})

t.test('a pause of the recording that was lost is made, and one that shows is not made again', async t => {
  const line = await openLine(t, store, [alex])
  await talking(line)
  await line.does({ type: 'record', by: 'Alex', to: 'on' })
  await line.carry()
  await line.does({ type: 'record', by: 'Alex', to: 'paused' })
  line.crash('lost')
  const before = line.twilio.performed().length
  await line.restart()
  t.match(line.done(before), [/Status=paused/])
  await resume(line, 0)
  await line.carry()
  t.equal(line.done(before).length, 1)
  await line.does({ type: 'record', by: 'Alex', to: 'on' })
  line.crash('lost')
  await line.restart()
  t.match(line.done(before).slice(1), [/Status=in-progress/], 'it goes on with the same recording')
})

t.test('handed over cold: the other picked up while the hub was away, and has the caller', async t => {
  const line = await openLine(t, store, [alex, sam])
  await talking(line)
  await handOver(line, 'cold')
  await samRings(line)
  line.crash()
  line.phone(sam.id).answer()
  await line.caller(leg => leg.conference !== null, 'the caller is in the conference')
  await line.restart()
  const call = await line.until(({ state }) => state.name === 'AllInConference', 'Sam has the call')
  t.match(call, { transfer: null, legs: [{ isHeld: false }, { isEnding: true }, { hasSpoken: true }] })
  await line.caller(leg => leg.heard.at(-1)?.sound === 'conference', 'they hear each other')
})

t.test('handed over cold: the other declined while the hub was away, and it comes back to the sender', async t => {
  const line = await openLine(t, store, [alex, sam])
  await talking(line)
  await handOver(line, 'cold')
  await samRings(line)
  line.crash()
  line.phone(sam.id).decline()
  await line.restart()
  const call = await line.until(({ legs }) => legs.length === 4 && legs[3]?.status === 'ringing', 'Alex is rung again')
  t.match(call, { state: { name: 'DialingStaff', staff: [alex.id] }, transfer: { kind: 'cold' } })
  t.equal((await line.caller(() => true, 'there')).heard.at(-1)?.sound, 'music', 'never alone in silence')
  line.crash()
  line.phone(alex.id).answer()
  await line.restart()
  const back = await line.until(({ state }) => state.name === 'AllInConference', 'Alex has them back')
  t.match(back, { transfer: null, legs: [{ isHeld: false }] })
})

t.test(
  'handed over after talking: the other hung up while the hub was away, and the sender has the caller again',
  async t => {
    const line = await openLine(t, store, [alex, sam])
    await talking(line)
    await handOver(line, 'warm')
    await samRings(line)
    line.phone(sam.id).answer()
    await line.until(({ legs }) => legs[2]?.inConference === true, 'Sam talks with Alex')
    line.crash()
    line.phone(sam.id).hangUp()
    await line.restart()
    const call = await line.until(({ legs }) => legs[0]?.isHeld === false, 'off hold')
    t.match(call, { state: { name: 'AllInConference' }, transfer: null })
    await line.caller(leg => leg.heard.at(-1)?.sound === 'conference', 'Alex and the caller hear each other')
  },
)

t.test('who waits keeps their place, is told nothing anew, and is rung for when somebody is free', async t => {
  const busy: Person = { ...alex, because: 'is on another call' }
  const line = await openLine(t, store, [busy])
  line.staff.claims.set(alex.id, newId<'call'>())
  line.twilio.ring({ from: customer })
  const waiting = await line.until(({ state }) => state.name === 'WaitingForStaff', 'the caller waits')
  await line.caller(leg => leg.heard.some(({ text }) => text?.includes('number 1')), 'their place')
  line.crash()
  const before = line.twilio.performed().length
  await line.restart()
  t.strictSame(line.done(before), [])
  const after = await line.call()
  t.strictSame([after.state, after.queuedAt], [waiting.state, waiting.queuedAt])
})

t.test('who waits, and could not be told so, is told; who hung up meanwhile is gone', async t => {
  const line = await openLine(t, store, [{ ...alex, because: 'is on another call' }])
  line.staff.claims.set(alex.id, newId<'call'>())
  const caller = line.twilio.ring({ from: customer })
  const { legs } = await line.until(({ state }) => state.name === 'WaitingForStaff', 'the caller waits')
  await line.does({ type: 'commandFailed', legId: legs[0]!.id, command: 'redirect', error: 'no' })
  line.crash()
  const before = line.twilio.performed().length
  await line.restart()
  t.match(line.done(before), [/Gather/])
  line.crash()
  caller.hangUp()
  await line.restart()
  t.match(await line.call(), { state: { name: 'Hungup' }, outcome: 'missed' })
})

t.test('who asked to be called back, and was told so while the hub was away, is to be called back', async t => {
  const line = await openLine(t, store, [{ ...alex, because: 'is on another call' }])
  line.staff.claims.set(alex.id, newId<'call'>())
  const caller = line.twilio.ring({ from: customer })
  await line.caller(leg => leg.heard.some(({ text }) => text?.includes('number 1')), 'their place')
  caller.press('1')
  await line.until(({ legs }) => legs[0]?.told === 'callback', 'they pressed 1')
  line.crash()
  await line.caller(leg => leg.status === 'completed', 'goodbye')
  await line.restart()
  t.match(await line.call(), { state: { name: 'Hungup' }, outcome: 'callback' })
})

t.test('calling out: our phone was picked up while the hub was away, and the customer is dialled once', async t => {
  const line = await openLine(t, store, [alex])
  await line.store.transact(tx => dialOut(line, tx, alex.id, { phone: customer, line: line.twilio.numbers[0] }))
  await line.until(({ legs }) => legs[1]?.status === 'ringing', 'Alex’s phone rings')
  line.crash()
  line.phone(alex.id).answer()
  await line.restart()
  await line.until(({ legs }) => legs[0]?.vendorId !== null, 'the customer is dialled')
  line.crash()
  await line.caller(leg => leg.conference !== null, 'the customer answers')
  await line.restart()
  t.match(await line.call(), { state: { name: 'AllInConference' }, legs: [{ told: 'join' }, {}] })
  t.equal(line.done().filter(done => done.includes(`To=${customer}`)).length, 1)
})

t.test('a third party who came, and one who never will, are known after the crash', async t => {
  const line = await openLine(t, store, [alex])
  await talking(line)
  const guest = (phone: string): Target => ({ staffId: null, phone, name: phone, legId: newId<'leg'>() as LegId })
  await line.does({ type: 'add', by: 'Alex', to: guest('+61255509999'), ringSeconds: 25 })
  await line.until(({ legs }) => legs[2]?.status === 'ringing', 'the third rings')
  await line.does({ type: 'add', by: 'Alex', to: guest('+61255508888'), ringSeconds: 25 })
  line.crash('lost')
  line.twilio.phone('+61255509999').answer()
  await line.restart()
  t.match(await line.call(), {
    state: { name: 'AllInConference' },
    legs: [{}, {}, { inConference: true }, { status: 'queued' }],
  })
  await line.restart()
  t.match(await line.call(), { legs: [{}, {}, {}, { status: 'failed', reason: /never dialled/ }] })
  line.crash()
  line.phone(alex.id).hangUp()
  await line.restart()
  t.equal((await line.call()).state.name, 'AllInConference', 'the third and the caller talk on')
})

t.test('a message that is being recorded is not cut; the caller who hung up meanwhile is gone', async t => {
  const line = await openLine(t, store, [{ ...alex, because: 'is away' }])
  const caller = line.twilio.ring({ from: customer, leaveMessageMs: 600_000 })
  await line.caller(
    leg => leg.heard.at(-1)?.sound === 'nothing' && leg.heard.some(({ sound }) => sound === 'beep'),
    'it records',
  )
  line.crash()
  const before = line.twilio.performed().length
  await line.restart()
  t.strictSame(line.done(before), [])
  t.equal((await line.call()).state.name, 'Voicemail')
  line.crash()
  caller.hangUp()
  await line.restart()
  t.match(await line.call(), { state: { name: 'Hungup' }, outcome: 'missed' })
})

t.test('a rung whose time was over while the hub was away: who picked up meanwhile has the call', async t => {
  const line = await openLine(t, store, [alex, sam])
  line.twilio.ring({ from: customer })
  await line.until(({ legs }) => legs[1]?.status === 'ringing', 'a phone rings')
  line.crash()
  line.phone(alex.id).answer()
  line.phone(sam.id).answer()
  line.sleep(60)
  await runTimers(line)
  t.equal((await line.call()).state.name, 'AddingCallerToConference')
  t.notOk((await turns(line)).filter(name => name === 'DialingStaff').length > 1, 'nobody else was rung')
})

t.test('two hubs that start at once put each call right once', async t => {
  const line = await openLine(t, store, [alex])
  await talking(line)
  await line.does({ type: 'hold', by: 'Alex', on: true })
  line.crash('lost')
  const before = line.twilio.performed().length
  line.sleep(60)
  await Promise.all([resume(line, 0), resume(line, 0), resume(line, 0)])
  await line.restart()
  t.equal(line.done(before).length, 1)
})

t.test('a vendor that cannot be asked leaves every call untouched, whatever it is in', async t => {
  const line = await openLine(t, store, [alex, sam])
  await talking(line)
  await handOver(line, 'warm')
  await line.does({ type: 'record', by: 'Alex', to: 'on' })
  await samRings(line)
  const before = await line.call()
  line.crash()
  line.phone(sam.id).decline()
  line.twilio.faults.set({ status5xx: 1 })
  line.sleep(60)
  await resume(line, 0)
  t.strictSame(await line.call(), before)
  line.twilio.faults.clear()
  await line.restart()
  await line.until(({ transfer }) => transfer === null, 'Alex has the caller again')
})
