import { leave } from './twilio-conference.ts'
import { advance, hear, voiceFields } from './twilio-leg.ts'
import { isOver, type Exchange, type Leg } from './twilio-model.ts'
import type { Document, Stage } from './twilio-stage.ts'
import { TwimlError, verbsOf, type Verb } from './twilio-twiml.ts'
import { acts } from './twilio-verbs.ts'
import type { Answer, Fields } from './twilio-webhooks.ts'

/** Stops what a leg does and lets it do something else. */
export function begin(exchange: Exchange, leg: Leg, work: (stage: Stage) => Promise<void>): void {
  leave(exchange, leg, 'participant_updated_via_api')
  leg.program.abort()
  leg.program = new AbortController()
  const stage: Stage = {
    exchange,
    leg,
    signal: leg.program.signal,
    url: '',
    fetch: (url, fields) => fetched(stage, url, fields),
  }
  work(stage).catch(error => exchange.log?.warn({ callSid: leg.sid, error: String(error) }, 'leg lost its way'))
}

/** Asks an address for instructions and follows them to their end, which ends the leg. */
export async function follow(stage: Stage, address: string): Promise<void> {
  await play(stage, await stage.fetch(address))
}

/** Follows instructions to their end, which ends the leg. */
export async function play(stage: Stage, document: Document): Promise<void> {
  let next: Document | null = document
  while (next && !stage.signal.aborted) next = await played(stage, next)
  if (!stage.signal.aborted) advance(stage.exchange, stage.leg, 'completed')
}

/** Plays one document. @returns the one to go on with; null at the end */
async function played(stage: Stage, { verbs, url }: Document): Promise<Document | null> {
  stage.url = url
  for (const verb of verbs) {
    if (stage.signal.aborted) return null
    const act = acts[verb.name]
    if (!act) stage.exchange.log?.warn({ verb: verb.name }, 'verb is not simulated and was passed over')
    const next = await act?.(stage, verb)
    if (next !== undefined) return next
  }
  return null
}

async function fetched(stage: Stage, address: string, fields: Fields = {}): Promise<Document> {
  const { exchange, leg } = stage
  const url = new URL(address, stage.url || undefined).href
  if (leg.status === 'in-progress' && !stage.signal.aborted) hear(exchange, leg, 'silence')
  const read = readable(await exchange.webhooks.ask(url, { ...voiceFields(exchange, leg), ...fields }))
  if ('verbs' in read) return { ...read, url }
  exchange.log?.warn({ callSid: leg.sid, url, ...read }, 'no instructions')
  return (await fallback(stage, url, read.errorCode)) ?? { verbs: verbsOf(apology), url }
}

async function fallback({ exchange, leg }: Stage, failed: string, errorCode: string): Promise<Document | null> {
  const url = leg.line?.voiceFallbackUrl
  if (!url || isOver(leg)) return null
  const fields = { ...voiceFields(exchange, leg), ErrorCode: errorCode, ErrorUrl: failed.split('#', 1)[0] ?? failed }
  const read = readable(await exchange.webhooks.ask(url, fields))
  return 'verbs' in read ? { ...read, url } : null
}

function readable(answer: Answer): { verbs: Verb[] } | { errorCode: string } {
  if ('errorCode' in answer) return answer
  try {
    return { verbs: answer.body === '' ? [] : verbsOf(answer.body) }
  } catch (error) {
    if (error instanceof TwimlError) return { errorCode: '12100' }
    throw error
  }
}

const apology = '<Response><Say>We are sorry, an application error has occurred. Goodbye.</Say><Hangup/></Response>'
