import type { Model } from '../engine/model.ts'
import { keysOf, type Candidate } from './candidate.ts'
import { consensus } from './consensus.ts'
import { areApart } from './match.ts'
import { step } from './step.ts'
import type { Draft } from './made.ts'

/** Attaches those with a single email or phone to the one person whose real records have it; the others wait, with the reason. */
export const attach = step({
  name: 'weak',
  needs: ['drafts', 'weak'],
  makes: ['attached', 'parked'],
  run: ({ drafts, weak }, { model, reliability }) => {
    const owners = ownersOf(drafts)
    const joining = new Map<number, Candidate[]>()
    const parked = new Map<string, string>()
    for (const candidate of weak) {
      const found = placeFor(candidate, owners, drafts, model)
      if (typeof found === 'string') parked.set(candidate.id, found)
      else joining.set(found, [...(joining.get(found) ?? []), candidate])
    }
    return { parked, attached: drafts.map((draft, at) => withWeak(draft, joining.get(at) ?? [], reliability)) }
  },
})

/** Which drafts have each email and phone. */
function ownersOf(drafts: readonly Draft[]): Map<string, Set<number>> {
  const owners = new Map<string, Set<number>>()
  drafts.forEach((draft, at) => {
    for (const { candidate } of draft.members)
      for (const key of keysOf(candidate)) {
        const known = owners.get(key)
        if (known) known.add(at)
        else owners.set(key, new Set([at]))
      }
  })
  return owners
}

/** The draft a weak candidate belongs to, or why there is none. */
function placeFor(
  candidate: Candidate,
  owners: Map<string, Set<number>>,
  drafts: readonly Draft[],
  model: Model,
): number | string {
  const [key = ''] = keysOf(candidate)
  const field = candidate.emailKey ? 'email' : 'phone'
  const [owner, ...others] = owners.get(key) ?? []
  if (owner === undefined) return `has only this ${field}, which no other record has`
  if (others.length > 0) return `has only this ${field}, which ${others.length + 1} people share`
  const isOther = drafts[owner]!.members.some(
    member => member.candidate.recordId === candidate.recordId && areApart(member.candidate, candidate, model),
  )
  return isOther ? `has only this ${field}, and the record says that they are somebody else` : owner
}

function withWeak(draft: Draft, weak: Candidate[], reliability: Readonly<Record<string, number>>): Draft {
  if (weak.length === 0) return draft
  const because = (candidate: Candidate): string =>
    `has only this ${candidate.emailKey ? 'email' : 'phone'}, which is nobody else's`
  const members = [
    ...draft.members,
    ...weak.map(candidate => ({ candidate, because: because(candidate), weight: null })),
  ]
  const agreed = consensus(
    members.map(({ candidate }) => candidate),
    reliability,
  )
  return { ...draft, members, fields: { ...agreed, confidence: draft.fields.confidence } }
}
