import type { StaffId } from '@switchboard/core'
import { hear } from './hear.ts'
import { guardCaller } from './company.ts'
import { control, handOver } from './control.ts'
import { draftOf, endCall, endLeg, enter, releaseStaff, startTimer, tellCaller, type Draft } from './moves.ts'
import { heed } from './heed.ts'
import { fromVoicemail } from './message.ts'
import { reconcile, settle, tellAgain } from './reconcile.ts'
import { callerOf, isLive, ringingOf, staffWith, talkerOf } from './state.ts'
import type { Call, MachineEvent, Otherwise, Skipped, Step } from './state.ts'
import { isTruth } from './truth.ts'
import { allIn, dial, keepRinging, ring, seekNext, staffAnswered, tellPlace, tellRinging } from './turns.ts'

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
  guardCaller(draft)
  releaseUnrung(draft, event)
  return stepOf(draft, said)
}

/** People were claimed for the call; those whom it does not ring after all, because it moved on, are let go. */
function releaseUnrung(draft: Draft, event: MachineEvent): void {
  const ringing = new Set(staffWith(draft.call))
  for (const staffId of claimedFor(event)) if (!ringing.has(staffId)) releaseStaff(draft, staffId)
}

function claimedFor(event: MachineEvent): StaffId[] {
  if (event.type === 'routed') return event.rung.map(({ staffId }) => staffId)
  if (event.type === 'transfer' || event.type === 'add') return event.to.staffId === null ? [] : [event.to.staffId]
  if (event.type === 'attend' || event.type === 'dialOut') return event.rung ? [event.rung.staffId] : []
  return []
}

function stepOf({ call, commands, notices, releases }: Draft, because: string): Step {
  return { call, commands, notices, releases, because }
}

function isDue({ due }: Call, timer: string, now: Date): boolean {
  return due !== null && due.for === timer && due.at <= now
}

/** @returns why the state changed, or null when it did not */
function decide(draft: Draft, event: MachineEvent, heard: string | null): string | null {
  if (draft.call.state.name === 'Hungup') return null
  const said = endIfOver(draft, event) ?? decideIn(draft, event, heard)
  if (!isTruth(draft, event)) return said
  const again = heed(draft, event)
  return said && again ? `${said}; ${again}` : (said ?? again)
}

/** What the state makes of the event. */
function decideIn(draft: Draft, event: MachineEvent, heard: string | null): string | null {
  const { state } = draft.call
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
    case 'Hungup':
      return null
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
  if (event.type === 'dialOut') return dialOut(draft, event)
  if (event.type !== 'incoming' && event.type !== 'inspected') return null
  enter(draft, { name: 'FindingStaff' })
  return 'a call came in'
}

/** Our own member of staff's phone rings first: the customer is not to wait for them. */
function dialOut(draft: Draft, { rung, ringSeconds }: MachineEvent & { type: 'dialOut' }): string {
  if (!rung) return endCall(draft, 'nobody is to be rung')
  dial(draft, rung, ringSeconds, { endOnExit: true })
  tellRinging(draft, [rung])
  enter(draft, { name: 'RingingOutbound' }, ringSeconds)
  return `${rung.name} is rung, to call ${callerOf(draft.call)?.name}`
}

/** How long, in seconds, the customer's phone may ring. */
const customerRingSeconds = 45

function fromRingingOutbound(draft: Draft, event: MachineEvent): string | null {
  const { call } = draft
  if (event.type === 'due' && event.timer === 'ring') return endCall(draft, 'nobody answered')
  if (!call.legs.some(leg => leg.role === 'staff' && isLive(leg))) return endCall(draft, 'the member of staff is gone')
  const caller = callerOf(call)
  const talker = talkerOf(call)
  if (!caller || !talker) return null
  if (caller.inConference) return allIn(draft)
  if (caller.told !== null) return null
  caller.told = 'join'
  caller.changedAt = draft.now
  const timeoutSeconds = customerRingSeconds
  const plain = { part: 'talk' as const, coachedVendorId: null, endOnExit: true }
  draft.commands.push({ do: 'dial', legId: caller.id, staffId: null, phone: caller.phone, ...plain, timeoutSeconds })
  enter(draft, { name: 'RingingOutbound' }, customerRingSeconds + 5)
  return `${talker.name} is on the line; ${caller.name} is rung`
}

function fromGetConferenceDetails(draft: Draft, event: MachineEvent): string | null {
  return isTruth(draft, event) ? settle(draft) : null
}

