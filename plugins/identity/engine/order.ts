import type { Nodes } from './collapse.ts'
import { pairHash } from './membership.ts'
import type { Couples } from './patterns.ts'

/** Pairs and their weights, in steps. */
export interface Weighed extends Couples {
  weight: Int32Array
}

/** The edges above the least weight, heaviest first; ties go by what the nodes say, so that no order of arrival shows. */
export function inOrder(nodes: Nodes, edges: Weighed, least: number): Int32Array {
  const { a, b, weight } = edges
  const chosen = weight.reduce((count, one) => count + (one > least ? 1 : 0), 0)
  let order: Int32Array = new Int32Array(chosen)
  const hashes = new Uint32Array(weight.length)
  let most = 0
  for (let edge = 0, at = 0; edge < weight.length; edge++) {
    if (weight[edge]! <= least) continue
    order[at++] = edge
    hashes[edge] = pairHash(nodes.hash[a[edge]!]!, nodes.hash[b[edge]!]!)
    most = Math.max(most, weight[edge]!)
  }
  if (chosen < worthCounting) {
    order.sort((one, other) => weight[other]! - weight[one]! || hashes[one]! - hashes[other]!)
    settleTies(nodes, edges, { order, hashes })
    return order
  }
  order = sortedBy(order, edge => hashes[edge]! & 0xffff)
  order = sortedBy(order, edge => hashes[edge]! >>> 16)
  order = sortedBy(order, edge => (most - weight[edge]!) & 0xffff)
  if (most - least > 0xffff) order = sortedBy(order, edge => (most - weight[edge]!) >>> 16)
  settleTies(nodes, edges, { order, hashes })
  return order
}

/** Fewer are sooner compared with each other than counted. */
const worthCounting = 4096

/** A stable sort by a key of 16 bits, by counting. */
function sortedBy(order: Int32Array, keyOf: (edge: number) => number): Int32Array {
  const start = new Int32Array(0x10001)
  for (const edge of order) start[keyOf(edge) + 1]!++
  for (let key = 1; key < start.length; key++) start[key]! += start[key - 1]!
  const sorted = new Int32Array(order.length)
  for (const edge of order) sorted[start[keyOf(edge)]!++] = edge
  return sorted
}

/** Edges alike in weight and hash are hardly ever two; where they are, they are put in order by all that is known. */
function settleTies(nodes: Nodes, edges: Weighed, { order, hashes }: { order: Int32Array; hashes: Uint32Array }): void {
  const isTie = (one: number, other: number): boolean =>
    edges.weight[one] === edges.weight[other] && hashes[one] === hashes[other]
  for (let from = 0; from < order.length;) {
    let to = from + 1
    while (to < order.length && isTie(order[from]!, order[to]!)) to++
    if (to > from + 1) order.set([...order.subarray(from, to)].sort(byContent(nodes, edges)), from)
    from = to
  }
}

function byContent({ hash }: Nodes, { a, b }: Couples): (one: number, other: number) => number {
  const low = (edge: number): number => Math.min(hash[a[edge]!]!, hash[b[edge]!]!)
  const high = (edge: number): number => Math.max(hash[a[edge]!]!, hash[b[edge]!]!)
  return (one, other) => low(one) - low(other) || high(one) - high(other)
}
