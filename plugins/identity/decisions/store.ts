import { newId, type ProfileId, type Tx } from '@switchboard/core'

/** A decision to be made: whom it is about, as candidates, side by side. Nobody is on two sides. */
export interface NewDecision {
  kind: 'apart' | 'together'
  sides: readonly (readonly string[])[]
}

/** Decisions made and changed at once, so that all of it can be undone. */
export interface DecisionIds {
  made: string[]
  lifted: string[]
  restored: string[]
}

/** Writes decisions down. @returns their ids */
export async function addDecisions(
  tx: Tx,
  decisions: readonly NewDecision[],
  { by, reason, at }: { by: string; reason: string | null; at: Date },
): Promise<string[]> {
  const made = decisions.map(decision => ({ ...decision, id: newId() }))
  for (const { id, kind, sides } of made) {
    const members = sides.flatMap((ids, side) => ids.map(candidate => ({ candidate, side })))
    await tx.sql`insert into decision (id, kind, by, reason, at) values (${id}, ${kind}, ${by}, ${reason}, ${at})`
    // Those who say what most of their side say speak for it, and those with more to say before those with less.
    await tx.sql`
      insert into decision_side (decision_id, record_id, position, side, place, signature)
      select ${id}, record_id, position, side, row_number() over (partition by side order by parked_because is null desc,
        (email is null)::int + (phones = '{}')::int, alike desc, happened_at, id)::int, signature
      from (
        select c.*, m.side, count(*) over (partition by m.side, c.signature) as alike
        from json_to_recordset(${JSON.stringify(members)}::json) as m (candidate uuid, side int)
          join candidate c on c.id = m.candidate) as named`
  }
  return made.map(({ id }) => id)
}

/** Decisions that no longer count. */
export async function liftDecisions(tx: Tx, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length > 0)
    await tx.sql`update decision set lifted_at = ${at} where id = any(${ids}::uuid[]) and lifted_at is null`
}

/** Decisions that count again. */
export async function restoreDecisions(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.sql`update decision set lifted_at = null where id = any(${ids}::uuid[])`
}

/** The standing decisions of a kind that name candidates of two of these groups on different sides. */
export async function decisionsBetween(
  tx: Tx,
  kind: NewDecision['kind'],
  groups: readonly (readonly string[])[],
): Promise<string[]> {
  const members = groups.flatMap((ids, group) => ids.map(candidate => ({ candidate, group })))
  const rows = await tx.sql<{ id: string }>`
    with named as materialized (
      select s.decision_id, s.side, m.group from json_to_recordset(${JSON.stringify(members)}::json) as m (candidate uuid, "group" int)
        join candidate c on c.id = m.candidate
        join decision_side s on s.record_id = c.record_id and s.position = c.position)
    select d.id from decision d where d.kind = ${kind} and d.lifted_at is null and exists (
      select from named a join named b on b.decision_id = a.decision_id and b.side <> a.side and b."group" <> a."group"
      where a.decision_id = d.id)
    order by d.id`
  return rows.map(({ id }) => id)
}

/** The candidates of each of these profiles, in their order. */
export async function membersOf(tx: Tx, ids: readonly string[]): Promise<string[][]> {
  const rows = await tx.sql<{ candidate: string; profile: string }>`
    select candidate_id as candidate, profile_id as profile from profile_member where profile_id = any(${ids}::uuid[])
    order by candidate_id`
  const by = Map.groupBy(rows, ({ profile }) => profile)
  return ids.map(id => (by.get(id) ?? []).map(({ candidate }) => candidate))
}

/** Whose each of these candidates is; who waits for a person has none. */
export async function ownersOf(tx: Tx, candidates: readonly string[]): Promise<Map<string, ProfileId>> {
  const rows = await tx.sql<{ candidate: string; profile: ProfileId }>`
    select candidate_id as candidate, profile_id as profile from profile_member where candidate_id = any(${candidates}::uuid[])`
  return new Map(rows.map(({ candidate, profile }) => [candidate, profile]))
}

/** Has the records of these candidates matched anew: some of each who say the same are enough to reach whomever they are connected with. */
export async function makeDirty(tx: Tx, candidates: readonly string[]): Promise<void> {
  await tx.sql`
    insert into source_dirty (record_id, revision) select id, revision from source_record where id in (
      select record_id from (
        select record_id, row_number() over (partition by signature order by id) as rank from candidate
        where id = any(${candidates}::uuid[])) as c
      where rank = 1)
    on conflict do nothing`
}
