import type { Evidence, Table } from '@switchboard/core'
import { block, type GenericKey, type Pairs } from './block.ts'
import { cluster } from './cluster.ts'
import type { Clusters, Keeping } from './clusters.ts'
import { collapse, type Nodes } from './collapse.ts'
import { joinEvidence, type Joined } from './evidence.ts'
import { frequenciesOf } from './frequencies.ts'
import { keepingOf } from './keeping.ts'
import { bitsAt, type Model } from './model.ts'
import { inOrder, type Weighed } from './order.ts'
import { openThread, worthTwo, type OtherThread } from './parallel.ts'
import { learnOrUse, type Prepared } from './learn.ts'
import { comparingModule } from './parallel-compare.ts'
import type { Patterns } from './patterns.ts'
import type { KnownNames } from './population.ts'
import { stopwatch, type Timed } from './stopwatch.ts'
import type { Trained } from './trained.ts'
import { attachWeak, standing, standingsOf } from './weak.ts'
import { steps, weigh, weightsOf } from './weigh.ts'

/** What to match, and by what. */
export interface MatchAsk {
  model: Model
  evidence?: readonly Evidence[]
  /** What was learned before; without it, it is learned from these rows. */
  trained?: Trained
  /** Rows that are two people, because a vendor or a human says so. */
  apart?: readonly (readonly [number, number])[]
  /** Rows that are one person, because a human says so. */
  together?: readonly (readonly [number, number])[]
  /** First names that people's answers put together or apart: what is learned begins with them. Not asked where all is learned already. */
  names?: Pick<KnownNames, 'aliases' | 'never'>
  /** Keys that are generic already. */
  generic?: readonly GenericKey[]
  /** Told as each step begins: its name and the share of the work that is done. */
  progress?(step: string, share: number): void
}

/** Two nodes and what holds them together. */
export interface Link {
  a: number
  b: number
  bits: number
  /** The level of each comparison by its name; missing ones are left out. */
  levels: Record<string, string>
}

/** Who is one person, and why. */
export interface MatchAnswer {
  /** For each row the smallest row of its cluster. */
  clusterOf: Int32Array
  nodes: Nodes
  /** What holds the clusters together, strongest first: a spanning tree of each. */
  links: Link[]
  refused: { link: Link; because: string }[]
  /** Pairs just below the threshold, strongest first. */
  near: Link[]
  /** Rows that wait, and why. */
  unattached: Map<number, string>
  generic: GenericKey[]
  trained: Trained
  timings: { step: string; ms: number }[]
}

/** Pairs so many bits below the threshold are near it, and so many of them are kept. */
const nearBits = 7
const nearMost = 10_000

/**
 * Says which rows are one person. Nothing depends on the order of the rows.
 * @throws when the model and the evidence do not fit together
 */
export function match(table: Table, ask: MatchAsk): MatchAnswer {
  return matchAnew(table, ask).answer
}

/** An answer, and what the clusters would be at other thresholds: found without comparing anything again. */
export interface Matched {
  answer: MatchAnswer
  /** For each row the smallest row of its cluster. */
  clusterAt(threshold: number): Int32Array
}

/** The same as `match`, for who asks about other thresholds. @throws when the model and the evidence do not fit together */
export function matchAnew(table: Table, ask: MatchAsk): Matched {
  // The comparators of plugins are functions, which no other thread can be handed.
  const isWorthIt = table.count >= worthTwo && !ask.evidence?.length
  const other = isWorthIt ? openThread([comparingModule]) : null
  try {
    return matchIn(table, ask, other)
  } finally {
    other?.end()
  }
}

function matchIn(table: Table, ask: MatchAsk, other: OtherThread | null): Matched {
  const clock = stopwatch(ask.progress)
  const joined = joinEvidence(ask.model, ask.evidence, table)
  const nodes = clock('collapse', () => collapse(table, ask.apart))
  const standings = standingsOf(nodes, ask.model)
  const frequencies = clock('count', () => frequenciesOf(nodes, joined, standings))
  const found = clock('block', () => blockOf({ nodes, joined, frequencies, standings }, ask))
  const compared = learnOrUse(
    { nodes, joined, frequencies, pairs: found.pairs, generic: found.generic, clock, other },
    ask,
  )
  const { trained, patterns, compares } = compared
  const edges = clock('weigh', () =>
    stepped(nodes, joined, weighed(nodes, joined, { trained, patterns, pairs: found.pairs, generic: found.generic })),
  )
  const keeping = keepingOf({ nodes, joined, compares, trained }, ask)
  const generic = new Set(found.generic.map(({ field, value }) => `${field} ${value}`))
  const joinAt = joinedUp({ nodes, edges, keeping, standings, generic, model: ask.model })
  const least = leastAt(ask.model.threshold)
  const { clusters, waiting } = joinAt(least, clock)
  const linkOf = linker(joined, patterns, edges)
  const answer = {
    clusterOf: rowsOf(nodes, clusters.of, standings),
    nodes,
    links: clusters.kept.map(linkOf),
    refused: clusters.refused.map(({ edge, because }) => ({ link: linkOf(edge), because })),
    near: nearOf(nodes, edges, clusters, least).map(linkOf),
    unattached: waitingRows(nodes, [...waiting, ...clusters.either]),
    generic: found.generic,
    trained,
    timings: clock.timings,
  }
  return {
    answer,
    clusterAt: threshold => rowsOf(nodes, joinAt(leastAt(threshold), (_, run) => run()).clusters.of, standings),
  }
}

function leastAt(threshold: number): number {
  return Math.round(bitsAt(threshold) * steps)
}

interface ToJoin {
  nodes: Nodes
  edges: Weighed
  keeping: Keeping
  standings: Uint8Array
  generic: ReadonlySet<string>
  model: Model
}

