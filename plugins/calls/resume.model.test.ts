import {
  after,
  isOver,
  newId,
  second,
  type CallSnapshot,
  type LegId,
  type LegSnapshot,
  type StaffId,
} from '@switchboard/core'
import fc from 'fast-check'
import t from 'tap'
import type { Sent } from './actor.ts'
import { doneBefore, isMoot, whenDone } from './courier.ts'
import { transition } from './machine.ts'
import { newCall } from './new-call.ts'
import { toCallCommand } from './reply.ts'
import { callerOf, isLive, isOnLine, talkersOf } from './state.ts'
import type { Call, Command, MachineEvent, Otherwise, Rung, Target } from './state.ts'
import type { StoredCall } from './store.ts'

const pool = ['s0', 's1', 's2'] as StaffId[]
const texts = { greeting: null, voicemailGreeting: '', voicemailMaxSeconds: 1, queueText: '', callbackText: '' }

/** A leg as the vendor has it. */
interface Connection extends LegSnapshot {
  isCaller: boolean
  isHeld: boolean
  isMuted: boolean
  whispersTo: string | null
}

/** One call, a hub that may be gone at any moment, and a vendor that goes on. */
interface Play {
  call: StoredCall
  now: Date
  vendor: Map<string, Connection>
  recorded: 'on' | 'paused' | 'off'
  outbox: { sent: Sent; attempt: number }[]
  /** Dials carried out, by leg. */
  dialled: string[]
}

/** What happens next. `takenOver`: a command is done by a hub that falls asleep, and is left to another. `which` chooses the leg or the person; `isLost`: the vendor's report of it is never heard. */
interface Happening {
  kind:
    | 'carry'
    | 'carryAndCrash'
    | 'takenOver'
    | 'crash'
    | 'giveUp'
    | 'pickUp'
    | 'ring'
    | 'hangUp'
    | 'decline'
    | 'due'
    | 'act'
  which: number
  isLost: boolean
}

const happening: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constantFrom(
    ...(['carry', 'carry', 'carry', 'carry', 'carryAndCrash', 'takenOver', 'crash', 'crash', 'giveUp'] as const),
    ...(['ring', 'pickUp', 'pickUp', 'pickUp', 'hangUp', 'decline', 'due', 'act', 'act', 'act', 'act'] as const),
  ),
  which: fc.nat(11),
  isLost: fc.boolean(),
})

/** The call after an event and all that follows from it, and the outbox with what it sent. */
function step(play: Play, event: MachineEvent, which = 0): void {
  for (let next: MachineEvent | null = event; next;) {
    const was: Call = play.call
    const { call, commands } = transition(play.call, next, play.now)
    play.call = { ...play.call, ...call }
    for (const command of commands) play.outbox.push({ sent: sentOf(play.call, command), attempt: 0 })
    next = followUp(play, next, { was, which })
  }
  play.call = { ...play.call, version: play.call.version + 1 }
}

function sentOf(call: Call, command: Command): Sent {
  const turn = command.do === 'redirect' ? command.turn : null
  return { command: toCallCommand(call, command, texts), turn, ...(command.again && { again: true as const }) }
}

function followUp(
  { call }: Play,
  event: MachineEvent,
  { was, which }: { was: Call; which: number },
): MachineEvent | null {
  const { name } = call.state
  if (name === 'FindingStaff') return routed(call, which)
  if (name === 'StaffJoined') return { type: 'addCaller' }
  if (name === 'GetConferenceDetails' && event.type === 'inspected' && was.state.name !== name) return event
  return null
}

function routed(call: Call, which: number): MachineEvent {
  const free = pool.filter(staffId => !call.legs.some(leg => leg.staffId === staffId))
  const back = call.transfer?.by.staffId
  const isBack = back !== undefined && !call.legs.some(leg => leg.staffId === back && isLive(leg))
  const rung: Rung[] = (isBack ? [back] : free.slice(0, 1)).map(rungOf)
  const because = 'nobody is free'
  const untilMs = Date.parse('2030-01-01T00:00:00Z')
  const otherwise: Otherwise = which % 2 ? { do: 'voicemail', because } : { do: 'queue', because, place: 1, untilMs }
  return { type: 'routed', rung, skipped: [], ringSeconds: 25, because: 'free', otherwise }
}

function rungOf(staffId: StaffId): Rung {
  return { staffId, name: staffId, legId: newId<'leg'>() as LegId }
}

function targetIn({ call }: Play): Target {
  const staffId = pool.find(id => !call.legs.some(leg => leg.staffId === id && isLive(leg)))
  return staffId
    ? rungOf(staffId)
    : { staffId: null, phone: '+61255509999', name: 'Kim', legId: newId<'leg'>() as LegId }
}

