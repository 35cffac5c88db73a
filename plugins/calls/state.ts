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
  /** Everybody is taken; the caller hears music and their place: which was told last, and when. After `untilMs` (milliseconds since 1970) they leave a message instead. */
  | { name: 'WaitingForStaff'; place: number; untilMs: number; toldAtMs?: number; toldPlace?: number }
  /** Somebody answered; the caller is about to be asked in. */
  | { name: 'StaffJoined' }
  /** The caller was asked to join the conference that the member of staff is in. */
  | { name: 'AddingCallerToConference' }
  /** Both are in the conference. */
  | { name: 'AllInConference' }
  /** The caller leaves a message. Whether the vendor asked them for it may be unknown; after `unsureUntilMs` it shows. */
  | { name: 'Voicemail'; unsureUntilMs?: number }
  /** Over. */
  | { name: 'Hungup' }

export type StateName = State['name']

/**
 * How a call ended. `missed`: nobody spoke with the caller; `voicemail`: and they left a message; `callback`: and they asked to be called
 * back; `rejected`: we did not take it; `unanswered`: we rang out in vain.
 */
export type Outcome = 'answered' | 'missed' | 'voicemail' | 'callback' | 'rejected' | 'unanswered'

/** What the caller's leg was last told to do. */
export type Told = 'wait' | 'queue' | 'join' | 'voicemail' | 'callback' | 'reject'

/** Which clock runs: a rung, the next look for somebody free, or "has nothing moved for too long?". */
export type TimerName = 'ring' | 'wait' | 'check'

/** Who a leg is: the customer, a member of staff, or a third party by phone. */
export type LegRole = 'caller' | 'staff' | 'guest'

/** What a member of staff does in a conference: talk, only listen, or be heard by their colleague alone. */
export type Part = 'talk' | 'listen' | 'whisper'

/** Whether what is said is recorded: not, yes, or not just now (while a card number is read out). */
export type Recorded = 'off' | 'on' | 'paused'

/** Somebody handing the call over. `cold`: they are gone already; `warm`: they talk with the other first, while the caller hears music. */
export interface Transfer {
  kind: 'cold' | 'warm'
  by: { staffId: StaffId; name: string }
  /** The leg it is handed to. */
  legId: LegId
}