/** Clusters what was weighed, at any threshold, and attaches the weak. */
function joinedUp({ nodes, edges, keeping, standings, generic, model }: ToJoin) {
  return (least: number, clock: Timed): { clusters: Clusters; waiting: Map<number, string> } => {
    const clusters = clock('cluster', () => cluster(nodes, edges, keeping, { least, surely: least }))
    const waiting = clock('attach', () =>
      attachWeak(nodes, clusters.of, { standings, model, generic, apart: keeping.apart }),
    )
    return { clusters, waiting }
  }
}

function blockOf(
  { nodes, joined, frequencies, standings }: Prepared & { standings: Uint8Array },
  ask: MatchAsk,
): { pairs: Pairs; generic: GenericKey[] } {
  const shares = ask.trained ?? frequencies
  const share = (field: string, id: number): number => {
    const text = nodes.fields[field]!.text(id)
    return shares.shares[field]?.[text] ?? shares.rest[field] ?? 1
  }
  const { pairs, generic } = block(nodes, joined.blocks, { cap: ask.model.cap, known: ask.generic, share })
  return { pairs: realPairs(pairs, standings), generic }
}

/** The pairs of real nodes, in the same memory, which threads share. */
function realPairs({ a, b, block }: Pairs, standings: Uint8Array): Pairs {
  let count = 0
  for (let at = 0; at < a.length; at++) {
    if (standings[a[at]!] !== standing.real || standings[b[at]!] !== standing.real) continue
    a[count] = a[at]!
    b[count] = b[at]!
    block[count++] = block[at]!
  }
  return { a: a.subarray(0, count), b: b.subarray(0, count), block: block.subarray(0, count) }
}

function weighed(
  nodes: Nodes,
  joined: Joined,
  { trained, patterns, pairs, generic }: { trained: Trained; patterns: Patterns; pairs: Pairs; generic: GenericKey[] },
): Weighed & { pattern: Int32Array } {
  const weights = weightsOf(nodes, joined, trained, { patterns, generic })
  return { a: pairs.a, b: pairs.b, weight: weigh(pairs, patterns, weights), pattern: patterns.of }
}

/** Runs the steps of plugins over the links above nothing: what they drop is gone. */
function stepped(
  nodes: Nodes,
  { steps: plugged }: Joined,
  edges: Weighed & { pattern: Int32Array },
): Weighed & { pattern: Int32Array } {
  if (plugged.length === 0) return edges
  const places = new Map<string, number>()
  let links = Array.from(edges.a, (a, at) => {
    places.set(`${a} ${edges.b[at]!}`, at)
    return { a, b: edges.b[at]!, bits: edges.weight[at]! / steps }
  })
  for (const step of plugged) links = [...step.run(nodes, links)]
  const kept = Int32Array.from(links, ({ a, b }) => places.get(`${a} ${b}`) ?? -1)
  if (kept.includes(-1))
    throw new Error(`a step of ${plugged.map(({ name }) => name).join(', ')} returned a link it was not given`)
  return {
    a: kept.map(at => edges.a[at]!),
    b: kept.map(at => edges.b[at]!),
    weight: kept.map(at => edges.weight[at]!),
    pattern: kept.map(at => edges.pattern[at]!),
  }
}

function nearOf(nodes: Nodes, edges: Weighed, { of }: Clusters, least: number): number[] {
  const low = least - nearBits * steps
  const near: number[] = []
  for (let edge = 0; edge < edges.weight.length; edge++) {
    const weight = edges.weight[edge]!
    if (weight > low && weight <= least && of[edges.a[edge]!] !== of[edges.b[edge]!]) near.push(edge)
  }
  const taken = (from: Int32Array): Int32Array => Int32Array.from(near, edge => from[edge]!)
  const some = { a: taken(edges.a), b: taken(edges.b), weight: taken(edges.weight) }
  return Array.from(inOrder(nodes, some, low).subarray(0, nearMost), at => near[at]!)
}

function linker(joined: Joined, patterns: Patterns, edges: Weighed & { pattern: Int32Array }): (edge: number) => Link {
  const levels = Array.from({ length: patterns.count }, (_, pattern) =>
    Object.fromEntries(
      joined.comparisons.flatMap((spec, c) => {
        const level = patterns.levels[pattern * patterns.width + c]!
        return level === 0 ? [] : [[spec.name, spec.levels[level - 1]!] as const]
      }),
    ),
  )
  return edge => ({
    a: edges.a[edge]!,
    b: edges.b[edge]!,
    bits: edges.weight[edge]! / steps,
    levels: levels[edges.pattern[edge]!]!,
  })
}

/** From nodes to rows: the smallest row of each cluster. Rows with nothing to match them by say the same, and are nobody's: each is alone. */
function rowsOf({ nodeOf, count }: Nodes, of: Int32Array, standings: Uint8Array): Int32Array {
  const least = new Int32Array(count).fill(-1)
  const clusters = new Int32Array(nodeOf.length)
  for (let row = 0; row < nodeOf.length; row++) {
    if (standings[nodeOf[row]!] === standing.none) {
      clusters[row] = row
      continue
    }
    const root = of[nodeOf[row]!]!
    if (least[root] === -1) least[root] = row
    clusters[row] = least[root]!
  }
  return clusters
}

function waitingRows({ nodeOf, count }: Nodes, waiting: [number, string][]): Map<number, string> {
  const why = new Map(waiting)
  const isWaiting = new Uint8Array(count)
  for (const node of why.keys()) isWaiting[node] = 1
  const rows = new Map<number, string>()
  for (let row = 0; row < nodeOf.length; row++) if (isWaiting[nodeOf[row]!] === 1) rows.set(row, why.get(nodeOf[row]!)!)
  return rows
}
