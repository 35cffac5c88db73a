import type { Tx } from '@switchboard/core'
import { sql } from 'kysely'
import type { Statement } from '../change-store.ts'
import type { GenericState } from '../pipeline/made.ts'

type Statements = Pick<Tx, 'sql'>

/** Notes whom a small match has decided, where everything is being rebuilt meanwhile. */
export function noteTouched(candidates: readonly string[]): Statement[] {
  if (candidates.length === 0) return []
  return [
    sql`insert into match_touch (candidates) select ${candidates}::uuid[] from (
      select pg_try_advisory_xact_lock_shared(hashtext('switchboard.identity.rebuild')) as is_free offset 0) as rebuilding
      where not is_free`,
  ]
}

/** Whom small matches have decided since the last time this was asked. */
export async function touchedSince(tx: Statements, last: string): Promise<{ last: string; candidates: string[] }> {
  const rows = await tx.sql<{ id: string; candidates: string[] }>`
    select id::text, candidates::text[] from match_touch where id > ${last} order by id`
  return { last: rows.at(-1)?.id ?? last, candidates: rows.flatMap(({ candidates }) => candidates) }
}

/** Waits for the match under way, and lets none begin until the transaction ends. */
export async function holdMatches(tx: Statements): Promise<void> {
  await tx.sql`select pg_advisory_xact_lock(hashtext('switchboard.identity'))`
}

/** Whether the last rebuild came to its end, and went by these rules. */
export async function isFinished(tx: Tx, rules: string): Promise<boolean> {
  const rows = await tx.sql<{ name: string; value: string }>`
    select name, value from identity_state where name in ('rebuild', 'rebuilt')`
  return rows.length === 1 && rows[0]!.name === 'rebuilt' && rows[0]!.value === rules
}

/** Notes that a rebuild has begun. */
export async function beginRebuild(tx: Tx, at: Date): Promise<void> {
  await tx.sql`delete from identity_state where name = 'rebuilt'`
  await tx.sql`insert into identity_state (name, value) values ('rebuild', ${at.toISOString()})
    on conflict (name) do update set value = excluded.value`
}

/** Writes which keys are generic by now. */
export async function keepGeneric(tx: Tx, generic: readonly GenericState[], at: Date): Promise<void> {
  const keys = generic.map(({ key }) => key)
  await tx.sql`delete from generic_key where state = 'generic' and not (key = any(${keys}))`
  await tx.sql`
    insert into generic_key (key, field, signatures, state, since)
    select row.*, ${at}::timestamptz from json_to_recordset(${JSON.stringify(generic)}::json) as row (
      key text, field text, signatures int, state text)
    on conflict (key) do update set signatures = excluded.signatures
    where generic_key.signatures <> excluded.signatures`
}

/** The records of which some of these candidates are. */
export async function recordsOf(tx: Statements, candidates: readonly string[]): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>`
    select distinct record_id as id from candidate where id = any(${candidates})`
  return rows.map(({ id }) => id)
}

/** Which of these records are gone. */
export async function goneOf(tx: Statements, recordIds: readonly string[]): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>`
    select id from unnest(${recordIds}::uuid[]) as asked (id) where not exists (
      select from source_record r where r.id = asked.id and r.deleted_at is null)`
  return rows.map(({ id }) => id)
}

/** Has records decided anew by the next match. */
export async function markDirty(tx: Statements, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length === 0) return
  await tx.sql`insert into source_dirty (record_id, revision) select id, revision from source_record where id = any(${recordIds})
    on conflict do nothing`
}

/** Whoever was decided meanwhile is decided again, now that everybody is there; profiles without anybody are swept. */
export async function finishRebuild(tx: Tx, touched: readonly string[], rules: string): Promise<void> {
  await tx.sql`insert into source_dirty (record_id, revision) select id, revision from source_record where id in (
    select record_id from candidate where id = any(${touched})) on conflict do nothing`
  await tx.sql`delete from profile p where merged_into is null and not exists (select from profile_member where profile_id = p.id)
    and not exists (select from profile q where q.merged_into = p.id)`
  await endRebuild(tx)
  await tx.sql`insert into identity_state (name, value) values ('rebuilt', ${rules})`
}

/** Keeps in mind, on this connection, which records are being read in which state. */
export const noteRead = 'create temp table being_read as select record_id, revision from source_dirty'

/** Sweeps away the rows of all the records that waited: the next match would have to step over them, and be planned for as many. */
export const sweepRead = 'vacuum (analyze, skip_locked) source_dirty'

/**
 * Notes that everybody was written where nobody was. A record that changes right now, or has changed since, stays dirty.
 * @returns false when somebody is there
 */
export async function endFirst(tx: Tx, rules: string): Promise<boolean> {
  const [found] = await tx.sql<{ isAny: boolean }>`
    select exists (select from candidate) or exists (select from profile) as "isAny"`
  if (found!.isAny) return false
  await tx.sql`analyze being_read`
  await tx.sql`
    delete from source_dirty where record_id in (
      select d.record_id from being_read r join source_dirty d on d.record_id = r.record_id and d.revision <= r.revision
      for update of d skip locked)`
  await endRebuild(tx)
  await tx.sql`insert into identity_state (name, value) values ('rebuilt', ${rules})`
  return true
}

/** Notes that everything is as it should be. */
export async function endRebuild(tx: Tx): Promise<void> {
  await tx.sql`delete from identity_state where name = 'rebuild'`
}
