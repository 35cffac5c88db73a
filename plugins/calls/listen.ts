import {
  isId,
  type AnswerHandler,
  type CallEvent,
  type CallId,
  type DeliveryHandler,
  type Instruction,
  type LegId,
  type LegRef,
  type Tx,
} from '@switchboard/core'
import { act, actOn, legOf, type Carriage } from './actor.ts'
import { newCall } from './new-call.ts'
import { instructionFor } from './reply.ts'
import { rulesFor, type Current } from './routing-settings.ts'
import { currentSettings } from './routing-store.ts'
import { look } from './routing.ts'
import type { Leg, MachineEvent } from './state.ts'
import { findLeg, lockVendorLeg, readCall, type StoredCall } from './store.ts'

type Incoming = Extract<CallEvent, { type: 'incoming' }>

/** Answers the vendor's question what a leg is to do: lets the event act, then renders the answer from the row alone. */
export function answer(carriage: Carriage): AnswerHandler {
  return async (tx, request, fresh) => {
    const event = carriage.telephony().receive(request)
    const current = currentSettings(tx)
    const stage = { ...carriage, ahead: { current } }
    const moving =
      event.type === 'incoming'
        ? begin(stage, tx, event, request.adapter)
        : fresh.then(isFresh => (isFresh ? hearAbout(stage, tx, event) : null))
    const [moved, settings] = await Promise.all([moving, current])
    return carriage.telephony().reply(await instructionOf(carriage, tx, { event, moved, current: settings }))
  }
}

/** Reads reports that nobody waits for. */
export function deliver(carriage: Carriage): DeliveryHandler {
  return async request => {
    const event = carriage.telephony().receive(request)
    return async tx => void (await hearAbout(carriage, tx, event))
  }
}

/** Makes a call of an incoming leg and lets it find somebody. A leg that has a call already changes nothing, however often it comes. */
async function begin(
  carriage: Carriage,
  tx: Tx,
  { leg, from, to }: Incoming,
  adapter: string,
): Promise<StoredCall | null> {
  const caller = { vendorId: leg.vendorId, status: 'ringing' as const, phone: null, name: 'the caller' }
  const call = newCall(carriage.now(), { adapter, direction: 'inbound', from, line: to, caller })
  // What routing is going to ask leaves with the question whether there is anything to route.
  const seen = look(carriage, tx, call)
  const [, known] = await Promise.all([
    lockVendorLeg(tx, leg.vendorId),
    findLeg(tx, { ...leg, callId: null, legId: null }),
    seen,
  ])
  if (known) return null
  return actOn({ ...carriage, ahead: { ...carriage.ahead, seen, cards: new Map() } }, tx, call, { type: 'incoming' })
}

/** Lets a report act on the call of its leg. One about a call that is not ours is dropped. */
async function hearAbout(carriage: Carriage, tx: Tx, event: CallEvent): Promise<StoredCall | null> {
  if (event.type === 'other') return null
  const found = await whose(tx, event)
  if (!found) {
    carriage.log.warn({ event: event.type }, 'report about an unknown call was dropped')
    return null
  }
  const heard = toMachineEvent(event, found.legId)
  return heard ? act(carriage, tx, found.callId, heard) : null
}

async function whose(
  tx: Tx,
  event: Exclude<CallEvent, { type: 'other' }>,
): Promise<{ callId: CallId; legId: LegId | null } | null> {
  if (event.type !== 'conferenceEnded') return findLeg(tx, trusted(event.leg))
  const name = event.callId ?? event.conference.name
  const call = isId(name) ? await readCall(tx, name as CallId) : null
  return call && { callId: call.id, legId: null }
}

/** Ids in a callback address went through the vendor's hands: what is no id of ours is not asked for. */
function trusted({ vendorId, callId, legId }: LegRef): LegRef {
  return { vendorId, callId: callId && isId(callId) ? callId : null, legId: legId && isId(legId) ? legId : null }
}

/** The report in the machine's words; null when it says nothing about a known leg. */
function toMachineEvent(event: CallEvent, legId: LegId | null): MachineEvent | null {
  if (event.type === 'conferenceEnded') return { type: 'conferenceEnded', conferenceId: event.conference.vendorId }
  if (event.type === 'other' || legId === null) return null
  switch (event.type) {
    case 'incoming':
      return { type: 'incoming' }
    case 'recorded':
      return { type: 'recorded', recording: event.recording }
    case 'asks':
      return { type: 'asks', legId, at: event.at }
    case 'digits':
      return { type: 'digits', legId, digits: event.digits }
    case 'leg':
      return { type: 'leg', legId, vendorId: event.leg.vendorId, status: event.status, sequence: event.sequence }
    case 'joined':
    case 'left': {
      const { type, leg, sequence, at, conference, hungUp = false } = event
      const where = { conferenceId: conference.vendorId, sequence, at }
      return { type, legId, vendorId: leg.vendorId, ...where, ...(hungUp && { hungUp }) }
    }
  }
}

/** What to answer: about the call as it was just written, else as it is. */
async function instructionOf(
  carriage: Carriage,
  tx: Tx,
  { event, moved, current }: { event: CallEvent; moved: StoredCall | null; current: Current },
): Promise<Instruction | null> {
  if (event.type === 'other' || event.type === 'conferenceEnded') return null
  const ref = trusted(event.leg)
  const found = (moved && legIn(moved, ref)) ?? (await legAsItIs(tx, ref))
  if (!found) return null
  const texts = rulesFor(carriage.settings, current, found.call.line)
  const said = event.type === 'incoming' ? texts : { ...texts, greeting: null }
  return instructionFor(found.call, found.leg, said, event.type === 'digits')
}

interface LegOfCall {
  call: StoredCall
  leg: Leg
}

function legIn(call: StoredCall, { vendorId, legId }: LegRef): LegOfCall | null {
  const leg = call.legs.find(one => one.vendorId === vendorId) ?? call.legs.find(one => one.id === legId)
  return leg ? { call, leg } : null
}

async function legAsItIs(tx: Tx, ref: LegRef): Promise<LegOfCall | null> {
  const found = await findLeg(tx, ref)
  const call = found && (await readCall(tx, found.callId))
  const leg = call && legOf(call, found.legId)
  return leg ? { call, leg } : null
}
