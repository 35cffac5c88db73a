import { after, isOver, second, type LegId, type Recording } from '@switchboard/core'
import { advance, join, leave, rank, sentence } from './legs.ts'
import { closeLeg, endLeg, learnVendorId, startTimer, timerOf, type Draft } from './moves.ts'
import { isUnsure } from './message.ts'
import { callerOf, isLive } from './state.ts'
import type { Call, Leg, MachineEvent } from './state.ts'
import { hearInspected } from './truth.ts'

type Of<Type extends MachineEvent['type']> = Extract<MachineEvent, { type: Type }>

/**
 * Notes what an event says about the legs and the call, whatever the state is. It never changes the state.
 * @returns a sentence: what was learnt, or why it is of no use; null when the event says nothing about the legs
 */
export function hear(draft: Draft, event: MachineEvent): string | null {
  switch (event.type) {
    case 'leg':
      return hearLeg(draft, event)
    case 'joined':
    case 'left':
      return hearConference(draft, event)
    case 'conferenceEnded':
      return hearConferenceEnded(draft, event)
    case 'asks':
      return hearAsks(draft, event)
    case 'recorded':
      return hearRecorded(draft, event)
    case 'dialled':
      return hearDialled(draft, event)
    case 'undialled':
    case 'gone':
      return hearGone(draft, event)
    case 'commandFailed':
      return hearFailed(draft, event)
    case 'unsure':
      return `whether ${legOf(draft.call, event.legId)?.name ?? 'somebody'} was asked for a message is not known`
    case 'due':
      return hearDue(draft, event)
    case 'accept':
      return hearAccept(draft, event)
    case 'decline':
      return hearDecline(draft, event)
    case 'inspected':
      return hearInspected(draft, event)
    case 'routed':
      return hearRouted(draft)
    case 'digits':
      return `${legOf(draft.call, event.legId)?.name ?? 'somebody'} pressed ${event.digits}`
    case 'incoming':
    case 'addCaller':
    case 'hangup':
    case 'hold':
    case 'mute':
    case 'transfer':
    case 'transferComplete':
    case 'transferCancel':
    case 'add':
    case 'drop':
    case 'record':
    case 'attend':
    case 'dialOut':
      return null
    default:
      return unknownEvent(event)
  }
}

function hearLeg(draft: Draft, event: Of<'leg'>): string {
  const leg = legOf(draft.call, event.legId)
  if (!leg) return noSuchLeg
  if (isAnother(leg, event.vendorId)) return hearDouble(draft, event, leg)
  if (isOver(leg.status) && leg.vendorId === null) return hearDouble(draft, event, leg)
  if (isOver(leg.status)) return `${leg.name} is gone already`
  if (isOver(event.status)) return finish(draft, leg, event)
  if (rank[event.status] <= rank[leg.status] || isCountedBefore(event.sequence, leg.sequence)) {
    learnVendorId(draft, leg, event.vendorId)
    return `a report about ${leg.name} that tells nothing new`
  }
  advance(draft, leg, event.status)
  leg.sequence = event.sequence ?? leg.sequence
  learnVendorId(draft, leg, event.vendorId)
  return sentence[event.status](leg.name)
}

function finish(draft: Draft, leg: Leg, { vendorId, status, sequence }: Of<'leg'>): string {
  const was = leg.reason
  leg.vendorId ??= vendorId
  leg.sequence = sequence ?? leg.sequence
  const said = sentence[status](leg.name)
  closeLeg(draft, leg, status, said)
  return was === null ? said : `${leg.name} is gone: ${was}`
}

/** A dial that was carried out twice, or after it was given up, made a connection with our leg's name that must not ring. */
function hearDouble(draft: Draft, { vendorId, status, legId }: Of<'leg'>, leg: Leg): string {
  if (!isOver(status)) draft.commands.push({ do: 'hangup', legId, vendorId })
  return `a connection to ${leg.name} that is not wanted`
}

