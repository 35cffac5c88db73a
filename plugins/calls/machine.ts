import { hear } from './hear.ts'
import { draftOf, endCall, endLeg, enter, releaseStaff, tellCaller, type Draft } from './moves.ts'
import { isTruth, reconcile, settle } from './reconcile.ts'
import { callerOf, isLive, ringingOf, staffWith, talkerOf } from './state.ts'
import type { Call, MachineEvent, Rung, Skipped, Step } from './state.ts'
import { allIn, keepRinging, ring, seekNext, staffAnswered } from './turns.ts'

/**
 * What an event does to a call: the call as it is then, what the vendor is to do, and why. Pure, and total: an event that does not fit
 * changes nothing, and `because` says so. `Hungup` is never left.
 * First the facts: what the event says about each leg. Then the decision: what the state makes of the facts.
 */
export function transition(call: Call, event: MachineEvent, now: Date): Step {
  const draft = draftOf(call, now)
  if (event.type === 'due' && !isDue(call, event.timer, now)) return stepOf(draft, `no ${event.timer} timer is due`)
  const heard = hear(draft, event)
  const said = decide(draft, event, heard) ?? heard ?? `"${event.type}" means nothing in ${call.state.name}`
  if (event.type === 'routed') releaseUnrung(draft, event.rung)
  return stepOf(draft, said)
}

/** Routing claimed these people for the call; those whom it does not ring after all, because it moved on, are let go. */
function releaseUnrung(draft: Draft, rung: Rung[]): void {
  const ringing = new Set(staffWith(draft.call))
  for (const { staffId } of rung) if (!ringing.has(staffId)) releaseStaff(draft, staffId)
}

function stepOf({ call, commands, notices, releases }: Draft, because: string): Step {
  return { call, commands, notices, releases, because }
}

function isDue({ due }: Call, timer: string, now: Date): boolean {
  return due !== null && due.for === timer && due.at <= now
}

/** @returns why the state changed, or null when it did not */
function decide(draft: Draft, event: MachineEvent, heard: string | null): string | null {
  const { state } = draft.call
  if (state.name === 'Hungup') return null
  const ended = endIfOver(draft, event)
  if (ended) return ended
  switch (state.name) {
    case 'Ringing':
      return fromRinging(draft, event)
    case 'RingingOutbound':
      return fromRingingOutbound(draft, event)
    case 'GetConferenceDetails':
      return fromGetConferenceDetails(draft, event)
    case 'FindingStaff':
      return fromFindingStaff(draft, event)
    case 'DialingStaff':
      return fromDialingStaff(draft, event, heard)
    case 'WaitingForStaff':
      return fromWaitingForStaff(draft, event)
    case 'StaffJoined':
      return fromStaffJoined(draft, event, heard)
    case 'AddingCallerToConference':
      return fromAddingCaller(draft, event, heard)
    case 'AllInConference':
      return fromAllInConference(draft, event, heard)
    case 'Voicemail':
      return fromVoicemail(draft, event)
    default:
      return unknownState(state)
  }
}

/** Whatever the state, the call is over when the caller is gone or somebody ended it. */
function endIfOver(draft: Draft, event: MachineEvent): string | null {
  if (event.type === 'hangup') return endCall(draft, `${event.by} hung up`)
  const caller = callerOf(draft.call)
  if (caller && isLive(caller)) return null
  return endCall(draft, caller?.reason ?? 'there is no caller')
}

function fromRinging(draft: Draft, event: MachineEvent): string | null {
  if (event.type !== 'incoming' && event.type !== 'inspected') return null
  enter(draft, { name: 'FindingStaff' })
  return 'a call came in'
}

function fromRingingOutbound(draft: Draft, event: MachineEvent): string | null {
  if (event.type === 'due' && event.timer === 'ring') return endCall(draft, 'nobody answered')
  const staff = draft.call.legs.filter(leg => leg.role === 'staff')
  return staff.length > 0 && !staff.some(isLive) ? endCall(draft, 'the member of staff is gone') : null
}

function fromGetConferenceDetails(draft: Draft, event: MachineEvent): string | null {
  return isTruth(draft, event) ? settle(draft) : null
}

