import { newId, type CallId, type LegId } from '@switchboard/core'
import type { Leg } from './state.ts'
import type { StoredCall } from './store.ts'
import { blankLeg } from './turns.ts'

/** A call that begins: from a customer who rings one of our lines, or to one whom we are to ring. */
export interface Beginning {
  adapter: string
  direction: 'inbound' | 'outbound'
  from: string | null
  line: string
  /** What is known of the customer's leg. */
  caller: Pick<Leg, 'vendorId' | 'status' | 'phone' | 'name'>
}

/** A call before anything was decided about it. */
export function newCall(now: Date, { caller, ...head }: Beginning): StoredCall {
  const callId: CallId = newId()
  const legId: LegId = newId()
  return {
    ...head,
    id: callId,
    state: { name: 'Ringing' },
    legs: [{ ...blankLeg, ...caller, id: legId, role: 'caller', changedAt: now }],
    profileId: null,
    acceptedBy: null,
    recording: null,
    recorded: 'off',
    transfer: null,
    queuedAt: null,
    createdAt: now,
    enteredAt: now,
    answeredAt: null,
    endedAt: null,
    outcome: null,
    due: null,
    version: 0,
    lastSeq: 0,
  }
}
