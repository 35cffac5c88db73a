import type { CallId, StaffId } from '../model/id.ts'
import type { Role } from './auth.ts'
import type { Tx } from './store.ts'

/** What a person set; `wrapup` is set by the hub after a call. */
export type Presence = 'available' | 'busy' | 'away' | 'dnd' | 'wrapup'

/** A person who answers. */
export interface Staff {
  id: StaffId
  email: string
  name: string
  role: Role
  isActive: boolean
}

/** Somebody who answers, by their id or their email. */
export type Who = { id: StaffId } | { email: string }

/** A person who answers, and whether they can now. */
export interface OnDuty extends Staff {
  presence: Presence
  /** Has at least one phone client connected. */
  isConnected: boolean
  /** The call that has them, ringing or talking. */
  callId: CallId | null
  /** When they last finished a call; null when never. */
  lastCallAt: Date | null
  /** Why they cannot be rung, in words; null when they are free. */
  notFreeBecause: string | null
}

/** Who is on, who is free. */
export interface Roster {
  /** The person with this id or email; null when there is none. */
  find(tx: Tx, who: Who): Promise<Staff | null>
  /** As `find` for many, at once: those of them there are, in no order. */
  findAll(tx: Tx, those: readonly Who[]): Promise<Staff[]>
  /** Adds a person, or updates the one with this email. */
  enrol(tx: Tx, person: { email: string; name: string; role: Role }): Promise<Staff>
  /** Everybody active, longest idle first, each with the reason why they are not free; with `only` no more than that person. */
  onDuty(tx: Tx, only?: StaffId): Promise<OnDuty[]>
  /** Takes a free person for a call; false when somebody else was quicker or they are no longer free. */
  claim(tx: Tx, staffId: StaffId, callId: CallId): Promise<boolean>
  /** Lets a person go who was claimed for this call; after a conversation they wrap up for a while. Harmless when they were not. */
  release(tx: Tx, staffId: StaffId, callId: CallId, spoke: boolean): Promise<void>
  /** Notes what a person set, or how many of their clients are connected, and publishes `presence.changed`. */
  presence(tx: Tx, staffId: StaffId, change: { set: Exclude<Presence, 'wrapup'> } | { clients: number }): Promise<void>
}
