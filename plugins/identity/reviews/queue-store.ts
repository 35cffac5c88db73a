import type { Tx } from '@switchboard/core'
import type { Counted } from './estimate.ts'
import type { ReviewLevel } from './store.ts'

/** A question, as it is stored, with whom it is about. */
export interface StoredReview {
  id: string
  kind: string
  because: string
  pattern: string
  weight: number | null
  levels: ReviewLevel[]
  records: number
  gain: number
  by: string | null
  openedAt: Date
  closedAt: Date | null
  answer: string | null
  answeredBy: string | null
  reason: string | null
  a: Side | null
  b: Side | null
}

/** One of the two a question is about; who waits for a person has no profile. */
export interface Side {
  candidateId: string
  profileId: string | null
  name: string
  source: string
  externalId: string
  signature: string
  values: Record<string, string | null>
}

/** What a list of questions is narrowed by. */
export interface ReviewSearch {
  isOpen: boolean
  pattern: string | null
  /** Those after this one: with less to gain, or as much and a later id. */
  after: { gain: number; id: string } | null
  limit: number
}

/** Questions, those with most to gain first. */
export function listReviews(tx: Tx, { isOpen, pattern, after, limit }: ReviewSearch): Promise<StoredReview[]> {
  return load(tx, { ids: null, isOpen, pattern, after, limit })
}

/** One question; null when there is none. */
export async function findReview(tx: Tx, id: string): Promise<StoredReview | null> {
  const [found] = await load(tx, { ids: [id], isOpen: false, pattern: null, after: null, limit: 1 })
  return found ?? null
}

async function load(tx: Tx, search: ReviewSearch & { ids: string[] | null }): Promise<StoredReview[]> {
  const { ids, isOpen, pattern, after, limit } = search
  return tx.sql<StoredReview>`
    with chosen as (
      select * from review where (${ids === null} or id = any(${ids ?? []}::uuid[]))
        and (${ids !== null} or (closed_at is null) = ${isOpen}) and (${pattern === null} or pattern = ${pattern ?? ''})
        and (${after === null} or (-gain, id) > (${-(after?.gain ?? 0)}::float8, ${after?.id ?? null}::uuid))
      order by gain desc, id limit ${limit}),
    side as (
      select c.record_id, c.position, json_build_object('candidateId', c.id, 'profileId', m.profile_id, 'signature', c.signature,
        'name', coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.company, c.email, c.phones[1], 'no name'),
        'source', c.source, 'externalId', r.external_id, 'values', json_build_object('first', c.first_name, 'last', c.last_name,
          'email', c.email, 'phone', nullif(array_to_string(c.phones, ', '), ''), 'company', c.company)) as shown
      from candidate c join source_record r on r.id = c.record_id left join profile_member m on m.candidate_id = c.id)
    select q.id, q.kind, q.because, q.pattern, q.weight, q.levels, q.records, q.gain, q.by, q.opened_at as "openedAt",
      q.closed_at as "closedAt", q.answer, q.answered_by as "answeredBy", q.reason, a.shown as a, b.shown as b
    from chosen q left join side a on a.record_id = q.a_record_id and a.position = q.a_position
      left join side b on b.record_id = q.b_record_id and b.position = q.b_position
    order by q.gain desc, q.id`
}

/** Open questions of one pattern. */
export interface Group {
  pattern: string
  questions: number
  records: number
  gain: number
}

/** Patterns of open questions, those with most to gain first: one answer settles each. */
export function listGroups(tx: Tx, limit: number): Promise<Group[]> {
  return tx.sql<Group>`
    select pattern, count(*)::int as questions, sum(records)::int as records, sum(gain) as gain from review
    where closed_at is null group by pattern order by sum(gain) desc, pattern limit ${limit}`
}

/** Open questions of the same pattern, those with most to gain first. */
export async function likeIds(tx: Tx, pattern: string, limit: number): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>`
    select id from review where closed_at is null and pattern = ${pattern} order by gain desc, id limit ${limit}`
  return rows.map(({ id }) => id)
}

/** Notes an answer. */
export async function closeReview(
  tx: Tx,
  id: string,
  {
    answer,
    by,
    reason,
    at,
    decisionId,
  }: { answer: string; by: string; reason: string | null; at: Date; decisionId: string | null },
): Promise<void> {
  await tx.sql`
    update review set closed_at = ${at}, answer = ${answer}, answered_by = ${by}, reason = ${reason}, decision_id = ${decisionId}
    where id = ${id}`
}

/** Pairs by weight to a bit, with what people answered about them. */
export function countPairs(tx: Tx): Promise<Counted[]> {
  return tx.sql<Counted>`
    with pair as (
      select floor(weight)::int as "from", count(*)::int as pairs from profile_edge group by 1
      union all select floor(score)::int, count(*)::int from profile_merge_rejection group by 1),
    asked as (
      select floor(weight)::int as "from", count(*)::int as asked, count(*) filter (where answer = 'yes')::int as yes
      from review where answer in ('yes', 'no', 'apart') and weight is not null group by 1)
    select "from", coalesce(sum(pairs), 0)::int as pairs, coalesce(max(asked), 0)::int as asked, coalesce(max(yes), 0)::int as yes
    from pair full join asked using ("from") group by 1 order by 1`
}

/** Answers about two who differ in their first name, or go by two, and in nothing else that both say. */
export function loadNameAnswers(tx: Tx): Promise<{ one: string; other: string; isOne: boolean }[]> {
  return tx.sql<{ one: string; other: string; isOne: boolean }>`
    select a.first_name as one, b.first_name as other, q.answer = 'yes' as "isOne" from review q
      join candidate a on a.record_id = q.a_record_id and a.position = q.a_position
      join candidate b on b.record_id = q.b_record_id and b.position = q.b_position
    where q.answer in ('yes', 'no', 'apart') and a.first_name is not null and b.first_name is not null
      and q.levels @? '$[*] ? (@.field == "last" && @.level == "equal")'
      and q.levels @? '$[*] ? ((@.field == "email" || @.field == "phone") && @.level == "equal")'
      and not q.levels @? '$[*] ? ((@.field == "last" || @.field == "email" || @.field == "phone") && @.level != "equal" && @.level != "missing")'
    order by q.id`
}
