import { after, second } from '@switchboard/core'
import { endCall, startTimer, type Draft } from './moves.ts'
import { tellAgain } from './reconcile.ts'
import { callerOf } from './state.ts'
import type { Call, MachineEvent } from './state.ts'
import { isTruth } from './truth.ts'

/** Whether it is not known that the caller was asked for a message. */
export function isUnsure({ state }: Pick<Call, 'state'>): boolean {
  return state.name === 'Voicemail' && state.unsureUntilMs !== undefined
}

/** What becomes of a caller who is asked for a message. @returns why something changed, or null when nothing did */
export function fromVoicemail(draft: Draft, event: MachineEvent): string | null {
  if (event.type === 'unsure') return waitUntilShown(draft, event.seconds)
  if (isTruth(draft, event)) return askAgain(draft, event)
  if (event.type !== 'recorded' || event.recording?.isConversation) return null
  return endCall(draft, event.recording ? 'the caller left a message' : 'the caller left no message')
}

/**
 * Before the tone nothing at the vendor tells that the greeting is said, and asked anew after it, the caller would be cut off. They hear music or
 * the greeting; once it would be over, the recording tells which.
 */
function waitUntilShown({ call, now }: Draft, seconds: number): string {
  const at = after(now, seconds * second)
  call.state = { name: 'Voicemail', unsureUntilMs: at.getTime() }
  call.due = { for: 'check', at }
  return 'whether the caller was asked for a message shows when the greeting is over'
}

/** Who speaks, or may be hearing the greeting, is left alone. Who has not been asked is asked again. */
function askAgain(draft: Draft, { snapshot, askedAt }: MachineEvent & { type: 'inspected' }): string | null {
  const { call } = draft
  const caller = callerOf(call)
  if (call.state.name !== 'Voicemail' || !caller) return null
  const { unsureUntilMs } = call.state
  if (snapshot.recorded === 'on' && !caller.inConference) return isHeard(draft)
  if (unsureUntilMs === undefined) return tellAgain(draft, 'voicemail')
  if (!caller.inConference && askedAt.getTime() < unsureUntilMs) return null
  makeSure(draft)
  // Nothing is left to be found out: this time it is asked for at once.
  caller.told = 'wait'
  return tellAgain(draft, 'voicemail')
}

function isHeard(draft: Draft): string | null {
  const caller = callerOf(draft.call)
  if (!caller || (caller.told === 'voicemail' && !isUnsure(draft.call))) return null
  caller.told = 'voicemail'
  makeSure(draft)
  return 'the caller is being recorded'
}

function makeSure(draft: Draft): void {
  draft.call.state = { name: 'Voicemail' }
  startTimer(draft)
}
