import type { Clusters } from '../engine/cluster.ts'
import { probabilityAt, type Model } from '../engine/model.ts'
import { levelsOf, weightsOf, type Edges, type Share } from '../engine/score.ts'
import type { Candidate } from './candidate.ts'
import { consensus } from './consensus.ts'
import { step } from './step.ts'
import type { Draft, Link, Member } from './made.ts'

/** Makes a person of each cluster. */
export const profiles = step({
  name: 'profiles',
  needs: ['full', 'nodes', 'edges', 'clusters'],
  makes: ['drafts'],
  run: ({ full, nodes, edges, clusters }, { model, reliability }) => {
    const linksOf = linksByCluster(clusters, edges, model, nodes.signatures)
    const grouped = Map.groupBy(full.keys(), at => clusters.of[nodes.nodeOf[at]!]!)
    const drafts = [...grouped].map(([cluster, places]): Draft => {
      const links = linksOf.get(cluster) ?? []
      const people = places.map(at => ({ candidate: full[at]!, signature: nodes.signatures[nodes.nodeOf[at]!]! }))
      const agreed = consensus(
        people.map(({ candidate }) => candidate),
        reliability,
      )
      return { members: membersOf(people, links), links, fields: { ...agreed, confidence: confidenceIn(links) } }
    })
    return { drafts }
  },
})

/** Each with the strongest link that holds it. */
function membersOf(people: { candidate: Candidate; signature: string }[], links: readonly Link[]): Member[] {
  const strongest = strongestBySignature(links)
  const otherwise = people.length > 1 ? 'every detail is the same' : 'the only record'
  return people.map(({ candidate, signature }) => {
    const link = strongest.get(signature)
    return { candidate, because: link ? inWords(link.shares) : otherwise, weight: link?.weight ?? null }
  })
}

/** The probability of the last link, which is the weakest. */
function confidenceIn(links: readonly Link[]): number {
  const weakest = links.at(-1)
  return weakest ? probabilityAt(weakest.weight) : 1
}

/** What a comparison says, in words: "same email and last name, other first name". */
export function inWords(shares: readonly Share[]): string {
  const names = { first: 'first name', last: 'last name', email: 'email', phone: 'phone' }
  const listed = (level: Share['level']): string => {
    const all = shares.filter(share => share.level === level).toSorted((a, b) => Math.abs(b.bits) - Math.abs(a.bits))
    return all
      .map(({ field }) => names[field])
      .join(', ')
      .replace(/, ([^,]*)$/, ' and $1')
  }
  return [listed('equal') && `same ${listed('equal')}`, listed('differs') && `other ${listed('differs')}`]
    .filter(Boolean)
    .join(', ')
}

/** The links of each cluster, strongest first. */
function linksByCluster(
  clusters: Clusters,
  edges: Edges,
  model: Model,
  signatures: readonly string[],
): Map<number, Link[]> {
  const weights = weightsOf(model)
  const byCluster = Map.groupBy(clusters.kept, at => clusters.of[edges.a[at]!]!)
  const linkAt = (at: number): Link => ({
    a: signatures[edges.a[at]!]!,
    b: signatures[edges.b[at]!]!,
    weight: weights[edges.pattern[at]!]!,
    shares: levelsOf(edges.pattern[at]!, model),
  })
  return new Map([...byCluster].map(([cluster, places]) => [cluster, places.map(linkAt)]))
}

function strongestBySignature(links: readonly Link[]): Map<string, Link> {
  const strongest = new Map<string, Link>()
  for (const link of links)
    for (const signature of [link.a, link.b]) if (!strongest.has(signature)) strongest.set(signature, link)
  return strongest
}
