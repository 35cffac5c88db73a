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
import { rulesOf } from './routing.ts'
import type { MachineEvent } from './state.ts'
import { findLeg, lockVendorLeg, readCall } from './store.ts'

type Incoming = Extract<CallEvent, { type: 'incoming' }>

/** Answers the vendor's question what a leg is to do: lets the event act, then renders the answer from the row alone. */
export function answer(carriage: Carriage): AnswerHandler {
  return async (tx, request, fresh) => {
    const event = carriage.telephony().receive(request)
    if (event.type === 'incoming') await begin(carriage, tx, event, request.adapter)
    else if (fresh) await hearAbout(carriage, tx, event)
    return carriage.telephony().reply(await instructionOf(carriage, tx, event))
  }
}

/** Reads reports that nobody waits for. */
export function deliver(carriage: Carriage): DeliveryHandler {
  return async request => {
    const event = carriage.telephony().receive(request)
    return tx => hearAbout(carriage, tx, event)
  }
}

/** Makes a call of an incoming leg and lets it find somebody. A leg that has a call already changes nothing, however often it comes. */
async function begin(carriage: Carriage, tx: Tx, { leg, from, to }: Incoming, adapter: string): Promise<void> {
  await lockVendorLeg(tx, leg.vendorId)
  if (await findLeg(tx, { ...leg, callId: null, legId: null })) return
  const caller = { vendorId: leg.vendorId, status: 'ringing' as const, phone: null, name: 'the caller' }
  const call = newCall(carriage.now(), { adapter, direction: 'inbound', from, line: to, caller })
  await actOn(carriage, tx, call, { type: 'incoming' })
}

/** Lets a report act on the call of its leg. One about a call that is not ours is dropped. */
async function hearAbout(carriage: Carriage, tx: Tx, event: CallEvent): Promise<void> {
  if (event.type === 'other') return
  const found = await whose(tx, event)
  if (!found) return carriage.log.warn({ event: event.type }, 'report about an unknown call was dropped')
  const heard = toMachineEvent(event, found.legId)
  if (heard) await act(carriage, tx, found.callId, heard)
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
      return { type: 'asks', legId }
    case 'digits':
      return { type: 'digits', legId, digits: event.digits }
    case 'leg':
      return { type: 'leg', legId, vendorId: event.leg.vendorId, status: event.status, sequence: event.sequence }
    case 'joined':
    case 'left': {
      const { type, leg, sequence, at, conference } = event
      return { type, legId, vendorId: leg.vendorId, conferenceId: conference.vendorId, sequence, at }
    }
  }
}

async function instructionOf(carriage: Carriage, tx: Tx, event: CallEvent): Promise<Instruction | null> {
  if (event.type === 'other' || event.type === 'conferenceEnded') return null
  const found = await findLeg(tx, trusted(event.leg))
  const call = found && (await readCall(tx, found.callId))
  const leg = call && legOf(call, found.legId)
  if (!leg) return null
  const texts = await rulesOf(carriage.settings, tx, call.line)
  return instructionFor(call, leg, event.type === 'incoming' ? texts : { ...texts, greeting: null })
}
