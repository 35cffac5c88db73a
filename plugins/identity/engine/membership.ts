import type { BlockSpec, Column } from '@switchboard/core'
import type { Nodes } from './collapse.ts'
import { ofEachValue, sharedValue } from './compare/levels.ts'
import type { Joined } from './evidence.ts'
import { hashText } from './hash.ts'
import { countsOf } from './column.ts'
import type { BlockCounts } from './em.ts'
import type { Couples, Patterns } from './patterns.ts'

/** How many nodes share the key of a block that two nodes have in common; 0 when they have none, or a generic one. */
type Membership = (a: number, b: number) => number

/** What the pairs of a table look like, block by block and all together. */
export interface Counts {
  blocks: BlockCounts[]
  /** Each pair once, whichever blocks found it. */
  union: BlockCounts
}

/** Pairs of a key that more nodes than this share count for less, so that no key says more than so many nodes' worth. */
export const fullCount = 16
/** Above so many pairs a sample of them is looked at, chosen by what they say. */
const mostPairs = 400_000

/**
 * Counts patterns block by block. A pair belongs to every block whose key it shares, not only to the first that found it:
 * otherwise a block would seem to know only pairs that differ in the blocks before it.
 */
export function countPairs(nodes: Nodes, pairs: Couples, patterns: Patterns, joined: Joined): Counts {
  const blocks = joined.blocks.filter(({ within }) => within === undefined)
  const members = blocks.map(spec => membershipOf(nodes, spec, joined))
  const weights = members.map(() => new Float64Array(patterns.count))
  const all = new Float64Array(patterns.count)
  const nth = Math.max(1, Math.ceil(pairs.a.length / mostPairs))
  for (let pair = 0; pair < pairs.a.length; pair++) {
    const a = pairs.a[pair]!
    const b = pairs.b[pair]!
    if (nth > 1 && pairHash(nodes.hash[a]!, nodes.hash[b]!) % nth !== 0) continue
    let most = 0
    for (let at = 0; at < members.length; at++) {
      const shared = members[at]!(a, b)
      if (shared === 0) continue
      const weight = shared <= fullCount ? fullCount : Math.round((fullCount * fullCount) / shared)
      weights[at]![patterns.of[pair]!]! += weight
      if (weight > most) most = weight
    }
    all[patterns.of[pair]!]! += most
  }
  const scale = nth / fullCount
  const isOpen = joined.comparisons.map(({ bits, hidden }) => bits !== null || hidden !== null)
  const asks = blocks.map(({ on }) => new Set(on.map(part => part.field)))
  const isBlocked = asks.map(fields => joined.comparisons.map((spec, c) => isOpen[c]! || fields.has(spec.fields[0]!)))
  const counts = (weight: Float64Array, blocked: boolean[]): BlockCounts =>
    gathered(
      patterns,
      weight.map(one => one * scale),
      blocked,
    )
  return { blocks: weights.map((weight, at) => counts(weight, isBlocked[at]!)), union: counts(all, isOpen) }
}

/** Patterns that no pair has are left out, and those that differ only in what says nothing here are one. */
function gathered(patterns: Patterns, weight: Float64Array, isBlocked: readonly boolean[]): BlockCounts {
  const { width } = patterns
  const found = new Map<string, { levels: Uint8Array; weight: number }>()
  for (let at = 0; at < weight.length; at++) {
    if (weight[at] === 0) continue
    const levels = patterns.levels.slice(at * width, (at + 1) * width).map((level, c) => (isBlocked[c] ? 0 : level))
    const key = String.fromCharCode(...levels)
    const known = found.get(key)
    if (known) known.weight += weight[at]!
    else found.set(key, { levels, weight: weight[at]! })
  }
  const all = [...found.values()]
  const levels = new Uint8Array(all.length * width)
  all.forEach((one, at) => levels.set(one.levels, at * width))
  return { isBlocked, levels, weight: Float64Array.from(all, one => one.weight) }
}

/** A number made of what two nodes say, whichever comes first. */
export function pairHash(one: number, other: number): number {
  const low = Math.min(one, other)
  const high = Math.max(one, other)
  const mixed =
    Math.imul((low >>> 0) ^ 0x9e3779b1, 0x85ebca6b) ^ Math.imul(((high / 4096) >>> 0) ^ (high >>> 0), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

function membershipOf(nodes: Nodes, { on }: BlockSpec, { keys, model }: Joined): Membership {
  if (on.length === 1 && keys.has(on[0]!.field)) {
    const column = nodes.fields[on[0]!.field]!
    const counts = countsOf(column, nodes.count)
    return (a, b) => {
      const shared = sharedValue(column, a, b)
      return shared < 0 || counts[shared]! > model.cap ? 0 : counts[shared]!
    }
  }
  const parts = on.map(({ field, letters }) => sharesPart(nodes.fields[field]!, letters))
  return (a, b) => (parts.every(part => part(a, b)) ? 2 : 0)
}

function sharesPart(column: Column, letters: number | undefined): (a: number, b: number) => boolean {
  if (letters === undefined) return (a, b) => sharedValue(column, a, b) >= 0
  const start = ofEachValue(column, text => hashText(text.slice(0, letters)))
  const { ids, start: places } = column
  const first = (node: number): number =>
    places ? (places[node]! < places[node + 1]! ? ids[places[node]!]! : -1) : ids[node]!
  return (a, b) => {
    const one = first(a)
    const other = first(b)
    return one >= 0 && other >= 0 && start(one) === start(other)
  }
}
