import { identityOf, isOver, type CallCommand, type Instruction } from '@switchboard/core'
import type { Call, Command, Leg, Told } from './state.ts'

/** What callers hear. */
export interface Texts {
  /** Said once, before the music; null says nothing. */
  greeting: string | null
  voicemailGreeting: string
  voicemailMaxSeconds: number
}

/**
 * What a leg that asks is to do, from the row alone, so that any instance can answer, and a repeated question gets the same answer.
 * A caller who is being asked into the conference keeps hearing music until the redirect, which is on its way, takes them there:
 * being sent there twice would put them out of it in between.
 */
export function instructionFor(call: Call, leg: Leg, texts: Texts): Instruction {
  if (call.state.name === 'Hungup' || leg.isEnding || isOver(leg.status)) return { do: 'hangup' }
  if (leg.role === 'staff') return { do: 'join', callId: call.id, legId: leg.id, endOnExit: false }
  const isOnItsWay = leg.told === 'join' && call.state.name !== 'AllInConference'
  return tell(call, leg, isOnItsWay ? 'wait' : (leg.told ?? 'wait'), texts)
}

/** The machine's command in the vendor port's words. */
export function toCallCommand(call: Call, command: Command, texts: Texts): CallCommand {
  const { id: callId } = call
  const { legId } = command
  switch (command.do) {
    case 'dial': {
      const to = { client: identityOf(command.staffId) }
      return { do: 'dial', callId, legId, to, from: call.line, timeoutSeconds: command.timeoutSeconds }
    }
    case 'redirect': {
      const to = tell(call, { id: legId }, command.to, { ...texts, greeting: null })
      return { do: 'redirect', callId, legId, vendorLegId: command.vendorId, to }
    }
    case 'hangup':
      return { do: 'hangup', callId, legId, vendorLegId: command.vendorId }
  }
}

/** When the caller leaves, the conference is over; a member of staff may leave it to another. */
function tell(call: Call, leg: Pick<Leg, 'id'>, told: Told, texts: Texts): Instruction {
  switch (told) {
    case 'wait':
      return { do: 'wait', say: texts.greeting }
    case 'join':
      return { do: 'join', callId: call.id, legId: leg.id, endOnExit: true }
    case 'voicemail':
      return { do: 'voicemail', callId: call.id, say: texts.voicemailGreeting, maxSeconds: texts.voicemailMaxSeconds }
  }
}
