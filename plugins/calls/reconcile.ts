import { enter, endCall, isOverdue, tellCaller, type Draft } from './moves.ts'
import { callerOf, isLive, isOnLine, legOfStaff, ringingOf, talkerOf } from './state.ts'
import type { Call, Leg, StateName, Told } from './state.ts'
import { allIn, giveTo, keepRinging, seekNext, staffAnswered } from './turns.ts'

/** Where the legs, as they are, put a call that is between ringing and talking. */
function stateByLegs(call: Call): StateName {
  if (talkerOf(call)) {
    if (callerOf(call)?.inConference) return 'AllInConference'
    return call.state.name === 'AddingCallerToConference' ? 'AddingCallerToConference' : 'StaffJoined'
  }
  return ringingOf(call).length > 0 ? 'DialingStaff' : 'FindingStaff'
}

/** Compares the state with the vendor's truth. Where they differ, the truth has it; where they agree but nothing moves, the caller is told again. */
export function reconcile(draft: Draft): string | null {
  const { call } = draft
  const { name } = call.state
  const truth = stateByLegs(call)
  if (truth !== name) {
    enter(draft, { name: 'GetConferenceDetails' })
    return `the vendor says otherwise: by its legs the call is in ${truth}`
  }
  if (name === 'DialingStaff') return keepCompany(draft)
  if (name !== 'AddingCallerToConference' || !isOverdue(draft)) return null
  tellCaller(draft, 'join', true)
  return 'the caller has not joined yet and is asked again'
}

/** A caller who sits in the conference while phones ring hears nobody: they are to hear music. */
function keepCompany(draft: Draft): string | null {
  const caller = callerOf(draft.call)
  if (caller?.inConference && !caller.isHeld && isOverdue(draft)) tellCaller(draft, 'wait', true)
  return keepRinging(draft, null)
}

/**
 * A caller who was sent to wait or to leave a message, and by the vendor's truth still is where they were, is told again. One who does
 * hear it is left alone: a message that is being recorded would be cut.
 */
export function tellAgain(draft: Draft, to: Told): string | null {
  const caller = callerOf(draft.call)
  const isElsewhere = caller?.inConference === true && isOverdue(draft)
  if (!caller || (caller.told === to && !isElsewhere)) return null
  tellCaller(draft, to, true)
  return `the caller is told again (${to})`
}

/** Puts a call where the legs say it is. */
export function settle(draft: Draft): string {
  const { call } = draft
  const talker = talkerOf(call)
  if (talker && callerOf(call)?.inConference) return settleAllIn(draft, talker)
  if (talker) return staffAnswered(draft, talker)
  const ringing = ringingOf(call)
  if (ringing.length > 0) {
    enter(draft, { name: 'DialingStaff', staff: ringing.flatMap(leg => leg.staffId ?? []) })
    return 'phones still ring'
  }
  if (call.direction === 'outbound' && !call.transfer) return endCall(draft, 'the member of staff is gone')
  return seekNext(draft, 'nobody is with the caller')
}

/** That somebody answered was not reported: now the other phones stop ringing, but for whom a caller is being handed to. */
function settleAllIn(draft: Draft, talker: Leg): string {
  const isHandedOver = isBeingAsked(draft.call)
  if (!isHandedOver) giveTo(draft, talker)
  return allIn(draft, isHandedOver)
}

/** Whether the one still asks the other to take the call over: the caller goes on hearing music. */
function isBeingAsked(call: Call): boolean {
  const { transfer, legs } = call
  const sender = transfer && legOfStaff(call, transfer.by.staffId)
  const taker = legs.find(leg => leg.id === transfer?.legId)
  return sender !== undefined && sender !== null && isOnLine(sender) && taker !== undefined && isLive(taker)
}
