import { silentAudio } from './twilio-audio.ts'
import { rfc2822, sidOf, isOver, type Exchange, type Leg, type RecordingRow } from './twilio-model.ts'
import { processingMs, recordingFields } from './twilio-record.ts'
import {
  callbackIn,
  heading,
  listOf,
  named,
  notFound,
  paramOf,
  Refusal,
  type Ask,
  type Resource,
  type Row,
} from './twilio-resource.ts'

/** Recordings: of calls that are under way, and of all; their files. */
export const recordings: readonly Resource[] = [
  { method: 'GET', path: 'Calls/:sid/Recordings.json', handle: ofCall },
  { method: 'POST', path: 'Calls/:sid/Recordings.json', status: 201, handle: start },
  { method: 'POST', path: 'Calls/:sid/Recordings/:recording', handle: update },
  { method: 'GET', path: 'Recordings.json', handle: all },
  {
    method: 'GET',
    path: 'Recordings/:sid',
    handle: ask =>
      ask.url.pathname.endsWith('.mp3')
        ? audioOf(ask)
        : rowOf(ask.exchange, named(ask, 'sid', ask.exchange.recordings)),
  },
]

function ofCall(ask: Ask): object {
  const callSid = paramOf(ask.params, 'sid')
  const found = [...ask.exchange.recordings.values()].reverse().filter(row => row.callSid === callSid)
  return listOf(
    ask,
    'recordings',
    found.map(row => rowOf(ask.exchange, row)),
    [],
  )
}

/** Newest first; `DateCreated>` takes a day. */
function all(ask: Ask): object {
  const since = Date.parse(ask.url.searchParams.get('DateCreated>') ?? '')
  const found = [...ask.exchange.recordings.values()]
    .reverse()
    .filter(row => Number.isNaN(since) || row.startedAt.getTime() >= since)
  return listOf(
    ask,
    'recordings',
    found.map(row => rowOf(ask.exchange, row)),
    ['CallSid'],
  )
}

/** Records a call that was answered, until it is over or told to stop. */
function start(ask: Ask): Row {
  const { exchange, form } = ask
  const leg = named(ask, 'sid', exchange.legs)
  if (leg.status !== 'in-progress') throw new Refusal(400, 21220, 'Requested resource is not eligible for recording')
  const row: RecordingRow = {
    ...{ sid: sidOf('RE', exchange.random), callSid: leg.sid, status: 'in-progress', durationSeconds: 0 },
    ...{ startedAt: exchange.now(), source: 'StartCallRecordingAPI', recordedMs: 0, sinceMs: exchange.clock.elapsed() },
    callback: callbackIn(form, 'RecordingStatusCallback', ['completed']),
  }
  exchange.recordings.set(row.sid, row)
  leg.whenOver.push(() => finish(exchange, leg, row))
  return rowOf(exchange, row)
}

/** The recording of a call that is under way: paused, gone on with, or ended. */
function update(ask: Ask): Row {
  const { exchange, form, url } = ask
  const leg = named(ask, 'sid', exchange.legs)
  const underWay = ['in-progress', 'paused']
  const name = paramOf(ask.params, 'recording')
  const row = [...exchange.recordings.values()].findLast(
    one => one.callSid === leg.sid && underWay.includes(one.status) && (name === 'Twilio.CURRENT' || name === one.sid),
  )
  if (!row || isOver(leg)) throw notFound(url.pathname)
  const status = form.get('Status')
  if (status === 'stopped') finish(exchange, leg, row)
  else if (status === 'paused') pause(exchange, row)
  else if (status === 'in-progress') row.sinceMs ??= exchange.clock.elapsed()
  else throw new Refusal(400, 20001, 'Status must be paused, in-progress or stopped')
  if (status !== 'stopped') row.status = status
  return rowOf(exchange, row)
}

function pause({ clock }: Exchange, row: RecordingRow): void {
  if (row.sinceMs !== null) row.recordedMs += clock.elapsed() - row.sinceMs
  row.sinceMs = null
}

/** Its file is made a little later, and then it is reported. */
function finish(exchange: Exchange, leg: Leg, row: RecordingRow): void {
  if (row.status !== 'in-progress' && row.status !== 'paused') return
  pause(exchange, row)
  row.status = 'stopped'
  row.durationSeconds = Math.ceil(row.recordedMs / 1000)
  exchange.clock.after(processingMs, () => {
    row.status = 'completed'
    if (!row.callback?.events.has('completed')) return
    void exchange.webhooks.tell(row.callback.url, { CallSid: leg.sid, ...recordingFields(exchange, row) })
  })
}

/** The file of a recording, which is not there before it was made. */
function audioOf({ exchange, params, url }: Ask): Buffer {
  const row = exchange.recordings.get(paramOf(params, 'sid').replace(/\.mp3$/, ''))
  if (row?.status !== 'completed') throw notFound(url.pathname)
  return silentAudio(row.durationSeconds)
}

function rowOf(exchange: Exchange, row: RecordingRow): Row {
  const { sid, callSid, status, durationSeconds, source } = row
  const isDone = status === 'completed'
  return {
    ...heading(exchange, `Recordings/${sid}`, { createdAt: row.startedAt }),
    sid,
    call_sid: callSid,
    conference_sid: null,
    status,
    source,
    channels: source === 'RecordVerb' ? 1 : 2,
    start_time: rfc2822(row.startedAt),
    duration: isDone ? String(durationSeconds) : null,
    error_code: null,
    encryption_details: null,
    price: null,
    price_unit: 'USD',
    media_url: `https://api.twilio.com/2010-04-01/Accounts/${exchange.accountSid}/Recordings/${sid}`,
  }
}
