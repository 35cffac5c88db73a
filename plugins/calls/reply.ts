import { identityOf, isOver, type Attendance, type CallCommand, type Instruction } from '@switchboard/core'
import type { Call, Command, Leg, Part, Told } from './state.ts'

/** What callers hear. */
export interface Texts {
  /** Said once, before the music; null says nothing. */
  greeting: string | null
  voicemailGreeting: string
  voicemailMaxSeconds: number
  /** Said to a caller who waits; `{place}` is their place. */
  queueText: string
  /** Said to a caller who asked to be called back. */
  callbackText: string
}

/**
 * What a leg that asks is to do, from the row alone, so that any instance can answer, and a repeated question gets the same answer.
 * A caller who is being asked into the conference, or presses a key while they are being asked for a message, keeps hearing music until the
 * redirect, which is on its way, takes them there: being sent there twice would put them out of it in between.
 */
export function instructionFor(call: Call, leg: Leg, texts: Texts, hasPressed = false): Instruction {
  if (leg.told === 'reject') return { do: 'reject', reason: 'rejected' }
  if (call.state.name === 'Hungup' || leg.isEnding || isOver(leg.status)) return { do: 'hangup' }
  if (leg.role !== 'caller') return { do: 'join', callId: call.id, legId: leg.id, endOnExit: false }
  return tell(call, leg, isOnItsWay(call, leg, hasPressed) ? 'wait' : (leg.told ?? 'wait'), texts)
}

function isOnItsWay({ state }: Call, { told }: Leg, hasPressed: boolean): boolean {
  return told === 'join' ? state.name !== 'AllInConference' : told === 'voicemail' && hasPressed
}

/** The machine's command in the vendor port's words. */
export function toCallCommand(call: Call, command: Command, texts: Texts): CallCommand {
  const { id: callId } = call
  const { legId } = command
  switch (command.do) {
    case 'dial': {
      const { staffId, phone, timeoutSeconds, endOnExit } = command
      const to = staffId === null ? { phone: phone ?? '' } : { client: identityOf(staffId) }
      return { do: 'dial', callId, legId, to, from: call.line, timeoutSeconds, as: attendanceOf(command), endOnExit }
    }
    case 'redirect': {
      const to = tell(call, { id: legId }, command.to, { ...texts, greeting: null })
      return { do: 'redirect', callId, legId, vendorLegId: command.vendorId, to }
    }
    case 'hangup':
      return { do: 'hangup', callId, legId, vendorLegId: command.vendorId }
    default:
      return inConference(callId, command)
  }
}

/** What is done to one party in the conference. */
function inConference(
  callId: Call['id'],
  command: Exclude<Command, { do: 'dial' | 'redirect' | 'hangup' }>,
): CallCommand {
  const { legId, vendorId: vendorLegId, conferenceId } = command
  const about = { callId, legId, vendorLegId, conferenceId }
  if (command.do === 'record') return { do: 'record', ...about, to: command.to }
  if (command.do === 'attend') return { do: 'attend', ...about, as: attendanceOf(command) }
  return { do: command.do, ...about, on: command.on }
}

/** Who whispers to nobody only listens. */
function attendanceOf({ part, coachedVendorId }: { part: Part; coachedVendorId: string | null }): Attendance {
  if (part !== 'whisper') return { part }
  return coachedVendorId === null ? { part: 'listen' } : { part, to: coachedVendorId }
}

/** When the caller leaves, the conference is over; a member of staff may leave it to another. */
function tell(call: Call, leg: Pick<Leg, 'id'>, told: Told, texts: Texts): Instruction {
  switch (told) {
    case 'wait':
      return { do: 'wait', say: texts.greeting }
    case 'queue': {
      const place = call.state.name === 'WaitingForStaff' ? call.state.place : 1
      return { do: 'queue', callId: call.id, legId: leg.id, say: texts.queueText.replace('{place}', String(place)) }
    }
    case 'callback':
      return { do: 'farewell', text: texts.callbackText }
    case 'reject':
      return { do: 'reject', reason: 'rejected' }
    case 'join':
      return { do: 'join', callId: call.id, legId: leg.id, endOnExit: call.transfer === null }
    case 'voicemail':
      return { do: 'voicemail', callId: call.id, say: texts.voicemailGreeting, maxSeconds: texts.voicemailMaxSeconds }
  }
}
