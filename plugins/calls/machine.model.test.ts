import { after, isOver, second, type LegId, type LegStatus, type Recording, type StaffId } from '@switchboard/core'
import fc from 'fast-check'
import t from 'tap'
import { transition } from './machine.ts'
import { callerOf, isLive, ringingOf } from './state.ts'
import type { Call, Command, Leg, MachineEvent, Rung, StateName, Step, Target } from './state.ts'
import { sampleCalls, stateNames } from './table.ts'

const statuses: LegStatus[] = [
  'queued',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'no-answer',
  'failed',
  'canceled',
]
const pool = ['s0', 's1', 's2', 's3'] as StaffId[]
const recording: Recording = { vendorId: 'R', url: 'https://vendor.example/R', durationSeconds: 1 }

/** Something that happens, before it is known to which leg: `which` chooses one, or none. */
interface Happening {
  kind: MachineEvent['type']
  which: number
  status: LegStatus
  sequence: number | null
  isTwin: boolean
  is: boolean
  waitSeconds: number
}

const happening: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constantFrom<MachineEvent['type'][]>(
    ...([
      'leg',
      'leg',
      'leg',
      'joined',
      'left',
      'conferenceEnded',
      'recorded',
      'asks',
      'routed',
      'addCaller',
      'dialled',
    ] as const),
    ...([
      'undialled',
      'gone',
      'commandFailed',
      'unsure',
      'due',
      'due',
      'accept',
      'decline',
      'hangup',
      'inspected',
      'incoming',
    ] as const),
    ...([
      'digits',
      'hold',
      'mute',
      'transfer',
      'transfer',
      'transferComplete',
      'transferCancel',
      'add',
      'drop',
      'record',
      'attend',
    ] as const),
  ),
  which: fc.nat(6),
  status: fc.constantFrom(...statuses.slice(0, 3), ...statuses),
  sequence: fc.option(fc.nat(9)),
  isTwin: fc.nat(9).map(one => one === 0),
  is: fc.boolean(),
  waitSeconds: fc.constantFrom(0, 1, 11, 26, 700),
})

/** One call, played. Keeps what the machine asked for, to hold it against what it may ask for. */
interface Play {
  call: Call
  now: Date
  commands: Command[]
  /** Whom routing rang, and who handed the call over. */
  rung: StaffId[]
  handed: Set<StaffId>
  claimed: Map<StaffId, number>
}

type Maker = (about: {
  play: Play
  happening: Happening
  legId: LegId
  vendorId: string
  staffId: StaffId
}) => MachineEvent

const conference: Maker = ({ play: { now }, happening: { kind, is, sequence }, legId, vendorId }) => {
  const type = kind === 'joined' ? 'joined' : 'left'
  return { type, legId, vendorId, conferenceId: is ? 'c1' : 'c2', sequence, at: now }
}