function hearConference(draft: Draft, event: Of<'joined' | 'left'>): string {
  const leg = legOf(draft.call, event.legId)
  if (!leg) return noSuchLeg
  if (isAnother(leg, event.vendorId)) return `about another connection to ${leg.name}`
  if (isOver(leg.status)) return `${leg.name} is gone already`
  if (isOlder(leg.conference, event)) return `a report about ${leg.name} that tells nothing new`
  leg.conference = { vendorId: event.conferenceId, sequence: event.sequence, at: event.at }
  learnVendorId(draft, leg, event.vendorId)
  if (event.type === 'joined') return join(draft, leg)
  if (leg.role !== 'caller' || draft.call.transfer === null) return leave(draft, leg)
  if (!event.hungUp) return outOf(draft, leg)
  closeLeg(draft, leg, 'completed', sentence.completed(leg.name))
  return sentence.completed(leg.name)
}

/** A caller leaves a conference only by hanging up, or because it is over: nobody else is in it any more either. */
function outOf(draft: Draft, caller: Leg): string {
  const conferenceId = caller.conference?.vendorId
  if (conferenceId !== undefined) hearConferenceEnded(draft, { type: 'conferenceEnded', conferenceId })
  return leave(draft, caller)
}

function hearConferenceEnded(draft: Draft, { conferenceId }: Of<'conferenceEnded'>): string {
  const within = draft.call.legs.filter(leg => leg.inConference && leg.conference?.vendorId === conferenceId)
  for (const leg of within) leave(draft, leg)
  return within.length > 0 ? 'the conference ended' : 'a conference ended that nobody was in'
}

/** A question that so much, in milliseconds, has happened since is not believed any more. */
const oldQuestionMs = 5 * second

function hearAsks(draft: Draft, event: Of<'asks'>): string {
  const leg = legOf(draft.call, event.legId)
  if (!leg) return noSuchLeg
  if (leg.changedAt.getTime() - event.at.getTime() > oldQuestionMs) return `an old question of ${leg.name}`
  if (!leg.inConference) return `${leg.name} asks what to do next`
  return event.hasLeft ? outOf(draft, leg) : leave(draft, leg)
}

/** A recording may be reported after the caller hung up; it turns a missed call into a message. */
function hearRecorded(draft: Draft, { recording }: Of<'recorded'>): string {
  const { call, notices } = draft
  if (recording?.isConversation) return hearConversation(draft, recording)
  const isMessage = callerOf(call)?.told === 'voicemail' || call.state.name === 'Voicemail'
  if (!isMessage) return 'a recording that was not asked for'
  if (!recording) return 'the caller left no message'
  if (!call.recording) notices.push({ name: 'call.voicemail', durationSeconds: recording.durationSeconds })
  call.recording ??= recording
  if (call.outcome === 'missed') call.outcome = 'voicemail'
  return 'the caller left a message'
}

function hearConversation({ notices }: Draft, { vendorId, durationSeconds }: Recording): string {
  notices.push({ name: 'call.recorded', vendorId, durationSeconds })
  return 'what was said is recorded'
}

function hearDialled(draft: Draft, { legId, vendorId }: Of<'dialled'>): string {
  const leg = legOf(draft.call, legId)
  if (!leg) return noSuchLeg
  if (isAnother(leg, vendorId) || (isOver(leg.status) && leg.vendorId === null)) {
    draft.commands.push({ do: 'hangup', legId, vendorId })
    return `a connection to ${leg.name} that is not wanted`
  }
  const isUnwanted = leg.isEnding && !isOver(leg.status)
  learnVendorId(draft, leg, vendorId)
  return isUnwanted ? `${leg.name} was dialled too late and is hung up` : `${leg.name} is being dialled`
}

function hearGone(draft: Draft, event: Of<'gone' | 'undialled'>): string {
  const leg = legOf(draft.call, event.legId)
  if (!leg) return noSuchLeg
  if (isOver(leg.status)) return `${leg.name} is gone already`
  if (event.type === 'undialled') {
    closeLeg(draft, leg, 'canceled', `${leg.name} was not rung: no longer wanted`)
    return `${leg.name} was not rung: no longer wanted`
  }
  if (event.vendorId !== null && isAnother(leg, event.vendorId)) return `about another connection to ${leg.name}`
  closeLeg(draft, leg, 'completed', `${leg.name} is gone`)
  return `${leg.name} is gone`
}

/** How long, in seconds, to leave the vendor alone after a command was given up. */
const breatherSeconds = 5

