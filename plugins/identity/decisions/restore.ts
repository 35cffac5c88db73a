import { newId, type ProfileId, type Tx } from '@switchboard/core'
import type { Row } from './ledger.ts'

/** Candidates that are to be found under an id. */
export interface Part {
  id: ProfileId
  members: readonly string[]
}

/**
 * Gives each part the id it is to have, whatever the match called it: the profile with most of a part takes the id, and whoever
 * had that id takes the one that is free by it. An id that led elsewhere lives again, as old as it was.
 * @returns the new name of every profile that was renamed
 */
export async function giveIds(tx: Tx, parts: readonly Part[]): Promise<Map<string, string>> {
  const names = await renaming(tx, parts)
  if (names.size === 0) return names
  const targets = [...names.values()]
  const born = await tx.sql<{ id: string; at: string }>`
    select id, created_at::text as at from profile where id = any(${targets}::uuid[])`
  await tx.sql`delete from profile where id = any(${targets}::uuid[]) and merged_into is not null`
  // Over names nobody has, so that two can change places.
  const between = new Map([...names.keys()].map(id => [id, newId()]))
  await rename(tx, between)
  await rename(tx, new Map([...names].map(([id, to]) => [between.get(id)!, to])))
  await tx.sql`
    update profile set created_at = b.at from json_to_recordset(${JSON.stringify(born)}::json) as b (id uuid, at timestamptz)
    where profile.id = b.id`
  await renameNews(tx, names)
  return names
}

async function renaming(tx: Tx, parts: readonly Part[]): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (const { id, members } of parts) {
    const holder = await holderOf(tx, members)
    if (holder && !names.has(holder) && ![...names.values()].includes(id)) names.set(holder, id)
  }
  const live = await tx.sql<{ id: string }>`
    select id from profile where merged_into is null and id = any(${[...names.values()]}::uuid[])`
  const free = [...names.keys()].filter(id => ![...names.values()].includes(id))
  for (const { id } of live) if (!names.has(id)) names.set(id, free.shift() ?? newId())
  for (const [id, to] of names) if (id === to) names.delete(id)
  return names
}

/** The profile that has most of these candidates. */
async function holderOf(tx: Tx, members: readonly string[]): Promise<string | null> {
  const [row] = await tx.sql<{ id: string }>`
    select profile_id as id from profile_member where candidate_id = any(${members}::uuid[])
    group by profile_id order by count(*) desc, profile_id limit 1`
  return row?.id ?? null
}

async function rename(tx: Tx, names: ReadonlyMap<string, string>): Promise<void> {
  const rows = JSON.stringify([...names].map(([id, to]) => ({ id, to })))
  await tx.sql`update profile set id = r.to from json_to_recordset(${rows}::json) as r (id uuid, "to" uuid) where profile.id = r.id`
  await tx.sql`update profile set merged_into = r.to from json_to_recordset(${rows}::json) as r (id uuid, "to" uuid)
    where profile.merged_into = r.id`
  await tx.sql`update profile_member set profile_id = r.to from json_to_recordset(${rows}::json) as r (id uuid, "to" uuid)
    where profile_id = r.id`
  await tx.sql`update profile_edge set profile_id = r.to from json_to_recordset(${rows}::json) as r (id uuid, "to" uuid)
    where profile_id = r.id`
  await renameRelations(tx, rows)
}

/** The smaller id comes first in a relation. */
async function renameRelations(tx: Tx, rows: string): Promise<void> {
  const relations = await tx.sql<object>`
    with r as (select * from json_to_recordset(${rows}::json) as r (id uuid, "to" uuid))
    delete from profile_relation using r where r.id in (profile_a, profile_b)
    returning profile_a as a, profile_b as b, via, kind`
  await tx.sql`
    insert into profile_relation (profile_a, profile_b, via, kind)
    select distinct least(coalesce(one.to, n.a), coalesce(other.to, n.b)), greatest(coalesce(one.to, n.a), coalesce(other.to, n.b)), n.via, n.kind
    from json_to_recordset(${JSON.stringify(relations)}::json) as n (a uuid, b uuid, via text, kind text)
      left join json_to_recordset(${rows}::json) as one (id uuid, "to" uuid) on one.id = n.a
      left join json_to_recordset(${rows}::json) as other (id uuid, "to" uuid) on other.id = n.b`
}

/** What this transaction is about to tell names profiles by what they are called in the end. */
async function renameNews(tx: Tx, names: ReadonlyMap<string, string>): Promise<void> {
  const news = await tx.sql<{ id: string; text: string }>`
    select id, json_build_object('profileId', profile_id, 'data', data)::text as text from profile_history
    where not is_told and xmin = pg_current_xact_id()::xid`
  const renamed = news.map(({ id, text }) => ({
    id,
    ...(JSON.parse(text.replaceAll(/[0-9a-f-]{36}/g, one => names.get(one) ?? one)) as object),
  }))
  await tx.sql`
    update profile_history h set profile_id = r."profileId", data = r.data
    from json_to_recordset(${JSON.stringify(renamed)}::json) as r (id uuid, "profileId" uuid, data jsonb) where h.id = r.id`
}

/** Where a profile says again exactly what it said, it also says when it last changed. */
export async function restoreTimes(tx: Tx, rows: readonly Row[]): Promise<void> {
  const then = rows.map(row => ({ id: row.id, row }))
  await tx.sql`
    update profile p set updated_at = (t.row->>'updated_at')::timestamptz
    from json_to_recordset(${JSON.stringify(then)}::json) as t (id uuid, row jsonb)
    where p.id = t.id and to_jsonb(p) - 'updated_at' = t.row - 'updated_at'`
}

/** Ids that led to a profile which lives again lead there again. */
export async function restoreRedirects(tx: Tx, redirects: readonly Row[]): Promise<void> {
  await tx.sql`
    update profile p set merged_into = t.to, updated_at = t.at
    from json_to_recordset(${JSON.stringify(redirects.map(row => ({ id: row.id, to: row.merged_into, at: row.updated_at })))}::json)
      as t (id uuid, "to" uuid, at timestamptz)
    where p.id = t.id and p.merged_into is not null and exists (select from profile l where l.id = t.to and l.merged_into is null)`
}
