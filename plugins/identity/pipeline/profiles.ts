import { consensus } from './consensus.ts'
import type { JudgedLink, Judgement, Share } from './judgement.ts'
import type { Compared, Draft, Member } from './made.ts'
import { isWeak } from './reading.ts'
import { step } from './step.ts'

/** Makes a person of each cluster. Those with a single detail who belong to nobody wait, with the reason. */
export const profiles = step({
  name: 'profiles',
  needs: ['candidates', 'judgement'],
  makes: ['drafts', 'parked'],
  run: ({ candidates, judgement }, { reliability }) => {
    const { clusterOf, waits } = judgement
    const isWaiting = (at: number): boolean => isWeak(candidates[at]!.values) && waits.has(at)
    const placed = [...candidates.keys()].filter(at => !candidates[at]!.isUnverified && !isWaiting(at))
    const words = speaker()
    const linksOf = Map.groupBy(judgement.links, ({ rows }) => clusterOf[rows[0]]!)
    const drafts = [...Map.groupBy(placed, at => clusterOf[at]!)].map(([cluster, places]): Draft => {
      const links = linksOf.get(cluster) ?? []
      const agreed = consensus(
        places.map(at => candidates[at]!),
        reliability,
      )
      const members = membersOf({ places, candidates, links, judgement, words })
      return { members, links, fields: { ...agreed, confidence: confidenceIn(links) } }
    })
    return {
      drafts,
      parked: new Map([...waits].filter(([at]) => isWaiting(at)).map(([at, why]) => [candidates[at]!.id, why])),
    }
  },
})

interface Cluster {
  places: readonly number[]
  candidates: readonly Compared[]
  links: readonly JudgedLink[]
  judgement: Judgement
  words(shares: readonly Share[]): string
}

/** Each with the strongest link that holds it. */
function membersOf({ places, candidates, links, judgement, words }: Cluster): Member[] {
  const strongest = strongestBySignature(links)
  const otherwise = places.length > 1 ? 'every detail is the same' : 'the only record'
  return places.map(at => {
    const candidate = candidates[at]!
    const link = strongest.get(candidate.signature)
    const isAttached = isWeak(candidate.values) && places.length > 1
    const alone = isAttached
      ? `has only this ${candidate.emailKey ? 'email' : 'phone'}, which is nobody else's`
      : (judgement.waits.get(at) ?? otherwise)
    return { candidate, because: link ? words(link.shares) : alone, weight: link?.weight ?? null }
  })
}

/** The probability of the weakest link. */
function confidenceIn(links: readonly JudgedLink[]): number {
  let weakest = Infinity
  for (const { weight } of links) weakest = Math.min(weakest, weight)
  return links.length > 0 ? 1 / (1 + 2 ** -weakest) : 1
}

/** Says what comparisons say; of the same list of shares once. */
function speaker(): (shares: readonly Share[]) => string {
  const known = new Map<readonly Share[], string>()
  return shares => {
    let words = known.get(shares)
    if (words === undefined) known.set(shares, (words = inWords(shares)))
    return words
  }
}

/** What a comparison says, in words: "same email and last name, other first name". */
export function inWords(shares: readonly Share[]): string {
  const names: Record<string, string> = { first: 'first name', last: 'last name' }
  const listed = (level: Share['level']): string => {
    const all = shares.filter(share => share.level === level).toSorted((a, b) => Math.abs(b.bits) - Math.abs(a.bits))
    return all
      .map(({ field }) => names[field] ?? field)
      .join(', ')
      .replace(/, ([^,]*)$/, ' and $1')
  }
  const same = listed('equal')
  const others = ['other', 'conflict'].map(listed).filter(Boolean).join(' and ')
  const between = [...new Set(shares.map(({ level }) => level))].filter(
    level => !['equal', 'other', 'conflict'].includes(level),
  )
  return [same && `same ${same}`, ...between.map(level => `${listed(level)} ${level}`), others && `other ${others}`]
    .filter(Boolean)
    .join(', ')
}

const none: ReadonlyMap<string, JudgedLink> = new Map()

function strongestBySignature(links: readonly JudgedLink[]): ReadonlyMap<string, JudgedLink> {
  if (links.length === 0) return none
  const strongest = new Map<string, JudgedLink>()
  for (const link of links)
    for (const signature of [link.a, link.b])
      if ((strongest.get(signature)?.weight ?? -Infinity) < link.weight) strongest.set(signature, link)
  return strongest
}
