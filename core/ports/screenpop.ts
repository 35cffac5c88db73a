import type { Caller } from './directory.ts'
import type { Tx } from './store.ts'

/** Who is calling, at once: as `Directory`, from what was looked up before where that still holds. */
export interface Screenpop {
  /** The card of whoever has this phone, as the vendor wrote it; null when withheld. Never throws for a strange number. */
  card(tx: Tx, phone: string | null): Promise<Caller>
}
