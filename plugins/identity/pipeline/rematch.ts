import { newId, type ProfileId } from '@switchboard/core'
import { step } from './step.ts'
import type { Before, Draft, Placement } from './made.ts'

/**
 * Gives people the ids they had. The heir of an old profile is the draft with most of its candidates; a draft that is heir to
 * several takes the oldest id, and the others lead to it. A draft that is nobody's heir is new.
 */
export const rematch = step({
  name: 'rematch',
  needs: ['drafts', 'before'],
  makes: ['placement'],
  run: ({ drafts, before }, { newId: idOf = newId }) => {
    if (before.memberships.size === 0)
      return { placement: { ids: drafts.map(() => idOf() as ProfileId), merged: [], split: [] } }
    const shares = drafts.map(draft => sharesOf(draft, before))
    const heirs = heirsOf(shares)
    const claims = Map.groupBy(heirs.keys(), old => heirs.get(old)!)
    const ids = drafts.map((_, draft) => claims.get(draft)?.toSorted()[0] ?? (idOf() as ProfileId))
    const merged = [...heirs]
      .map(([from, draft]) => ({ from, into: ids[draft]! }))
      .filter(({ from, into }) => from !== into)
    return { placement: { ids, merged, split: splitsOf(shares, heirs, ids) } }
  },
})

function splitsOf(
  shares: Map<ProfileId, number>[],
  heirs: Map<ProfileId, number>,
  ids: ProfileId[],
): Placement['split'] {
  const strays = shares.flatMap((share, draft) =>
    [...share.keys()].filter(from => heirs.get(from) !== draft).map(from => ({ from, into: ids[draft]! })),
  )
  return [...Map.groupBy(strays, ({ from }) => from)].map(([from, of]) => ({ from, into: of.map(({ into }) => into) }))
}

/** How many candidates of each old profile a draft has. */
function sharesOf(draft: Draft, { memberships }: Before): Map<ProfileId, number> {
  const shares = new Map<ProfileId, number>()
  for (const { candidate } of draft.members) {
    const old = memberships.get(candidate.id)?.profileId
    if (old) shares.set(old, (shares.get(old) ?? 0) + 1)
  }
  return shares
}

/** The draft that goes on with each old profile: the one with most of it, or the first of these. */
function heirsOf(shares: Map<ProfileId, number>[]): Map<ProfileId, number> {
  const best = new Map<ProfileId, { draft: number; count: number }>()
  shares.forEach((share, draft) => {
    for (const [old, count] of share) if (count > (best.get(old)?.count ?? 0)) best.set(old, { draft, count })
  })
  return new Map([...best].map(([old, { draft }]) => [old, draft]))
}