/** One party's connection in a call. */
export interface Leg {
  id: LegId
  role: LegRole
  staffId: StaffId | null
  /** The number that is dialled, in E.164; null for staff, whose phones are known by their id, and for who called us. */
  phone: string | null
  part: Part
  /** Hears music instead of the others. */
  isHeld: boolean
  /** Is not heard by the others. */
  isMuted: boolean
  /** The vendor was asked to end the conference when they leave it. */
  endsOnExit: boolean
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
  recorded: Recorded
  transfer: Transfer | null
  /** When the caller began to wait for somebody to be free: their place in the queue goes by it. */
  queuedAt: Date | null
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

/** Somebody to bring into a conference: a member of staff, already claimed for this call, or a number. */
export type Target = Rung | { staffId: null; phone: string; name: string; legId: LegId }

/** What is to become of a caller for whom nobody can be rung. */
export type Otherwise =
  { do: 'voicemail' | 'reject'; because: string } | { do: 'queue'; because: string; place: number; untilMs: number }

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
  | ({ type: 'joined' | 'left'; legId: LegId; vendorId: string; hungUp?: boolean } & Place)
  | { type: 'conferenceEnded'; conferenceId: string }
  | { type: 'recorded'; recording: Recording | null }
  /** A leg asks what to do next, so it is in no conference. `at` is when we were asked; `hasLeft`: it comes out of one. */
  | { type: 'asks'; legId: LegId; at: Date; hasLeft?: boolean }
  /** Routing's answer: whom to ring now, for how long, and who is skipped; and what is to be done when nobody can be rung. */
  | { type: 'routed'; rung: Rung[]; skipped: Skipped[]; ringSeconds: number; because: string; otherwise: Otherwise }
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
  /** The vendor may have asked for a message, or not. The greeting lasts so long at the most; then it shows. */
  | { type: 'unsure'; legId: LegId; seconds: number }
  /** A timer ran out. */
  | { type: 'due'; timer: TimerName }
  /** A member of staff pressed answer, decline or hang up. */
  | { type: 'accept'; staffId: StaffId }
  | { type: 'decline'; staffId: StaffId }
  | { type: 'hangup'; by: string }
  /** A key was pressed on a phone. */
  | { type: 'digits'; legId: LegId; digits: string }
  /** A member of staff, or the hub for them, acts on the call they are in. */
  | { type: 'hold'; by: string; on: boolean }
  | { type: 'mute'; staffId: StaffId; on: boolean }
  | { type: 'transfer'; by: StaffId; kind: Transfer['kind']; to: Target; ringSeconds: number }
  | { type: 'transferComplete' | 'transferCancel'; by: StaffId }
  | { type: 'add'; by: string; to: Target; ringSeconds: number }
  | { type: 'drop'; by: string; legId: LegId }
  | { type: 'record'; by: string; to: Recorded }
  /** A manager comes into a conversation, or changes what they do in it. `rung` is null when they are in it already. */
  | { type: 'attend'; staffId: StaffId; part: Part; rung: Rung | null; ringSeconds: number }
  /** We call somebody for this member of staff, whose own phone rings first. */
  | { type: 'dialOut'; rung: Rung; ringSeconds: number }
  /** The vendor's truth, asked for then, when the call had this version. */
  | { type: 'inspected'; snapshot: CallSnapshot; version: number; askedAt: Date }

/** Where and when somebody came into a conference or left it. */
type Place = { conferenceId: string; sequence: number | null; at: Date }

export type EventType = MachineEvent['type']

/** What the vendor is to do. `again`: it was asked for before and does not show; whether it was done is to be found out first. */
export type Command = Order & { again?: true }

type Order =
  | {
      do: 'dial'
      legId: LegId
      staffId: StaffId | null
      phone: string | null
      part: Part
      coachedVendorId: string | null
      timeoutSeconds: number
      endOnExit: boolean
    }
  | { do: 'redirect'; legId: LegId; vendorId: string; to: Told; turn: number }
  | { do: 'hangup'; legId: LegId; vendorId: string }
  | { do: 'hold' | 'mute' | 'endOnExit'; legId: LegId; vendorId: string; conferenceId: string; on: boolean }
  | { do: 'attend'; legId: LegId; vendorId: string; conferenceId: string; part: Part; coachedVendorId: string | null }
  | { do: 'record'; legId: LegId; vendorId: string; conferenceId: string; to: Recorded }

/** What others are to hear. That the state changed is told besides, by whoever runs the machine. */
export type Notice =
  | { name: 'call.ringing'; legs: { legId: LegId; staffId: StaffId }[] }
  | { name: 'call.accepted'; staffId: StaffId; legId: LegId }
  | { name: 'call.answeredElsewhere'; staffIds: StaffId[]; by: StaffId }
  | { name: 'call.missed'; staffIds: StaffId[] }
  | { name: 'call.callbackAsked'; place: number }
  /** What was said, or a part of it, was recorded: the vendor has it. */
  | { name: 'call.recorded'; vendorId: string; durationSeconds: number | null }
  /** The caller left a message: the vendor has it. */
  | { name: 'call.voicemail'; durationSeconds: number | null }

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

/** Whoever is there to talk with the caller, if somebody is: the one who has talked with them, else the first to have answered. */
export function talkerOf(call: Call): Leg | undefined {
  const answered = talkersOf(call)
  return answered.find(leg => leg.hasSpoken) ?? answered.find(leg => leg.inConference) ?? answered[0]
}

/** Everybody on the line who talks with the caller, or may. Who only listens or whispers is not company. */
export function talkersOf(call: Call): Leg[] {
  return call.legs.filter(leg => leg.role !== 'caller' && leg.part === 'talk' && isOnLine(leg))
}

/** Whether this leg was answered and is neither over nor about to be. */
export function isOnLine(leg: Leg): boolean {
  return isLive(leg) && leg.status === 'in-progress'
}

/** The legs that ring to bring the caller company, or are about to. */
export function ringingOf(call: Call): Leg[] {
  return call.legs.filter(
    leg => leg.role !== 'caller' && leg.part === 'talk' && isLive(leg) && leg.status !== 'in-progress',
  )
}

/** The leg of this member of staff that rings them or has them. */
export function legOfStaff(call: Call, staffId: StaffId): Leg | undefined {
  return call.legs.findLast(leg => leg.staffId === staffId && isLive(leg))
}

/** The conference that the call is in, by the vendor's id; null before anybody joined it. */
export function conferenceOf(call: Call): string | null {
  return call.legs.findLast(leg => leg.inConference && leg.conference)?.conference?.vendorId ?? null
}

/** The staff whom the call rings or has. */
export function staffWith(call: Call): StaffId[] {
  return call.legs.filter(isLive).flatMap(leg => leg.staffId ?? [])
}

/** Everybody who was rung for this call. */
export function staffRung({ legs }: Pick<Call, 'legs'>): StaffId[] {
  return [...new Set(legs.flatMap(leg => leg.staffId ?? []))]
}
