import { sql, type RawBuilder } from 'kysely'

/**
 * Notes which records a statement changed, each in the state it is in now: they wait until they are matched.
 * @param changing ends where its `returning` would begin
 * @returns the statement that also notes it, and gives the external ids
 */
export function notingDirty(changing: RawBuilder<unknown>): RawBuilder<{ external_id: string }> {
  return sql<{ external_id: string }>`
    with changed as (${changing} returning id, external_id, revision),
    noted as (
      insert into source_dirty (record_id, revision) select id, revision from changed
      on conflict (record_id) do update set revision = excluded.revision)
    select external_id from changed`
}
