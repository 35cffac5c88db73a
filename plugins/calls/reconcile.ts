import { endCall, enter, isOverdue, tellCaller, type Draft } from './moves.ts'
import { callerOf, ringingOf, talkerOf } from './state.ts'
import type { Call, MachineEvent, StateName } from './state.ts'
import { allIn, keepRinging, seekNext, staffAnswered } from './turns.ts'

/** Whether this is the vendor's truth about the call as it is now. */
export function isTruth(draft: Draft, event: MachineEvent): boolean {
  return event.type === 'inspected' && event.version === draft.call.version
}

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

/** Puts a call where the legs say it is. */
export function settle(draft: Draft): string {
  const { call } = draft
  const talker = talkerOf(call)
  if (talker && callerOf(call)?.inConference) return allIn(draft)
  if (talker) return staffAnswered(draft, talker)
  const staff = ringingOf(call).flatMap(leg => leg.staffId ?? [])
  if (staff.length > 0) {
    enter(draft, { name: 'DialingStaff', staff })
    return 'phones still ring'
  }
  if (call.direction === 'outbound') return endCall(draft, 'the member of staff is gone')
  return seekNext(draft, 'nobody is with the caller')
}
