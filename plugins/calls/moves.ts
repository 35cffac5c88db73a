import { after, isOver, second, type LegStatus, type StaffId } from '@switchboard/core'
import { callerOf, isLive, staffRung } from './state.ts'
import type { Call, Command, Leg, Notice, Outcome, Release, State, StateName, TimerName, Told } from './state.ts'

/** A step in the making: a copy of the call that may be written to, and what is to follow from it. */
export interface Draft {
  call: Call
  now: Date
  commands: Command[]
  notices: Notice[]
  releases: Release[]
}

/** Begins a step. The call given is left as it is. */
export function draftOf(call: Call, now: Date): Draft {
  const legs = call.legs.map(leg => ({ ...leg }))
  return { call: { ...call, legs }, now, commands: [], notices: [], releases: [] }
}

/** How long, in seconds, a state may last before its timer runs out, and which timer that is. None: nothing need move by itself. */
const patience: Record<StateName, { for: TimerName; seconds: number } | null> = {
  Ringing: { for: 'check', seconds: 10 },
  RingingOutbound: { for: 'ring', seconds: 60 },
  GetConferenceDetails: { for: 'check', seconds: 10 },
  FindingStaff: { for: 'check', seconds: 10 },
  DialingStaff: { for: 'ring', seconds: 25 },
  WaitingForStaff: { for: 'wait', seconds: 4 },
  StaffJoined: { for: 'check', seconds: 10 },
  AddingCallerToConference: { for: 'check', seconds: 3 },
  AllInConference: null,
  Voicemail: { for: 'check', seconds: 600 },
  Hungup: null,
}

/** Which timer runs in a state; null where none does. */
export function timerOf(name: StateName): TimerName | null {
  return patience[name]?.for ?? null
}

/** Puts the call into a state and starts the state's timer. */
export function enter(draft: Draft, state: State, seconds = patience[state.name]?.seconds): void {
  draft.call.state = state
  draft.call.enteredAt = draft.now
  startTimer(draft, seconds)
}

/** Starts the timer of the present state again. */
export function startTimer(draft: Draft, seconds = patience[draft.call.state.name]?.seconds): void {
  const timer = patience[draft.call.state.name]
  draft.call.due = timer && seconds !== undefined ? { for: timer.for, at: after(draft.now, seconds * second) } : null
}

/** Whether the present state has lasted so long that its commands, had they worked, would have shown. */
export function isOverdue({ call, now }: Draft): boolean {
  return now.getTime() - call.enteredAt.getTime() >= 10 * second
}

/** Notes that a leg is over, which it then stays. Whoever was claimed for it is let go. */
export function closeLeg(draft: Draft, leg: Leg, status: LegStatus, reason: string): void {
  if (isLive(leg)) release(draft, leg)
  leg.status = status
  leg.inConference = false
  leg.reason ??= reason
  leg.endedAt = draft.now
  touch(draft, leg)
}

/** Wants a leg to end. Whoever was claimed for it is let go at once; it is hung up as soon as the vendor has an id for it. */
export function endLeg(draft: Draft, leg: Leg, reason: string): void {
  if (!isLive(leg)) return
  release(draft, leg)
  leg.isEnding = true
  leg.reason = reason
  touch(draft, leg)
  hangUp(draft, leg)
}

/** Has a leg hung up that is to end, if the vendor has an id for it. */
export function hangUp(draft: Draft, leg: Leg): void {
  if (leg.vendorId !== null && leg.isEnding && !isOver(leg.status))
    draft.commands.push({ do: 'hangup', legId: leg.id, vendorId: leg.vendorId })
}

/** Notes the vendor's id of a leg. One that is to end is hung up now that it can be. */
export function learnVendorId(draft: Draft, leg: Leg, vendorId: string): void {
  if (leg.vendorId !== null) return
  leg.vendorId = vendorId
  touch(draft, leg)
  hangUp(draft, leg)
}

/** Notes when a leg last changed. */
export function touch(draft: Draft, leg: Leg): void {
  leg.changedAt = draft.now
}

/**
 * Tells the caller what to do next. The first time, the answer to the vendor's question carries it; from then on it takes a command.
 * @param again also when it was told already
 */
export function tellCaller(draft: Draft, to: Told, again = false): void {
  const leg = callerOf(draft.call)
  if (!leg || !isLive(leg) || leg.vendorId === null || (leg.told === to && !again)) return
  const isFirst = leg.told === null
  const isRepeated = leg.told === to
  leg.told = to
  leg.turn += 1
  if (isFirst) return
  const { id: legId, vendorId, turn } = leg
  draft.commands.push({ do: 'redirect', legId, vendorId, to, turn, ...(isRepeated && { again: true }) })
}

/** Has the caller hear music in the conference, or the others again. */
export function hold(draft: Draft, on: boolean): void {
  const caller = callerOf(draft.call)
  if (!caller || !isLive(caller) || caller.isHeld === on || (on && !caller.inConference)) return
  caller.isHeld = on
  order(draft, caller, { do: 'hold', on })
}

/** Has a leg heard by the others or not. */
export function mute(draft: Draft, leg: Leg, on: boolean): void {
  leg.isMuted = on
  order(draft, leg, { do: 'mute', on })
}

/** Asks the vendor for something about a leg in the conference; one that is not in it has nothing to be changed. */
export function order(draft: Draft, leg: Leg, what: { do: 'hold' | 'mute'; on: boolean }): void {
  touch(draft, leg)
  const conferenceId = leg.conference?.vendorId
  if (leg.vendorId === null || !leg.inConference || conferenceId === undefined) return
  draft.commands.push({ ...what, legId: leg.id, vendorId: leg.vendorId, conferenceId })
}

/** Ends the call: every leg is to end, the outcome is settled, and it stays so. */
export function endCall(draft: Draft, because: string): string {
  const { call } = draft
  call.outcome = outcomeOf(call)
  call.endedAt = draft.now
  call.transfer = null
  enter(draft, { name: 'Hungup' })
  for (const leg of call.legs) endLeg(draft, leg, because)
  for (const leg of call.legs) if (isUndialled(call, leg)) closeLeg(draft, leg, 'canceled', because)
  if (isMissed(call.outcome)) draft.notices.push({ name: 'call.missed', staffIds: staffRung(call) })
  return because
}

/** Whether this is a customer whom we were to call, and did not get to. */
function isUndialled({ direction }: Call, leg: Leg): boolean {
  return direction === 'outbound' && leg.role === 'caller' && leg.told === null && !isOver(leg.status)
}

/** Whether a call with this outcome waits for us to call back. */
export function isMissed(outcome: Outcome): boolean {
  return outcome === 'missed' || outcome === 'voicemail' || outcome === 'callback'
}

/** Lets somebody go who was claimed for this call. */
export function releaseStaff(draft: Draft, staffId: StaffId, hasSpoken = false): void {
  draft.releases.push({ staffId, hasSpoken })
}

function release(draft: Draft, leg: Leg): void {
  if (leg.staffId !== null) releaseStaff(draft, leg.staffId, leg.hasSpoken)
}

function outcomeOf({ legs, recording, direction }: Call): Outcome {
  if (legs.some(leg => leg.hasSpoken)) return 'answered'
  if (direction === 'outbound') return 'unanswered'
  const told = legs.find(leg => leg.role === 'caller')?.told
  if (told === 'callback') return 'callback'
  if (told === 'reject') return 'rejected'
  return recording ? 'voicemail' : 'missed'
}
