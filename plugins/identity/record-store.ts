import type { Tx } from '@switchboard/core'
import { sql } from 'kysely'
import type { SourceRow } from './pipeline/made.ts'

/** Which records are read again: those that changed, or all; `anew` also learns anew what every detail is worth. */
export type Scope = 'dirty' | 'all' | 'anew'

const pageRows = 20_000

/** How many records wait to be read, and how many there are; counted no further than `most`. */
export async function waiting(tx: Tx, most: number): Promise<number> {
  const [row] = await tx.sql<{ count: number }>`
    select count(*)::int as count from (
      select from source_dirty d join source_record r on r.id = d.record_id limit ${most}) as waiting`
  return row!.count
}

const firstId = '00000000-0000-0000-0000-000000000000'

/** The first of the records to read, in the order of their ids, and whether these are all. */
export interface FirstRows {
  rows: readonly SourceRow[]
  areAll: boolean
}

/** So many changed records are read at once before it is known whether that is what there is to do. */
const firstRows = 1000

/** The first records that have changed. */
export async function loadFirst(tx: Tx): Promise<FirstRows> {
  const rows = await loadPage(tx, 'dirty', { limit: firstRows })
  return { rows, areAll: rows.length < firstRows }
}

/** The records to read, in the order of their ids. @param first those that were read before */
export async function loadRows(
  tx: Tx,
  scope: Scope,
  first: FirstRows = { rows: [], areAll: false },
): Promise<SourceRow[]> {
  const rows = [...first.rows]
  for (let isMore = !first.areAll; isMore;) {
    const page = await loadPage(tx, scope, { limit: pageRows, after: rows.at(-1)?.id })
    for (const row of page) rows.push(row)
    isMore = page.length === pageRows
  }
  return rows
}

function loadPage(
  tx: Tx,
  scope: Scope,
  { limit, after = firstId }: { limit: number; after?: string | undefined },
): Promise<SourceRow[]> {
  const of = scope === 'dirty' ? sql`id in (select record_id from source_dirty)` : sql`true`
  return tx.sql<SourceRow>`
    select id, source, kind, updated_at as "updatedAt", deleted_at as "deletedAt", people, revision::text,
      coalesce(facts->>'placedAt', facts->>'startsAt') as "happenedAt"
    from source_record where id > ${after} and ${of} order by id limit ${limit}`
}

/** The ids of these records, and of those that are gone although somebody they named is still here. */
export async function everyRecord(tx: Tx, rows: readonly SourceRow[]): Promise<string[]> {
  const gone = await tx.sql<{ id: string }>`
    select distinct record_id as id from candidate where not exists (select from source_record r where r.id = record_id)`
  return [...rows, ...gone].map(({ id }) => id)
}
