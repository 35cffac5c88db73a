import { after, day, type FoundRecording, type Hub, type Job, type LegRef, type Tx } from '@switchboard/core'
import { act, actOn, type Carriage } from '../actor.ts'
import { newCall } from '../new-call.ts'
import { findLeg, lockVendorLeg } from '../store.ts'
import { isLineKnown, unheardOf } from './store.ts'

/** How far back the vendor is asked for recordings: an outage is not longer. */
const lookBackMs = 3 * day

/**
 * Asks the vendor for recordings whose report was lost: messages and conversations of calls we know, and messages of callers who were
 * answered by the fallback while the hub was away. Those become calls that were missed, with their message in the inbox.
 */
export function findRecordings(hub: Pick<Hub, 'log'>, carriage: Carriage): Job {
  return {
    name: 'calls.recordings',
    schedule: '10 minutes',
    handle: async () => ({ found: await lookForRecordings(hub, carriage) }),
  }
}

/** @returns how many were found that nobody told us of */
export async function lookForRecordings({ log }: Pick<Hub, 'log'>, carriage: Carriage): Promise<number> {
  const { store, telephony, now } = carriage
  const made = (await telephony().recordings?.(after(now(), -lookBackMs))) ?? []
  const vendorIds = made.map(({ recording }) => recording.vendorId)
  const unheard = await store.read(tx => unheardOf(tx, vendorIds))
  let found = 0
  for (const one of made) if (unheard.has(one.recording.vendorId)) found += (await takeIn(carriage, one)) ? 1 : 0
  if (found > 0) log.info({ found }, 'recordings were found that nobody told us of')
  return found
}

/** @returns whether it was of use */
async function takeIn(carriage: Carriage, found: FoundRecording): Promise<boolean> {
  const { store } = carriage
  const ref: LegRef = { vendorId: found.vendorLegId, callId: null, legId: null }
  const known = await store.read(tx => findLeg(tx, ref))
  if (known) {
    await store.transact(tx => act(carriage, tx, known.callId, { type: 'recorded', recording: found.recording }))
    return true
  }
  if (found.recording.isConversation) return false
  const about = await found.about()
  if (!about || !(await isOurs(carriage, about.to))) return false
  return store.transact(tx => makeMissed(carriage, tx, found, about))
}

async function isOurs({ store, telephony }: Carriage, line: string): Promise<boolean> {
  if (await store.read(tx => isLineKnown(tx, line))) return true
  const lines = (await telephony().lines?.()) ?? []
  return lines.some(({ number, drift }) => number === line && drift.length === 0)
}

/** The call that we never heard of, as one that was missed and left a message. */
async function makeMissed(
  carriage: Carriage,
  tx: Tx,
  { vendorLegId, recording, at }: FoundRecording,
  { from, to }: { from: string | null; to: string },
): Promise<boolean> {
  await lockVendorLeg(tx, vendorLegId)
  if (await findLeg(tx, { vendorId: vendorLegId, callId: null, legId: null })) return false
  const caller = { vendorId: vendorLegId, status: 'completed' as const, phone: null, name: 'the caller' }
  const call = newCall(at, { adapter: 'telephony', direction: 'inbound', from, line: to, caller })
  const reason = 'the caller left a message while the hub was away'
  const legs = call.legs.map(leg => ({ ...leg, told: 'voicemail' as const, reason, endedAt: at }))
  await actOn(carriage, tx, { ...call, state: { name: 'Voicemail' }, legs }, { type: 'recorded', recording })
  return true
}
