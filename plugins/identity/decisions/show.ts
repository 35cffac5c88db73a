import { z, type ProfileId, type Tx } from '@switchboard/core'
import { loadRecent } from '../card-store.ts'
import { householdOf } from '../directory.ts'

/** How the people concerned are, before or after. */
export interface View {
  ids: ProfileId[]
  profiles: z.output<typeof PersonShown>[]
  /** Whose each candidate is, with the record it is of. */
  places: ReadonlyMap<string, Place>
  relations: z.output<typeof RelationShown>[]
}

interface Place {
  profileId: ProfileId | null
  source: string
  externalId: string
  role: string
}

const PersonShown = z.object({
  id: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  recordCount: z.int(),
  confidence: z.number(),
})

const RelationShown = z.object({ profileId: z.string(), with: z.string(), shares: z.array(z.string()) })

/** What a decision changes, or would. */
export const ChangeShown = z.object({
  isDry: z.boolean(),
  before: z.array(PersonShown),
  after: z.array(PersonShown),
  moves: z
    .array(
      z.object({
        source: z.string(),
        externalId: z.string(),
        role: z.string(),
        from: z.string().nullable(),
        to: z.string().nullable().meta({ description: 'Null: it waits for a person to belong to.' }),
      }),
    )
    .meta({ description: 'People in records who come to another profile; an id that lives again counts as another.' }),
  relations: z.object({ before: z.array(RelationShown), after: z.array(RelationShown) }),
  decisions: z.object({ made: z.array(z.string()), lifted: z.array(z.string()), restored: z.array(z.string()) }),
  ledgerId: z.string().nullable().meta({ description: 'The line of the ledger by which it can be undone.' }),
})

/** A change, without who is behind it. */
export type Change = Pick<z.output<typeof ChangeShown>, 'before' | 'after' | 'moves' | 'relations'>

/** Looks at everybody who has one of these candidates. */
export async function lookAt(tx: Tx, candidates: readonly string[], at: Date): Promise<View> {
  const places = await placesOf(tx, candidates)
  const ids = [...new Set([...places.values()].flatMap(({ profileId }) => profileId ?? []))].toSorted()
  const profiles = await tx.sql<View['profiles'][number]>`
    select id, display_name as "displayName", email, phone, record_count as "recordCount", confidence from profile
    where id = any(${ids}::uuid[]) order by id`
  const relations: View['relations'] = []
  for (const id of ids)
    for (const { profileId, shares } of householdOf([], await loadRecent(tx, id, at)))
      relations.push({ profileId: id, with: profileId, shares: [...shares] })
  return { ids, profiles, places, relations }
}

async function placesOf(tx: Tx, candidates: readonly string[]): Promise<Map<string, Place>> {
  const rows = await tx.sql<Place & { id: string }>`
    select c.id, m.profile_id as "profileId", c.source, r.external_id as "externalId", c.role
    from candidate c join source_record r on r.id = c.record_id left join profile_member m on m.candidate_id = c.id
    where c.id = any(${candidates}::uuid[]) order by r.external_id, c.position`
  return new Map(rows.map(({ id, ...place }) => [id, place]))
}

/** What is different after from before. */
export function showChange(before: View, after: View): Change {
  const moves = [...after.places].flatMap(([candidate, { profileId: to, ...record }]) => {
    const from = before.places.get(candidate)?.profileId ?? null
    return from === to ? [] : [{ ...record, from, to }]
  })
  return {
    before: before.profiles,
    after: after.profiles,
    moves,
    relations: { before: before.relations, after: after.relations },
  }
}
