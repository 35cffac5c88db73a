import type { HttpReply } from '@switchboard/core'
import twilio from 'twilio'
import type { Writing } from './reply.ts'

/** A message that is taken with nothing but this markup: what is said, how long it may be, and where Twilio goes after it. */
export interface Unattended {
  say: string
  maxSeconds: number
  next: string
}

/**
 * TwiML that takes a message without a call of ours; null ends the leg. Without `action` Twilio would ask this very address again after
 * the recording, and the caller would hear it all once more; GET, because a static file answers nothing else.
 */
export function fallback(
  message: Unattended | null,
  { options: { voice, language } }: Pick<Writing, 'options'>,
): HttpReply {
  const response = new twilio.twiml.VoiceResponse()
  if (message) {
    response.say({ voice, language } as Parameters<typeof response.say>[0] & object, message.say)
    response.record({ action: message.next, method: 'GET', maxLength: message.maxSeconds, playBeep: true })
  }
  response.hangup()
  return { status: 200, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: response.toString() }
}
