import { endLeg, enter, tellCaller, type Draft } from './moves.ts'
import { callerOf, isLive, ringingOf, talkerOf } from './state.ts'
import type { Leg, Rung } from './state.ts'

/** The vendor gives up later than we do, so that ours is the timer that counts while we live. */
const vendorGraceSeconds = 10

/** Rings people's phones, and has the caller hear music meanwhile. */
export function ring(draft: Draft, rung: Rung[], seconds: number): void {
  draft.call.acceptedBy = null
  for (const { staffId, name, legId } of rung) {
    draft.call.legs.push(newStaffLeg(draft, { staffId, name, legId }))
    draft.commands.push({ do: 'dial', legId, staffId, timeoutSeconds: seconds + vendorGraceSeconds })
  }
  draft.notices.push({ name: 'call.ringing', legs: rung.map(({ legId, staffId }) => ({ legId, staffId })) })
  tellCaller(draft, 'wait')
  enter(draft, { name: 'DialingStaff', staff: rung.map(({ staffId }) => staffId) }, seconds)
}

function newStaffLeg({ now }: Draft, { staffId, name, legId }: Rung): Leg {
  return { ...blankLeg, id: legId, role: 'staff', staffId, name, changedAt: now }
}

/** A leg before anything is known of it. */
export const blankLeg: Omit<Leg, 'id' | 'role' | 'name' | 'changedAt'> = {
  staffId: null,
  vendorId: null,
  status: 'queued',
  sequence: null,
  inConference: false,
  conference: null,
  told: null,
  turn: 0,
  isEnding: false,
  hasSpoken: false,
  reason: null,
  endedAt: null,
}

/** Keeps the list of whose phones ring true; when none does, the next is sought. @returns why the state changed, or null when it did not */
export function keepRinging(draft: Draft, heard: string | null): string | null {
  const staff = ringingOf(draft.call).flatMap(leg => leg.staffId ?? [])
  if (staff.length === 0) return seekNext(draft, heard ?? 'nobody rings any more')
  draft.call.state = { name: 'DialingStaff', staff }
  return null
}

/** Asks routing for the next one to ring. */
export function seekNext(draft: Draft, because: string): string {
  draft.call.acceptedBy = null
  enter(draft, { name: 'FindingStaff' })
  return because
}

/** The first to answer has the call; everybody else's phone stops ringing. */
export function staffAnswered(draft: Draft, talker: Leg): string {
  const { call, now } = draft
  const others = call.legs.filter(leg => leg.role === 'staff' && leg !== talker && isLive(leg))
  for (const leg of others) endLeg(draft, leg, `${talker.name} answered first`)
  const staffIds = others.flatMap(leg => leg.staffId ?? [])
  if (staffIds.length > 0 && talker.staffId)
    draft.notices.push({ name: 'call.answeredElsewhere', staffIds, by: talker.staffId })
  call.acceptedBy = talker.staffId
  call.answeredAt ??= now
  enter(draft, { name: 'StaffJoined' })
  return `${talker.name} answered`
}

/** The caller and the member of staff speak. */
export function allIn(draft: Draft): string {
  const caller = callerOf(draft.call)
  const talker = talkerOf(draft.call)
  for (const leg of [caller, talker]) if (leg) leg.hasSpoken = true
  enter(draft, { name: 'AllInConference' })
  return `${caller?.name} and ${talker?.name} are in the conference`
}
