import { isOver, second, type LegSnapshot } from '@switchboard/core'
import { closeLeg, hangUp, learnVendorId, touch, type Draft } from './moves.ts'
import { advance, join, leave, rank, sentence } from './legs.ts'
import type { Leg, MachineEvent } from './state.ts'

type Inspected = Extract<MachineEvent, { type: 'inspected' }>

/** How long, in milliseconds, the vendor's lists may lag behind its own reports: only then is a leg's absence believed. */
const lagMs = 10 * second

/** Notes the vendor's truth about every leg that is not over. A leg the vendor does not know any more is over. */
export function hearInspected(draft: Draft, { snapshot, version }: Inspected): string {
  if (version !== draft.call.version) return 'the call moved on while the vendor was asked'
  for (const leg of draft.call.legs.filter(each => !isOver(each.status))) {
    const truth = snapshot.legs.find(each => each.vendorId === leg.vendorId || (!leg.vendorId && each.legId === leg.id))
    if (truth) hearTruth(draft, leg, truth)
    else if ((leg.vendorId !== null || leg.isEnding) && isSettled(draft, leg))
      closeLeg(draft, leg, 'completed', `the vendor knows nothing of ${leg.name} any more`)
  }
  for (const truth of snapshot.legs) hangUpStranger(draft, truth)
  return 'the vendor was asked how things are'
}

/** A live connection with the name of a leg of ours that is not it: a dial carried out twice, or after it was given up. */
function hangUpStranger({ call, commands }: Draft, { vendorId, legId, status }: LegSnapshot): void {
  const namesake = call.legs.find(leg => leg.id === legId)
  if (namesake && namesake.vendorId !== vendorId && !isOver(status))
    commands.push({ do: 'hangup', legId: namesake.id, vendorId })
}

function hearTruth(draft: Draft, leg: Leg, truth: LegSnapshot): void {
  if (isOver(truth.status)) {
    leg.vendorId ??= truth.vendorId
    return closeLeg(draft, leg, truth.status, sentence[truth.status](leg.name))
  }
  if (leg.isEnding && leg.vendorId !== null && isSettled(draft, leg)) {
    hangUp(draft, leg)
    touch(draft, leg)
  }
  learnVendorId(draft, leg, truth.vendorId)
  hearPlace(draft, leg, truth)
  if (rank[truth.status] > rank[leg.status]) advance(draft, leg, truth.status)
}

function hearPlace(draft: Draft, leg: Leg, { inConference }: LegSnapshot): void {
  if (inConference === leg.inConference) return
  if (inConference) join(draft, leg)
  else if (isSettled(draft, leg)) leave(draft, leg)
}

function isSettled({ now }: Draft, leg: Leg): boolean {
  return now.getTime() - leg.changedAt.getTime() >= lagMs
}
