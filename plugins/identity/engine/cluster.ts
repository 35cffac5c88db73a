import type { Edges } from './score.ts'

/** Who is one person. */
export interface Clusters {
  /** For each node the smallest node of its cluster. */
  of: Int32Array
  /** The edges that hold the clusters together, as places in the edges, strongest first: a spanning tree each. */
  kept: number[]
  /** The edges that were refused because they would have joined two who are kept apart. */
  refused: number[]
}

/**
 * Joins nodes over edges in falling weight, refusing what would put two who are kept apart into one cluster.
 * Equal weights go by node order, so the answer depends on nothing but the nodes.
 * @param weights by pattern @param apart pairs of different nodes that are two people
 */
export function cluster(
  count: number,
  edges: Edges,
  weights: Float64Array,
  apart: readonly (readonly [number, number])[],
): Clusters {
  const parent = Int32Array.from({ length: count }, (_, node) => node)
  const enemies = enemiesOf(apart)
  const kept: number[] = []
  const refused: number[] = []
  for (const at of byWeight(edges, weights)) {
    const a = rootOf(parent, edges.a[at]!)
    const b = rootOf(parent, edges.b[at]!)
    if (a === b) continue
    if (enemies.get(a)?.has(b)) refused.push(at)
    else {
      kept.push(at)
      parent[Math.max(a, b)] = Math.min(a, b)
      inherit(enemies, Math.max(a, b), Math.min(a, b))
    }
  }
  return { of: parent.map(node => rootOf(parent, node)), kept, refused }
}

/** The edges' places, heaviest first; edges come in node order and sorting is stable, which breaks the ties. */
function byWeight({ pattern }: Edges, weights: Float64Array): number[] {
  const byPattern = Map.groupBy(pattern.keys(), at => weights[pattern[at]!]!)
  return [...byPattern].sort(([a], [b]) => b - a).flatMap(([, places]) => places)
}

function rootOf(parent: Int32Array, node: number): number {
  while (parent[node] !== node) node = parent[node] = parent[parent[node]!]!
  return node
}

type Enemies = Map<number, Set<number>>

function enemiesOf(apart: readonly (readonly [number, number])[]): Enemies {
  const enemies: Enemies = new Map()
  for (const [a, b] of apart) {
    enemies.set(a, (enemies.get(a) ?? new Set()).add(b))
    enemies.set(b, (enemies.get(b) ?? new Set()).add(a))
  }
  return enemies
}

/** What was kept apart from `from` is kept apart from `to`, which it has joined. */
function inherit(enemies: Enemies, from: number, to: number): void {
  const inherited = enemies.get(from)
  if (!inherited) return
  const all = enemies.get(to) ?? new Set()
  for (const enemy of inherited) {
    all.add(enemy)
    enemies.get(enemy)!.delete(from)
    enemies.get(enemy)!.add(to)
  }
  enemies.set(to, all)
  enemies.delete(from)
}
