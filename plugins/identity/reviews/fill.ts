import { bitsAt } from '../why/bits.ts'
import type { Explain, Judging } from '../why/load.ts'
import { loadSignedOnes } from '../why/store.ts'
import type { Share } from '../why/comparison.ts'
import type { Tx } from '@switchboard/core'
import { closeMoot, openReviews, type ReviewItem, type ReviewKind } from './store.ts'

/** So many pairs are asked about at most that were not before. */
const mostNew = 200
/** Bits on either side of the threshold within which a pair is worth a question. */
const nearBits = 7
const doubtedBits = 3

interface Doubtful {
  kind: ReviewKind
  a: string
  b: string
  weight: number
  because: string
  levels: Share[] | null
  records: number
}

/**
 * Asks about what became doubtful since it was last looked: pairs just below the threshold, links just above it, and pairs that
 * people keep apart although there is strong evidence that came after they said so. Closes what no longer matters.
 */
export async function fillReviews(tx: Tx, { threshold }: Judging, explain: Explain, at: Date): Promise<number> {
  await closeMoot(tx, at)
  const bits = bitsAt(threshold)
  const items: ReviewItem[] = []
  for (const { levels, ...doubtful } of await loadDoubtful(tx, bits)) {
    const [a, b] = await loadSignedOnes(tx, [doubtful.a, doubtful.b])
    const explained = levels === null && a && b ? await explain(tx, a, b) : null
    items.push({ ...doubtful, levels: levels ?? [...(explained?.shares ?? [])], at })
  }
  return (await openReviews(tx, items)).length
}

function loadDoubtful(tx: Tx, threshold: number): Promise<Doubtful[]> {
  return tx.sql<Doubtful>`
    with doubtful as (
      select case when exists (select from decision_side s join candidate c on c.record_id = s.record_id and c.position = s.position
            join decision d on d.id = s.decision_id and d.kind = 'apart' and d.lifted_at is null and d.at < r.at
          where c.signature = r.a) then 'no-challenged' else 'near' end as kind,
        r.a, r.b, r.score as weight, r.because, null::jsonb as levels
      from profile_merge_rejection r where r.score > ${threshold - nearBits}
      union all
      select 'doubted', e.a, e.b, e.weight, 'it only just holds', e.levels from profile_edge e
      where e.weight < ${threshold + doubtedBits}),
    fresh as (
      select d.*, least(d.a, d.b) || ' ' || greatest(d.a, d.b) as key from doubtful d
      where (kind <> 'near' or weight <= ${threshold}) and (kind <> 'no-challenged' or weight > ${threshold})
      order by abs(weight - ${threshold}), a, b limit ${5 * mostNew})
    select f.kind, a.id as a, b.id as b, f.weight, f.because, f.levels, least(
      (select count(*) from (select from candidate c where c.signature = f.a limit 1000) as few),
      (select count(*) from (select from candidate c where c.signature = f.b limit 1000) as few))::int as records
    from fresh f
      join lateral (select id from candidate where signature = f.a order by id limit 1) as a on true
      join lateral (select id from candidate where signature = f.b order by id limit 1) as b on true
    where not exists (select from review q where q.key = f.key and (q.answer is distinct from 'moot')
      and (f.kind <> 'no-challenged' or q.kind = 'no-challenged' or q.closed_at is null))
    limit ${mostNew}`
}