function fromFindingStaff(draft: Draft, event: MachineEvent): string | null {
  if (event.type !== 'routed') return null
  const rung = event.rung.filter(({ staffId }) => !draft.call.legs.some(leg => leg.staffId === staffId))
  if (rung.length === 0) {
    tellCaller(draft, 'voicemail')
    enter(draft, { name: 'Voicemail' })
    return `nobody can be rung${listed(event.skipped)}`
  }
  ring(draft, rung, event.ringSeconds)
  return `${rung.map(({ name }) => name).join(', ')} rung (${event.because})${listed(event.skipped)}`
}

function listed(skipped: Skipped[]): string {
  return skipped.length === 0
    ? ''
    : `; not rung: ${skipped.map(({ name, because }) => `${name} ${because}`).join(', ')}`
}

function fromDialingStaff(draft: Draft, event: MachineEvent, heard: string | null): string | null {
  if (isTruth(draft, event)) return reconcile(draft)
  const talker = talkerOf(draft.call)
  if (talker) return staffAnswered(draft, talker)
  if (event.type === 'due' && event.timer === 'ring') return rungInVain(draft)
  return keepRinging(draft, heard)
}

function rungInVain(draft: Draft): string {
  const { call, now } = draft
  const seconds = Math.round((now.getTime() - call.enteredAt.getTime()) / 1000)
  const ringing = ringingOf(call)
  for (const leg of ringing) endLeg(draft, leg, `did not answer within ${seconds} s`)
  return seekNext(draft, `${ringing.map(({ name }) => name).join(', ')} did not answer within ${seconds} s`)
}

function fromWaitingForStaff(draft: Draft, event: MachineEvent): string | null {
  if (event.type !== 'due' || event.timer !== 'wait') return null
  tellCaller(draft, 'voicemail')
  enter(draft, { name: 'Voicemail' })
  return 'nobody became free in time'
}

function fromStaffJoined(draft: Draft, event: MachineEvent, heard: string | null): string | null {
  if (isTruth(draft, event)) return reconcile(draft)
  if (!talkerOf(draft.call)) return seekNext(draft, heard ?? 'the member of staff is gone')
  if (callerOf(draft.call)?.inConference) return allIn(draft)
  if (event.type !== 'addCaller') return null
  tellCaller(draft, 'join', true)
  enter(draft, { name: 'AddingCallerToConference' })
  return 'the caller is asked into the conference'
}

function fromAddingCaller(draft: Draft, event: MachineEvent, heard: string | null): string | null {
  if (isTruth(draft, event)) return reconcile(draft)
  if (!talkerOf(draft.call))
    return seekNext(draft, `${heard ?? 'the member of staff is gone'}; the caller is not left alone`)
  if (callerOf(draft.call)?.inConference) return allIn(draft)
  return event.type === 'left' && haveMet(draft.call) ? endAfterAll(draft, heard) : null
}

/** Whether the caller left the very conference that the member of staff is in: that they joined it was not reported. */
function haveMet(call: Call): boolean {
  const caller = callerOf(call)?.conference?.vendorId
  return caller !== undefined && caller === talkerOf(call)?.conference?.vendorId
}

function endAfterAll(draft: Draft, heard: string | null): string {
  allIn(draft)
  return endCall(draft, heard ?? 'the caller left the conference')
}

function fromAllInConference(draft: Draft, event: MachineEvent, heard: string | null): string | null {
  if (!talkerOf(draft.call)) return endCall(draft, heard ?? 'the member of staff is gone')
  if (isTruth(draft, event)) return reconcile(draft)
  return callerOf(draft.call)?.inConference ? null : endCall(draft, heard ?? 'the caller left the conference')
}

function fromVoicemail(draft: Draft, event: MachineEvent): string | null {
  if (isTruth(draft, event)) tellCaller(draft, 'voicemail')
  if (event.type !== 'recorded') return null
  return endCall(draft, event.recording ? 'the caller left a message' : 'the caller left no message')
}

function unknownState(state: never): never {
  throw new Error(`no such state: ${JSON.stringify(state)}`)
}
