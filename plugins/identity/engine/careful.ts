import type { ClusterHow, Clusters, Keeping } from './clusters.ts'
import type { Weighed } from './order.ts'
import { joined, rootOf } from './unions.ts'
import { steps } from './weigh.ts'

/** A connected part in which somebody conflicts with somebody. */
export interface Part {
  members: readonly number[]
  edges: Weighed
  /** Its edges, heaviest first. */
  order: readonly number[]
  keeping: Keeping
  how: ClusterHow
}

/** What is known of each cluster while a part is being joined. */
interface State {
  part: Part
  answer: Clusters
  /** By root: one node of each voice that the cluster has. */
  voices: Map<number, Map<number, number>>
  /** By root: nodes of other clusters that somebody says are other people. */
  apart: Map<number, number[]>
  /** By root: all its nodes, where constraints have to be asked about each. */
  members: Map<number, number[]>
}

/**
 * Joins one part: first what a human said is one, then nodes that can conflict (they have a first name), then the others, each to
 * the better of two conflicting clusters only when it is surely the better.
 */
export function joinWithCare(part: Part, answer: Clusters): void {
  const state = stateOf(part, answer)
  const { edges, order, keeping } = part
  for (const [a, b] of keeping.together) if (state.members.has(a)) joinTold(state, a, b)
  const isTelling = (node: number): boolean => keeping.voiceOf(node) >= 0
  const open = order.filter(edge => {
    if (!isTelling(edges.a[edge]!) || !isTelling(edges.b[edge]!)) return true
    tryEdge(state, edge)
    return false
  })
  const chances = chancesOf(part, open)
  for (const edge of open) if (!isEither(state, edge, chances)) tryEdge(state, edge)
}

function stateOf(part: Part, answer: Clusters): State {
  const state: State = { part, answer, voices: new Map(), apart: new Map(), members: new Map() }
  for (const node of part.members) {
    const voice = part.keeping.voiceOf(node)
    state.voices.set(node, voice < 0 ? new Map() : new Map([[voice, node]]))
    state.members.set(node, [node])
  }
  for (const [a, b] of part.keeping.apart) {
    if (!state.members.has(a) || !state.members.has(b)) continue
    state.apart.set(a, [...(state.apart.get(a) ?? []), b])
    state.apart.set(b, [...(state.apart.get(b) ?? []), a])
  }
  return state
}

function tryEdge(state: State, edge: number): void {
  const { answer, part } = state
  const one = rootOf(answer.of, part.edges.a[edge]!)
  const other = rootOf(answer.of, part.edges.b[edge]!)
  if (one === other) return
  const because = whyApart(state, one, other)
  if (because !== null) answer.refused.push({ edge, because })
  else {
    answer.kept.push(edge)
    merge(state, one, other)
  }
}

/** What a human said wins over every veto, but not over what a human or a vendor says about two of them. */
function joinTold(state: State, a: number, b: number): void {
  const one = rootOf(state.answer.of, a)
  const other = rootOf(state.answer.of, b)
  if (one !== other && !areApart(state, one, other)) merge(state, one, other)
}

function merge(state: State, one: number, other: number): void {
  joined(state.answer.of, one, other)
  const [to, from] = [Math.min(one, other), Math.max(one, other)]
  for (const [voice, node] of state.voices.get(from)!) state.voices.get(to)!.set(voice, node)
  state.members.set(to, [...state.members.get(to)!, ...state.members.get(from)!])
  const apart = [...(state.apart.get(to) ?? []), ...(state.apart.get(from) ?? [])]
  if (apart.length > 0) state.apart.set(to, apart)
}

function whyApart(state: State, one: number, other: number): string | null {
  if (areApart(state, one, other)) return 'they were said to be two people'
  if (areConflicting(state, one, other)) return 'somebody in one conflicts with somebody in the other'
  return null
}

function areApart(state: State, one: number, other: number): boolean {
  const of = state.answer.of
  return (state.apart.get(one) ?? []).some(node => rootOf(of, node) === other)
}

function areConflicting({ voices, members, part }: State, one: number, other: number): boolean {
  const { keeping } = part
  const [some, others] = keeping.hasConstraints
    ? [members.get(one)!, members.get(other)!]
    : [[...voices.get(one)!.values()], [...voices.get(other)!.values()]]
  const areSure = keeping.hasConstraints && some.some(a => others.some(b => keeping.isSure(a, b)))
  const isConflict = areSure ? keeping.isConstrained : keeping.isConflict
  return some.some(a => others.some(b => isConflict(a, b)))
}

/** The edges of each node that has no voice of its own. */
type Chances = Map<number, number[]>

function chancesOf({ edges, keeping }: Part, open: readonly number[]): Chances {
  const chances: Chances = new Map()
  const add = (node: number, edge: number): void => {
    if (keeping.voiceOf(node) >= 0) return
    const known = chances.get(node)
    if (known) known.push(edge)
    else chances.set(node, [edge])
  }
  for (const edge of open) {
    add(edges.a[edge]!, edge)
    add(edges.b[edge]!, edge)
  }
  return chances
}

/**
 * Whether an edge would join a cluster without a voice to one of two that conflict, without being surely the better: with odds o of
 * the better and p of the next best, it is the better one's with probability o / (1 + o + p).
 */
function isEither(state: State, edge: number, chances: Chances): boolean {
  const { answer, part, voices } = state
  const one = rootOf(answer.of, part.edges.a[edge]!)
  const other = rootOf(answer.of, part.edges.b[edge]!)
  if (one === other) return false
  // Both are asked, for neither is the first but by the order of arrival.
  const sides = [
    { mute: one, target: other, chances },
    { mute: other, target: one, chances },
  ]
  const unsure = sides.filter(side => voices.get(side.mute)!.size === 0 && isUnsure(state, edge, side))
  if (unsure.length === 0) return false
  answer.refused.push({ edge, because: 'could be either of two people' })
  return true
}

function isUnsure(state: State, edge: number, about: { mute: number; target: number; chances: Chances }): boolean {
  const { answer, members } = state
  const { edges, how } = state.part
  const rival = bestRival(state, about)
  const ahead = rival < 0 ? Infinity : edges.weight[edge]! - edges.weight[rival]!
  if (ahead >= how.surely) return false
  const bits = (Math.abs(ahead) / steps).toFixed(1)
  for (const node of members.get(about.mute)!)
    answer.either.set(node, `could be either of two people: one is ahead by ${bits} bits only`)
  return true
}

/** The best edge from a cluster without a voice to one that conflicts with its target, or −1. */
function bestRival(
  state: State,
  { mute, target, chances }: { mute: number; target: number; chances: Chances },
): number {
  const { answer, part, members } = state
  const { edges } = part
  let best = -1
  for (const node of members.get(mute)!)
    for (const edge of chances.get(node) ?? []) {
      if (best >= 0 && edges.weight[edge]! <= edges.weight[best]!) continue
      const root = rootOf(answer.of, edges.a[edge] === node ? edges.b[edge]! : edges.a[edge]!)
      if (isRival(state, root, { mute, target })) best = edge
    }
  return best
}

function isRival(state: State, root: number, { mute, target }: { mute: number; target: number }): boolean {
  if (root === target || root === mute || areApart(state, mute, root)) return false
  return areConflicting(state, target, root) || areApart(state, target, root)
}
