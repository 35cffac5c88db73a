import type { Test } from 'tap'
import {
  identityOf,
  isOver,
  newId,
  type CallCommand,
  type CallId,
  type Channel,
  type Instruction,
  type LegId,
  type StaffId,
  type TelephonyPort,
} from '@switchboard/core'
import { until, type Delivery, type Of, type TelephonyHub } from './telephony-hub.ts'

/** The vendor at the other end, simulated. Its calls go fast enough for a test. */
export interface VendorAtHand {
  /** A line of the account, E.164. */
  line: string
  /** A customer rings the line; null withholds their number. A spoken message lasts `messageSeconds`, after which they hang up. */
  ring(from: string | null, messageSeconds?: number): CallerAtHand
  /** Presses a button on the phone of a staff client; false when it does not ring. */
  press(identity: string, button: 'answer' | 'decline' | 'hangUp'): boolean
  /** From now on: answers everything with 5xx; does what is asked but its answers cannot be read; hangs up on every request; or works. */
  fail(how: 'unavailable' | 'unreadable' | 'cut' | null): void
  /** How many legs there ever were to the phone of a staff client. */
  legsTo(identity: string): number
  /** Somebody points the line elsewhere. */
  divert(): void
  /** Signs webhooks wrongly from now on, or no longer. */
  forge(on: boolean): void
  /** From now on every webhook is sent twice, or no longer. */
  duplicate(on: boolean): void
}

/** A customer on the phone. */
export interface CallerAtHand {
  vendorId: string
  isOver(): boolean
  /** What they heard so far, and hear now. */
  heard(): ('ringing' | 'say' | 'music' | 'conference' | 'beep' | 'busy' | 'silence' | 'nothing')[]
  hangUp(): void
  /** Presses a key; false when nobody waits for one. */
  pressKey(key: string): boolean
}

/** An adapter and its simulator, running and pointed at each other. */
export interface TelephonyBench {
  telephony: TelephonyPort
  channels: Readonly<Record<string, Channel>>
  vendor: VendorAtHand
  close(): Promise<void>
}

/** A call under test. */
export interface Scene extends TelephonyBench {
  hub: TelephonyHub
  callId: CallId
}

/** What is shown, by its title. */
export type Scenes = Readonly<Record<string, (t: Test, scene: Scene) => Promise<void>>>

/** Who rings. */
export const customer = '+61491570156'

/** A member of staff who is about to be rung. */
export interface Dialled {
  dial: CallCommand & { do: 'dial' }
  legId: LegId
  identity: string
}

/** A customer and a member of staff who talk. */
export interface Conversation {
  caller: CallerAtHand
  callerLegId: LegId
  staffLegId: LegId
  staffVendorId: string
  identity: string
}

/** The report of a leg's end. */
export function ended(hub: TelephonyHub, legId: LegId): Promise<Of<'leg'>> {
  return hub.event('leg', ({ leg, status }) => leg.legId === legId && isOver(status))
}

/** The first delivery that came in. */
export function first({ deliveries }: TelephonyHub): Promise<Delivery> {
  return until(() => deliveries[0], 'a delivery')
}

/** A command that rings one more member of staff. */
export function dialled({ callId, vendor }: Scene): Dialled {
  const staffId: StaffId = newId()
  const legId: LegId = newId()
  const identity = identityOf(staffId)
  const dial: Dialled['dial'] = {
    do: 'dial',
    callId,
    legId,
    to: { client: identity },
    from: vendor.line,
    timeoutSeconds: 300,
  }
  return { dial, legId, identity }
}

/** A customer rings, waits, a member of staff answers, and both talk. */
export async function conversation(scene: Scene): Promise<Conversation> {
  const { hub, vendor, telephony, callId } = scene
  const caller = vendor.ring(customer)
  await until(() => caller.heard().at(-1) === 'music', 'music')
  const staff = dialled(scene)
  const { vendorLegId } = await telephony.perform(staff.dial)
  await until(() => vendor.press(staff.identity, 'answer'), 'a ringing phone')
  await hub.event('joined', ({ leg }) => leg.legId === staff.legId)
  const callerLegId: LegId = newId()
  const to: Instruction = { do: 'join', callId, legId: callerLegId, endOnExit: true }
  await telephony.perform({ do: 'redirect', callId, legId: callerLegId, vendorLegId: caller.vendorId, to })
  await hub.event('joined', ({ leg }) => leg.legId === callerLegId)
  return { caller, callerLegId, staffLegId: staff.legId, staffVendorId: vendorLegId ?? '', identity: staff.identity }
}
