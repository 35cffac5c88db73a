import { hear } from './twilio-leg.ts'
import { rfc2822, sidOf, type Callback, type Conference, type Exchange, type Leg, type Member } from './twilio-model.ts'
import type { Fields } from './twilio-webhooks.ts'

/** How a leg comes into a conference. */
export type Entry = Pick<Member, 'isMuted' | 'coaches' | 'startsOnEnter' | 'endsOnExit' | 'hasWaitMusic'>

/** Why a leg is no longer in a conference, in the vendor's words. */
export type LeaveReason =
  | 'participant_hung_up'
  | 'participant_updated_via_api'
  | 'moderator_ended_conference'
  | 'conference_ended_via_api'
  | 'participant_add_failed'

/** The living conference of this name; a new one when there is none. The first who asks decides where its events are reported. */
export function conferenceNamed(exchange: Exchange, name: string, callback: Callback | null): Conference {
  const living = [...exchange.conferences.values()].find(known => known.name === name && known.status !== 'completed')
  if (living) return living
  const conference: Conference = {
    sid: sidOf('CF', exchange.random),
    name,
    status: 'init',
    members: new Map(),
    dialled: new Map(),
    callback,
    sequence: 1,
    createdAt: exchange.now(),
    reasonEnded: null,
  }
  exchange.conferences.set(conference.sid, conference)
  return conference
}

/** Brings a leg in. @returns resolves when it is out again, for whatever reason */
export function enter(exchange: Exchange, leg: Leg, conference: Conference, entry: Entry): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const member: Member = { leg, isOnHold: false, left: resolve, ...entry }
  conference.dialled.delete(leg.sid)
  conference.members.set(leg.sid, member)
  leg.conference = conference
  announce(exchange, conference, 'participant-join', memberFields(member))
  const members = [...conference.members.values()]
  if (conference.status === 'init' && members.length >= 2 && members.some(one => one.startsOnEnter)) {
    conference.status = 'in-progress'
    announce(exchange, conference, 'conference-start', {})
  }
  tune(exchange, conference)
  return promise
}

/** Takes a leg out, and ends the conference when nobody is left or when the leg was one it ends with. */
export function leave(exchange: Exchange, leg: Leg, reason: LeaveReason): void {
  const { conference } = leg
  const member = conference?.members.get(leg.sid)
  if (!conference || !member) return
  conference.members.delete(leg.sid)
  leg.conference = null
  announce(exchange, conference, 'participant-leave', {
    ...memberFields(member),
    ParticipantCallStatus: leg.status,
    ReasonParticipantLeft: reason,
  })
  member.left()
  if (conference.status === 'completed') return
  if (member.endsOnExit) end(exchange, conference, 'participant-with-end-conference-on-exit-left', leg)
  else if (isDeserted(conference)) end(exchange, conference, 'last-participant-left', leg)
  else tune(exchange, conference)
}

/** Gives up a leg that was being dialled and did not come. */
export function giveUp(exchange: Exchange, leg: Leg, conference: Conference): void {
  if (!conference.dialled.delete(leg.sid)) return
  announce(exchange, conference, 'participant-leave', {
    CallSid: leg.sid,
    ...(leg.label !== null && { ParticipantLabel: leg.label }),
    ParticipantCallStatus: leg.status,
    ReasonParticipantLeft: 'participant_add_failed',
  })
  if (isDeserted(conference)) conference.status = 'completed'
}

/** Ends a conference: everybody in it is out, and goes on with what they were told to do next. */
export function end(exchange: Exchange, conference: Conference, reason: string, by: Leg | null): void {
  if (conference.status === 'completed') return
  conference.status = 'completed'
  conference.reasonEnded = reason
  const leaveReason = by ? 'moderator_ended_conference' : 'conference_ended_via_api'
  for (const { leg } of [...conference.members.values()]) leave(exchange, leg, leaveReason)
  announce(exchange, conference, 'conference-end', {
    ReasonConferenceEnded: reason,
    ...(by && { CallSidEndingConference: by.sid }),
    ...(by?.label && { ParticipantLabelEndingConference: by.label }),
  })
}

/** Changes how a member takes part, and reports it. */
export function modify(
  exchange: Exchange,
  member: Member,
  change: Partial<Pick<Member, 'isMuted' | 'isOnHold' | 'endsOnExit' | 'coaches'>>,
): void {
  const { conference } = member.leg
  if (!conference) return
  const { isMuted, isOnHold } = change
  Object.assign(member, change)
  const tell = (event: string): void => announce(exchange, conference, event, memberFields(member))
  if (isMuted !== undefined) tell(isMuted ? 'participant-mute' : 'participant-unmute')
  if (isOnHold !== undefined) tell(isOnHold ? 'participant-hold' : 'participant-unhold')
  if (change.endsOnExit !== undefined) tell('participant-modify')
  tune(exchange, conference)
}

function isDeserted({ members, dialled }: Conference): boolean {
  return members.size === 0 && dialled.size === 0
}

/** What everybody in it hears: music before it begins and on hold, the others, or nobody. */
function tune(exchange: Exchange, { members, status }: Conference): void {
  for (const { leg, isOnHold, hasWaitMusic } of members.values()) {
    if (isOnHold) hear(exchange, leg, 'music')
    else if (status === 'init') hear(exchange, leg, hasWaitMusic ? 'music' : 'silence')
    else hear(exchange, leg, members.size > 1 ? 'conference' : 'silence')
  }
}

/** The subscription an event belongs to. */
const subscriptions: Readonly<Record<string, string>> = {
  'conference-start': 'start',
  'conference-end': 'end',
  'participant-join': 'join',
  'participant-leave': 'leave',
  'participant-mute': 'mute',
  'participant-unmute': 'mute',
  'participant-hold': 'hold',
  'participant-unhold': 'hold',
  'participant-modify': 'modify',
}

function announce(exchange: Exchange, conference: Conference, event: string, fields: Fields): void {
  exchange.log?.info({ conference: conference.name, event, callSid: fields['CallSid'] }, 'conference changed')
  if (!conference.callback?.events.has(subscriptions[event] ?? '')) return
  void exchange.webhooks.tell(conference.callback.url, {
    AccountSid: exchange.accountSid,
    ConferenceSid: conference.sid,
    FriendlyName: conference.name,
    SequenceNumber: String(conference.sequence++),
    StatusCallbackEvent: event,
    Timestamp: rfc2822(exchange.now()),
    ...fields,
  })
}

function memberFields({ leg, isMuted, isOnHold, endsOnExit, startsOnEnter, coaches }: Member): Fields {
  return {
    CallSid: leg.sid,
    Muted: String(isMuted),
    Hold: String(isOnHold),
    Coaching: String(coaches !== null),
    EndConferenceOnExit: String(endsOnExit),
    StartConferenceOnEnter: String(startsOnEnter),
    ...(leg.label !== null && { ParticipantLabel: leg.label }),
  }
}
