import type { LegStatus } from '@switchboard/core'
import { endLeg, touch, type Draft } from './moves.ts'
import { isLive, type Leg } from './state.ts'

/** How far a connection has come: reports of less than is known are old. */
export const rank: Record<LegStatus, number> = {
  queued: 0,
  ringing: 1,
  'in-progress': 2,
  completed: 3,
  busy: 3,
  'no-answer': 3,
  failed: 3,
  canceled: 3,
}

/** What a status means, as a sentence about the party. */
export const sentence: Record<LegStatus, (name: string) => string> = {
  queued: name => `${name} is being rung`,
  ringing: name => `the phone of ${name} rings`,
  'in-progress': name => `${name} is on the line`,
  completed: name => `${name} hung up`,
  busy: name => `${name} is on another line`,
  'no-answer': name => `${name} did not answer`,
  failed: name => `${name} could not be reached`,
  canceled: name => `the phone of ${name} stopped ringing`,
}

/** Notes that a leg has come further. Whose owner pressed answer before it rang is told again, now that it can be picked up. */
export function advance({ call, notices, now }: Draft, leg: Leg, status: LegStatus): void {
  leg.status = status
  leg.changedAt = now
  if (status === 'ringing' && leg.staffId !== null && call.acceptedBy === leg.staffId && isLive(leg))
    notices.push({ name: 'call.accepted', staffId: leg.staffId, legId: leg.id })
}

/** Notes that a leg is in the conference, and so has answered. */
export function join(draft: Draft, leg: Leg): string {
  leg.inConference = true
  leg.status = 'in-progress'
  touch(draft, leg)
  return `${leg.name} is in the conference`
}

/** Notes that a leg is out of the conference. Whom we dialled has nowhere else to be, so it ends their leg; a caller may have been asked out. */
export function leave(draft: Draft, leg: Leg): string {
  // Whoever was in it and comes out unasked hears music until they are told otherwise.
  if (leg.inConference && leg.told === 'join') leg.told = 'wait'
  leg.inConference = false
  leg.isHeld = false
  leg.isMuted = false
  touch(draft, leg)
  const said = `${leg.name} left the conference`
  if (leg.role !== 'caller' || draft.call.direction === 'outbound') endLeg(draft, leg, said)
  return said
}
