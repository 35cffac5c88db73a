import { advance, statusRead } from './twilio-leg.ts'
import { isOver, rfc2822, sidOf, type Exchange, type Leg, type RecordingRow, type Status } from './twilio-model.ts'
import { begin, follow, play } from './twilio-program.ts'
import {
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
import { TwimlError, verbsOf, type Verb } from './twilio-twiml.ts'

/** Calls, which here are legs: fetch, list, redirect, end. */
export const calls: readonly Resource[] = [
  {
    method: 'GET',
    path: 'Calls.json',
    handle: ask => {
      const rows = [...ask.exchange.legs.values()].reverse().map(leg => rowRead(ask.exchange, leg))
      return listOf(ask, 'calls', rows, ['To', 'From', 'Status'])
    },
  },
  { method: 'GET', path: 'Calls/:sid', handle: ask => rowRead(ask.exchange, legOf(ask)) },
  { method: 'POST', path: 'Calls/:sid', handle: update },
  { method: 'POST', path: 'Calls/:sid/Recordings.json', handle: startRecording },
  { method: 'POST', path: 'Calls/:sid/Recordings/:recording', handle: updateRecording },
]

/** Records a call that was answered; one recording at a time. */
function startRecording(ask: Ask): Row {
  const { exchange } = ask
  const leg = legOf(ask)
  if (leg.status !== 'in-progress') throw new Refusal(400, 21220, 'Requested resource is not eligible for recording')
  const row: RecordingRow = {
    sid: sidOf('RE', exchange.random),
    callSid: leg.sid,
    status: 'in-progress',
    durationSeconds: 0,
    startedAt: exchange.now(),
  }
  exchange.recordings.set(row.sid, row)
  return rowOfRecording(exchange, row)
}

/** The recording of a call that is under way: paused, gone on with, or ended. */
function updateRecording(ask: Ask): Row {
  const { exchange, form, url } = ask
  const leg = legOf(ask)
  const underWay = ['in-progress', 'paused']
  const name = paramOf(ask.params, 'recording')
  const row = [...exchange.recordings.values()].findLast(
    one => one.callSid === leg.sid && underWay.includes(one.status) && (name === 'Twilio.CURRENT' || name === one.sid),
  )
  if (!row) throw notFound(url.pathname)
  const status = form.get('Status')
  if (status !== 'paused' && status !== 'in-progress' && status !== 'stopped')
    throw new Refusal(400, 20001, 'Status must be paused, in-progress or stopped')
  row.status = status
  return rowOfRecording(exchange, row)
}

function rowOfRecording(exchange: Exchange, { sid, callSid, status, startedAt }: RecordingRow): Row {
  const about = heading(exchange, `Calls/${callSid}/Recordings/${sid}`, { createdAt: startedAt })
  return { ...about, sid, call_sid: callSid, status, channels: 2, source: 'StartCallRecordingAPI' }
}

function legOf(ask: Ask): Leg {
  return named(ask, 'sid', ask.exchange.legs)
}

function update(ask: Ask): Row {
  const { exchange, form } = ask
  const leg = legOf(ask)
  if (isOver(leg)) throw new Refusal(400, 21220, 'Invalid call state')
  const status = form.get('Status')
  if (status === 'completed' || status === 'canceled') stop(exchange, leg, status)
  else redirect(ask, leg)
  return rowOf(exchange, leg)
}

/** `completed` ends a leg whatever it does, `canceled` only one that was not answered. One that was not answered ends as canceled either way. */
function stop(exchange: Exchange, leg: Leg, status: 'completed' | 'canceled'): void {
  if (leg.status !== 'in-progress') advance(exchange, leg, 'canceled')
  else if (status === 'completed') advance(exchange, leg, 'completed')
}

function redirect({ exchange, form }: Ask, leg: Leg): void {
  const [url, twiml] = [form.get('Url'), form.get('Twiml')]
  if (leg.status !== 'in-progress') throw new Refusal(400, 21220, 'Call is not in-progress. Cannot redirect.')
  if (url) return begin(exchange, leg, stage => follow(stage, url))
  if (!twiml) throw new Refusal(400, 21204, 'Call update needs Url, Twiml or Status')
  if (twiml.length > 4000) throw new Refusal(400, 21218, 'Twiml is longer than 4000 characters')
  const verbs = readable(twiml)
  begin(exchange, leg, stage => play(stage, { verbs, url: '' }))
}

function readable(twiml: string): Verb[] {
  try {
    return verbsOf(twiml)
  } catch (error) {
    if (error instanceof TwimlError) throw new Refusal(400, 12100, `Document parse failure: ${error.message}`)
    throw error
  }
}

function rowRead(exchange: Exchange, leg: Leg): Row {
  return rowOf(exchange, leg, statusRead(exchange, leg))
}

function rowOf(exchange: Exchange, leg: Leg, status: Status = leg.status): Row {
  const { sid, from, to, direction, createdAt, updatedAt, durationSeconds } = leg
  const isEnded = isOver({ ...leg, status })
  return {
    ...heading(exchange, `Calls/${sid}`, { createdAt, updatedAt }),
    sid,
    from,
    to,
    status,
    direction,
    parent_call_sid: null,
    answered_by: null,
    caller_name: null,
    forwarded_from: null,
    phone_number_sid: leg.line?.sid ?? null,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    start_time: leg.answeredAtMs === null ? null : rfc2822(createdAt),
    end_time: isEnded ? rfc2822(updatedAt) : null,
    duration: isEnded ? String(durationSeconds) : null,
  }
}
