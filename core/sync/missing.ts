import { sql } from 'kysely'
import type { Page } from '../ports/source.ts'
import type { Tx } from '../ports/store.ts'
import { notingDirty } from './dirty.ts'

/** A row missing from one listing may be the vendor's mistake, or ours; from two in a row, it is gone. */
const missesOfTheGone = 2

/** Where a row stands in time: a booking when it starts, an order when it was placed, a contact since when they are known. */
const begins = sql`coalesce(facts->>'startsAt', facts->>'placedAt', facts->>'since')`

/** What a whole listing is compared with. */
export interface Listing {
  source: string
  whole: NonNullable<Page['whole']>
  /** When the listing was begun: what we learnt after that could not be in it. */
  begunAt: Date
  now: Date
}

/** Counts our rows that a whole listing does not have; those missing for the second time in a row become deleted. @returns their external ids */
export async function countMissing(tx: Tx, { source, whole, begunAt, now }: Listing): Promise<string[]> {
  const { from, to, externalIds } = whole
  await tx.sql`update source_record set missing = 0
    where source = ${source} and missing > 0 and external_id = any(${externalIds})`
  const rows = await tx.sql<{ external_id: string; missing: number }>`
    update source_record set missing = missing + 1
    where source = ${source} and deleted_at is null and updated_at < ${begunAt} and not external_id = any(${externalIds})
      and (${begins})::timestamptz >= ${from} and (${begins})::timestamptz < ${to}
    returning external_id, missing`
  const gone = rows.filter(({ missing }) => missing >= missesOfTheGone).map(row => row.external_id)
  return markDeleted(tx, { source, externalIds: gone, now })
}

/** Marks rows as deleted that the vendor no longer has. @returns the external ids of those that lived until now */
export async function markDeleted(
  tx: Tx,
  { source, externalIds, now }: { source: string; externalIds: string[]; now: Date },
): Promise<string[]> {
  if (externalIds.length === 0) return []
  const deleting = sql`
    update source_record set deleted_at = ${now}, updated_at = greatest(updated_at, ${now}), received_at = ${now}, missing = 0,
      revision = nextval('source_revision')
    where source = ${source} and deleted_at is null and external_id = any(${externalIds})`
  const rows = await tx.run(notingDirty(deleting))
  return rows.map(row => row.external_id)
}
