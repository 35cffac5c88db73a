import type { Principal } from './auth.ts'
import type { Tx } from './store.ts'

/** A change to be remembered. Ids rather than phones, emails and names: the log outlives what it is about. */
export interface AuditEntry {
  /** Who did it; null: the hub itself. */
  by: Principal | null
  /** What was done, such as `profile.merge`. */
  what: string
  /** To what, such as `profile:0190…`. */
  target: string
  before?: object | null
  after?: object | null
  /** Why, in the words of who did it. */
  reason?: string | null
}

/** Who changed what. Rows are only ever added. */
export interface Audit {
  /** Writes it down in the transaction that changes it, so that neither is ever there without the other. */
  record(tx: Tx, entry: AuditEntry): Promise<void>
}
