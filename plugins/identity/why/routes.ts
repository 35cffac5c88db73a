import { Conflict, NotFound, route, z, type Hub, type Route, type Tx } from '@switchboard/core'
import { findProfile, loadMembers, type StoredProfile } from '../profile-store.ts'
import type { IdentityOptions } from '../settings.ts'
import { MemberShown, showMember } from '../show.ts'
import { evidenceLoader } from '../decisions/evidence.ts'
import { explainer } from './explain.ts'
import { loadApart, loadWhy } from './load.ts'
import { apartPicture, whyPicture } from './picture.ts'
import { ApartShown, ComparisonShown, StructureShown, ThresholdShown } from './show.ts'

/** More records than this are not shown at once. */
const mostShown = 200

const OneProfile = z.object({ id: z.uuid() })
const With = z.object({
  with: z.uuid().optional().meta({ description: 'Another profile: why these two are not one.' }),
})
const WhyShown = StructureShown.extend({
  profileId: z.string(),
  displayName: z.string(),
  redirectedFrom: z.string().nullable(),
  model: z.string(),
  threshold: ThresholdShown,
  members: z.array(MemberShown.omit({ facts: true })),
  links: z.array(ComparisonShown),
})

/** Why the records of a person are theirs, as data and as a picture; and why two people are two. */
export function whyRoutes({ store, evidence }: Pick<Hub, 'store' | 'evidence'>, options: IdentityOptions): Route[] {
  const { model } = options
  const explain = explainer(options, evidenceLoader(evidence))
  return [
    route({
      method: 'GET',
      path: '/api/profiles/:id/why',
      summary:
        'Why the records of a person are theirs: each comparison field by field, the weakest first, bridges, conflicts, and the ledger; with `with`, why two people are not one',
      access: 'agent',
      params: OneProfile,
      query: With,
      answer: z.union([WhyShown, ApartShown]),
      handle: ({ params, query }) =>
        store.read(async tx => {
          if (query.with !== undefined) return loadApart(tx, await both(tx, params.id, query.with), model, explain)
          const profile = await find(tx, params.id)
          const members = (await loadMembers(tx, profile.id, mostShown)).map(showMember)
          return {
            profileId: profile.id,
            redirectedFrom: profile.id === params.id.toLowerCase() ? null : params.id,
            ...(await loadWhy(tx, profile, model, explain)),
            members: members.map(({ facts: _, ...member }) => member),
          }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/profiles/:id/why.svg',
      summary: 'The same as a picture: the weakest link field by field, and who is held together by what',
      access: 'agent',
      params: OneProfile,
      query: With,
      answer: z.string(),
      media: 'image/svg+xml',
      handle: ({ params, query }) =>
        store.read(async tx => {
          if (query.with !== undefined)
            return apartPicture(await loadApart(tx, await both(tx, params.id, query.with), model, explain))
          return whyPicture(await loadWhy(tx, await find(tx, params.id), model, explain))
        }),
    }),
  ]
}

async function both(tx: Tx, one: string, other: string): Promise<[StoredProfile, StoredProfile]> {
  const found: [StoredProfile, StoredProfile] = [await find(tx, one), await find(tx, other)]
  if (found[0].id === found[1].id) throw new Conflict('these are one person: ask without `with` why')
  return found
}

async function find(tx: Tx, id: string): Promise<StoredProfile> {
  const profile = await findProfile(tx, id)
  if (!profile) throw new NotFound(`profile ${id}`)
  return profile
}
