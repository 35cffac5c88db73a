import type { Tx } from './store.ts'

/** Collects what somebody has to see to, and tells it: once when it begins, once when it is over. */
export interface AlertsPort {
  /** Raises a matter, or notes that it still stands: with the same part and key nobody is told twice. */
  raise(tx: Tx, alert: Alert): Promise<void>
  /** Ends a matter, if it stands. */
  clear(tx: Tx, which: Pick<Alert, 'part' | 'key'>): Promise<void>
}

/** Something somebody has to see to. */
export interface Alert {
  /** The part it is about: an adapter's or a plugin's entry. */
  part: string
  /** The same for the same matter. */
  key: string
  /** What is wrong, and what to do. */
  message: string
}
