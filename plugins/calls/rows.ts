import type { CallId, LegId, ProfileId, StaffId } from '@switchboard/core'
import type { Call, Leg } from './state.ts'

/** A call as it is kept, with what the machine does not need. */
export interface StoredCall extends Call {
  profileId: ProfileId | null
  /** How long its trail is. */
  lastSeq: number
}

/** A row of `call`. */
export interface CallColumns {
  id: CallId
  adapter: string
  direction: Call['direction']
  state: Call['state']
  caller_from: string | null
  line_to: string
  profile_id: ProfileId | null
  accepted_by: StaffId | null
  recording: Call['recording']
  recorded: Call['recorded']
  transfer: Call['transfer']
  queued_at: Date | null
  created_at: Date
  entered_at: Date
  answered_at: Date | null
  ended_at: Date | null
  outcome: Call['outcome']
  due_at: Date | null
  due_for: 'ring' | 'wait' | 'check' | null
  version: number
  last_seq: number
}

/** A row of `call_leg`. */
export interface LegColumns {
  id: LegId
  call_id: CallId
  role: Leg['role']
  staff_id: StaffId | null
  name: string
  phone: string | null
  part: Leg['part']
  is_held: boolean
  is_muted: boolean
  ends_on_exit: boolean | null
  vendor_id: string | null
  status: Leg['status']
  sequence: number | null
  in_conference: boolean
  conference: { vendorId: string; sequence: number | null; at: string } | null
  told: Leg['told']
  turn: number
  is_ending: boolean
  has_spoken: boolean
  reason: string | null
  changed_at: Date
  ended_at: Date | null
}

/** The columns of a call that are read. */
export const callColumns =
  'id, adapter, direction, state, caller_from, line_to, profile_id, accepted_by, recording, recorded, transfer, queued_at, ' +
  'created_at, entered_at, answered_at, ended_at, outcome, due_at, due_for, version, last_seq'

/** The columns of a leg. */
export const legColumns =
  'id, call_id, role, staff_id, name, phone, part, is_held, is_muted, ends_on_exit, vendor_id, status, sequence, ' +
  'in_conference, conference, told, turn, is_ending, has_spoken, reason, changed_at, ended_at'

/** A call of its row and the rows of legs, others' among them. */
export function toCall(row: CallColumns, legs: LegColumns[]): StoredCall {
  return {
    id: row.id,
    adapter: row.adapter,
    direction: row.direction,
    state: row.state,
    from: row.caller_from,
    line: row.line_to,
    legs: legs.filter(leg => leg.call_id === row.id).map(toLeg),
    profileId: row.profile_id,
    acceptedBy: row.accepted_by,
    recording: row.recording,
    recorded: row.recorded,
    transfer: row.transfer,
    queuedAt: row.queued_at,
    createdAt: row.created_at,
    enteredAt: row.entered_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at,
    outcome: row.outcome,
    due: row.due_at && row.due_for ? { at: row.due_at, for: row.due_for } : null,
    version: row.version,
    lastSeq: row.last_seq,
  }
}

function toLeg(row: LegColumns): Leg {
  return {
    id: row.id,
    role: row.role,
    staffId: row.staff_id,
    name: row.name,
    phone: row.phone,
    part: row.part,
    isHeld: row.is_held,
    isMuted: row.is_muted,
    endsOnExit: row.ends_on_exit ?? false,
    vendorId: row.vendor_id,
    status: row.status,
    sequence: row.sequence,
    inConference: row.in_conference,
    conference: row.conference && { ...row.conference, at: new Date(row.conference.at) },
    told: row.told,
    turn: row.turn,
    isEnding: row.is_ending,
    hasSpoken: row.has_spoken,
    reason: row.reason,
    changedAt: row.changed_at,
    endedAt: row.ended_at,
  }
}

/** A leg as its row. */
export function toLegColumns(callId: CallId, leg: Leg): { [Column in keyof LegColumns]: unknown } {
  return {
    id: leg.id,
    call_id: callId,
    role: leg.role,
    staff_id: leg.staffId,
    name: leg.name,
    phone: leg.phone,
    part: leg.part,
    is_held: leg.isHeld,
    is_muted: leg.isMuted,
    ends_on_exit: leg.endsOnExit,
    vendor_id: leg.vendorId,
    status: leg.status,
    sequence: leg.sequence,
    in_conference: leg.inConference,
    conference: leg.conference,
    told: leg.told,
    turn: leg.turn,
    is_ending: leg.isEnding,
    has_spoken: leg.hasSpoken,
    reason: leg.reason,
    changed_at: leg.changedAt,
    ended_at: leg.endedAt,
  }
}
