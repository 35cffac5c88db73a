import { setEndOnExit } from './company.ts'
import { endLeg, enter, hold, mute, touch, type Draft } from './moves.ts'
import { callerOf, conferenceOf, isLive, isOnLine, legOfStaff, ringingOf, talkersOf } from './state.ts'
import type { Leg, MachineEvent, Part, Recorded } from './state.ts'
import { coachedIn, dial, tellRinging } from './turns.ts'

type Of<Type extends MachineEvent['type']> = Extract<MachineEvent, { type: Type }>

/**
 * What people do to a conversation while it goes on. It never leaves the state: what follows when somebody is gone by it is for the state to say.
 * @returns a sentence; null when the event is none of these
 */
export function control(draft: Draft, event: MachineEvent): string | null {
  switch (event.type) {
    case 'hold':
      hold(draft, event.on)
      return event.on ? `${event.by} put the caller on hold` : `${event.by} took the caller off hold`
    case 'mute':
      return muteStaff(draft, event)
    case 'transfer':
      return transfer(draft, event)
    case 'transferComplete':
    case 'transferCancel':
      return endTransfer(draft, event)
    case 'add':
      dial(draft, event.to, event.ringSeconds)
      tellRinging(draft, [event.to])
      return `${event.by} adds ${event.to.name}`
    case 'drop':
      return drop(draft, event)
    case 'record':
      return record(draft, event)
    case 'attend':
      return attend(draft, event)
    default:
      return null
  }
}

function muteStaff(draft: Draft, { staffId, on }: Of<'mute'>): string {
  const leg = legOfStaff(draft.call, staffId)
  if (!leg) return 'muted, but they are not in this call'
  mute(draft, leg, on)
  return on ? `${leg.name} muted themselves` : `${leg.name} is heard again`
}

/** The caller hears music while the other's phone rings. Cold: who hands over is gone at once. */
function transfer(draft: Draft, { by, kind, to, ringSeconds }: Of<'transfer'>): string {
  const { call } = draft
  const sender = legOfStaff(call, by)
  if (!sender || !isOnLine(sender) || call.transfer) return 'handed over, but they cannot'
  hold(draft, true)
  dial(draft, to, ringSeconds)
  // The caller hears music first: whenever the sender goes, they are not left in silence.
  setEndOnExit(draft, sender, false)
  tellRinging(draft, [to])
  call.transfer = { kind, by: { staffId: by, name: sender.name }, legId: to.legId }
  if (kind === 'warm') return `${sender.name} asks ${to.name} to take the call`
  endLeg(draft, sender, `handed the call to ${to.name}`)
  return `${sender.name} hands the call to ${to.name}`
}

function endTransfer(draft: Draft, { type, by }: Of<'transferComplete' | 'transferCancel'>): string {
  const { call } = draft
  const taker = call.legs.find(leg => leg.id === call.transfer?.legId)
  const sender = legOfStaff(call, by)
  if (!taker || !sender || call.transfer?.by.staffId !== by) return 'there is no such transfer'
  if (type === 'transferCancel') {
    endLeg(draft, taker, `${sender.name} took the call back`)
    return takeBack(draft, `${sender.name} took the call back`)
  }
  if (!isOnLine(taker)) call.transfer = { ...call.transfer, kind: 'cold' }
  endLeg(draft, sender, `handed the call to ${taker.name}`)
  return `${sender.name} handed the call to ${taker.name}`
}

/** The caller hears whoever is there again. */
function takeBack(draft: Draft, because: string): string {
  draft.call.transfer = null
  hold(draft, false)
  return because
}

/**
 * Whether a transfer goes on by itself: the other did not take it and the sender has the caller again; the sender left and the other has them; or the
 * sender left and the other's phone still rings.
 * @returns a sentence when it does
 */
