import type { StaffId } from '@switchboard/core'
import { endLeg, enter, hold, tellCaller, type Draft } from './moves.ts'
import { callerOf, ringingOf, talkerOf, talkersOf } from './state.ts'
import type { Call, Leg, Part, Rung, Target } from './state.ts'

/** The vendor gives up later than we do, so that ours is the timer that counts while we live. */
const vendorGraceSeconds = 10

/** Rings people's phones, and has the caller hear music meanwhile. */
export function ring(draft: Draft, rung: Rung[], seconds: number): void {
  draft.call.acceptedBy = null
  // Two may pick up at once: the one who is let go again must not end the conference for the caller.
  const endOnExit = rung.length === 1
  for (const one of rung) dial(draft, one, seconds, { endOnExit })
  tellRinging(draft, rung)
  // Whoever is being handed over hears music where they are.
  if (!callerOf(draft.call)?.isHeld) tellCaller(draft, 'wait')
  enter(draft, { name: 'DialingStaff', staff: rung.map(({ staffId }) => staffId) }, seconds)
}

/** How somebody comes into the conference: what for, and whether it ends with them. */
interface Entry {
  part?: Part
  endOnExit?: boolean
}

/** A caller who waits is told their place when it changed, but not so soon, in milliseconds, that it would cut short what they hear; and every minute. */
const [restMs, atLeastEveryMs] = [15_000, 60_000]

/** Tells a caller who waits their place, when it is time to. @returns whether it was */
export function tellPlace({ call, now, ...draft }: Draft, place: number): boolean {
  if (call.state.name !== 'WaitingForStaff') return false
  const { toldAtMs = call.enteredAt.getTime(), toldPlace = call.state.place } = call.state
  const isTime = now.getTime() - toldAtMs >= (place === toldPlace ? atLeastEveryMs : restMs)
  call.state = { ...call.state, place, toldPlace, ...(isTime && { toldAtMs: now.getTime(), toldPlace: place }) }
  if (isTime) tellCaller({ ...draft, call, now }, 'queue', true)
  return isTime
}

/** Dials somebody into the call's conference. */
export function dial(
  draft: Draft,
  to: Target,
  seconds: number,
  { part = 'talk', endOnExit = false }: Entry = {},
): void {
  const { call, now } = draft
  const coachedVendorId = part === 'whisper' ? (coachedIn(call)?.vendorId ?? null) : null
  const [staffId, phone] = [to.staffId, to.staffId === null ? to.phone : null]
  const who = { role: staffId === null ? ('guest' as const) : ('staff' as const), staffId, phone, name: to.name, part }
  call.legs.push({ ...blankLeg, ...who, id: to.legId, endsOnExit: endOnExit, changedAt: now })
  draft.commands.push({
    ...{ do: 'dial', legId: to.legId, staffId, phone, part, coachedVendorId },
    timeoutSeconds: seconds + vendorGraceSeconds,
    endOnExit,
  })
}

/** The member of staff who is whispered to: the first who talks. */
export function coachedIn(call: Call, except: StaffId | null = null): Leg | undefined {
  return talkersOf(call).find(leg => leg.role === 'staff' && leg.staffId !== except)
}

/** Tells those whose phones ring now. */
export function tellRinging({ notices }: Draft, rung: readonly Target[]): void {
  const legs = rung.flatMap(({ legId, staffId }) => (staffId === null ? [] : [{ legId, staffId }]))
  if (legs.length > 0) notices.push({ name: 'call.ringing', legs })
}

/** A leg before anything is known of it. */
export const blankLeg: Omit<Leg, 'id' | 'role' | 'name' | 'changedAt'> = {
  staffId: null,
  phone: null,
  part: 'talk',
  isHeld: false,
  isMuted: false,
  endsOnExit: false,
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
  const ringing = ringingOf(draft.call)
  if (ringing.length === 0) return seekNext(draft, heard ?? 'nobody rings any more')
  draft.call.state = { name: 'DialingStaff', staff: ringing.flatMap(leg => leg.staffId ?? []) }
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
  giveTo(draft, talker)
  enter(draft, { name: 'StaffJoined' })
  return `${talker.name} answered`
}

/** Notes who has the call, and has everybody else's phone stop ringing. */
export function giveTo(draft: Draft, talker: Leg): void {
  const { call, now } = draft
  const others = ringingOf(call).filter(leg => leg !== talker)
  for (const leg of others) endLeg(draft, leg, `${talker.name} answered first`)
  const staffIds = others.flatMap(leg => leg.staffId ?? [])
  if (staffIds.length > 0 && talker.staffId)
    draft.notices.push({ name: 'call.answeredElsewhere', staffIds, by: talker.staffId })
  call.acceptedBy = talker.staffId
  call.answeredAt ??= now
}

/** The caller and whoever answered speak; or the caller hears music, while it is being handed over. */
export function allIn(draft: Draft, isHandedOver = false): string {
  const caller = callerOf(draft.call)
  const talker = talkerOf(draft.call)
  for (const leg of [caller, talker]) if (leg) leg.hasSpoken = true
  if (!isHandedOver) draft.call.transfer = null
  hold(draft, isHandedOver)
  enter(draft, { name: 'AllInConference' })
  return `${caller?.name} and ${talker?.name} are in the conference`
}
