import type { Tx } from '@switchboard/core'
import type { Doubt } from '../pipeline/made.ts'
import type { Share } from '../why/comparison.ts'
import { openReviews, type ReviewItem } from './store.ts'

/** Asks about profiles that came to have many first names: by the link that holds the least. @returns how many are asked about */
export async function askAboutDoubted(tx: Tx, doubted: readonly Doubt[], at: Date): Promise<number> {
  if (doubted.length === 0) return 0
  const links = await tx.sql<Omit<ReviewItem, 'because' | 'kind' | 'at'> & { profileId: string; levels: Share[] }>`
    select p.id as "profileId", a.id as a, b.id as b, e.weight, e.levels, p.record_count as records
    from profile p
      join lateral (select a, b, weight, levels from profile_edge where profile_id = p.id order by weight, a, b limit 1) as e on true
      join lateral (select id from candidate where signature = e.a order by id limit 1) as a on true
      join lateral (select id from candidate where signature = e.b order by id limit 1) as b on true
    where p.id = any(${doubted.map(({ profileId }) => profileId)}::uuid[])`
  const names = new Map(doubted.map(({ profileId, firstNames }) => [profileId as string, firstNames]))
  const items = links.map(({ profileId, ...link }): ReviewItem => ({
    ...link,
    ...{ kind: 'doubted', because: `one profile of ${names.get(profileId) ?? 'many'} first names`, at },
  }))
  return (await openReviews(tx, items)).length
}
