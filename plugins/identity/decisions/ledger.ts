import type { ProfileId, Tx } from '@switchboard/core'

/** A profile as its row was, in Postgres's own JSON, to the microsecond. */
export type Row = Readonly<Record<string, unknown>> & { id: ProfileId }

/** A profile that ended by being merged, as it was just before. */
export interface Ended {
  row: Row
  /** Its candidates. */
  members: string[]
  /** The ids that led to it, each as its row was. */
  redirects: Row[]
}

/** What it takes to undo a line of the ledger. */
export interface Undo {
  /** Profiles that went on, as they were before. */
  rows?: Row[]
  /** The newest candidate there was: ids sort by time, so whoever has a later one came with the merge or after it. */
  newest?: string | null
  /** Profiles that ended. */
  ended?: Ended[]
  /** What was decided with it. */
  decisions?: { made: string[]; lifted: string[]; restored: string[] }
}

/** A line of the ledger: merges, splits, un-merges and what people decided. */
export interface LedgerLine {
  id: string
  name: string
  profileId: ProfileId
  data: { merged?: ProfileId[]; into?: ProfileId[]; with?: ProfileId[] }
  at: Date
  by: string | null
  reason: string | null
  undo: Undo | null
}

/** Notes how profiles were that a match is about to merge. */
export interface OpenLedger {
  /** Writes it beside the lines about these merges, which are written by now. */
  note(): Promise<void>
}

/**
 * Reads the profiles that are about to be merged, as they are; called before anything is written, in the transaction that does it.
 * Asks nothing of the database when nothing is merged.
 */
export async function openLedger(tx: Tx, merged: readonly { from: string; into: string }[]): Promise<OpenLedger> {
  const undone = await undoOf(tx, merged)
  return {
    note: async () => {
      if (undone.size === 0) return
      const rows = [...undone].map(([id, undo]) => ({ id, undo }))
      await tx.sql`
        update profile_history set undo = row.undo from json_to_recordset(${JSON.stringify(rows)}::json) as row (id uuid, undo jsonb)
        where profile_history.id = (select max(id::text)::uuid from profile_history h where h.profile_id = row.id and h.name = 'profile.merged')
          and profile_history.undo is null`
    },
  }
}

async function undoOf(tx: Tx, merged: readonly { from: string; into: string }[]): Promise<Map<string, Undo>> {
  if (merged.length === 0) return new Map()
  const rows = await rowsOf(
    tx,
    merged.map(({ into }) => into),
  )
  const [newest] = await tx.sql<{ id: string }>`select id from candidate order by id desc limit 1`
  const ended = await endedOf(
    tx,
    merged.map(({ from }) => from),
  )
  return new Map(
    [...Map.groupBy(merged, ({ into }) => into)].map(([into, of]) => {
      const from = new Set(of.map(one => one.from))
      const undo: Undo = { newest: newest?.id ?? null, rows: rows.filter(({ id }) => id === into) }
      return [into, { ...undo, ended: ended.filter(({ row }) => from.has(row.id)) }]
    }),
  )
}

/** The rows of these profiles as they are. */
export async function rowsOf(tx: Tx, ids: readonly string[]): Promise<Row[]> {
  const rows = await tx.sql<{ row: Row }>`
    select to_jsonb(p) as row from profile p where id = any(${ids}::uuid[]) order by id`
  return rows.map(({ row }) => row)
}

/** Profiles as they are before they end. */
export function endedOf(tx: Tx, ids: readonly string[]): Promise<Ended[]> {
  return tx.sql<Ended>`
    select to_jsonb(p) as row,
      (select coalesce(jsonb_agg(candidate_id order by candidate_id), '[]') from profile_member m where m.profile_id = p.id) as members,
      (select coalesce(jsonb_agg(to_jsonb(r) order by r.id), '[]') from profile r where r.merged_into = p.id) as redirects
    from profile p where p.id = any(${ids}::uuid[]) order by p.id`
}

/** A person's lines of the ledger, and those of the ids that lead to them, the newest first. */
export function ledgerOf(tx: Tx, id: ProfileId, limit: number): Promise<LedgerLine[]> {
  return tx.sql<LedgerLine>`
    select id, name, profile_id as "profileId", data, at, by, reason, undo from profile_history
    where profile_id in (select id from profile where id = ${id} or merged_into = ${id})
      and name not in ('profile.changed', 'profiles.rebuilt')
    order by id desc limit ${limit}`
}

/** One line of the ledger; null when there is none. */
export async function ledgerLine(tx: Tx, id: string): Promise<LedgerLine | null> {
  const [line] = await tx.sql<LedgerLine>`
    select id, name, profile_id as "profileId", data, at, by, reason, undo from profile_history
    where id = ${id} and name not in ('profile.changed', 'profiles.rebuilt')`
  return line ?? null
}

/** Says who did what this transaction wrote into the ledger, why, and what was decided with it. */
export async function signLines(
  tx: Tx,
  { by, reason, decisions }: { by: string; reason: string | null; decisions: Undo['decisions'] },
): Promise<void> {
  await tx.sql`
    update profile_history set by = ${by}, reason = ${reason},
      undo = coalesce(undo, '{}') || jsonb_build_object('decisions', ${JSON.stringify(decisions)}::jsonb)
    where not is_told and xmin = pg_current_xact_id()::xid and name in ('profile.merged', 'profile.split')`
}

/** Adds a line that nobody is told of as an event. */
export async function addLine(tx: Tx, line: Omit<LedgerLine, 'undo'> & { undo: Undo }): Promise<void> {
  const { id, name, profileId, data, at, by, reason, undo } = line
  await tx.sql`
    insert into profile_history (id, name, profile_id, data, at, is_told, by, reason, undo)
    values (${id}, ${name}, ${profileId}, ${JSON.stringify(data)}::jsonb, ${at}, true, ${by}, ${reason}, ${JSON.stringify(undo)}::jsonb)`
}
