import type { Record, SourceNews, Unreadable } from '../model/record.ts'
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
  webhook?(request: WebhookRequest): SourceNews[]
  /** One record as the vendor has it now; null when it has none. Needed by sources that hint. */
  read?(externalId: string): Promise<Record | null>
  /** Whether the vendor answers, and how far its clock is from ours. Default: not asked. */
  health?(): Promise<SourceHealth>
  /** The cursor of a read that begins with what changed at `time`. Default: the source can only be read on, or whole. */
  cursorAt?(time: Date): string
  /**
   * Looks, hourly, whether the vendor still sends us its webhooks, and mends what it can. Each finding is an alert until a later
   * check no longer has it. Default: nothing to look at.
   */
  check?(): Promise<Finding[]>
}

/** Something wrong with how a vendor is set up for us. */
export interface Finding {
  /** The same for the same matter. */
  key: string
  /** What is wrong, and what to do; or what was mended. */
  message: string
  /** Whether the check mended it: told once, and over. */
  isMended: boolean
}

/** Some records and the place to go on from. */
export interface Page {
  records: Record[]
  /** Rows that could not be read. They are kept and counted; the rest of the page goes on. */
  unreadable: Unreadable[]
  /** Where to go on: opaque to the hub. */
  cursor: string
  /** How many rows this read will give in all, where the vendor tells. */
  total?: number
  /**
   * With this page, all that the vendor has in a span of time was listed, for vendors that do not surely tell of deleted rows. Of ours
   * in the span (by `startsAt`, `placedAt` or `since` of their facts), one that is not listed is missing; missing in two such reads
   * in a row, it counts as deleted.
   */
  whole?: { from: Date; to: Date; externalIds: string[] }
}

/** How a vendor is. */
export interface SourceHealth {
  /** The vendor's clock minus ours, in milliseconds; null where it does not tell the time. */
  skewMs: number | null
}
