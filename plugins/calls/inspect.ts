import { isOver, messageOf, type CallCommand, type CallId, type KnownCall } from '@switchboard/core'
import { actOn, type Carriage } from './actor.ts'
import { callerOf, type Call } from './state.ts'
import { lockCall, readCall } from './store.ts'

/** What to ask the vendor about: the legs that are not over, and the recording, where one is or was to be made. */
export function knownOf(call: Call, command: CallCommand | null = null): KnownCall {
  const legs = call.legs.filter(leg => !isOver(leg.status)).map(({ id, vendorId }) => ({ legId: id, vendorId }))
  const via = callerOf(call)?.vendorId ?? null
  const isRecorded = call.recorded !== 'off' || call.state.name === 'Voicemail' || command?.do === 'record'
  return { callId: call.id, legs, ...(isRecorded && via !== null && { recordedVia: via }) }
}

/** A call that moves on while the vendor is asked is asked about anew, so many times at the most; the next look comes soon enough. */
const rounds = 3

/**
 * Asks the vendor how a call is, and lets its truth act on the call. A vendor that cannot be asked leaves the call as it is.
 * @returns whether the vendor answered
 */
export async function inspect(carriage: Carriage, callId: CallId): Promise<boolean> {
  try {
    for (let left = rounds; left > 0; left--) if (await isTold(carriage, callId)) break
    return true
  } catch (error) {
    carriage.log.warn({ callId, error: messageOf(error) }, 'the vendor could not be asked about a call')
    return false
  }
}

/** @returns false when the call moved on meanwhile */
async function isTold(carriage: Carriage, callId: CallId): Promise<boolean> {
  const { store, telephony, now } = carriage
  const call = await store.read(tx => readCall(tx, callId))
  const known = call && knownOf(call)
  if (!known || (known.legs.length === 0 && call.endedAt)) return true
  const askedAt = now()
  const snapshot = known.legs.length === 0 ? { legs: [] } : await telephony().inspect(known)
  const { version } = call
  return store.transact(async tx => {
    const locked = await lockCall(tx, callId)
    if (locked?.version !== version) return false
    await actOn(carriage, tx, locked, { type: 'inspected', snapshot, version, askedAt })
    return true
  })
}
