import { isOver, rfc2822, type Exchange, type Leg, type Sound, type Status } from './twilio-model.ts'
import type { Fields } from './twilio-webhooks.ts'

/** What a status is called in callbacks, and which subscription it needs. Every end is sent under `completed`. */
function eventOf(status: Status): string | null {
  if (status === 'queued') return null
  if (status === 'ringing') return 'ringing'
  return status === 'in-progress' ? 'answered' : 'completed'
}

const sipCodes: Readonly<Record<string, string>> = {
  completed: '200',
  busy: '486',
  'no-answer': '487',
  failed: '404',
  canceled: '487',
}

/** Moves a leg to another status and reports it. A leg that is over stays as it is. */
export function advance(exchange: Exchange, leg: Leg, status: Status): void {
  if (isOver(leg) || leg.status === status) return
  leg.status = status
  leg.past.push({ status, atMs: exchange.clock.elapsed() })
  leg.updatedAt = exchange.now()
  exchange.log?.info({ callSid: leg.sid, label: leg.label, to: leg.to, status }, 'leg changed')
  if (status === 'in-progress') leg.answeredAtMs = exchange.clock.elapsed()
  if (isOver(leg)) close(exchange, leg)
  report(exchange, leg, eventOf(status), status)
}

function close(exchange: Exchange, leg: Leg): void {
  if (leg.answeredAtMs !== null) leg.durationSeconds = Math.round((exchange.clock.elapsed() - leg.answeredAtMs) / 1000)
  hear(exchange, leg, 'nothing')
  for (const then of leg.whenOver) then()
  leg.program.abort()
}

/** Sends a status callback, when it is subscribed. `word` is the status as callbacks write it. */
export function report(exchange: Exchange, leg: Leg, event: string | null, word: string): void {
  if (!leg.callback || !event || !leg.callback.events.has(event)) return
  const end = isOver(leg) ? endFields(leg) : {}
  void exchange.webhooks.tell(leg.callback.url, {
    ...voiceFields(exchange, leg),
    CallStatus: word,
    CallbackSource: 'call-progress-events',
    SequenceNumber: String(leg.sequence++),
    Timestamp: rfc2822(exchange.now()),
    ...end,
  })
}

function endFields({ durationSeconds, status }: Leg): Fields {
  return {
    CallDuration: String(durationSeconds),
    Duration: String(Math.ceil(durationSeconds / 60)),
    SipResponseCode: sipCodes[status] ?? '200',
  }
}

/** What every request about a leg carries. */
export function voiceFields({ accountSid }: Exchange, leg: Leg): Fields {
  const { sid, status, direction, from, to } = leg
  return {
    AccountSid: accountSid,
    ApiVersion: '2010-04-01',
    CallSid: sid,
    CallStatus: status,
    Direction: direction,
    From: from,
    To: to,
    Caller: from,
    Called: to,
    ...(leg.line && {
      FromCountry: 'AU',
      FromCity: '',
      ToCountry: 'AU',
      StirVerstat: 'TN-Validation-Passed-A',
      CallToken: '%7B%22parentCallInfoToken%22%3A%22SIMULATED%22%7D',
    }),
  }
}

/** A leg's status as the API has it: reading it is eventually consistent at this vendor, so it may be an old one. */
export function statusRead({ clock, lagMs }: Exchange, { past, status }: Leg): Status {
  const untilMs = clock.elapsed() - lagMs
  return lagMs === 0 ? status : (past.findLast(({ atMs }) => atMs <= untilMs) ?? past[0] ?? { status }).status
}

/** Notes what a party hears from now on. */
export function hear({ clock }: Exchange, leg: Leg, sound: Sound, text?: string): void {
  const last = leg.heard.at(-1)
  if (last?.sound === sound && last.text === text) return
  leg.heard.push({ atMs: Math.round(clock.elapsed()), sound, ...(text !== undefined && { text }) })
}

/** The longest silence without a break that a party heard so far, in milliseconds of the vendor's time. */
export function longestSilenceOf({ clock }: Exchange, { heard }: Leg): number {
  const lasted = (index: number): number => (heard[index + 1]?.atMs ?? clock.elapsed()) - (heard[index]?.atMs ?? 0)
  return Math.max(0, ...heard.map(({ sound }, index) => (sound === 'silence' ? lasted(index) : 0)))
}

/** How long a party heard silence so far, in milliseconds of the vendor's time. */
export function silenceOf({ clock }: Exchange, leg: Leg): number {
  return leg.heard.reduce((total, { sound, atMs }, index) => {
    const until = leg.heard[index + 1]?.atMs ?? clock.elapsed()
    return sound === 'silence' ? total + until - atMs : total
  }, 0)
}
