import { isOver, minute, second, type LegSnapshot } from '@switchboard/core'
import { closeLeg, hangUp, learnVendorId, touch, type Draft } from './moves.ts'
import { advance, join, leave, rank, sentence } from './legs.ts'
import type { Leg, MachineEvent } from './state.ts'

type Inspected = Extract<MachineEvent, { type: 'inspected' }>

/** How long, in milliseconds, the vendor's lists may lag behind its own reports: only then is a leg's absence believed. */
const lagMs = 10 * second
/** An answer that took so long, in milliseconds, is of another time: a process that slept brings such. */
const staleMs = minute
/** Whom the vendor was to dial by so long ago, in milliseconds, and does not know, it never will. */
const undialledMs = 2 * minute

/** Whether this is the vendor's truth about the call as it is now. */
export function isTruth({ call, now }: Draft, event: MachineEvent): event is Inspected {
  if (event.type !== 'inspected') return false
  return event.version === call.version && now.getTime() - event.askedAt.getTime() < staleMs
}

/** Whether a leg has been as it is for so long before the vendor was asked that its answer knows of it. */
export function isSettled({ changedAt }: Leg, { askedAt }: Inspected, forMs = lagMs): boolean {
  return askedAt.getTime() - changedAt.getTime() >= forMs
}

/** Notes the vendor's truth about every leg that is not over. A leg the vendor does not know any more is over. */
export function hearInspected(draft: Draft, event: Inspected): string {
  if (event.version !== draft.call.version) return 'the call moved on while the vendor was asked'
  if (!isTruth(draft, event)) return 'the vendor’s answer came too late to be believed'
  const { legs } = event.snapshot
  for (const leg of draft.call.legs.filter(each => !isOver(each.status))) {
    const truth = legs.find(each => each.vendorId === leg.vendorId || (!leg.vendorId && each.legId === leg.id))
    if (truth) hearTruth(draft, event, leg, truth)
    else hearNothing(draft, event, leg)
  }
  for (const truth of legs) hangUpStranger(draft, truth)
  return 'the vendor was asked how things are'
}

/** The vendor knows nothing of a leg. One that it was not asked to dial yet may still come. */
function hearNothing(draft: Draft, event: Inspected, leg: Leg): void {
  const isKnown = leg.vendorId !== null || leg.isEnding
  if (isKnown && isSettled(leg, event))
    closeLeg(draft, leg, 'completed', `the vendor knows nothing of ${leg.name} any more`)
  const isDialled = leg.role !== 'caller' || leg.told !== null
  if (!isKnown && isDialled && isSettled(leg, event, undialledMs))
    closeLeg(draft, leg, 'failed', `${leg.name} was never dialled`)
}

/** A live connection with the name of a leg of ours that is not it: a dial carried out twice, or after it was given up. */
function hangUpStranger({ call, commands }: Draft, { vendorId, legId, status }: LegSnapshot): void {
  const namesake = call.legs.find(leg => leg.id === legId)
  if (namesake && namesake.vendorId !== vendorId && !isOver(status))
    commands.push({ do: 'hangup', legId: namesake.id, vendorId })
}

function hearTruth(draft: Draft, event: Inspected, leg: Leg, truth: LegSnapshot): void {
  if (isOver(truth.status)) {
    leg.vendorId ??= truth.vendorId
    return closeLeg(draft, leg, truth.status, sentence[truth.status](leg.name))
  }
  if (leg.isEnding && leg.vendorId !== null && isSettled(leg, event)) {
    hangUp(draft, leg)
    touch(draft, leg)
  }
  learnVendorId(draft, leg, truth.vendorId)
  hearPlace(draft, event, leg, truth)
  if (rank[truth.status] > rank[leg.status]) advance(draft, leg, truth.status)
}

/** The reports that say in which conference a leg is may all have been lost. */
function hearPlace(draft: Draft, event: Inspected, leg: Leg, { inConference, conferenceId }: LegSnapshot): void {
  if (inConference && conferenceId !== undefined && leg.conference?.vendorId !== conferenceId)
    leg.conference = { vendorId: conferenceId, sequence: null, at: event.askedAt }
  if (inConference === leg.inConference) return
  if (inConference) join(draft, leg)
  else if (isSettled(leg, event)) leave(draft, leg)
}
