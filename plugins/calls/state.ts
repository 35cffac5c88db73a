import type { CallId, CallSnapshot, LegId, LegStatus, Recording, StaffId } from '@switchboard/core'
import { isOver } from '@switchboard/core'

/** Where a call is. Exactly one of these at any time; `Hungup` is final. */
export type State =
  /** A caller rings one of our lines; nothing has been decided. Never at rest. */
  | { name: 'Ringing' }
  /** We ring somebody for a member of staff. */
  | { name: 'RingingOutbound' }
  /** The vendor's truth differs from what we had; the call is put where it says. */
  | { name: 'GetConferenceDetails' }
  /** Routing is asked whom to ring next. Never at rest. */
  | { name: 'FindingStaff' }
  /** The phones of these people ring; the caller hears music. */
  | { name: 'DialingStaff'; staff: StaffId[] }
  /** Everybody is taken; the caller hears music. */
  | { name: 'WaitingForStaff' }
  /** Somebody answered; the caller is about to be asked in. */
  | { name: 'StaffJoined' }
  /** The caller was asked to join the conference that the member of staff is in. */
  | { name: 'AddingCallerToConference' }
  /** Both are in the conference. */
  | { name: 'AllInConference' }
  /** The caller leaves a message. */
  | { name: 'Voicemail' }
  /** Over. */
  | { name: 'Hungup' }

export type StateName = State['name']

/** How a call ended. `missed`: nobody spoke with the caller; `voicemail`: and they left a message; `unanswered`: we rang out in vain. */
export type Outcome = 'answered' | 'missed' | 'voicemail' | 'unanswered'

/** What the caller's leg was last told to do. */
export type Told = 'wait' | 'join' | 'voicemail'

/** Which clock runs: a rung, the wait for somebody to be free, or "has nothing moved for too long?". */
export type TimerName = 'ring' | 'wait' | 'check'

/** One party's connection in a call. */
export interface Leg {
  id: LegId
  role: 'caller' | 'staff'
  staffId: StaffId | null
  /** How sentences of the trail call this party. */
  name: string
  /** The vendor's id; null until the vendor was asked to dial. */
  vendorId: string | null
  status: LegStatus
  /** The vendor's count of its latest report about the status. */
  sequence: number | null
  inConference: boolean
  /** The latest report about being in a conference. */
  conference: { vendorId: string; sequence: number | null; at: Date } | null
  /** What it was last told to do, and how often it was told anything. */
  told: Told | null
  turn: number
  /** We want it to end: it was, or once its vendor id is known will be, hung up. */
  isEnding: boolean
  hasSpoken: boolean
  /** Why it ended or is to end, in words. */
  reason: string | null
  changedAt: Date
  endedAt: Date | null
}

/** A conversation by phone, with everything needed to decide what happens next. */
export interface Call {
  id: CallId
  /** The entry in hub.yaml it came through. */
  adapter: string
  direction: 'inbound' | 'outbound'
  state: State
  /** The other party as the vendor wrote it; null when withheld. */
  from: string | null
  /** Our line. */
  line: string
  legs: Leg[]
  /** Who pressed answer first. */
  acceptedBy: StaffId | null
  recording: Recording | null
  createdAt: Date
  /** When the present state was entered. */
  enteredAt: Date
  answeredAt: Date | null
  endedAt: Date | null
  outcome: Outcome | null
  /** The timer that runs, if any. */
  due: { for: TimerName; at: Date } | null
  /** Counts writes: a truth that was asked for before the last write may be stale. */
  version: number
}

/** Somebody to ring, already claimed for this call, with the leg that will ring them. */
export interface Rung {
  staffId: StaffId
  name: string
  legId: LegId
}

/** Somebody who is not rung, and why, in words. */
export interface Skipped {
  staffId: StaffId
  name: string
  because: string
}

