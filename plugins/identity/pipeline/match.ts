import { block } from '../engine/block.ts'
import { cluster } from '../engine/cluster.ts'
import { collapse } from '../engine/collapse.ts'
import type { Model } from '../engine/model.ts'
import { score, weightsOf } from '../engine/score.ts'
import { evidenceOf, type Candidate } from './candidate.ts'
import { step } from './step.ts'

/** Makes one node of all candidates that say exactly the same. */
export const collapsed = step({
  name: 'collapse',
  needs: ['full'],
  makes: ['nodes'],
  run: ({ full }) => ({ nodes: collapse(full.map(evidenceOf)) }),
})

/** Finds the pairs worth comparing. */
export const blocked = step({
  name: 'block',
  needs: ['nodes'],
  makes: ['pairs', 'generic'],
  run: ({ nodes }, { cap }) => block(nodes, cap),
})

/** Compares them, and keeps those that are one person by the model. */
export const scored = step({
  name: 'score',
  needs: ['nodes', 'pairs'],
  makes: ['edges'],
  run: ({ nodes, pairs }, { model }) => ({ edges: score(nodes, pairs, model) }),
})

/** Joins them, strongest first, and never two whom a record names as two. */
export const clustered = step({
  name: 'cluster',
  needs: ['full', 'nodes', 'edges'],
  makes: ['clusters'],
  run: ({ full, nodes, edges }, { model }) => ({
    clusters: cluster(nodes.count, edges, weightsOf(model), apartIn(full, nodes.nodeOf, model)),
  }),
})

/** Whether one record names these two as two people. */
export function areApart(a: Candidate, b: Candidate, model: Model): boolean {
  return model.apart.some(
    ([one, other]) => (a.role === one && b.role === other) || (a.role === other && b.role === one),
  )
}

/** The pairs of nodes that some record names as two people. Where both say exactly the same they cannot be told apart, and are not. */
function apartIn(full: Candidate[], nodeOf: Int32Array, model: Model): [number, number][] {
  const roles = new Set(model.apart.flat())
  const concerned = [...full.keys()].filter(at => roles.has(full[at]!.role))
  const byRecord = Map.groupBy(concerned, at => full[at]!.recordId)
  return [...byRecord.values()].flatMap(places =>
    places.flatMap((one, at) =>
      places
        .slice(at + 1)
        .filter(other => nodeOf[one] !== nodeOf[other] && areApart(full[one]!, full[other]!, model))
        .map((other): [number, number] => [nodeOf[one]!, nodeOf[other]!]),
    ),
  )
}
