import { newId, type Tx } from '@switchboard/core'
import { probabilityAt } from '../why/bits.ts'

/**
 * Why people are asked: a pair just below the threshold (`near`), one that may be two people (`doubted`), a record that could be
 * either of two (`either`), strong new evidence against a person's "no" (`no-challenged`), or somebody wanted to know (`asked`).
 */
export type ReviewKind = 'near' | 'doubted' | 'either' | 'no-challenged' | 'asked'

/** One comparison of a pair, as far as it tells what kind of question it is. */
export interface ReviewLevel {
  field: string
  level: string
  bits: number
}

/** A question to be asked. */
export interface ReviewItem {
  kind: ReviewKind
  /** Two candidates, by id. */
  a: string
  b: string
  /** What makes it doubtful, in words. */
  because: string
  /** Bits for their being one; null when they were never compared. */
  weight: number | null
  levels: readonly ReviewLevel[]
  /** How many records the answer moves; the more, the sooner it is asked. */
  records: number
  at: Date
  /** Who wants to know; null when the hub does. */
  by?: string | null
}

/**
 * Asks, unless it was asked before about two who said the same, or somebody decided already. A question that was moot is asked again.
 * @returns its id; null when it is not asked
 */
export async function openReview(tx: Tx, item: ReviewItem): Promise<string | null> {
  return (await openReviews(tx, [item]))[0] ?? null
}

/** Asks several, in one statement. @returns the ids of those that are asked */
export async function openReviews(tx: Tx, items: readonly ReviewItem[]): Promise<string[]> {
  if (items.length === 0) return []
  const rows = items.map(({ levels, by = null, ...item }) => ({
    ...{ ...item, by, levels, id: newId(), pattern: patternOf(levels), gain: gainOf(item) },
  }))
  const asked = await tx.sql<{ id: string }>`
    insert into review as old (id, kind, key, a_record_id, a_position, b_record_id, b_position, because, weight, pattern, levels,
      records, gain, by, opened_at)
    select distinct on (least(a.signature, b.signature), greatest(a.signature, b.signature)) i.id, i.kind,
      least(a.signature, b.signature) || ' ' || greatest(a.signature, b.signature), a.record_id, a.position, b.record_id, b.position,
      i.because, i.weight, i.pattern, i.levels, i.records, i.gain, i.by, i.at
    from json_to_recordset(${JSON.stringify(rows)}::json) as i (id uuid, kind text, a uuid, b uuid, because text,
        weight double precision, pattern text, levels jsonb, records int, gain double precision, by text, at timestamptz)
      join candidate a on a.id = i.a join candidate b on b.id = i.b
    where i.kind = 'no-challenged' or not exists (
      select from decision_side one join decision_side other on other.decision_id = one.decision_id and other.side <> one.side
        join decision d on d.id = one.decision_id and d.lifted_at is null
      where one.record_id = a.record_id and one.position = a.position and other.record_id = b.record_id and other.position = b.position)
    order by least(a.signature, b.signature), greatest(a.signature, b.signature), i.gain desc
    on conflict (key) do update set kind = excluded.kind, because = excluded.because, weight = excluded.weight,
      pattern = excluded.pattern, levels = excluded.levels, records = excluded.records, gain = excluded.gain, by = excluded.by,
      a_record_id = excluded.a_record_id, a_position = excluded.a_position, b_record_id = excluded.b_record_id,
      b_position = excluded.b_position, opened_at = excluded.opened_at, closed_at = null, answer = null, answered_by = null, reason = null
      where old.answer = 'moot' or (excluded.kind = 'no-challenged' and old.closed_at is not null and old.kind <> 'no-challenged')
    returning id`
  return asked.map(({ id }) => id)
}

/** What kind of question it is: the same for all pairs that agree and differ in the same things. */
export function patternOf(levels: readonly ReviewLevel[]): string {
  return levels.map(({ field, level }) => `${field} ${level}`).join(', ') || 'not compared'
}

/** Uncertainty (1 where both answers are as likely, 0 where one is sure) times the records that the answer moves. */
export function gainOf({ weight, records }: Pick<ReviewItem, 'weight' | 'records'>): number {
  const probability = weight === null ? 0.5 : probabilityAt(weight)
  return (1 - Math.abs(2 * probability - 1)) * records
}

/** Closes the questions whose answer no longer matters: a record is gone, or says something else, or the matter is decided. */
export async function closeMoot(tx: Tx, at: Date): Promise<void> {
  await tx.sql`
    update review set closed_at = ${at}, answer = 'moot' where closed_at is null and id in (
      select r.id from review r
        left join candidate a on a.record_id = r.a_record_id and a.position = r.a_position
        left join candidate b on b.record_id = r.b_record_id and b.position = r.b_position
        left join profile_member ma on ma.candidate_id = a.id left join profile_member mb on mb.candidate_id = b.id
      where r.closed_at is null and (a.id is null or b.id is null
        or r.key <> least(a.signature, b.signature) || ' ' || greatest(a.signature, b.signature)
        or (r.kind = 'doubted') <> (ma.profile_id is not distinct from mb.profile_id)))`
}