const makers: Record<MachineEvent['type'], Maker> = {
  incoming: () => ({ type: 'incoming' }),
  leg: ({ happening: { status, sequence }, legId, vendorId }) => ({ type: 'leg', legId, vendorId, status, sequence }),
  joined: conference,
  left: conference,
  conferenceEnded: ({ happening: { is } }) => ({ type: 'conferenceEnded', conferenceId: is ? 'c1' : 'c2' }),
  recorded: ({ happening: { is } }) => ({ type: 'recorded', recording: is ? recording : null }),
  asks: ({ play: { now }, legId }) => ({ type: 'asks', legId, at: now }),
  routed: ({ play: { call, claimed }, happening: { is, which }, staffId }) => {
    const unclaimed = (is ? [staffId] : pool).filter(id => !claimed.get(id))
    return routed(rungOf(call, unclaimed), which)
  },
  addCaller: () => ({ type: 'addCaller' }),
  dialled: ({ legId, vendorId }) => ({ type: 'dialled', legId, vendorId }),
  undialled: ({ legId }) => ({ type: 'undialled', legId }),
  gone: ({ legId, vendorId }) => ({ type: 'gone', legId, vendorId }),
  commandFailed: ({ happening: { is }, legId }) => {
    return { type: 'commandFailed', legId, command: is ? 'dial' : 'redirect', error: 'no' }
  },
  unsure: ({ happening: { which }, legId }) => ({ type: 'unsure', legId, seconds: which * 10 }),
  due: ({ play: { call }, happening: { is } }) => ({ type: 'due', timer: is ? (call.due?.for ?? 'check') : 'ring' }),
  accept: ({ staffId }) => ({ type: 'accept', staffId }),
  decline: ({ staffId }) => ({ type: 'decline', staffId }),
  hangup: () => ({ type: 'hangup', by: 'somebody' }),
  digits: ({ happening: { is }, legId }) => ({ type: 'digits', legId, digits: is ? '1' : '2' }),
  hold: ({ happening: { is } }) => ({ type: 'hold', by: 'somebody', on: is }),
  mute: ({ happening: { is }, staffId }) => ({ type: 'mute', staffId, on: is }),
  transfer: ({ play, happening: { is, isTwin }, staffId }) => {
    const to = targetOf(play, isTwin)
    return { type: 'transfer', by: staffId, kind: is ? 'cold' : 'warm', to, ringSeconds: 25 }
  },
  transferComplete: ({ staffId }) => ({ type: 'transferComplete', by: staffId }),
  transferCancel: ({ staffId }) => ({ type: 'transferCancel', by: staffId }),
  add: ({ play, happening: { is } }) => ({ type: 'add', by: 'somebody', to: targetOf(play, is), ringSeconds: 25 }),
  drop: ({ legId }) => ({ type: 'drop', by: 'somebody', legId }),
  record: ({ happening: { which } }) => {
    return { type: 'record', by: 'somebody', to: (['on', 'paused', 'off'] as const)[which % 3]! }
  },
  attend: ({ play, happening: { which } }) => {
    const part = (['listen', 'whisper', 'talk'] as const)[which % 3]!
    const to = targetOf(play, false)
    const staffId = to.staffId ?? pool[0]!
    return { type: 'attend', staffId, part, rung: to.staffId === null ? null : to, ringSeconds: 25 }
  },
  dialOut: ({ play }) => {
    const to = targetOf(play, false)
    return { type: 'dialOut', rung: to.staffId === null ? rungOf(play.call, [pool[0]!])[0]! : to, ringSeconds: 25 }
  },
  inspected: ({ play: { call, now }, happening }) => {
    const recorded = happening.isTwin ? ('on' as const) : ('off' as const)
    const snapshot = { legs: snapshotOf(call, happening), ...(call.state.name === 'Voicemail' && { recorded }) }
    return { type: 'inspected', version: call.version, askedAt: now, snapshot }
  },
}

/** Somebody free of the pool, as if claimed; else a number. */
function targetOf({ call, claimed }: Play, isPhone: boolean): Target {
  const staffId = isPhone ? undefined : pool.find(id => !claimed.get(id))
  const legId = `${call.legs.length}-target` as LegId
  return staffId ? { staffId, name: staffId, legId } : { staffId: null, phone: '+61255509999', name: 'Kim', legId }
}

/** Routing's answer, with one of the things that may become of a caller for whom there is nobody. */
function routed(rung: Rung[], which: number): MachineEvent {
  const because = 'nobody is free'
  const ways = [
    { do: 'voicemail' as const, because },
    { do: 'queue' as const, because, place: 1 + which, untilMs: Date.parse('2026-03-01T10:05:00Z') },
    { do: 'reject' as const, because },
  ]
  return { type: 'routed', rung, skipped: [], ringSeconds: 25, because: 'free', otherwise: ways[which % 3]! }
}

function eventOf(state: Play, happening: Happening): MachineEvent {
  const { which, isTwin } = happening
  const leg: Leg | undefined = state.call.legs[which]
  const legId = leg?.id ?? ('nobody' as LegId)
  const vendorId = isTwin ? `twin-${legId}` : (leg?.vendorId ?? `V-${legId}`)
  const staffId = leg?.staffId ?? pool[which % pool.length]!
  return makers[happening.kind]({ play: state, happening, legId, vendorId, staffId })
}

function rungOf(call: Call, staff: StaffId[]): Rung[] {
  return staff.map(staffId => ({ staffId, name: staffId, legId: `${call.legs.length}-${staffId}` as LegId }))
}