/** Who cannot be dialled is skipped. Any other command that was given up is a reason to ask the vendor how things are. */
function hearFailed(draft: Draft, { legId, command, error }: Of<'commandFailed'>): string {
  const leg = legOf(draft.call, legId)
  if (!leg) return noSuchLeg
  const { due } = draft.call
  if (command === 'dial' && leg.vendorId === null && !isOver(leg.status))
    closeLeg(draft, leg, 'failed', 'could not be reached')
  else if (due?.for === 'check') draft.call.due = { for: 'check', at: after(draft.now, breatherSeconds * second) }
  // What they were to hear they do not; the next look at the vendor has them told again.
  if (command === 'redirect' && (leg.told === 'voicemail' || leg.told === 'queue')) leg.told = 'wait'
  return `${leg.name} could not be reached (${command} failed: ${error})`
}

/** What a rung or a wait that is over means is for the state to say; any other timer only makes us look, and starts again. */
function hearDue(draft: Draft, { timer }: Of<'due'>): string {
  const { name } = draft.call.state
  if (timer !== 'check' && timer === timerOf(name)) return `the ${timer} timer ran out`
  startTimer(draft, isUnsure(draft.call) ? breatherSeconds : undefined)
  return timer === 'check'
    ? 'nothing has moved for a while, so the vendor is asked'
    : `no ${timer} timer runs in ${name}`
}

/** How long, in seconds, a phone may take to pick up after its owner pressed answer. */
const pickUpSeconds = 10

function hearAccept(draft: Draft, { staffId }: Of<'accept'>): string {
  const { call, now } = draft
  const answer = answerableBy(call, staffId)
  if ('refusal' in answer) return answer.message
  const { leg } = answer
  if (call.acceptedBy === staffId) return `${leg.name} pressed answer again`
  call.acceptedBy = staffId
  draft.notices.push({ name: 'call.accepted', staffId, legId: leg.id })
  const until = after(now, pickUpSeconds * second)
  if (call.due?.for === 'ring' && call.due.at < until) call.due = { for: 'ring', at: until }
  return `${leg.name} pressed answer`
}

function hearDecline(draft: Draft, { staffId }: Of<'decline'>): string {
  const { call } = draft
  const leg = call.legs.find(each => each.staffId === staffId && isLive(each) && each.status !== 'in-progress')
  if (!leg) return 'declined, but it does not ring them'
  if (call.acceptedBy === staffId) call.acceptedBy = null
  endLeg(draft, leg, `${leg.name} declined`)
  return `${leg.name} declined`
}

/** Whether somebody may answer this call: the leg that rings them, or why not. The first to press answer has it. */
export function answerableBy(
  call: Call,
  staffId: Leg['staffId'],
): { leg: Leg } | { refusal: 'not_found' | 'answered_elsewhere' | 'gone'; message: string } {
  const legs = call.legs.filter(leg => leg.staffId === staffId)
  if (legs.length === 0) return { refusal: 'not_found', message: 'this call does not ring you' }
  if (call.acceptedBy !== null && call.acceptedBy !== staffId)
    return { refusal: 'answered_elsewhere', message: 'somebody else answered this call' }
  const leg = legs.find(isLive)
  return leg ? { leg } : { refusal: 'gone', message: 'this call no longer rings you' }
}

/** Routing claimed people for this call. */
function hearRouted({ call }: Draft): string | null {
  const isSought = call.state.name === 'FindingStaff' || call.state.name === 'WaitingForStaff'
  return isSought ? null : 'routing answered too late'
}

const noSuchLeg = 'about a leg that this call does not have'

function legOf(call: Call, id: LegId): Leg | undefined {
  return call.legs.find(leg => leg.id === id)
}

function isAnother(leg: Leg, vendorId: string): boolean {
  return leg.vendorId !== null && leg.vendorId !== vendorId
}

function isCountedBefore(sequence: number | null, known: number | null): boolean {
  return sequence !== null && known !== null && sequence <= known
}

/** Reports of one conference are ordered by its count; those of two conferences of the same name, by time. */
function isOlder(known: Leg['conference'], event: Of<'joined' | 'left'>): boolean {
  if (!known) return false
  if (known.vendorId !== event.conferenceId) return event.at < known.at
  return isCountedBefore(event.sequence, known.sequence)
}

function unknownEvent(event: never): never {
  throw new Error(`no such event: ${JSON.stringify(event)}`)
}
