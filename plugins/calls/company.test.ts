import { newId, type LegId } from '@switchboard/core'
import t from 'tap'
import { keyOf } from './actor.ts'
import { transition } from './machine.ts'
import type { Call, Command, Leg, MachineEvent, Step } from './state.ts'
import { sampleCalls } from './table.ts'
import { openCalls } from './test-exchange.ts'
import type { Person } from './test-vendor.ts'
import { openLine, type Line } from './test-line.ts'
import { runTimers } from './timers.ts'
import { blankLeg } from './turns.ts'

const store = await openCalls(t)
const alex: Person = { id: newId<'staff'>(), name: 'Alex' }
const sam: Person = { id: newId<'staff'>(), name: 'Sam' }

async function talking(line: Line): Promise<void> {
  line.twilio.ring({ from: '+61491570156' })
  await line.until(({ legs }) => legs.some(leg => leg.status === 'ringing' && leg.role === 'staff'), 'a phone rings')
  line.phone(alex.id).answer()
  await line.until(({ legs }) => legs.slice(0, 2).every(leg => leg.inConference), 'both are known to be in')
  await line.until(() => line.waiting.length === 0, 'everything is carried')
}

async function handOver(line: Line, kind: 'cold' | 'warm'): Promise<void> {
  const { id: callId } = await line.call()
  await line.store.transact(tx => line.staff.claim(tx, sam.id, callId))
  const to = { staffId: sam.id, name: sam.name, legId: newId<'leg'>() as LegId }
  await line.does({ type: 'transfer', by: alex.id, kind, to, ringSeconds: 25 })
  await line.until(({ legs }) => legs.at(-1)?.status === 'ringing', 'Sam’s phone rings')
}

const isOver = ({ endedAtMs }: { endedAtMs: number | null }): boolean => endedAtMs !== null

t.test('a colleague who hangs up, while no report of it comes, leaves nobody in silence', async t => {
  const line = await openLine(t, store, [alex])
  await talking(line)
  line.twilio.faults.set({ drop: 1 })
  line.phone(alex.id).hangUp()
  await line.caller(isOver, 'the caller is let go, though nobody looked')
  t.match((await line.call()).state, { name: 'Hungup' })
})

t.test('the same when several phones rang at once: whoever has the caller is found out only then', async t => {
  const line = await openLine(t, store, [alex, sam], { strategy: 'all' })
  await talking(line)
  t.match(line.twilio.performed().at(-1)?.form, { EndConferenceOnExit: 'true' })
  t.strictSame(
    line.twilio.performed().flatMap(({ form }) => (form['Label'] ? form['EndConferenceOnExit'] : [])),
    ['false', 'false'],
    'who picks up too late must not end it',
  )
  line.twilio.faults.set({ drop: 1 })
  line.phone(alex.id).hangUp()
  t.ok(await line.caller(isOver, 'the caller is let go, though nobody looked'))
})

t.test('a conference that ended under a transfer: the caller hears music, and comes to who picks up', async t => {
  const line = await openLine(t, store, [alex, sam])
  await talking(line)
  await handOver(line, 'warm')
  await line.until(() => line.waiting.length === 0, 'everything is carried')
  // What the vendor was told last is as if it had not been: the conference ends with Alex all the same.
  const { legs } = await line.call()
  await line.telephony().perform({
    ...{ do: 'endOnExit', callId: (await line.call()).id, legId: legs[1]!.id, vendorLegId: legs[1]!.vendorId! },
    ...{ conferenceId: legs[1]!.conference!.vendorId, on: true },
  })
  line.phone(alex.id).hangUp()
  await line.until(({ state }) => state.name === 'DialingStaff', 'Sam’s phone goes on ringing')
  await line.caller(({ heard }) => heard.at(-1)?.sound === 'music', 'the caller hears music')
  line.phone(sam.id).answer()
  await line.until(({ state }) => state.name === 'AllInConference', 'both are in')
  t.ok(await line.caller(({ heard }) => heard.at(-1)?.sound === 'conference', 'they speak'))
})

t.test(
  'with two others the conference goes on without either, the vendor is asked now and then, and it ends with the last',
  async t => {
    const line = await openLine(t, store, [alex, sam])
    await talking(line)
    t.equal((await line.call()).due, null, 'with one there is nothing to look after')
    const { id: callId } = await line.call()
    await line.store.transact(tx => line.staff.claim(tx, sam.id, callId))
    const to = { staffId: sam.id, name: sam.name, legId: newId<'leg'>() as LegId }
    await line.does({ type: 'add', by: 'Alex', to, ringSeconds: 25 })
    await line.until(({ legs }) => legs[2]?.status === 'ringing', 'Sam’s phone rings')
    line.phone(sam.id).answer()
    await line.until(({ legs }) => legs[2]?.inConference === true, 'Sam is in')
    t.strictSame(
      (await line.call()).legs.map(leg => leg.endsOnExit),
      [false, false, false],
    )
    t.equal((await line.call()).due?.for, 'check')
    const told = (await line.trail()).length
    line.sleep(4)
    await runTimers(line)
    t.equal((await line.trail()).length, told, 'that it is asked is not told')
    line.twilio.faults.set({ drop: 1 })
    line.phone(alex.id).hangUp()
    line.sleep(4)
    await line.until(call => {
      void runTimers(line)
      return call.legs[1]?.endedAt !== null
    }, 'the look finds Alex gone')
    await line.until(
      ({ legs }) => legs[2]?.endsOnExit === true && line.waiting.length === 0,
      'the conference ends with Sam',
    )
    line.phone(sam.id).hangUp()
    t.ok(await line.caller(isOver, 'the caller is let go, though nobody looked again'))
  },
)

