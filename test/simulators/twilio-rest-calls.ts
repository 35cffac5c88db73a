import { advance, statusRead } from './twilio-leg.ts'
import { isOver, rfc2822, type Exchange, type Leg, type Status } from './twilio-model.ts'
import { begin, follow, play } from './twilio-program.ts'
import { heading, listOf, named, Refusal, type Ask, type Resource, type Row } from './twilio-resource.ts'
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
]

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
