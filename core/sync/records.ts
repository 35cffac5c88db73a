import { sql } from 'kysely'
import { newId } from '../model/id.ts'
import type { Record, Unreadable } from '../model/record.ts'
import type { Tx } from '../ports/store.ts'
import { notingDirty } from './dirty.ts'

/** How records are stored. */
export interface Storing {
  source: string
  now: Date
  /** A version we have is read anew: what the adapter makes of it may have changed. Default false. */
  isAgain?: boolean
}

/**
 * Stores records of one source: new ones, and newer versions of those we have; an older version never overwrites a newer one, nor
 * brings back what was redacted. People whose role the vendor hid this time stay as we know them: hidden is not erased.
 * Newer is a higher version where the vendor counts versions, else a later `updatedAt`, else a later arrival.
 * @returns the external ids of those that were new or changed; each of them is dirty now
 */
export async function storeRecords(tx: Tx, storing: Storing, records: Record[]): Promise<string[]> {
  if (records.length === 0) return []
  const { source, now, isAgain = false } = storing
  const upserting = sql`
    insert into source_record (id, source, external_id, kind, version, updated_at, deleted_at, people, facts, received_at)
    select fresh.id, ${source}, external_id, fresh.kind, fresh.version,
      case when observed and known.facts = fresh.facts and known.people = fresh.people and known.deleted_at is null
        then known.updated_at else fresh.updated_at end,
      fresh.deleted_at,
      case when hidden is null then fresh.people else fresh.people || coalesce((
        select jsonb_agg(person) from jsonb_array_elements(known.people) person where hidden ? (person->>'role')), '[]') end,
      fresh.facts, ${now}
    from jsonb_to_recordset(${JSON.stringify(newestOfEach(records).map(rowOf))}::jsonb) as fresh (
      id uuid, external_id text, kind text, version bigint, updated_at timestamptz, deleted_at timestamptz, people jsonb, facts jsonb,
      hidden jsonb, observed boolean)
    left join (select external_id, people, facts, updated_at, deleted_at from source_record
      where source = ${source} and external_id = any(${records.map(({ externalId }) => externalId)})) known using (external_id)
    order by external_id
    on conflict (source, external_id) do update set
      kind = excluded.kind, version = excluded.version, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at,
      people = excluded.people, facts = excluded.facts, received_at = excluded.received_at,
      revision = nextval('source_revision'), missing = 0
    where (source_record.redacted_at is null or excluded.updated_at > source_record.redacted_at) and case
      when excluded.version is not null and source_record.version is not null and not ${isAgain}::boolean
        then excluded.version > source_record.version
      else coalesce(excluded.version >= source_record.version, excluded.updated_at >= source_record.updated_at)
        and (excluded.updated_at, excluded.kind, excluded.people, excluded.facts, excluded.deleted_at)
          is distinct from
          (source_record.updated_at, source_record.kind, source_record.people, source_record.facts, source_record.deleted_at)
      end`
  const rows = await tx.run(notingDirty(upserting))
  return rows.map(row => row.external_id)
}

/** Keeps vendor rows that could not be read, with the reason, until the same row can be. */
export async function storeUnreadable(tx: Tx, source: string, rows: Unreadable[], now: Date): Promise<void> {
  for (const { externalId, error, row } of rows) {
    await tx.sql`delete from source_unreadable where source = ${source} and external_id = ${externalId}`
    await tx.sql`insert into source_unreadable (id, source, external_id, error, "row", seen_at)
      values (${newId()}, ${source}, ${externalId}, ${error}, ${JSON.stringify(row ?? null)}::jsonb, ${now})`
  }
}

/** One statement cannot touch a row twice, so of each record only the newest version goes in. */
function newestOfEach(records: Record[]): Record[] {
  const newest = new Map<string, Record>()
  for (const record of records) {
    const known = newest.get(record.externalId)
    if (!known || isNewer(record, known)) newest.set(record.externalId, record)
  }
  return [...newest.values()]
}

function isNewer(record: Record, known: Record): boolean {
  if (record.version !== null && known.version !== null) return record.version >= known.version
  return record.updatedAt >= known.updatedAt
}

function rowOf({ externalId, kind, version, updatedAt, deletedAt, ...record }: Record): object {
  const { people, facts, hidden, isObserved: observed = false } = record
  const head = { id: newId(), external_id: externalId, kind, version, people, facts, hidden, observed }
  return { ...head, updated_at: updatedAt, deleted_at: deletedAt }
}
