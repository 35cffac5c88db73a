import type { CallSnapshot, LegId, LegStatus, StaffId } from '@switchboard/core'
import { transition } from './machine.ts'
import type { Call, Command, Leg, MachineEvent, StateName } from './state.ts'
import { blankLeg } from './turns.ts'

const at = new Date(0)
const [caller, alex, sam] = ['caller', 'alex', 'sam'] as LegId[] as [LegId, LegId, LegId]

/**
 * Every turn a call can take, as a Markdown table, found by running the machine: each state is given each event once.
 * What is not in it changes no state.
 */
export function transitionTable(): string {
  const turns = stateNames.flatMap(name => situations.flatMap(situation => turnOf(name, situation)))
  const rows = merged(turns).map(
    ({ from, when, to, command }) => `| ${from} | ${when.join('; ')} | ${to} | ${command} |`,
  )
  return ['| in | when | then | and the vendor is told |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

/** A call in each state, as it usually looks there. */
export const sampleCalls: Record<StateName, Call> = {
  Ringing: sample({ name: 'Ringing' }, []),
  RingingOutbound: { ...sample({ name: 'RingingOutbound' }, [staff(alex, 'ringing')]), direction: 'outbound' },
  GetConferenceDetails: sample({ name: 'GetConferenceDetails' }, [staff(alex, 'ringing')]),
  FindingStaff: sample({ name: 'FindingStaff' }, []),
  DialingStaff: sample({ name: 'DialingStaff', staff: [alex as string as StaffId] }, [staff(alex, 'ringing')]),
  WaitingForStaff: sample({ name: 'WaitingForStaff', place: 1, untilMs: 30_000 }, []),
  StaffJoined: sample({ name: 'StaffJoined' }, [staff(alex, 'in-progress')]),
  AddingCallerToConference: sample({ name: 'AddingCallerToConference' }, [staff(alex, 'in-progress')]),
  AllInConference: together(sample({ name: 'AllInConference' }, [staff(alex, 'in-progress')])),
  Voicemail: sample({ name: 'Voicemail' }, []),
  Hungup: over(sample({ name: 'Hungup' }, [])),
}

/** Every state, in the order of a call's life. */
export const stateNames = Object.keys(sampleCalls) as StateName[]

interface Situation {
  when: string
  event: MachineEvent
}

const report = { sequence: null, at, conferenceId: 'conference' }

/** What can happen, in words, with an event that says so. */
const situations: Situation[] = [
  { when: 'a call comes in', event: { type: 'incoming' } },
  { when: 'somebody can be rung', event: routed([{ staffId: sam as string as StaffId, name: 'Sam', legId: sam }]) },
  { when: 'nobody can be rung', event: routed([]) },
  { when: 'staff pick up', event: leg(alex, 'in-progress') },
  { when: 'staff decline', event: { type: 'decline', staffId: alex as string as StaffId } },
  { when: 'staff are on another line', event: leg(alex, 'busy') },
  { when: 'staff hang up', event: leg(alex, 'completed') },
  { when: 'staff leave the conference', event: { type: 'left', legId: alex, vendorId: alex, ...report } },
  { when: 'staff cannot be dialled', event: { type: 'undialled', legId: alex } },
  { when: 'the rung is over', event: { type: 'due', timer: 'ring' } },
  { when: 'the wait is over', event: { type: 'due', timer: 'wait' } },
  { when: 'at once', event: { type: 'addCaller' } },
  { when: 'the caller joins', event: { type: 'joined', legId: caller, vendorId: caller, ...report } },
  { when: 'the caller leaves the conference', event: { type: 'left', legId: caller, vendorId: caller, ...report } },
  { when: 'the conference ends', event: { type: 'conferenceEnded', conferenceId: 'conference' } },
  { when: 'a message is left', event: recorded('recording') },
  { when: 'no message is left', event: { type: 'recorded', recording: null } },
  { when: 'the caller hangs up', event: leg(caller, 'completed') },
  { when: 'somebody ends the call', event: { type: 'hangup', by: 'Alex' } },
  { when: 'the vendor says both are in the conference', event: truth('in-progress', true) },
  { when: 'the vendor says staff answered', event: truth('in-progress', false) },
  { when: 'the vendor says staff ring', event: truth('ringing', false) },
  { when: 'the vendor says only the caller is there', event: truth('completed', false) },
]

interface Turn {
  from: StateName
  when: string[]
  to: StateName
  command: string
}

function turnOf(name: StateName, { when, event }: Situation): Turn[] {
  const due = event.type === 'due' ? { due: { for: event.timer, at } } : {}
  const { call, commands } = transition({ ...sampleCalls[name], ...due }, event, new Date(60_000))
  if (call.state.name === name) return []
  return [{ from: name, when: [when], to: call.state.name, command: commands.map(said).join(', ') }]
}

function said(command: Command): string {
  const who = command.legId === caller ? 'the caller' : 'staff'
  if (command.do === 'redirect') return `redirect ${who}: ${command.to}`
  return command.do === 'dial' ? 'dial staff' : `hang up ${who}`
}

/** Turns that differ only in what brought them about, in one row. */
function merged(turns: Turn[]): Turn[] {
  return [...Map.groupBy(turns, ({ from, to, command }) => [from, to, command].join()).values()].flatMap(same => {
    const [first] = same
    return first ? [{ ...first, when: same.flatMap(({ when }) => when) }] : []
  })
}

function sample(state: Call['state'], staffLegs: Leg[]): Call {
  const told = state.name === 'Voicemail' ? 'voicemail' : 'wait'
  return {
    id: 'call' as Call['id'],
    ...{ adapter: 'vendor', direction: 'inbound', from: null, line: '', version: 1, state, due: null },
    legs: [
      {
        ...blankLeg,
        id: caller,
        role: 'caller',
        name: 'Ann',
        vendorId: caller,
        told,
        status: 'in-progress',
        changedAt: at,
      },
      ...staffLegs,
    ],
    ...{
      acceptedBy: null,
      recording: null,
      recorded: 'off',
      transfer: null,
      queuedAt: null,
      answeredAt: null,
      endedAt: null,
      outcome: null,
      createdAt: at,
      enteredAt: at,
    },
  }
}

function together(call: Call): Call {
  const conference = { vendorId: 'conference', sequence: null, at }
  return { ...call, legs: call.legs.map(each => ({ ...each, inConference: true, conference })) }
}

function over(call: Call): Call {
  const legs = call.legs.map(each => ({ ...each, status: 'completed' as const, reason: 'Ann hung up', endedAt: at }))
  return { ...call, legs, outcome: 'missed', endedAt: at }
}

function staff(id: LegId, status: LegStatus): Leg {
  const staffId = id as string as StaffId
  const known = { ...blankLeg, endsOnExit: true, vendorId: id, status, changedAt: at }
  return { ...known, id, role: 'staff', staffId, name: 'Alex' }
}

function leg(legId: LegId, status: LegStatus): MachineEvent {
  return { type: 'leg', legId, vendorId: legId, status, sequence: null }
}

function routed(rung: { staffId: StaffId; name: string; legId: LegId }[]): MachineEvent {
  const otherwise = { do: 'voicemail' as const, because: 'nobody can be rung' }
  return { type: 'routed', rung, skipped: [], ringSeconds: 25, because: 'free the longest', otherwise }
}

function recorded(vendorId: string): MachineEvent {
  return { type: 'recorded', recording: { vendorId, url: '', durationSeconds: 1 } }
}

function truth(status: LegStatus, isTogether: boolean): MachineEvent {
  const legs: CallSnapshot['legs'] = [
    { vendorId: caller, legId: caller, status: 'in-progress', inConference: isTogether },
    { vendorId: alex, legId: alex, status, inConference: isTogether },
  ]
  return { type: 'inspected', snapshot: { legs }, version: 1, askedAt: new Date(60_000) }
}
