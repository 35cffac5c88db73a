import { newId } from '../model/id.ts'
import type { Record, Unreadable } from '../model/record.ts'
import type { Tx } from '../ports/store.ts'

/**
 * Stores records of one source: new ones, and newer versions of those we have; an older version never overwrites a newer one.
 * People whose role the vendor hid this time stay as we know them: hidden is not erased.
 * Newer is a higher version where the vendor counts versions, else a later `updatedAt`, else a later arrival.
 * @returns how many were new or changed; each of them is dirty now
 */
export async function storeRecords(tx: Tx, source: string, records: Record[], now: Date): Promise<number> {
  if (records.length === 0) return 0
  const rows = await tx.sql<{ id: string }>`
    insert into source_record (id, source, external_id, kind, version, updated_at, deleted_at, people, facts, received_at)
    select fresh.id, ${source}, external_id, fresh.kind, fresh.version, fresh.updated_at, fresh.deleted_at,
      case when hidden is null then fresh.people else fresh.people || coalesce((
        select jsonb_agg(person) from jsonb_array_elements(known.people) person where hidden ? (person->>'role')), '[]') end,
      fresh.facts, ${now}
    from jsonb_to_recordset(${JSON.stringify(newestOfEach(records).map(rowOf))}::jsonb) as fresh (
      id uuid, external_id text, kind text, version bigint, updated_at timestamptz, deleted_at timestamptz, people jsonb, facts jsonb,
      hidden jsonb)
    left join (select external_id, people from source_record where source = ${source}) known using (external_id)
    order by external_id
    on conflict (source, external_id) do update set
      kind = excluded.kind, version = excluded.version, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at,
      people = excluded.people, facts = excluded.facts, received_at = excluded.received_at,
      revision = nextval('source_revision'), is_dirty = true
    where case
      when excluded.version is not null and source_record.version is not null then excluded.version > source_record.version
      else excluded.updated_at >= source_record.updated_at
        and (excluded.updated_at, excluded.kind, excluded.people, excluded.facts, excluded.deleted_at)
          is distinct from
          (source_record.updated_at, source_record.kind, source_record.people, source_record.facts, source_record.deleted_at)
      end
    returning id`
  return rows.length
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

function rowOf({ externalId, kind, version, updatedAt, deletedAt, people, facts, hidden }: Record): object {
  const head = { id: newId(), external_id: externalId, kind, version, people, facts, hidden }
  return { ...head, updated_at: updatedAt, deleted_at: deletedAt }
}
