import type { Tx } from '@switchboard/core'
import { sql } from 'kysely'
import type { Statement } from '../change-store.ts'
import type { GenericState } from '../pipeline/made.ts'
import type { Connection } from './bulk-store.ts'

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

/** What the transaction under way sees, as `pg_snapshot`: what had been committed by then is in it. */
export async function momentOf(connection: Pick<Connection, 'query'>): Promise<string> {
  const { rows } = await connection.query('select pg_current_snapshot()::text as moment')
  return (rows[0] as { moment: string }).moment
}

/**
 * Notes that everybody was written where nobody was.
 * @returns false when somebody is there
 */
export async function endFirst(tx: Tx, rules: string): Promise<boolean> {
  const [found] = await tx.sql<{ isAny: boolean }>`
    select exists (select from candidate) or exists (select from profile) as "isAny"`
  if (found!.isAny) return false
  await endRebuild(tx)
  await tx.sql`insert into identity_state (name, value) values ('rebuilt', ${rules})`
  return true
}

/**
 * Whether a row was written after a moment, or by somebody who had not committed by then: such a record stays dirty, and is decided once more.
 * A row knows the last 32 bits of its transaction; of all with those it is the one nearest to the moment.
 */
const sinceThen = (moment: string): string => {
  const top = BigInt(moment.split(':')[1] ?? 0)
  const lag = `((${top & lastOfEpoch} - xmin::text::bigint + ${half}) & ${lastOfEpoch}) - ${half}`
  return `not pg_visible_in_snapshot(greatest(${top} - (${lag}), 3)::text::xid8, '${moment}')`
}
const lastOfEpoch = 0xffffffffn
const half = 0x80000000n

/** Empties the list of records that wait, within a transaction that has it locked, but for those that have changed since. */
export async function emptyDirty(connection: Pick<Connection, 'query'>, moment: string): Promise<void> {
  await connection.query(`
    create temp table still_dirty on commit drop as select * from source_dirty where ${sinceThen(moment)};
    truncate source_dirty; insert into source_dirty select * from still_dirty`)
}

/** The same row by row, where others are writing it: rows that change right now stay. */
export async function deleteDirty(connection: Pick<Connection, 'query'>, moment: string): Promise<void> {
  await connection.query(`delete from source_dirty where record_id in (
    select record_id from source_dirty where not ${sinceThen(moment)} for update skip locked)`)
}

const lockNotAvailable = '55P03'

/** Locks tables within the transaction under way, whom others use for a moment only. @returns false when they use them for longer */
export async function lockedIn(
  connection: Pick<Connection, 'query'>,
  tables: string,
  patience: string,
): Promise<boolean> {
  await connection.query(`savepoint locking; set local lock_timeout = '${patience}'`)
  try {
    await connection.query(`lock table ${tables} in access exclusive mode`)
    return true
  } catch (error) {
    await connection.query('rollback to savepoint locking')
    if ((error as { code?: string }).code !== lockNotAvailable) throw error
    return false
  } finally {
    await connection.query('set local lock_timeout = 0').catch(() => {})
  }
}

/** Sweeps away rows of records that waited: the next match would have to step over them, and be planned for as many. */
export const sweepRead = 'vacuum (analyze, skip_locked) source_dirty'

/** Notes that everything is as it should be. */
export async function endRebuild(tx: Tx): Promise<void> {
  await tx.sql`delete from identity_state where name = 'rebuild'`
}
