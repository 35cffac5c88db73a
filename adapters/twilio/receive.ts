import {
  isId,
  isOver,
  type CallEvent,
  type CallId,
  type Id,
  type LegId,
  type LegRef,
  type LegStatus,
  type Recording,
  type WebhookRequest,
} from '@switchboard/core'
import { formOf, queryOf } from './form.ts'

/** A delivery, opened. */
interface Report {
  form: URLSearchParams
  /** Whether our own address asked for the next instruction. */
  asks: boolean
  leg: LegRef
  at: Date
}

/** Reads a delivery of one of our channels. What it does not know is `other`. */
export function receive(request: WebhookRequest): CallEvent {
  const report = open(request)
  return (
    readers.get(request.channel)?.(report) ?? { type: 'other', name: nameOf(report, request.channel), at: report.at }
  )
}

type Reader = (report: Report) => CallEvent | null

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['voice', question],
  ['fallback', question],
  ['dial-action', afterConference],
  ['record-action', ({ form, leg, at }) => ({ type: 'recorded', leg, recording: recordingOf(form), at })],
  ['status', legReport],
  ['conference', conference],
  ['recording', recording],
])

/** A leg that rings is new; one that talks asks what is next; one that is over tells its end. */
function question(report: Report): CallEvent | null {
  const { form, leg, at } = report
  const status = statusOf(form.get('CallStatus'))
  if (!leg.vendorId || !status) return null
  if (isOver(status)) return legReport(report)
  const digits = form.get('Digits')
  if (digits) return { type: 'digits', leg, digits, at }
  if (report.asks || status === 'in-progress') return { type: 'asks', leg, at }
  return { type: 'incoming', leg, from: callerOf(form), to: form.get('To') || form.get('Called') || '', at }
}

/** A leg asks what is next when its conference is over for it. */
function afterConference(report: Report): CallEvent | null {
  const event = question(report)
  return event?.type === 'asks' ? { ...event, hasLeft: true } : event
}

function legReport({ form, leg, at }: Report): CallEvent | null {
  const status = statusOf(form.get('CallStatus'))
  if (!leg.vendorId || !status) return null
  return {
    type: 'leg',
    leg,
    status,
    sequence: sequenceOf(form),
    durationSeconds: wholeOf(form.get('CallDuration')),
    at,
  }
}

function conference({ form, leg, at }: Report): CallEvent | null {
  const where = { conference: { name: form.get('FriendlyName') ?? '', vendorId: form.get('ConferenceSid') ?? '' }, at }
  const sequence = sequenceOf(form)
  switch (form.get('StatusCallbackEvent')) {
    case 'participant-join':
      return { type: 'joined', leg, sequence, ...where }
    case 'participant-leave':
      return neverJoined(form, leg, at) ?? { type: 'left', leg, sequence, ...where, ...hungUp(form) }
    case 'conference-end':
      return { type: 'conferenceEnded', callId: leg.callId, sequence, ...where }
    default:
      return null
  }
}

/** A participant that could not be reached "leaves" without having joined; its status is what counts. */
function neverJoined(form: URLSearchParams, leg: LegRef, at: Date): CallEvent | null {
  const status = statusOf(form.get('ParticipantCallStatus'))
  if (form.get('ReasonParticipantLeft') !== 'participant_add_failed' || !status || !isOver(status)) return null
  return { type: 'leg', leg, status, sequence: null, durationSeconds: null, at }
}

/** Somebody may leave because all of it ended, or because they were asked to; that is told apart. */
function hungUp(form: URLSearchParams): { hungUp?: true } {
  return form.get('ReasonParticipantLeft') === 'participant_hung_up' ? { hungUp: true } : {}
}

/** `absent` says that no file will come. */
function recording({ form, leg, at }: Report): CallEvent | null {
  const status = form.get('RecordingStatus')
  if (!leg.vendorId || (status !== 'completed' && status !== 'absent')) return null
  // That no file comes of a conversation says nothing about a message.
  if (status === 'absent' && isConversation(form.get('RecordingSource'))) return null
  return { type: 'recorded', leg, recording: status === 'completed' ? recordingOf(form) : null, at }
}

function recordingOf(form: URLSearchParams): Recording | null {
  const [vendorId, url] = [form.get('RecordingSid'), form.get('RecordingUrl')]
  if (!vendorId || !url) return null
  const durationSeconds = wholeOf(form.get('RecordingDuration'))
  return {
    vendorId,
    url,
    durationSeconds,
    ...(isConversation(form.get('RecordingSource')) && { isConversation: true }),
  }
}

/** Messages are recorded by the verb of that name; whatever else records a call records what is said in it. */
export function isConversation(source: string | null): boolean {
  return source !== null && source !== 'RecordVerb'
}

function open(request: WebhookRequest): Report {
  const [form, query] = [formOf(request), queryOf(request.url)]
  const leg: LegRef = {
    vendorId: form.get('CallSid') ?? '',
    callId: idOf<CallId>(query.get('call')) ?? idOf<CallId>(form.get('FriendlyName')),
    legId: idOf<LegId>(query.get('leg')) ?? idOf<LegId>(form.get('ParticipantLabel')),
  }
  return { form, asks: query.has('ask'), leg, at: timeOf(form.get('Timestamp')) ?? request.receivedAt }
}

function idOf<T extends Id<string>>(text: string | null): T | null {
  return text && isId(text) ? (text as T) : null
}

const statuses: ReadonlyMap<string | null, LegStatus> = new Map([
  ['queued', 'queued'],
  ['initiated', 'queued'],
  ['ringing', 'ringing'],
  ['in-progress', 'in-progress'],
  ['completed', 'completed'],
  ['busy', 'busy'],
  ['no-answer', 'no-answer'],
  ['failed', 'failed'],
  ['canceled', 'canceled'],
])

/** A leg's status in our words; null for a word we do not know. `initiated` is what callbacks call a leg that was dialled and does not ring yet. */
export function statusOf(word: string | null): LegStatus | null {
  return statuses.get(word) ?? null
}

/** Words, and their spelling on a keypad, that Twilio puts where a caller's number would be. */
const withheld =
  /^(?:(?:sips?:)?(?:anonymous|restricted|blocked|private|unknown|unavailable)\b.*|\+?(?:266696687|7378742833|2562533|8656696|86282452253))$/i

/** Who calls, as written; null when withheld. */
function callerOf(form: URLSearchParams): string | null {
  return numberShown(form.get('From') || form.get('Caller') || '')
}

/** A caller's number as written; null when withheld. */
export function numberShown(from: string): string | null {
  return from === '' || withheld.test(from) ? null : from
}

function sequenceOf(form: URLSearchParams): number | null {
  return wholeOf(form.get('SequenceNumber'))
}

function wholeOf(text: string | null): number | null {
  return text && /^\d{1,9}$/.test(text) ? Number(text) : null
}

/** RFC 2822, as in callbacks and the REST API. */
function timeOf(text: string | null): Date | null {
  const at = new Date(text ?? Number.NaN)
  return Number.isNaN(at.getTime()) ? null : at
}

function nameOf({ form }: Report, channel: string): string {
  return form.get('StatusCallbackEvent') ?? form.get('RecordingStatus') ?? form.get('CallStatus') ?? channel
}
