import type { Tx } from './store.ts'

/** Numbers nobody wants to hear from. */
export interface Blocklist {
  /** Why callers with this number, in E.164, are turned away now; null when they are not. */
  why(tx: Tx, phone: string): Promise<string | null>
}