function snapshotOf(call: Call, { status, which, is }: Happening) {
  const known = call.legs.filter((_, index) => is || index !== which)
  return known.map((leg, index) => ({
    vendorId: leg.vendorId ?? `V-${leg.id}`,
    legId: leg.id,
    status: index === which ? status : leg.status,
    ...placeOf(index === which ? is : leg.inConference, leg),
  }))
}

function placeOf(inConference: boolean, { conference }: Leg) {
  return inConference ? { inConference, conferenceId: conference?.vendorId ?? 'c1' } : { inConference }
}

/** Plays an event and all that follows from it, as the actor does. */
function play(state: Play, happening: Happening): void {
  state.now = after(state.now, happening.waitSeconds * second)
  for (let event: MachineEvent | null = eventOf(state, happening); event;) {
    const was = state.call
    const step = stepped(state, event)
    const { name } = step.call.state
    if (name === 'FindingStaff') event = routed(free(state, happening), happening.which)
    else if (name === 'StaffJoined') event = { type: 'addCaller' }
    else if (name === 'GetConferenceDetails' && event.type === 'inspected' && was.state.name !== name) continue
    else event = null
  }
  state.call = { ...state.call, version: state.call.version + 1 }
}

/** Routing's answer. Now and then it errs, and names somebody who was rung before. */
function free({ call, claimed }: Play, { is, isTwin }: Happening): Rung[] {
  const unclaimed = pool.filter(staffId => !claimed.get(staffId))
  const untried = unclaimed.filter(staffId => isTwin || !call.legs.some(leg => leg.staffId === staffId))
  return rungOf(call, is ? untried : untried.slice(0, 1))
}

/** One step, with everything that must hold of any step. */
function stepped(state: Play, event: MachineEvent): Step {
  const { call: before, claimed } = state
  const step = transition(deepFreeze(before), event, state.now)
  const { call } = step
  for (const staffId of claimsOf(event)) claimed.set(staffId, (claimed.get(staffId) ?? 0) + 1)
  if (event.type === 'transfer') state.handed.add(event.by)
  if (event.type === 'routed')
    state.rung.push(...step.commands.flatMap(one => (one.do === 'dial' ? (one.staffId ?? []) : [])))
  for (const { staffId } of step.releases) claimed.set(staffId, (claimed.get(staffId) ?? 0) - 1)
  holds(stateNames.includes(call.state.name), 'the state is a known one')
  holds(step.because.length > 0, 'there is a reason')
  if (before.state.name === 'Hungup') holds(isSameEnd(before, call), 'hung up is final')
  for (const leg of before.legs.filter(each => isOver(each.status)))
    holds(call.legs.find(({ id }) => id === leg.id)?.status === leg.status, 'a leg that is over stays so')
  state.call = call
  state.commands.push(...step.commands)
  return step
}

/** Who is claimed by what an event says. */
function claimsOf(event: MachineEvent): StaffId[] {
  if (event.type === 'routed') return event.rung.map(({ staffId }) => staffId)
  if (event.type === 'transfer' || event.type === 'add') return event.to.staffId === null ? [] : [event.to.staffId]
  return (event.type === 'attend' || event.type === 'dialOut') && event.rung ? [event.rung.staffId] : []
}

/** All that may change after the end is that a message is found. */
function isSameEnd(before: Call, call: Call): boolean {
  const isFound = before.outcome === 'missed' && call.outcome === 'voicemail' && call.recording !== null
  return call.state.name === 'Hungup' && call.endedAt === before.endedAt && (isFound || call.outcome === before.outcome)
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}

function holds(is: boolean | undefined, what: string): void {
  if (!is) throw new Error(`not so: ${what}`)
}

/** What must hold of a call at rest. */
function check(state: Play): void {
  const { call, rung, handed } = state
  const once = rung.filter(staffId => !handed.has(staffId))
  holds(new Set(once).size === once.length, 'routing rings nobody twice, but for who handed the call over')
  const { name } = call.state
  holds(!['Ringing', 'FindingStaff', 'StaffJoined'].includes(name), `${name} is passed through`)
  const isAtRest = name === 'AllInConference' ? isKept(call) : name === 'Hungup'
  holds(isAtRest === (call.due === null), 'a timer runs where something is to happen')
  checkLegs(state)
  if (name !== 'Hungup') return checkCaller(call)
  holds(!call.legs.some(isLive) && call.outcome !== null && call.endedAt !== null, 'everything has ended')
}

