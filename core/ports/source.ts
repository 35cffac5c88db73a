import type { Hint, Record, Unreadable } from '../model/record.ts'
import type { WebhookRequest } from './webhook.ts'

/** A vendor that knows people: its rows, oldest change first. */
export interface SourcePort {
  /**
   * Every record changed since `cursor`, oldest first; null reads from the beginning. Safe to repeat: a page read twice does no harm.
   * The hub stores each page with its cursor in one transaction, so a killed read goes on at the page.
   * @throws VendorError when the vendor cannot be read; what was yielded before stays
   */
  changes(cursor: string | null): AsyncIterable<Page>
  /**
   * Reads a verified delivery, also one kept for days: signature and age were checked when it came.
   * A hint makes the hub `read` the record. Default: the source has no webhooks.
   */
  webhook?(request: WebhookRequest): (Hint | Record)[]
  /** One record as the vendor has it now; null when it has none. Needed by sources that hint. */
  read?(externalId: string): Promise<Record | null>
  /** Whether the vendor answers, and how far its clock is from ours. Default: not asked. */
  health?(): Promise<SourceHealth>
}

/** Some records and the place to go on from. */
export interface Page {
  records: Record[]
  /** Rows that could not be read. They are kept and counted; the rest of the page goes on. */
  unreadable: Unreadable[]
  /** Where to go on: opaque to the hub. */
  cursor: string
}

/** How a vendor is. */
export interface SourceHealth {
  /** The vendor's clock minus ours, in milliseconds; null where it does not tell the time. */
  skewMs: number | null
}