export function handOver(draft: Draft, heard: string | null): string | null {
  const { call } = draft
  const { transfer } = call
  if (!transfer) return null
  const taker = call.legs.find(leg => leg.id === transfer.legId)
  const sender = legOfStaff(call, transfer.by.staffId)
  const isThere = sender !== undefined && isOnLine(sender)
  if (!taker || !isLive(taker))
    return isThere ? takeBack(draft, `${heard}; the caller is back with ${sender.name}`) : seekAnother(draft, heard)
  if (isThere) return null
  if (isOnLine(taker)) {
    taker.hasSpoken = true
    return takeBack(draft, `${taker.name} has the call`)
  }
  // Somebody may have taken them off hold: now there is nobody to hear.
  hold(draft, true)
  enter(draft, { name: 'DialingStaff', staff: ringingOf(call).flatMap(leg => leg.staffId ?? []) })
  return `${heard ?? `${transfer.by.name} left`}; the phone of ${taker.name} rings`
}

/** The other did not take it and the sender is gone: others who talk with the caller keep them, else somebody is sought, the sender first. */
function seekAnother(draft: Draft, heard: string | null): string {
  if (talkersOf(draft.call).length > 0) return takeBack(draft, heard ?? 'the other is gone')
  draft.call.acceptedBy = null
  enter(draft, { name: 'FindingStaff' })
  return heard ?? 'nobody took the call over'
}

function drop(draft: Draft, { by, legId }: Of<'drop'>): string {
  const leg = draft.call.legs.find(each => each.id === legId && each.role !== 'caller')
  if (!leg) return 'there is nobody to be dropped'
  endLeg(draft, leg, `${by} took ${leg.name} out`)
  return `${by} took ${leg.name} out`
}

const recordedInWords: Record<Recorded, string> = {
  on: 'records',
  paused: 'paused the recording of',
  off: 'ended the recording of',
}

function record(draft: Draft, { by, to }: Of<'record'>): string {
  const { call } = draft
  const conferenceId = conferenceOf(call)
  const caller = callerOf(call)
  if (!conferenceId || !caller?.inConference) return 'there is no conference to record'
  if (call.recorded === to) return 'nothing to change about the recording'
  call.recorded = to
  orderRecording(draft)
  return `${by} ${recordedInWords[to]} the conversation`
}

/** Has the vendor record, pause or end as the call says. It is the caller's leg that is recorded: staff come and go. */
export function orderRecording(draft: Draft): void {
  const caller = callerOf(draft.call)
  if (!caller || !isLive(caller) || caller.vendorId === null) return
  touch(draft, caller)
  const conferenceId = conferenceOf(draft.call) ?? ''
  const { id: legId, vendorId } = caller
  draft.commands.push({ do: 'record', legId, vendorId, conferenceId, to: draft.call.recorded })
}

const partInWords: Record<Part, string> = { talk: 'joins the conversation', listen: 'listens', whisper: 'whispers' }

/** A manager comes in, or does another thing than before. Whispering is to the member of staff who talks. */
function attend(draft: Draft, { staffId, part, rung, ringSeconds }: Of<'attend'>): string {
  const known = legOfStaff(draft.call, staffId)
  if (!known && rung) {
    dial(draft, rung, ringSeconds, { part })
    tellRinging(draft, [rung])
    return `${rung.name} ${partInWords[part]}`
  }
  if (!known) return 'comes in, but their phone cannot be rung'
  known.part = part
  orderPart(draft, known)
  return `${known.name} ${partInWords[part]}`
}

/** Tells the vendor what a leg in the conference is to be heard of. */
export function orderPart(draft: Draft, leg: Leg): void {
  const conferenceId = leg.conference?.vendorId
  if (leg.vendorId === null || !leg.inConference || conferenceId === undefined) return
  const coachedVendorId = leg.part === 'whisper' ? (coachedIn(draft.call, leg.staffId)?.vendorId ?? null) : null
  draft.commands.push({
    do: 'attend',
    legId: leg.id,
    vendorId: leg.vendorId,
    conferenceId,
    part: leg.part,
    coachedVendorId,
  })
}
