import { conferenceNamed, enter, leave } from './twilio-conference.ts'
import { advance, hear, voiceFields } from './twilio-leg.ts'
import { isOver, type Callback } from './twilio-model.ts'
import { record } from './twilio-record.ts'
import { addressIn, sounds, type Document, type Stage } from './twilio-stage.ts'
import type { Verb } from './twilio-twiml.ts'

/** Carries out a verb. @returns undefined to go on with the next, a document to go on with that, null at the end */
export type Act = (stage: Stage, verb: Verb) => Promise<Document | null | undefined>

/** How long a letter takes to say, and a piece of music to play, in milliseconds. */
const letterMs = 60
const pieceMs = 60_000
/** No call lasts longer: the vendor's own limit is four hours. */
const foreverMs = 14_400_000

const say: Act = async (stage, { text, attributes }) => {
  answer(stage)
  for (let left = timesOf(attributes); left > 0; left--)
    if (!(await sounds(stage, 'say', text.length * letterMs, text))) return null
  return undefined
}

const music: Act = async (stage, { attributes }) => {
  answer(stage)
  const ms = attributes['loop'] === '0' ? foreverMs : pieceMs * timesOf(attributes)
  return (await sounds(stage, 'music', ms)) ? undefined : null
}

const pause: Act = async (stage, { attributes }) => {
  return (await sounds(stage, 'silence', Number(attributes['length'] ?? 1) * 1000)) ? undefined : null
}

const enqueue: Act = async stage => {
  answer(stage)
  await sounds(stage, 'music', foreverMs)
  return null
}

const dial: Act = async (stage, { attributes, children }) => {
  answer(stage)
  const noun = children.find(child => child.name === 'Conference')
  if (!noun) {
    stage.exchange.log?.warn({ nouns: children.map(child => child.name) }, 'only conferences are dialled')
    return undefined
  }
  await attend(stage, noun)
  const { action } = attributes
  if (isOver(stage.leg)) {
    if (action) void tellEnd(stage, action)
    return null
  }
  if (stage.signal.aborted) return null
  return action ? stage.fetch(action, { DialCallStatus: 'answered' }) : undefined
}

/** Is in a conference until put out of it. */
async function attend(stage: Stage, { text, attributes }: Verb): Promise<void> {
  const { exchange, leg, signal } = stage
  const conference = conferenceNamed(exchange, text, callbackOf(stage, attributes))
  leg.label = attributes['participantLabel'] ?? leg.label
  const out = enter(exchange, leg, conference, {
    isMuted: attributes['muted'] === 'true',
    coaches: attributes['coach'] ?? null,
    startsOnEnter: attributes['startConferenceOnEnter'] !== 'false',
    endsOnExit: attributes['endConferenceOnExit'] === 'true',
    hasWaitMusic: attributes['waitUrl'] !== '',
  })
  signal.addEventListener('abort', () => leave(exchange, leg, 'participant_hung_up'), { once: true })
  await out
}

/** A caller who hangs up during a dial is still reported to its action; the answer comes to nothing. */
function tellEnd(stage: Stage, action: string): Promise<unknown> {
  const fields = { ...voiceFields(stage.exchange, stage.leg), DialCallStatus: 'answered' }
  return stage.exchange.webhooks.ask(addressIn(stage, action), fields)
}

/** What is inside is heard until a key is pressed; then `action` is asked. Without a key the next verb follows. */
const gather: Act = async (stage, { attributes, children }) => {
  answer(stage)
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const ears = new AbortController()
  stage.leg.pressed = key => {
    resolve(key)
    return true
  }
  const within = { ...stage, signal: AbortSignal.any([stage.signal, ears.signal]) }
  void listened(within, children, Number(attributes['timeout'] ?? 5) * 1000).then(() => resolve(null))
  const key = await promise
  ears.abort()
  stage.leg.pressed = () => false
  if (stage.signal.aborted) return null
  return key === null || !attributes['action'] ? undefined : stage.fetch(attributes['action'], { Digits: key })
}

async function listened(stage: Stage, children: readonly Verb[], timeoutMs: number): Promise<void> {
  for (const verb of children) await acts[verb.name]?.(stage, verb)
  await sounds(stage, 'silence', timeoutMs)
}

const redirect: Act = (stage, { text }) => stage.fetch(text)

const hangup: Act = async () => null

const reject: Act = async ({ exchange, leg }, { attributes }) => {
  const isBusy = attributes['reason'] === 'busy'
  hear(exchange, leg, isBusy ? 'busy' : 'say', isBusy ? undefined : 'The number you have called is not in service.')
  advance(exchange, leg, isBusy ? 'busy' : 'no-answer')
  return null
}

/** What is played, by verb. */
export const acts: Readonly<Record<string, Act | undefined>> = {
  Say: say,
  Play: music,
  Pause: pause,
  Enqueue: enqueue,
  Dial: dial,
  Gather: gather,
  Record: async (stage, verb) => {
    answer(stage)
    return record(stage, verb)
  },
  Redirect: redirect,
  Hangup: hangup,
  Reject: reject,
}

/** A leg is picked up by the first verb that can be heard. */
function answer({ exchange, leg }: Stage): void {
  if (leg.status === 'ringing') advance(exchange, leg, 'in-progress')
}

function timesOf({ loop = '1' }: Verb['attributes']): number {
  return Math.max(1, Number(loop) || 1)
}

function callbackOf(stage: Stage, attributes: Verb['attributes']): Callback | null {
  const { statusCallback: address, statusCallbackEvent: events = 'start end' } = attributes
  return address ? { url: addressIn(stage, address), events: new Set(events.split(' ')) } : null
}
