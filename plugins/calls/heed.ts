import type { LegSnapshot } from '@switchboard/core'
import { orderPart, orderRecording } from './control.ts'
import { setEndOnExit } from './company.ts'
import { order, type Draft } from './moves.ts'
import { callerOf, isLive } from './state.ts'
import type { Leg, MachineEvent } from './state.ts'
import { isSettled } from './truth.ts'
import { coachedIn } from './turns.ts'

type Inspected = Extract<MachineEvent, { type: 'inspected' }>

/**
 * Who is on hold, is not heard, whispers or is not recorded is what people asked for, and the vendor is held to it: what it does not show,
 * a while after it was asked for, is asked for once more. A lost pause would record a card number.
 * @returns a sentence; null when all is as was asked for
 */
export function heed(draft: Draft, event: Inspected): string | null {
  const { call, commands } = draft
  const before = commands.length
  for (const leg of call.legs) {
    const truth = event.snapshot.legs.find(({ vendorId }) => vendorId === leg.vendorId)
    if (truth?.inConference && leg.inConference && isLive(leg) && isSettled(leg, event)) heedLeg(draft, leg, truth)
  }
  heedRecording(draft, event)
  const again = commands.slice(before)
  for (const command of again) command.again = true
  return again.length === 0 ? null : `asked for again: ${again.map(command => command.do).join(', ')}`
}

function heedLeg(draft: Draft, leg: Leg, { isHeld, isMuted, whispersTo, endsOnExit }: LegSnapshot): void {
  if (leg.role !== 'caller' && endsOnExit !== undefined && endsOnExit !== leg.endsOnExit)
    setEndOnExit(draft, leg, leg.endsOnExit)
  if (isHeld !== undefined && isHeld !== leg.isHeld) order(draft, leg, { do: 'hold', on: leg.isHeld })
  if (!isAsAsked(draft, leg, { isMuted, whispersTo })) orderPart(draft, leg)
  else if (leg.part === 'talk' && isMuted !== undefined && isMuted !== leg.isMuted)
    order(draft, leg, { do: 'mute', on: leg.isMuted })
}

/** Whether somebody is in the conference for what they are to be. */
function isAsAsked({ call }: Draft, leg: Leg, truth: Pick<LegSnapshot, 'isMuted' | 'whispersTo'>): boolean {
  const { isMuted = true, whispersTo } = truth
  if (whispersTo === undefined) return true
  const coached = leg.part === 'whisper' ? (coachedIn(call, leg.staffId)?.vendorId ?? null) : null
  const isQuiet = leg.part === 'talk' || coached !== null || isMuted
  return whispersTo === coached && isQuiet
}

/** A recording that was to be paused or ended and is not there is as good as that. */
function heedRecording(draft: Draft, event: Inspected): void {
  const { recorded: wanted } = draft.call
  const { recorded: is } = event.snapshot
  const caller = callerOf(draft.call)
  if (!caller?.inConference || is === undefined || is === wanted || !isSettled(caller, event)) return
  if (is === 'off' && wanted === 'paused') return
  orderRecording(draft)
}
