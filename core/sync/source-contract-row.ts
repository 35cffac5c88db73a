import { z } from 'zod'
import type { Record, RecordHead, Unreadable } from '../model/record.ts'
import type { Kit } from '../ports/kit.ts'

/** One vendor that speaks Hub Source Contract v1: where it is, and how its rows read. */
export interface SourceContract<Row extends ContractRow> {
  kit: Pick<Kit, 'http' | 'log' | 'now'>
  /** The vendor's base; the routes of the contract are under its `/v1/`. */
  url: string
  token: string
  /** Several while one replaces another. */
  webhookSecrets: readonly string[]
  /** Rows in a page, at most 100. */
  pageSize: number
  /** How far each read goes back behind the last change seen, for rows that show up later than their `updated_at` says. */
  overlapMinutes: number
  /** What the rows are called in the path: `appointments`, `orders`. */
  collection: string
  /** What one is called in the webhooks' types: `appointment` in `appointment.updated`. */
  noun: string
  row: z.ZodType<Row>
  /** A row in our words; what every row has alike is done. */
  toRecord(row: Row, head: Omit<RecordHead, 'people'>): Record
}

/** What every row of the contract has. A row's schema extends `contractRow`. */
export type ContractRow = z.output<typeof contractRow>

/** A time as the contract writes it (RFC 3339). */
export const contractTime = z.iso.datetime({ offset: true }).transform(text => new Date(text))

/** Text that may be missing; empty text is none. */
export const contractText = z
  .string()
  .nullish()
  .transform(given => (given?.trim() ? given : null))

/** The fields every row of the contract has. */
export const contractRow = z.object({
  id: z.string().min(1),
  version: z.int(),
  updated_at: contractTime,
  deleted_at: contractTime.nullish().transform(at => at ?? null),
})

/** Rows as they came, read: those that cannot be are kept apart with the reason. */
export function readRows<Row extends ContractRow>(
  contract: SourceContract<Row>,
  rows: readonly unknown[],
): { records: Record[]; unreadable: Unreadable[] } {
  const records: Record[] = []
  const unreadable: Unreadable[] = []
  for (const row of rows) {
    const read = contract.row.safeParse(row)
    if (read.success) records.push(recordOf(contract, read.data))
    else unreadable.push({ externalId: idOf(row), error: z.prettifyError(read.error), row })
  }
  return { records, unreadable }
}

/** A row in the hub's words. */
export function recordOf<Row extends ContractRow>(
  contract: SourceContract<Row>,
  row: Row,
  deletedAt = row.deleted_at,
): Record {
  return contract.toRecord(row, { externalId: row.id, version: row.version, updatedAt: row.updated_at, deletedAt })
}

function idOf(row: unknown): string | null {
  return z.object({ id: z.string() }).safeParse(row).data?.id ?? null
}