t.test(
  'who waits for somebody to be free hears music without an end, and is told their place every minute',
  async t => {
    const line = await openLine(t, store, [{ ...alex, because: 'is on another call' }])
    line.staff.claims.set(alex.id, newId<'call'>())
    line.twilio.ring({ from: '+61491570156' })
    const isTold = ({ text }: { text?: string }): boolean => text?.includes('number 1') === true
    await line.caller(({ heard }) => heard.some(isTold) && heard.at(-1)?.sound === 'music', 'their place, then music')
    line.sleep(61)
    await runTimers(line)
    t.ok(await line.caller(({ heard }) => heard.filter(isTold).length === 2, 'their place, again'))
  },
)

const now = new Date('2026-03-01T10:00:00Z')
const [alexLeg, samLeg] = ['alex', 'sam'] as LegId[] as [LegId, LegId]

function after(call: Call, ...events: MachineEvent[]): Step {
  let step: Step = { call, commands: [], notices: [], releases: [], because: '' }
  for (const event of events) step = transition(step.call, event, now)
  return step
}

const inTransfer: MachineEvent = {
  ...{ type: 'transfer', by: alexLeg as never, kind: 'cold', ringSeconds: 25 },
  to: { staffId: samLeg as never, name: 'Sam', legId: samLeg },
}

t.test(
  'who leaves a conversation that goes on is let go after the music began and the conference no longer ends with them',
  async t => {
    const { call, commands } = after(sampleCalls.AllInConference, inTransfer)
    const keys = commands.map(command => [command.do, keyOf(sampleCalls.AllInConference, call, command)])
    t.strictSame(keys, [
      ['hold', 'caller'],
      ['dial', 'sam'],
      ['endOnExit', 'caller'],
      ['hangup', 'caller'],
    ])
    const over = after(sampleCalls.AllInConference, { type: 'hangup', by: 'Alex' })
    const alone = over.commands.map(command => keyOf(sampleCalls.AllInConference, over.call, command))
    t.strictSame(alone, ['caller hangup', 'alex hangup'], 'whoever is let go at the end waits for nothing')
  },
)

t.test('a caller who comes out of the conference while they are handed over is not hung up', async t => {
  const outs: MachineEvent[] = [
    { type: 'asks', legId: 'caller' as LegId, at: now, hasLeft: true },
    { type: 'left', legId: 'caller' as LegId, vendorId: 'caller', conferenceId: 'conference', sequence: null, at: now },
    { type: 'conferenceEnded', conferenceId: 'conference' },
  ]
  for (const out of outs) {
    const { call } = after(sampleCalls.AllInConference, { ...inTransfer, kind: 'warm' } as MachineEvent, out)
    t.match(call.state, { name: 'DialingStaff', staff: ['sam'] }, out.type)
    t.match(call.legs[0], { told: 'wait', isHeld: false, isEnding: false }, 'music, until Sam picks up')
  }
  for (const out of outs)
    t.equal(
      after(sampleCalls.AllInConference, out).call.state.name,
      'Hungup',
      `with nobody else, that is the end (${out.type})`,
    )
})

t.test('a caller who hangs up while two talk about taking them makes nobody’s phone ring', async t => {
  const left = {
    type: 'left' as const,
    legId: 'caller' as LegId,
    vendorId: 'caller',
    sequence: null,
    at: now,
    hungUp: true,
  }
  const warm = { ...inTransfer, kind: 'warm' } as MachineEvent
  const answered: MachineEvent = {
    type: 'joined',
    legId: samLeg,
    vendorId: 'sam',
    conferenceId: 'conference',
    sequence: null,
    at: now,
  }
  const { call } = after(sampleCalls.AllInConference, warm, answered, { ...left, conferenceId: 'conference' })
  t.equal(call.state.name, 'Hungup')
})

t.test('a caller who hears music needs no looking after', async t => {
  const guest: Leg = { ...blankLeg, id: samLeg, role: 'guest', name: 'Kim', status: 'in-progress', changedAt: now }
  const { legs } = sampleCalls.AllInConference
  const three: Call = { ...sampleCalls.AllInConference, legs: [...legs, { ...guest, vendorId: 'kim' }] }
  t.match(after(three, { type: 'mute', staffId: alexLeg as never, on: true }).call.due, { for: 'check' })
  t.equal(after(three, { type: 'hold', by: 'Alex', on: true }).call.due, null)
  const commands: Command[] = after(three, { type: 'hold', by: 'Alex', on: true }).commands
  t.match(
    commands.find(command => command.do === 'endOnExit'),
    { legId: 'alex', on: false },
  )
})

t.test('with whom it ends is asked for again where the vendor does not show it', async t => {
  const askedAt = new Date(now.getTime() - 1)
  const shown = (endsOnExit: boolean): Step => {
    const legs = ['caller', 'alex'].map(id => ({
      ...{ vendorId: id, legId: id as LegId, status: 'in-progress' as const, inConference: true },
      ...(id === 'alex' && { endsOnExit }),
    }))
    return after(sampleCalls.AllInConference, { type: 'inspected', snapshot: { legs }, version: 1, askedAt })
  }
  t.match(shown(false).commands, [{ do: 'endOnExit', legId: 'alex', on: true, again: true }])
  t.strictSame(shown(true).commands, [])
})