/** What people do to a conversation. */
function actIn(play: Play, which: number): MachineEvent | null {
  const talker = talkersOf(play.call).find(leg => leg.staffId !== null)
  if (play.call.state.name !== 'AllInConference' || !talker?.staffId) return null
  const { staffId } = talker
  const acts: MachineEvent[] = [
    { type: 'hold', by: 'x', on: true },
    { type: 'hold', by: 'x', on: false },
    { type: 'mute', staffId, on: true },
    { type: 'transfer', by: staffId, kind: 'cold', to: targetIn(play), ringSeconds: 25 },
    { type: 'transfer', by: staffId, kind: 'warm', to: targetIn(play), ringSeconds: 25 },
    { type: 'transferComplete', by: staffId },
    { type: 'add', by: 'x', to: targetIn(play), ringSeconds: 25 },
    { type: 'record', by: 'x', to: 'on' },
    { type: 'record', by: 'x', to: 'paused' },
    { type: 'record', by: 'x', to: 'off' },
  ]
  return acts[which % acts.length] ?? null
}

/** The vendor does a command. */
function perform(play: Play, { command }: Sent): { outcome: 'done' | 'gone'; vendorLegId: string | null } {
  if (command.do === 'dial') {
    play.dialled.push(command.legId)
    const vendorId = `V-${command.legId}`
    const blank = { isHeld: false, isMuted: false, whispersTo: null, isCaller: false, inConference: false }
    play.vendor.set(vendorId, { ...blank, vendorId, legId: command.legId, status: 'queued' })
    return { outcome: 'done', vendorLegId: vendorId }
  }
  const leg = play.vendor.get(command.vendorLegId)
  if (!leg || isOver(leg.status)) return { outcome: 'gone', vendorLegId: null }
  if (command.do === 'hangup') end(play, leg)
  if (command.do === 'redirect') {
    holds(
      command.to.do !== 'join' || !leg.inConference,
      'nobody is put out of the conference by being sent there twice',
    )
    Object.assign(leg, { inConference: command.to.do === 'join', isHeld: false, isMuted: false })
  }
  if (command.do === 'hold') leg.isHeld = command.on
  if (command.do === 'mute') leg.isMuted = command.on
  if (command.do === 'record') play.recorded = command.to === 'paused' && play.recorded === 'off' ? 'off' : command.to
  return { outcome: 'done', vendorLegId: null }
}

/** A leg ends. When the caller leaves the conference, it is over for everybody in it. */
function end(play: Play, leg: Connection): void {
  const wasIn = leg.inConference
  Object.assign(leg, { status: 'completed', inConference: false })
  if (!leg.isCaller || !wasIn) return
  play.recorded = 'off'
  for (const other of play.vendor.values())
    if (other.inConference) Object.assign(other, { status: 'completed', inConference: false })
}

function truthOf({ vendor, recorded }: Play): CallSnapshot {
  return { legs: [...vendor.values()].map(leg => ({ ...leg, conferenceId: 'CF' })), recorded }
}

/** Carries the oldest command, as the courier does. `isCut`: the hub dies before it can note what came of it. */
function carry(play: Play, isCut: boolean): void {
  const row = play.outbox[0]
  if (!row) return
  row.attempt += 1
  const { sent } = row
  const leg = play.call.legs.find(({ id }) => id === sent.command.legId)
  const mayBeDone = row.attempt > 1 || sent.again === true
  if (!leg || isMoot(sent, leg, play.call)) return void play.outbox.shift()
  const before = mayBeDone ? doneBefore(sent.command, truthOf(play)) : null
  const isUnwanted = sent.command.do === 'dial' && leg.isEnding
  if (!before && isUnwanted) {
    play.outbox.shift()
    return step(play, { type: 'undialled', legId: leg.id })
  }
  const event = whenDone(sent.command, before ?? perform(play, sent))
  if (isCut) return
  play.outbox.shift()
  if (event) step(play, event)
}

/** Something happens to a leg at the vendor, and is reported, or is not. */
function atVendor(play: Play, { kind, which, isLost }: Happening): void {
  const legs = [...play.vendor.values()]
  const leg = legs[which % legs.length]
  if (!leg || isOver(leg.status)) return
  if (kind === 'hangUp' && leg.isCaller && which > 0) return
  if (kind === 'hangUp') end(play, leg)
  else if (leg.isCaller) return
  else if (kind === 'ring' && leg.status === 'queued') leg.status = 'ringing'
  else if (kind === 'pickUp' && leg.status !== 'in-progress')
    Object.assign(leg, { status: 'in-progress', inConference: true })
  else if (kind === 'decline' && leg.status !== 'in-progress') leg.status = 'busy'
  else return
  if (!isLost) report(play, leg)
}