/** Everything that can happen to a call: reports of the vendor about a known leg, answers to our questions, and what people press. */
export type MachineEvent =
  | { type: 'incoming' }
  | { type: 'leg'; legId: LegId; vendorId: string; status: LegStatus; sequence: number | null }
  | { type: 'joined' | 'left'; legId: LegId; vendorId: string; conferenceId: string; sequence: number | null; at: Date }
  | { type: 'conferenceEnded'; conferenceId: string }
  | { type: 'recorded'; recording: Recording | null }
  /** A leg asks what to do next, so it is in no conference. */
  | { type: 'asks'; legId: LegId }
  /** Routing's answer: whom to ring now, for how long, and who is skipped. Nobody to ring means voicemail. */
  | { type: 'routed'; rung: Rung[]; skipped: Skipped[]; ringSeconds: number; because: string }
  /** The caller is to be asked into the conference. */
  | { type: 'addCaller' }
  /** The vendor made the leg that a dial asked for. */
  | { type: 'dialled'; legId: LegId; vendorId: string }
  /** A dial was not carried out, because its leg was no longer wanted. */
  | { type: 'undialled'; legId: LegId }
  /** The vendor says that this leg is over. */
  | { type: 'gone'; legId: LegId; vendorId: string | null }
  /** A command was given up. */
  | { type: 'commandFailed'; legId: LegId; command: Command['do']; error: string }
  /** A timer ran out. */
  | { type: 'due'; timer: TimerName }
  /** A member of staff pressed answer, decline or hang up. */
  | { type: 'accept'; staffId: StaffId }
  | { type: 'decline'; staffId: StaffId }
  | { type: 'hangup'; by: string }
  /** The vendor's truth, asked for when the call had this version. */
  | { type: 'inspected'; snapshot: CallSnapshot; version: number }

export type EventType = MachineEvent['type']

/** What the vendor is to do. */
export type Command =
  | { do: 'dial'; legId: LegId; staffId: StaffId; timeoutSeconds: number }
  | { do: 'redirect'; legId: LegId; vendorId: string; to: Told; turn: number }
  | { do: 'hangup'; legId: LegId; vendorId: string }

/** What others are to hear. That the state changed is told besides, by whoever runs the machine. */
export type Notice =
  | { name: 'call.ringing'; legs: { legId: LegId; staffId: StaffId }[] }
  | { name: 'call.accepted'; staffId: StaffId; legId: LegId }
  | { name: 'call.answeredElsewhere'; staffIds: StaffId[]; by: StaffId }
  | { name: 'call.missed'; staffIds: StaffId[] }

/** Somebody who was claimed for this call and is free again. */
export interface Release {
  staffId: StaffId
  hasSpoken: boolean
}

/** What one event did. `because` is a sentence; when nothing changed it says why not. */
export interface Step {
  call: Call
  commands: Command[]
  notices: Notice[]
  releases: Release[]
  because: string
}

/** Whether this leg is neither over nor about to be. */
export function isLive(leg: Leg): boolean {
  return !isOver(leg.status) && !leg.isEnding
}

/** The leg of the party outside. */
export function callerOf(call: Call): Leg | undefined {
  return call.legs.find(leg => leg.role === 'caller')
}

/** The staff leg that answered, if one is there. */
export function talkerOf(call: Call): Leg | undefined {
  const answered = call.legs.filter(leg => leg.role === 'staff' && isLive(leg) && leg.status === 'in-progress')
  return answered.find(leg => leg.hasSpoken) ?? answered.find(leg => leg.inConference) ?? answered[0]
}

/** The staff legs that ring, or are about to. */
export function ringingOf(call: Call): Leg[] {
  return call.legs.filter(leg => leg.role === 'staff' && isLive(leg) && leg.status !== 'in-progress')
}

/** The staff whom the call rings or has. */
export function staffWith(call: Call): StaffId[] {
  return staffIdsOf(call.legs.filter(isLive))
}

/** Everybody who was rung for this call. */
export function staffRung(call: Call): StaffId[] {
  return [...new Set(staffIdsOf(call.legs))]
}

function staffIdsOf(legs: Leg[]): StaffId[] {
  return legs.flatMap(leg => leg.staffId ?? [])
}
