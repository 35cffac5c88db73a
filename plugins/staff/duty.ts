import { isAllowedOn, type CallId, type Presence, type Role, type StaffId } from '@switchboard/core'
import { shownPresence } from './free.ts'
import type { StaffRow } from './store.ts'

/** What everybody sees of a person. */
export interface Status {
  presence: Presence
  isConnected: boolean
}

/** What those see who lead: since when they are on and are what they are, the call that has them, and until when they wrap up. */
export interface DutyShown {
  presenceSince: Date | null
  connectedSince: Date | null
  callId: CallId | null
  /** Since when that call has them, ringing or talking. */
  callSince: Date | null
  wrapupUntil: Date | null
  /** How many clients they have connected. */
  devices: number
}

/** A person's presence, as everybody sees it. */
export function statusOf(row: StaffRow, now: Date): Status {
  return { presence: shownPresence(row, now), isConnected: row.clients > 0 }
}

/** What there is to see of a person besides their presence. */
export function dutyOf(row: StaffRow, now: Date): DutyShown {
  const isWrappingUp = row.wrapupUntil !== null && row.wrapupUntil > now
  return {
    presenceSince: row.presenceSince,
    connectedSince: row.clients > 0 ? row.connectedSince : null,
    callId: row.callId,
    callSince: row.callId ? row.claimedAt : null,
    wrapupUntil: isWrappingUp ? row.wrapupUntil : null,
    devices: row.clients,
  }
}

/** Whether somebody sees a person's duty: their own, or with the permission ViewTeam everybody's; null: that of others. */
export function seesDuty(asker: { role: Role; staffId: StaffId | null }, of: StaffId | null): boolean {
  return isAllowedOn(asker, 'View', of)
}
