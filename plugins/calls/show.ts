import { z, type CallId, type StaffId } from '@switchboard/core'
import type { StoredCall, TrailRow } from './store.ts'

/** A leg as the API shows it. */
const LegShown = z.object({
  id: z.string(),
  role: z.enum(['caller', 'staff', 'guest']),
  staffId: z.string().nullable(),
  name: z.string(),
  status: z.string(),
  inConference: z.boolean(),
  phone: z.string().nullable(),
  part: z.enum(['talk', 'listen', 'whisper']),
  isHeld: z.boolean(),
  isMuted: z.boolean(),
  reason: z.string().nullable().meta({ description: 'why it ended or is to end' }),
  endedAt: z.date().nullable(),
})

/** A call as the API shows it. */
export const CallShown = z.object({
  id: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  state: z.string(),
  from: z.string().nullable(),
  to: z.string(),
  profileId: z.string().nullable(),
  outcome: z.enum(['answered', 'missed', 'voicemail', 'callback', 'rejected', 'unanswered']).nullable(),
  createdAt: z.date(),
  answeredAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  recorded: z.enum(['off', 'on', 'paused']),
  queuedAt: z.date().nullable(),
  transfer: z
    .object({
      kind: z.enum(['cold', 'warm']),
      by: z.object({ staffId: z.string(), name: z.string() }),
      legId: z.string(),
    })
    .nullable(),
  recording: z.object({ url: z.string(), durationSeconds: z.number().nullable() }).nullable(),
  legs: z.array(LegShown),
})

/** One line of the trail: a sentence, and the data behind it. */
export const TrailShown = z.object({
  seq: z.int(),
  at: z.date(),
  event: z.string(),
  from: z.string(),
  to: z.string(),
  because: z.string(),
  data: z.unknown(),
})

/** A call for the API: no vendor's ids. */
export function showCall(call: StoredCall): z.output<typeof CallShown> {
  const { id, direction, from, line, profileId, outcome, createdAt, answeredAt, endedAt, recording } = call
  return {
    ...{ id, direction, from, profileId, outcome, createdAt, answeredAt, endedAt },
    ...{ recorded: call.recorded, queuedAt: call.queuedAt, transfer: call.transfer },
    state: call.state.name,
    to: line,
    recording: recording && { url: recording.url, durationSeconds: recording.durationSeconds },
    legs: call.legs.map(({ id, role, staffId, name, status, inConference, reason, endedAt, ...leg }) => ({
      ...{ id, role, staffId, name, status, inConference, reason, endedAt },
      ...{ phone: leg.phone, part: leg.part, isHeld: leg.isHeld, isMuted: leg.isMuted },
    })),
  }
}

/** The trail for the API. */
export function showTrail(trail: TrailRow[]): z.output<typeof TrailShown>[] {
  return trail.map(row => ({ ...row }))
}

/** A live call as a client of this member of staff needs it to go on after it was away. */
export interface CallForStaff {
  id: CallId
  legId: string | null
  state: string
  from: string | null
  to: string
  at: Date
  answeredAt: Date | null
  /** Whether the call rings this person; otherwise they are in it. */
  isRinging: boolean
  /** Whether this person pressed answer. */
  isAccepted: boolean
}

/** A live call in the eyes of one member of staff. */
export function showTo(call: StoredCall, staffId: StaffId): CallForStaff {
  const leg = call.legs.findLast(each => each.staffId === staffId)
  return {
    id: call.id,
    legId: leg?.id ?? null,
    state: call.state.name,
    from: call.from,
    to: call.line,
    at: call.createdAt,
    answeredAt: call.answeredAt,
    isRinging: leg?.status !== 'in-progress',
    isAccepted: call.acceptedBy === staffId,
  }
}
