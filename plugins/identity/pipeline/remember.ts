import type { JudgedLink } from './judgement.ts'
import type { Draft, Refusal } from './made.ts'
import { digestOf } from './reading.ts'
import { step } from './step.ts'

/** So many of the nearest are remembered of one signature. */
const mostOfOne = 3

/**
 * Remembers who was nearly one person and is not. The evidence of a "no" is everything that both sides say: as long as neither
 * gains or loses anything, it is the same "no".
 */
export const remember = step({
  name: 'remember',
  needs: ['candidates', 'judgement', 'drafts'],
  makes: ['refusals'],
  run: ({ judgement, drafts }) => {
    const { refused, clusterOf, trained } = judgement
    const evidenceOf = evidenceIn(drafts, new Set(refused.flatMap(({ a, b }) => [a, b])))
    const taken = new Map<string, number>()
    const found = new Map<string, Refusal>()
    for (const one of refused) {
      const [a, b] = [one.a, one.b].toSorted() as [string, string]
      const isFull = [a, b].some(side => (taken.get(side) ?? 0) >= mostOfOne)
      if (a === b || clusterOf[one.rows[0]] === clusterOf[one.rows[1]] || isFull || found.has(`${a} ${b}`)) continue
      for (const side of [a, b]) taken.set(side, (taken.get(side) ?? 0) + 1)
      found.set(`${a} ${b}`, {
        a,
        b,
        model: trained.version,
        evidence: digestOf(sidesOf(one, evidenceOf)),
        ...saying(one),
      })
    }
    return { refusals: [...found.values()] }
  },
})

function saying({ weight, because, flips }: JudgedLink & Pick<Refusal, 'because' | 'flips'>) {
  return { score: Math.round(weight * 1000) / 1000, because, flips }
}

function sidesOf({ a, b }: JudgedLink, evidenceOf: (signature: string) => string): string {
  return [a, b].map(evidenceOf).toSorted().join('\n\n')
}

/** All that the person says of whom a signature is. Whoever is two persons with one signature says all that both say. */
function evidenceIn(drafts: readonly Draft[], asked: ReadonlySet<string>): (signature: string) => string {
  const bySignature = new Map<string, Draft[]>()
  for (const draft of drafts)
    for (const { candidate } of draft.members) {
      if (!asked.has(candidate.signature)) continue
      const known = bySignature.get(candidate.signature)
      if (!known) bySignature.set(candidate.signature, [draft])
      else if (known.at(-1) !== draft) known.push(draft)
    }
  return signature => {
    const said = (bySignature.get(signature) ?? []).flatMap(({ members }) =>
      members.map(({ candidate }) => candidate.signature),
    )
    return [signature, ...new Set(said)].toSorted().join('\n')
  }
}