function fromFindingStaff(draft: Draft, event: MachineEvent): string | null {
  if (event.type !== 'routed') return null
  const rung = freshIn(draft.call, event)
  if (rung.length === 0) return `${turnTo(draft, event.otherwise)}${listed(event.skipped)}`
  ring(draft, rung, event.ringSeconds)
  return `${rung.map(({ name }) => name).join(', ')} rung (${event.because})${listed(event.skipped)}`
}

/** Nobody is rung twice for one call; but who handed it over gets it back when the other does not take it. */
function freshIn({ legs, transfer }: Call, { rung }: MachineEvent & { type: 'routed' }): typeof rung {
  const isFresh = (staffId: StaffId): boolean =>
    transfer?.by.staffId === staffId
      ? !legs.some(leg => leg.staffId === staffId && isLive(leg))
      : !legs.some(leg => leg.staffId === staffId)
  return rung.filter(({ staffId }) => isFresh(staffId))
}

/** What becomes of a caller for whom nobody can be rung. */
function turnTo(draft: Draft, otherwise: Otherwise): string {
  const { call, now } = draft
  call.transfer = null
  if (otherwise.do === 'queue') {
    call.queuedAt ??= now
    const { place, untilMs } = otherwise
    tellCaller(draft, 'queue')
    enter(draft, { name: 'WaitingForStaff', place, untilMs, toldAtMs: now.getTime(), toldPlace: place })
    return `${otherwise.because}; the caller waits, in place ${place}`
  }
  if (otherwise.do === 'reject') return reject(draft, otherwise.because)
  tellCaller(draft, 'voicemail')
  enter(draft, { name: 'Voicemail' })
  return otherwise.because
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

/** The answer to the vendor's first question turns the caller away; to hang up besides would cut it short. Later there is only hanging up. */
function reject(draft: Draft, because: string): string {
  const caller = callerOf(draft.call)
  if (caller && caller.told === null) {
    tellCaller(draft, 'reject')
    caller.isEnding = true
    caller.reason = because
  }
  return endCall(draft, because)
}

/** Every few seconds routing is asked again. A caller who is told their place anew keeps hearing music: their own question brings it. */
function fromWaitingForStaff(draft: Draft, event: MachineEvent): string | null {
  const { state } = draft.call
  if (state.name !== 'WaitingForStaff') return null
  if (callerOf(draft.call)?.told === 'callback') return saidGoodbye(draft, event)
  if (isTruth(draft, event)) return tellAgain(draft, 'queue')
  if (event.type === 'digits' && event.digits === '1') return askForCallback(draft, state.place)
  if (event.type === 'routed') return routedWaiting(draft, event, state.place)
  return event.type === 'due' && event.timer === 'wait' ? goOnWaiting(draft, state) : null
}

function goOnWaiting(draft: Draft, state: Call['state'] & { name: 'WaitingForStaff' }): string | null {
  if (draft.now.getTime() >= state.untilMs)
    return turnTo(draft, { do: 'voicemail', because: 'nobody became free in time' })
  enter(draft, state)
  return null
}

/** How long, in seconds, it may take to say that we will call back. The vendor ends the leg after the last word. */
const goodbyeSeconds = 20

/** The answer to the key carries what is said. */
function askForCallback(draft: Draft, place: number): string {
  const caller = callerOf(draft.call)
  if (caller) caller.told = 'callback'
  draft.notices.push({ name: 'call.callbackAsked', place })
  startTimer(draft, goodbyeSeconds)
  return `the caller asked to be called back, and keeps place ${place}`
}

function saidGoodbye(draft: Draft, event: MachineEvent): string | null {
  return event.type === 'due' ? endCall(draft, 'the caller was told that we call back') : null
}

function routedWaiting(draft: Draft, event: MachineEvent & { type: 'routed' }, place: number): string {
  const rung = freshIn(draft.call, event)
  if (rung.length > 0) {
    ring(draft, rung, event.ringSeconds)
    return `${rung.map(({ name }) => name).join(', ')} rung (${event.because})${listed(event.skipped)}`
  }
  if (event.otherwise.do !== 'queue') return turnTo(draft, event.otherwise)
  const moved = event.otherwise.place
  tellPlace(draft, moved)
  return moved === place ? 'nobody is free yet' : `the caller moves up to place ${moved}`
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
  const controlled = control(draft, event)
  const handed = handOver(draft, heard)
  if (handed) return handed
  if (!talkerOf(draft.call)) return endCall(draft, heard ?? 'the member of staff is gone')
  if (controlled) return controlled
  if (isTruth(draft, event)) return reconcile(draft)
  return callerOf(draft.call)?.inConference ? null : endCall(draft, heard ?? 'the caller left the conference')
}

function unknownState(state: never): never {
  throw new Error(`no such state: ${JSON.stringify(state)}`)
}
