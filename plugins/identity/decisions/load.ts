import type { Tx } from '@switchboard/core'

/** What people decided, as pairs of candidates. */
export interface Decisions {
  /** Two people, whatever speaks for one. */
  apart: [string, string][]
  /** One person, whatever speaks against it. */
  together: [string, string][]
}

/**
 * What people decided about these candidates, or about all when null. `apart` names pairs of which both are among them, one for
 * each two signatures, and where both sides say the same, each candidate of either side in some pair. `together` names pairs of
 * which at least one is among them: the other belongs to whatever is matched with it.
 */
export async function loadDecisions(tx: Tx, candidateIds: readonly string[] | null): Promise<Decisions> {
  if (candidateIds?.length === 0) return { apart: [], together: [] }
  const rows = await tx.sql<{ kind: keyof Decisions; a: string; b: string }>`
    with concerned as materialized (
      select d.id, d.kind from decision d where d.lifted_at is null and (${candidateIds === null} or exists (
        select from decision_side s join candidate c on c.record_id = s.record_id and c.position = s.position
        where s.decision_id = d.id and c.id = any(${candidateIds ?? []}::uuid[])))),
    side as materialized (
      select d.id as decision, d.kind, s.side, c.id, c.signature,
        row_number() over (partition by d.id, s.side order by (s.signature = c.signature) desc, s.place) as rank,
        row_number() over (partition by d.id, s.side, c.signature order by s.place) as rank_of_same
      from concerned d join decision_side s on s.decision_id = d.id
        join candidate c on c.record_id = s.record_id and c.position = s.position
      where d.kind = 'together' or ${candidateIds === null} or c.id = any(${candidateIds ?? []}::uuid[]))
    select a.kind, a.id as a, b.id as b
    from side a join side b on b.decision = a.decision and b.side > a.side
    where case a.kind when 'together' then a.side = 0 and a.rank = 1 and b.rank = 1
      else case when a.signature = b.signature then a.rank_of_same = 1 or b.rank_of_same = 1
        else a.rank_of_same = 1 and b.rank_of_same = 1 end end
    order by a.kind, a.id, b.id`
  const pairs = (kind: keyof Decisions): [string, string][] =>
    rows.filter(row => row.kind === kind).map(({ a, b }) => [a, b])
  return { apart: pairs('apart'), together: pairs('together') }
}

/**
 * Who else belongs to the picture of these candidates by what people decided: of each side of every such decision one for each
 * thing that is said. Also of those who are two people: who is not Ann is nobody else of that name either.
 */
export async function loadPartners(tx: Tx, candidateIds: readonly string[]): Promise<string[]> {
  if (candidateIds.length === 0) return []
  const rows = await tx.sql<{ id: string }>`
    select distinct on (s.decision_id, s.side, c.signature) c.id
    from decision_side s join candidate c on c.record_id = s.record_id and c.position = s.position
    where s.decision_id in (
      select d.id from decision d join decision_side o on o.decision_id = d.id
        join candidate k on k.record_id = o.record_id and k.position = o.position
      where d.lifted_at is null and k.id = any(${candidateIds}::uuid[]))
    order by s.decision_id, s.side, c.signature, s.place`
  return rows.map(({ id }) => id)
}
