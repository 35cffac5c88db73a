import type { HttpReply, Instruction } from '@switchboard/core'
import twilio from 'twilio'
import type { AddressOf } from './addresses.ts'
import type { Options } from './options.ts'

type Response = InstanceType<typeof twilio.twiml.VoiceResponse>

/** What instructions are written with. */
export interface Writing {
  options: Pick<Options, 'voice' | 'language' | 'musicUrl'>
  address: AddressOf
}

/** The events of a conference we want. The first leg in it decides for all, so every leg asks for the same. */
export const conferenceEvents = ['start', 'end', 'join', 'leave', 'mute', 'hold', 'modify'] as const

/** TwiML as an answer to a webhook. */
export function reply(instruction: Instruction | null, writing: Writing): HttpReply {
  return { status: 200, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: twimlOf(instruction, writing) }
}

/** An instruction as TwiML; none is an empty response, which ends a leg that has nothing else to do. */
export function twimlOf(instruction: Instruction | null, writing: Writing): string {
  const response = new twilio.twiml.VoiceResponse()
  if (instruction) write(response, instruction, writing)
  return response.toString()
}

/** What every address in TwiML and REST is given as its method. */
const method = 'POST'

function write(response: Response, instruction: Instruction, writing: Writing): void {
  const { address, options } = writing
  switch (instruction.do) {
    case 'wait':
      if (instruction.say) say(response, instruction.say, writing)
      response.play({ loop: 0 }, options.musicUrl)
      return ask(response, address)
    case 'join':
      return join(response, instruction, writing)
    case 'voicemail':
      return voicemail(response, instruction, writing)
    case 'say':
      say(response, instruction.text, writing)
      return ask(response, address)
    case 'queue':
      return queue(response, instruction, writing)
    case 'farewell':
      say(response, instruction.text, writing)
      return void response.hangup()
    case 'reject':
      return void response.reject({ reason: instruction.reason })
    case 'hangup':
      return void response.hangup()
  }
}

/** Music plays inside the gather, so that a key is heard all the time; and without an end, as after it the vendor waits for a key in silence. */
function queue(response: Response, to: Instruction & { do: 'queue' }, writing: Writing): void {
  const { address, options } = writing
  const gather = response.gather({
    ...{ input: ['dtmf'], numDigits: 1, timeout: 1, method, actionOnEmptyResult: false },
    action: address('voice', { ask: 'next', call: to.callId, leg: to.legId }),
  })
  const { voice, language } = options
  gather.say({ voice, language } as Parameters<typeof gather.say>[0] & object, to.say)
  gather.play({ loop: 0 }, options.musicUrl)
  ask(response, address)
}

function say(response: Response, text: string, { options: { voice, language } }: Writing): void {
  // The SDK's types list the voices and languages of its day; the vendor takes more.
  response.say({ voice, language } as Parameters<Response['say']>[0] & object, text)
}

/** Comes back for the next instruction, also when the music cannot be played: a leg never runs out of markup and is dropped. */
function ask(response: Response, address: AddressOf): void {
  response.redirect({ method }, address('voice', { ask: 'next' }))
}

function join(response: Response, to: Instruction & { do: 'join' }, { address, options }: Writing): void {
  const dial = response.dial({ action: address('dial-action', { call: to.callId, leg: to.legId }), method })
  dial.conference(
    {
      participantLabel: to.legId,
      beep: 'false',
      startConferenceOnEnter: true,
      endConferenceOnExit: to.endOnExit,
      waitUrl: options.musicUrl,
      waitMethod: 'GET',
      statusCallback: address('conference', { call: to.callId }),
      statusCallbackEvent: [...conferenceEvents],
      statusCallbackMethod: method,
    },
    to.callId,
  )
}

/** A silent message is not posted to `action`, hence the hangup; the recording's own report says `absent` then. */
function voicemail(response: Response, to: Instruction & { do: 'voicemail' }, writing: Writing): void {
  const { address } = writing
  say(response, to.say, writing)
  response.record({
    action: address('record-action', { call: to.callId }),
    method,
    maxLength: to.maxSeconds,
    playBeep: true,
    recordingStatusCallback: address('recording', { call: to.callId }),
    recordingStatusCallbackEvent: ['completed', 'absent'],
    recordingStatusCallbackMethod: method,
  })
  response.hangup()
}
