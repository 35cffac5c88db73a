import { hear, voiceFields } from './twilio-leg.ts'
import { isOver, rfc2822, sidOf, type Exchange, type RecordingRow } from './twilio-model.ts'
import { addressIn, sounds, type Document, type Stage } from './twilio-stage.ts'
import type { Verb } from './twilio-twiml.ts'
import type { Fields } from './twilio-webhooks.ts'

const beepMs = 500
/** How long the vendor takes to make a file of it. */
export const processingMs = 1000

/** How a recording went: what was said, and whether the caller hung up. */
interface Take {
  spokenMs: number
  hungUp: boolean
}

/**
 * Records a message. One that is silent is not posted to `action`: the next verb follows, and the recording is `absent`. A caller who
 * hangs up after speaking is posted with `Digits=hangup`, and the answer comes to nothing.
 */
export async function record(stage: Stage, verb: Verb): Promise<Document | null | undefined> {
  const { exchange, leg } = stage
  const row: RecordingRow = {
    sid: sidOf('RE', exchange.random),
    callSid: leg.sid,
    status: 'in-progress',
    durationSeconds: 0,
    startedAt: exchange.now(),
    ...{ source: 'RecordVerb', callback: null, recordedMs: 0, sinceMs: null },
  }
  exchange.recordings.set(row.sid, row)
  if (verb.attributes['playBeep'] !== 'false') await sounds(stage, 'beep', beepMs)
  report(stage, verb, row)
  const take = await taken(stage, verb)
  row.durationSeconds = Math.ceil(take.spokenMs / 1000)
  exchange.clock.after(processingMs, () => finish(stage, verb, row))
  return goOn(stage, verb, row, take)
}

async function taken({ exchange, leg, signal }: Stage, { attributes }: Verb): Promise<Take> {
  const silenceMs = Number(attributes['timeout'] ?? 5) * 1000
  const maxMs = Number(attributes['maxLength'] ?? 3600) * 1000
  const speechMs = leg.habits.leaveMessageMs
  hear(exchange, leg, 'nothing', 'is recorded')
  const startedAt = exchange.clock.elapsed()
  const isWhole = await exchange.clock.wait(Math.min(speechMs ?? silenceMs, maxMs), signal)
  const spokenMs = speechMs === undefined ? 0 : Math.min(exchange.clock.elapsed() - startedAt, speechMs, maxMs)
  return { spokenMs, hungUp: isOver(leg) || (isWhole && speechMs !== undefined && speechMs < maxMs) }
}

async function goOn(
  stage: Stage,
  { attributes }: Verb,
  row: RecordingRow,
  take: Take,
): Promise<Document | null | undefined> {
  const { leg, exchange, signal } = stage
  if (signal.aborted && !isOver(leg)) return null
  const { action } = attributes
  if (take.spokenMs === 0 || !action) return take.hungUp ? null : undefined
  const fields = { ...recordingFields(exchange, row), Digits: take.hungUp ? 'hangup' : '' }
  if (!take.hungUp) return stage.fetch(action, fields)
  const ended = { ...voiceFields(exchange, leg), CallStatus: 'completed', ...fields }
  void exchange.webhooks.ask(addressIn(stage, action), ended)
  return null
}

function finish(stage: Stage, verb: Verb, row: RecordingRow): void {
  row.status = row.durationSeconds > 0 ? 'completed' : 'absent'
  report(stage, verb, row)
}

function report(stage: Stage, { attributes }: Verb, row: RecordingRow): void {
  const { exchange, leg } = stage
  const { recordingStatusCallback: address, recordingStatusCallbackEvent: events = 'completed' } = attributes
  if (!address || !events.split(' ').includes(row.status)) return
  void exchange.webhooks.tell(addressIn(stage, address), { CallSid: leg.sid, ...recordingFields(exchange, row) })
}

/** What a report about a recording carries. */
export function recordingFields({ accountSid }: Exchange, row: RecordingRow): Fields {
  return {
    AccountSid: accountSid,
    RecordingSid: row.sid,
    RecordingUrl: urlOf(accountSid, row.sid),
    RecordingStatus: row.status,
    RecordingDuration: String(row.durationSeconds),
    RecordingChannels: row.source === 'RecordVerb' ? '1' : '2',
    RecordingStartTime: rfc2822(row.startedAt),
    RecordingSource: row.source,
    RecordingTrack: row.source === 'RecordVerb' ? 'inbound' : 'both',
  }
}

function urlOf(accountSid: string, sid: string): string {
  return `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Recordings/${sid}`
}
