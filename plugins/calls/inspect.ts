import { isOver, messageOf, type CallId, type KnownCall } from '@switchboard/core'
import { act, type Carriage } from './actor.ts'
import type { Call } from './state.ts'
import { readCall } from './store.ts'

/** The legs to ask the vendor about: those that are not over. */
export function knownLegs(call: Call): KnownCall['legs'] {
  return call.legs.filter(leg => !isOver(leg.status)).map(({ id, vendorId }) => ({ legId: id, vendorId }))
}

/**
 * Asks the vendor how a call is, and lets its truth act on the call. A vendor that cannot be asked leaves the call as it is.
 * @returns whether the vendor answered
 */
export async function inspect(carriage: Carriage, callId: CallId): Promise<boolean> {
  const { store, telephony, log } = carriage
  const call = await store.read(tx => readCall(tx, callId))
  const legs = call ? knownLegs(call) : []
  if (!call || legs.length === 0) return true
  try {
    const snapshot = await telephony().inspect({ callId, legs })
    await store.transact(tx => act(carriage, tx, callId, { type: 'inspected', snapshot, version: call.version }))
    return true
  } catch (error) {
    log.warn({ callId, error: messageOf(error) }, 'the vendor could not be asked about a call')
    return false
  }
}
