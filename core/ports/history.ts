import type { Tx } from './store.ts'

/** What earlier calls left behind about a number. */
export interface CallHistory {
  /** For the caller's card: what we promised them and what was noted. A strange or withheld number has neither. */
  of(tx: Tx, phone: string | null): Promise<{ promises: CallerPromise[]; notes: CallerNote[] }>
}

/** Somebody waits for us to call back. */
export interface CallerPromise {
  id: string
  reason: 'missed' | 'voicemail' | 'callback'
  /** How often they asked since it was opened. */
  asked: number
  /** Who is to call back; null: anybody. */
  ownerId: string | null
  /** Since when they wait, and until when we want to have called back: ISO. */
  since: string
  dueAt: string
}

/** Something noted about a call with them. */
export interface CallerNote {
  text: string
  by: string
  /** ISO. */
  at: string
}