function report(play: Play, { vendorId, legId, status }: Connection): void {
  const known = play.call.legs.find(leg => leg.vendorId === vendorId || leg.id === legId)
  if (known) step(play, { type: 'leg', legId: known.id, vendorId, status, sequence: null })
}

/** The hub is gone and comes back a minute later: what was in hand is as if it may have been done, and the vendor is asked. */
function crash(play: Play): void {
  for (const row of play.outbox) row.attempt = Math.max(row.attempt, 1)
  play.now = after(play.now, 61 * second)
  for (let left = 2; left > 0; left--) {
    const { version } = play.call
    step(play, { type: 'inspected', snapshot: truthOf(play), version, askedAt: play.now })
  }
}

function happen(play: Play, one: Happening): void {
  play.now = after(play.now, second)
  const { kind, which } = one
  if (kind === 'carry' || kind === 'carryAndCrash' || kind === 'takenOver') carry(play, kind !== 'carry')
  if (kind === 'carryAndCrash' || kind === 'crash') return crash(play)
  if (kind === 'giveUp') {
    const { command } = play.outbox.shift()?.sent ?? {}
    if (command) step(play, { type: 'commandFailed', legId: command.legId, command: command.do, error: 'no' })
  } else if (kind === 'due') {
    if (play.call.due) step({ ...play, now: play.call.due.at }, { type: 'due', timer: play.call.due.for }, which)
  } else if (kind === 'act') {
    const event = actIn(play, which)
    if (event) step(play, event, which)
  } else if (kind !== 'carry' && kind !== 'takenOver') atVendor(play, one)
}

function holds(is: boolean | undefined, what: string): void {
  if (!is) throw new Error(`not so: ${what}`)
}

/** The hub runs on, and nothing else happens: it must come to agree with the vendor. */
function comeToRest(play: Play): void {
  for (let round = 0; round < 6; round++) {
    crash(play)
    for (let left = 50; left > 0 && play.outbox.length > 0; left--) carry(play, false)
    for (const leg of play.vendor.values()) if (leg.status === 'queued') leg.status = 'ringing'
  }
}

function check({ call, vendor, recorded, dialled }: Play): void {
  const caller = vendor.get('CA')!
  const { name } = call.state
  const live = [...vendor.values()].filter(leg => !isOver(leg.status))
  holds(new Set(dialled).size === dialled.length, 'nobody is dialled twice')
  holds(
    isOver(caller.status) === (name === 'Hungup'),
    `the call lives as long as its caller (${name}, ${caller.status})`,
  )
  if (name === 'Hungup') return holds(live.length === 0, 'no leg is left alive')
  holds(
    ['AllInConference', 'DialingStaff', 'WaitingForStaff', 'Voicemail'].includes(name),
    `it came to rest in ${name}`,
  )
  const ours = new Set(call.legs.filter(isLive).map(leg => leg.vendorId))
  holds(
    live.every(leg => ours.has(leg.vendorId)),
    'no leg lives that the call does not know',
  )
  holds(
    call.legs.filter(isOnLine).every(leg => vendor.get(leg.vendorId ?? '')?.status === 'in-progress'),
    'who is on the line is',
  )
  if (name !== 'AllInConference')
    return holds(!caller.inConference || caller.isHeld, 'who waits is not alone in the conference, but for music')
  holds(
    caller.inConference && caller.isHeld === callerOf(call)?.isHeld,
    'the caller hears the others, or the music of the hold',
  )
  holds(recorded === call.recorded || call.recorded === 'paused', 'what is to be recorded is, and what is not is not')
}

function begun(): Play {
  const caller = { vendorId: 'CA', status: 'in-progress' as const, phone: null, name: 'the caller' }
  const now = new Date('2026-03-01T10:00:00Z')
  const call = newCall(now, { adapter: 'v', direction: 'inbound', from: null, line: '', caller })
  const head = {
    vendorId: 'CA',
    legId: callerOf(call)?.id ?? null,
    status: 'in-progress' as const,
    inConference: false,
  }
  const ca: Connection = { ...head, isCaller: true, isHeld: false, isMuted: false, whispersTo: null }
  return { call, now, vendor: new Map([['CA', ca]]), recorded: 'off', outbox: [], dialled: [] }
}

/** What leads to a conversation. */
const talking = ['carry', 'pickUp', 'carry', 'crash'] as const

t.test(
  'with the hub gone between any two steps, before or after a command was done, a call comes to agree with the vendor',
  async t => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), fc.boolean(), (happenings, isTalking) => {
        const play = begun()
        step(play, { type: 'incoming' }, happenings.length)
        for (const kind of isTalking ? talking : []) happen(play, { kind, which: 1, isLost: false })
        for (const one of happenings) happen(play, one)
        comeToRest(play)
        check(play)
      }),
      { numRuns: 3000 },
    )
    t.pass('3000 calls')
  },
)