/** Whether a caller who talks hears music, or cannot be left alone in the conference: it ends with the only one they talk with. */
function isKept(call: Call): boolean {
  const company = call.legs.filter(leg => leg.role !== 'caller' && leg.part === 'talk' && isLive(leg))
  holds(company.length > 0, 'somebody is with the caller')
  const isAlone = company.length === 1 && call.transfer === null
  holds(isAlone || !company.some(leg => leg.endsOnExit), 'a conference of several ends with none of them')
  return callerOf(call)?.isHeld === true || (isAlone && company[0]?.endsOnExit === true)
}

function checkLegs({ call: { state, legs }, call, commands, claimed }: Play): void {
  const rings = ringingOf(call).map(leg => leg.staffId)
  holds(state.name !== 'DialingStaff' || state.staff.join() === rings.join(), 'the list of those rung is true')
  for (const staffId of pool) {
    const isHeld = legs.some(leg => leg.staffId === staffId && isLive(leg))
    holds(
      (claimed.get(staffId) ?? 0) === (isHeld ? 1 : 0),
      'who is rung or talks is claimed once, everybody else is free',
    )
  }
  const isHungUp = (leg: Leg) => commands.some(each => each.do === 'hangup' && each.vendorId === leg.vendorId)
  const ending = legs.filter(
    leg => leg.isEnding && leg.told !== 'reject' && leg.vendorId !== null && !isOver(leg.status),
  )
  holds(ending.every(isHungUp), 'a leg that is to end is hung up')
}

const mayHear: Partial<Record<StateName, string[]>> = {
  // `wait`: they could not be told yet, which is tried again.
  Voicemail: ['voicemail', 'wait'],
  AddingCallerToConference: ['join'],
  DialingStaff: ['wait'],
  WaitingForStaff: ['queue', 'callback', 'wait'],
}

function checkCaller(call: Call): void {
  const caller = callerOf(call)
  holds(caller && isLive(caller), 'the caller is there')
  // Whoever is being handed over hears the music of the hold.
  const hears = mayHear[call.state.name]?.includes(caller?.told ?? 'nothing') !== false
  holds(hears || caller?.isHeld, 'the caller is not in silence')
}

function started(call: Call, claims: StaffId[]): Play {
  const callerLeg = { ...callerOf(call)!, told: null, turn: 0, inConference: false, conference: null }
  const legs = call.legs.map(leg => (leg.role === 'caller' && call.state.name === 'Ringing' ? callerLeg : leg))
  const now = new Date('2026-03-01T10:00:00Z')
  return {
    call: { ...call, legs },
    now,
    commands: [],
    rung: [],
    handed: new Set(),
    claimed: new Map(claims.map(staffId => [staffId, 1])),
  }
}

t.test(
  'whatever comes in whatever order, a call is in one known state, nobody is rung twice, and in the end everybody is let go',
  async t => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), happenings => {
        const state = started(sampleCalls.Ringing, [])
        play(state, { ...happenings[0]!, kind: 'incoming', which: 0, waitSeconds: 0, is: happenings.length % 2 === 0 })
        check(state)
        for (const each of happenings) {
          play(state, each)
          check(state)
        }
        play(state, { ...happenings[0]!, kind: 'hangup', waitSeconds: 0 })
        holds(state.call.state.name === 'Hungup', 'somebody can always end it')
        check(state)
      }),
      { numRuns: 3000 },
    )
    t.pass('3000 calls')
  },
)

t.test('every event is answered in every state, and none is lost on a call that waits or rings out', async t => {
  fc.assert(
    fc.property(
      fc.constantFrom(...stateNames),
      fc.array(happening, { minLength: 1, maxLength: 12 }),
      (name, happenings) => {
        const call = sampleCalls[name]
        const known = call.legs.flatMap(leg => leg.staffId ?? [])
        const state = started(call, known)
        for (const each of happenings) play(state, each)
        play(state, { ...happenings[0]!, kind: 'hangup' })
        holds(state.call.state.name === 'Hungup', 'somebody can always end it')
        holds(!state.call.legs.some(isLive), 'every leg ends')
        holds(
          [...state.claimed.values()].every(claims => claims === 0),
          'everybody is let go',
        )
      },
    ),
    { numRuns: 2000 },
  )
  t.pass('2000 calls')
})
