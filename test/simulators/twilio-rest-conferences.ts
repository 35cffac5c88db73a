import { end, leave, modify } from './twilio-conference.ts'
import type { Conference, Exchange, Leg, Status } from './twilio-model.ts'
import { dialInto } from './twilio-phones.ts'
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

/** Conferences and who is in them: list, end, dial in, hold, mute, put out. Those who left are not listed. */
export const conferences: readonly Resource[] = [
  {
    method: 'GET',
    path: 'Conferences.json',
    handle: ask => {
      const rows = [...ask.exchange.conferences.values()].reverse().map(one => conferenceRow(ask.exchange, one))
      return listOf(ask, 'conferences', rows, ['FriendlyName', 'Status'])
    },
  },
  { method: 'GET', path: 'Conferences/:conference', handle: ask => conferenceRow(ask.exchange, conferenceOf(ask)) },
  { method: 'POST', path: 'Conferences/:conference', handle: update },
  {
    method: 'GET',
    path: 'Conferences/:conference/Participants.json',
    handle: ask => {
      const conference = conferenceOf(ask)
      return listOf(
        ask,
        'participants',
        legsOf(conference).map(leg => participantRow(ask.exchange, conference, leg)),
        [],
      )
    },
  },
  { method: 'POST', path: 'Conferences/:conference/Participants.json', status: 201, handle: dial },
  {
    method: 'GET',
    path: 'Conferences/:conference/Participants/:participant',
    handle: ask => participantRow(ask.exchange, conferenceOf(ask), participantOf(ask)),
  },
  { method: 'POST', path: 'Conferences/:conference/Participants/:participant', handle: updateParticipant },
  {
    method: 'DELETE',
    path: 'Conferences/:conference/Participants/:participant',
    status: 204,
    handle: ask => {
      leave(ask.exchange, participantOf(ask), 'participant_updated_via_api')
      return {}
    },
  },
]

function conferenceOf(ask: Ask): Conference {
  return named(ask, 'conference', ask.exchange.conferences)
}

function legsOf({ members, dialled }: Conference): Leg[] {
  return [...[...members.values()].map(({ leg }) => leg), ...dialled.values()]
}

/** By the leg's SID or its label. */
function participantOf(ask: Ask): Leg {
  const name = paramOf(ask.params, 'participant')
  const leg = legsOf(conferenceOf(ask)).find(one => one.sid === name || one.label === name)
  if (!leg) throw notFound(ask.url.pathname)
  return leg
}

function update(ask: Ask): Row {
  const conference = conferenceOf(ask)
  if (ask.form.get('Status') === 'completed') end(ask.exchange, conference, 'conference-ended-via-api', null)
  return conferenceRow(ask.exchange, conference)
}

/** Dials somebody into a conference, by its SID or a friendly name. */
function dial(ask: Ask): Row {
  const { exchange, form, params } = ask
  const named = exchange.conferences.get(params['conference'] ?? '')
  const { leg, conference } = dialInto(exchange, named?.name ?? params['conference'] ?? '', {
    ...partiesOf(ask),
    label: form.get('Label'),
    timeoutSeconds: Math.min(Number(form.get('Timeout') ?? 60), 600),
    callback: callbackIn(form, 'StatusCallback', ['completed']),
    conferenceCallback: callbackIn(form, 'ConferenceStatusCallback', ['start', 'end']),
    isMuted: form.get('Muted') === 'true',
    coaches: form.get('Coaching') === 'true' ? form.get('CallSidToCoach') : null,
    startsOnEnter: form.get('StartConferenceOnEnter') !== 'false',
    endsOnExit: form.get('EndConferenceOnExit') === 'true',
    hasWaitMusic: form.get('WaitUrl') !== '',
  })
  return participantRow(exchange, conference, leg)
}

function partiesOf({ exchange, form }: Ask): { from: string; to: string } {
  const [from, to] = [form.get('From'), form.get('To')]
  if (!to) throw new Refusal(400, 21201, "No 'To' number is specified")
  if (!from) throw new Refusal(400, 21213, "No 'From' number is specified")
  if (to.startsWith('client:')) return { from, to }
  if (!/^\+[1-9]\d{6,14}$/.test(to)) throw new Refusal(400, 21211, `The 'To' number ${to} is not a valid phone number.`)
  const isOurs = exchange.lines.some(line => line.phoneNumber === from)
  if (!isOurs)
    throw new Refusal(400, 21210, `The source phone number provided, ${from}, is not yet verified for your account.`)
  return { from, to }
}

function updateParticipant(ask: Ask): Row {
  const { exchange, form } = ask
  const leg = participantOf(ask)
  const conference = conferenceOf(ask)
  const member = conference.members.get(leg.sid)
  if (!member) throw new Refusal(400, 20001, 'The participant is not connected')
  const flag = (name: string): boolean | undefined => (form.has(name) ? form.get(name) === 'true' : undefined)
  const coaching = flag('Coaching')
  const coaches = coaching === undefined ? undefined : coaching ? form.get('CallSidToCoach') : null
  if (coaching && !coaches) throw new Refusal(400, 53222, 'CallSidToCoach is missing')
  const change = { isMuted: flag('Muted'), isOnHold: flag('Hold'), endsOnExit: flag('EndConferenceOnExit'), coaches }
  modify(exchange, member, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)))
  return participantRow(exchange, conference, leg)
}

function conferenceRow(exchange: Exchange, { sid, name, status, createdAt, reasonEnded }: Conference): Row {
  return {
    ...heading(exchange, `Conferences/${sid}`, { createdAt }),
    sid,
    friendly_name: name,
    status,
    region: 'au1',
    reason_conference_ended: reasonEnded,
    call_sid_ending_conference: null,
  }
}

const participantStatuses: Readonly<Record<Status, string>> = {
  queued: 'queued',
  ringing: 'ringing',
  'in-progress': 'connected',
  completed: 'complete',
  busy: 'failed',
  'no-answer': 'failed',
  failed: 'failed',
  canceled: 'failed',
}

function participantRow(exchange: Exchange, conference: Conference, leg: Leg): Row {
  const member = conference.members.get(leg.sid)
  return {
    ...heading(exchange, `Conferences/${conference.sid}/Participants/${leg.sid}`, leg),
    call_sid: leg.sid,
    label: leg.label,
    conference_sid: conference.sid,
    status: participantStatuses[leg.status],
    muted: member?.isMuted ?? false,
    hold: member?.isOnHold ?? false,
    coaching: typeof member?.coaches === 'string',
    call_sid_to_coach: member?.coaches ?? null,
    end_conference_on_exit: member?.endsOnExit ?? false,
    start_conference_on_enter: member?.startsOnEnter ?? true,
    queue_time: '0',
  }
}
