import type { Nodes } from './collapse.ts'
import { inOrder, type Weighed } from './order.ts'
import { joinWithCare } from './careful.ts'
import type { ClusterHow, Clusters, Keeping } from './clusters.ts'
import { joined, rootOf, unions } from './unions.ts'

/**
 * Joins nodes over edges in falling weight, refusing what would put two who conflict into one cluster. Where nothing in a
 * connected part conflicts, all of it is one. Ties are broken by what the nodes say, so the answer depends on nothing else.
 */
export function cluster(nodes: Nodes, edges: Weighed, keeping: Keeping, how: ClusterHow): Clusters {
  const order = inOrder(nodes, edges, how.least)
  const parent = unions(nodes.count)
  for (const [a, b] of keeping.together) joined(parent, a, b)
  for (const edge of order) joined(parent, edges.a[edge]!, edges.b[edge]!)
  const careful = partsWithConflicts(nodes, parent, keeping)
  const answer: Clusters = { of: unions(nodes.count), kept: [], refused: [], either: new Map() }
  for (const [a, b] of keeping.together) if (!careful.has(rootOf(parent, a))) joined(answer.of, a, b)
  const parts = joinPlain(edges, { order, parent, careful }, answer)
  for (const [root, part] of parts)
    joinWithCare({ members: careful.get(root)!, edges, order: part, keeping, how }, answer)
  for (let node = 0; node < nodes.count; node++) answer.of[node] = rootOf(answer.of, node)
  if (parts.size > 0) inRank(answer.kept, order, edges.a.length)
  return answer
}

/** Joins what needs no care; the edges of each part that does are returned, by its root. */
function joinPlain(
  edges: Weighed,
  { order, parent, careful }: { order: Int32Array; parent: Int32Array; careful: ReadonlyMap<number, number[]> },
  answer: Clusters,
): Map<number, number[]> {
  const parts = new Map<number, number[]>([...careful.keys()].map(root => [root, []]))
  const isCareful = new Uint8Array(parent.length)
  for (const root of careful.keys()) isCareful[root] = 1
  for (const edge of order) {
    const root = parent[edges.a[edge]!]!
    if (isCareful[root] === 1) parts.get(root)!.push(edge)
    else if (joined(answer.of, edges.a[edge]!, edges.b[edge]!)) answer.kept.push(edge)
  }
  return parts
}

/** Sorts edges, of so many, by their place in an order. */
function inRank(kept: number[], order: Int32Array, edges: number): void {
  const rank = new Int32Array(edges)
  for (let at = 0; at < order.length; at++) rank[order[at]!] = at
  kept.sort((a, b) => rank[a]! - rank[b]!)
}

/** So many voices in one part are compared each with each; more are looked at with care in any case. */
const mostVoices = 48

/** The members of each connected part in which somebody conflicts with somebody. */
function partsWithConflicts(nodes: Nodes, parent: Int32Array, keeping: Keeping): Map<number, number[]> {
  const careful = new Set<number>()
  for (const [a, b] of keeping.apart) if (rootOf(parent, a) === rootOf(parent, b)) careful.add(rootOf(parent, a))
  const several = partsOfSeveral(nodes, parent, keeping)
  const voices = new Map<number, Heard>()
  for (let node = 0; node < nodes.count; node++) {
    const root = parent[node]!
    if (several[root] === 0 || careful.has(root)) continue
    const heard = voices.get(root) ?? { voices: [], nodes: [] }
    if (heard.nodes.length === 0) voices.set(root, heard)
    if (keeping.hasConstraints || isNewConflict(heard, node, keeping)) careful.add(root)
  }
  return membersOf(careful, parent)
}

/** The voices of a part, each once, and one node of each. */
interface Heard {
  voices: number[]
  nodes: number[]
}

/** Whether a node conflicts with somebody who was heard before; notes its own voice. */
function isNewConflict({ voices, nodes }: Heard, node: number, keeping: Keeping): boolean {
  const voice = keeping.voiceOf(node)
  if (voice < 0 || voices.includes(voice)) return false
  const isConflict = nodes.length >= mostVoices || nodes.some(other => keeping.isConflict(other, node))
  voices.push(voice)
  nodes.push(node)
  return isConflict
}

function membersOf(roots: ReadonlySet<number>, parent: Int32Array): Map<number, number[]> {
  const members = new Map<number, number[]>([...roots].map(root => [root, []]))
  if (roots.size > 0) for (let node = 0; node < parent.length; node++) members.get(parent[node]!)?.push(node)
  return members
}

/** By root: 1 where several voices are heard, or where constraints ask about every node. Sets every node's parent to its root. */
function partsOfSeveral(nodes: Nodes, parent: Int32Array, keeping: Keeping): Uint8Array {
  const first = new Float64Array(nodes.count).fill(-1)
  const several = new Uint8Array(nodes.count)
  for (let node = 0; node < nodes.count; node++) {
    const root = (parent[node] = rootOf(parent, node))
    if (keeping.hasConstraints && root !== node) several[root] = 1
    const voice = keeping.voiceOf(node)
    if (voice < 0) continue
    if (first[root] === -1) first[root] = voice
    else if (first[root] !== voice) several[root] = 1
  }
  return several
}
