import { contactKeysOf } from './candidate.ts'
import type { Compared, Draft } from './made.ts'
import { step } from './step.ts'

/**
 * Attaches what unverified people typed: each to the one person who has every contact in it, where there is such a person. They
 * take no part in matching and say nothing about the person, so they can make nobody one, and change nobody.
 */
export const attach = step({
  name: 'attach',
  needs: ['candidates', 'drafts', 'parked'],
  makes: ['drafts', 'parked'],
  run: ({ candidates, drafts, parked }) => {
    const unverified = candidates.filter(({ isUnverified }) => isUnverified)
    if (unverified.length === 0) return { drafts, parked }
    const owners = ownersOf(drafts)
    const joining = Map.groupBy(unverified, candidate => ownerOf(candidate, owners))
    const waiting = (joining.get(null) ?? []).map(({ id }): [string, string] => [id, unattached])
    return {
      drafts: drafts.map((draft, at) => withUnverified(draft, joining.get(at) ?? [])),
      parked: new Map([...parked, ...waiting]),
    }
  },
})

const attached = 'typed by somebody unverified, with the contact of this person alone'
const unattached = 'typed by somebody unverified, and no one person has every contact in it'

function ownersOf(drafts: readonly Draft[]): Map<string, Set<number>> {
  const owners = new Map<string, Set<number>>()
  drafts.forEach((draft, at) => {
    for (const { candidate } of draft.members)
      for (const key of contactKeysOf(candidate)) owners.set(key, (owners.get(key) ?? new Set<number>()).add(at))
  })
  return owners
}

function ownerOf(candidate: Compared, owners: ReadonlyMap<string, ReadonlySet<number>>): number | null {
  const all = contactKeysOf(candidate).map(key => owners.get(key) ?? new Set<number>())
  const [owner, ...others] = [...new Set(all.flatMap(some => [...some]))]
  return owner !== undefined && others.length === 0 && all.every(some => some.size === 1) ? owner : null
}

function withUnverified(draft: Draft, joining: readonly Compared[]): Draft {
  if (joining.length === 0) return draft
  const members = joining.map(candidate => ({ candidate, because: attached, weight: null }))
  return { ...draft, members: [...draft.members, ...members] }
}
