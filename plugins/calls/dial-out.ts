import { cleanPhone, Conflict, HubError, z, type StaffId, type Tx } from '@switchboard/core'
import { actOn, type Stage } from './actor.ts'
import { claimed } from './acts.ts'
import { newCall } from './new-call.ts'
import { callerIdFor } from './routing-settings.ts'
import { currentSettings } from './routing-store.ts'
import { lastLine, type StoredCall } from './store.ts'

/** Whom to call, and from which of our lines. */
export const DialOut = z.object({
  /** As anybody writes it. */
  phone: z.string().min(3).max(40),
  /** What the trail calls the customer. */
  name: z.string().min(1).max(200).optional(),
  /** The line the customer sees. Default: the `callerId` of their team, else of everybody, else the line called last. */
  line: z.string().optional(),
})

/**
 * Calls somebody for a member of staff: their own phone rings first, then the customer's.
 * @throws HubError when the number is none, or no line is known; Conflict when the member of staff cannot be rung
 */
export async function dialOut(
  stage: Stage,
  tx: Tx,
  staffId: StaffId,
  { phone, name, line }: z.output<typeof DialOut>,
): Promise<StoredCall> {
  const e164 = cleanPhone(phone)
  if (!e164) throw new HubError('bad_request', 'phone is no phone number: write it with its area code, or as +61…')
  const callerId = callerIdFor(stage.settings, await currentSettings(tx), staffId)
  const from = line ?? callerId ?? (await lastLine(tx))
  if (!from) throw new Conflict('no line to call from is known: set callerId of the plugin calls, or give `line`')
  const caller = { vendorId: null, status: 'queued' as const, phone: e164, name: name ?? 'the customer' }
  const head = { adapter: 'telephony', direction: 'outbound' as const, from: e164, line: from }
  const call = newCall(stage.now(), { ...head, caller })
  const rung = await claimed({ stage, tx, call }, staffId)
  return actOn(stage, tx, call, { type: 'dialOut', rung, ringSeconds: stage.settings.ringSeconds })
}
