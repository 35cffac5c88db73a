import type { StaffId } from '../model/id.ts'
import type { Tx } from './store.ts'

/** A message somebody wants to have sent. */
export interface MessageWish {
  /** A phone number or an email address. */
  to: string
  text: string
  /** Of an email. */
  subject?: string | null
  /** Addresses of files, reachable for the vendor. */
  media?: readonly string[]
  /** The line or channel it is sent from. Default: the one the last message of the conversation went through, else the vendor's own choice. */
  line?: string | null
  /** Ours, the same at each try: a wish with a key that was sent is not sent again. */
  key: string
  /** Who sends it; null: the hub itself. */
  staffId: StaffId | null
  author: string
  /** In quiet hours: `wait` for their end, `refuse`, or send anyway. */
  inQuietHours: 'wait' | 'refuse' | 'send'
}

/** A message on its way. */
export interface MessageOnItsWay {
  messageId: string
  threadId: string
  /** Later than now when quiet hours are waited for. */
  dueAt: Date
}

/** Conversations by text and email. */
export interface Threads {
  /**
   * Writes a message down to be sent, once for each key, in the caller's transaction.
   * @throws HubError `opted_out` when they do not want messages, `quiet_hours`, `unavailable` when no vendor that is on reaches them
   */
  send(tx: Tx, wish: MessageWish): Promise<MessageOnItsWay>
  /** Whether somebody wants messages, by a phone number or an email address. Who never said so does. */
  isWelcome(tx: Tx, to: string): Promise<boolean>
  /** Which of these phone numbers and email addresses somebody wrote from last; null when from none. */
  usedLast(tx: Tx, handles: readonly string[]): Promise<string | null>
  /** The last message of each member of staff to any of these phone numbers and email addresses, before a moment. Default: cannot be told. */
  writtenBy?(tx: Tx, handles: readonly string[], before: Date): Promise<{ staffId: StaffId; at: Date }[]>
  /** Until when nobody is written to unasked, at this moment; null when it is not quiet. */
  quietUntil(at: Date): Date | null
}
