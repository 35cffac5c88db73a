import { contactKeysOf } from './candidate.ts'
import type { Compared, Draft } from './made.ts'
import { closedKeys } from './generic.ts'
import { step } from './step.ts'

/**
 * Attaches what unverified people typed: each to the one person who has every contact in it, where there is such a person. They
 * take no part in matching and say nothing about the person, so they can make nobody one, and change nobody.
 * A contact that tells nobody apart is no one person's, and of those who have it only some are here.
 */
export const attach = step({
  name: 'attach',
  needs: ['candidates', 'drafts', 'parked', 'generic'],
  makes: ['drafts', 'parked'],
  run: ({ candidates, drafts, parked, generic }, { cap }) => {
    const unverified = candidates.filter(({ isUnverified }) => isUnverified)
    if (unverified.length === 0) return { drafts, parked }
    const owners = ownersOf(drafts)
    const shared = closedKeys(generic, cap)
    const joining = Map.groupBy(unverified, candidate => ownerOf(candidate, { owners, shared }))
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

interface Contacts {
  /** Who has each contact, by place. */
  owners: ReadonlyMap<string, ReadonlySet<number>>
  /** Those that tell nobody apart. */
  shared: ReadonlySet<string>
}

/** The one person who has every contact in it; null where there is none. */
function ownerOf(candidate: Compared, { owners, shared }: Contacts): number | null {
  const keys = contactKeysOf(candidate)
  const all = keys.map(key => owners.get(key) ?? new Set<number>())
  const [owner, ...others] = [...new Set(all.flatMap(some => [...some]))]
  const isOnes = owner !== undefined && others.length === 0 && all.every(some => some.size === 1)
  return isOnes && !keys.some(key => shared.has(key)) ? owner : null
}

function withUnverified(draft: Draft, joining: readonly Compared[]): Draft {
  if (joining.length === 0) return draft
  const members = joining.map(candidate => ({ candidate, because: attached, weight: null }))
  return { ...draft, members: [...draft.members, ...members] }
}
