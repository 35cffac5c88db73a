import type { GenericKey } from './block.ts'
import type { Nodes } from './collapse.ts'
import { ofEachValue } from './compare/levels.ts'
import { isRoleMailbox } from './compare/role-mailbox.ts'
import type { Comparison, Joined } from './evidence.ts'
import { elsewhere, unlisted } from './frequencies.ts'
import type { Model } from './model.ts'
import type { Couples, Patterns } from './patterns.ts'
import { countsOf } from './column.ts'
import type { Trained } from './trained.ts'

/** Weights are whole multiples of 1/256 bit, so that the order of adding never tells. */
export const steps = 256

/** What a pattern is worth before rarity, in bits: one person against two anybody, and against two of one household. */
export interface PatternBits {
  random: Float64Array
  household: Float64Array
  /** 1 where a comparison said all there is to say about a household: what it shares says nothing more. */
  isTold: Uint8Array
}

/** A comparison whose equal values are weighed by how rare they are. */
export interface Rarity {
  comparison: number
  /** Whether a household that shares the value shares its rarity too: then rarity says nothing against the household. */
  isShared: boolean
  /** Whether the value is a key, as emails are: one that many share says less, in a household too. */
  isKey: boolean
  /** Bits to add where two nodes share a value: of several, those of the rarest. */
  bits(a: number, b: number): number
}

/** All that is needed to weigh pairs of one table. */
export interface Weights {
  patterns: PatternBits
  rarities: readonly Rarity[]
}

/** Keys that are generic. */
type Shared = readonly Pick<GenericKey, 'field' | 'value'>[]

/** Makes the weights of all patterns of a table. */
export function weightsOf(
  nodes: Nodes,
  joined: Joined,
  trained: Trained,
  { patterns, generic = [] }: { patterns: Patterns; generic?: Shared },
): Weights {
  const bitsOf = patternBits(joined, trained)
  const random = new Float64Array(patterns.count)
  const household = new Float64Array(patterns.count)
  const isTold = new Uint8Array(patterns.count)
  for (let pattern = 0; pattern < patterns.count; pattern++) {
    const bits = bitsOf(patterns.levels.subarray(pattern * patterns.width, (pattern + 1) * patterns.width))
    random[pattern] = bits.random
    household[pattern] = bits.household
    isTold[pattern] = bits.isTold ? 1 : 0
  }
  return { patterns: { random, household, isTold }, rarities: raritiesOf(nodes, joined, trained, generic) }
}

/**
 * Makes the function that says what the levels of a pair are worth before rarity. A comparison of the household gives the odds of one
 * person against another of the household as they are, whatever the two share: with it, neither the prior nor a shared field counts again.
 */
export function patternBits(
  joined: Joined,
  trained: Trained,
): (levels: ArrayLike<number>) => { random: number; household: number; isTold: boolean } {
  const { comparisons } = joined
  const tables = comparisons.map(spec => levelBits(spec, trained))
  const start = priorBits(joined, trained)
  return levels => {
    const isTold = comparisons.some((spec, c) => spec.isOfHousehold && levels[c] !== 0)
    let random = start.random
    let household = isTold ? 0 : start.household
    for (let c = 0; c < tables.length; c++) {
      const { isShared, isOfHousehold } = comparisons[c]!
      random += tables[c]!.random[levels[c]!]!
      if (isOfHousehold || !(isTold && isShared)) household += tables[c]!.household[levels[c]!]!
    }
    return { random, household, isTold }
  }
}

/** The prior in bits: the odds of one person against two anybody, and against two of one household. Nothing where all bits are fixed. */
export function priorBits(
  { comparisons }: Joined,
  { prior, household }: Trained,
): { random: number; household: number } {
  if (comparisons.every(({ bits }) => bits !== null)) return { random: 0, household: Infinity }
  return {
    random: Math.log2(prior / (1 - prior - household)),
    household: household > 0 ? Math.log2(prior / household) : Infinity,
  }
}

/** Bits by level, level 0 being missing: W(l) = log2 m(l) − log2 u(l), and the same against a household. */
export function levelBits(spec: Comparison, trained: Trained): { random: number[]; household: number[] } {
  // Fixed bits of what a household shares say nothing against it.
  if (spec.bits)
    return { random: [0, ...spec.bits], household: [0, ...spec.bits.map(one => (spec.isShared ? 0 : one))] }
  const learned = trained.comparisons[spec.name]
  const m = learned ? spec.levels.map(level => learned.m[level] ?? 1e-7) : spec.m
  const h = learned ? spec.levels.map(level => learned.h[level] ?? 1e-7) : spec.u
  const u = learned ? spec.levels.map(level => learned.u[level] ?? 1e-7) : spec.isOfHousehold ? m : spec.u
  return {
    random: [0, ...m.map((share, at) => Math.log2(share / u[at]!))],
    household: [0, ...m.map((share, at) => Math.log2(share / (spec.isShared ? h[at]! : u[at]!)))],
  }
}

/** A rare value adds this many bits at most, and a key no more than one: who shares it is hardly anybody in any case. */
const mostBits = 8
const mostKeyBits = 1

/** How rarity counts, where the comparison of a table says so: log2 of the usual share less log2 of the value's. */
export function raritiesOf(nodes: Nodes, joined: Joined, trained: Trained, generic: Shared = []): Rarity[] {
  return joined.comparisons.flatMap((spec, comparison) => {
    const isKey = joined.keys.has(spec.fields[0]!)
    if (spec.bits || !(spec.isWeighedByRarity || isKey)) return []
    const ofValue = isKey
      ? keyBits(nodes, spec, trained, { cap: joined.model.cap, generic })
      : nameBits(nodes, joined.model, spec, trained)
    return [{ comparison, isShared: spec.isShared, isKey, bits: rarest(nodes, spec, ofValue) }]
  })
}

/** A generic key is shared by as many as the cap allows, however many have it: so its weight is the same wherever it is met. */
function keyBits(
  nodes: Nodes,
  { fields }: Comparison,
  trained: Trained,
  { cap, generic }: { cap: number; generic: Shared },
): (id: number) => number {
  const column = nodes.fields[fields[0]!]!
  const counts = countsOf(column, nodes.count)
  const shared = new Set(generic.filter(({ field }) => field === fields[0]).map(({ value }) => value))
  const usual = Math.log2(trained.typical[fields[0]!] ?? 2)
  return ofEachValue(column, (text, id) => {
    const isCrowds = counts[id]! >= cap || shared.has(text) || isRoleMailbox(text)
    return Math.min(mostKeyBits, usual - Math.log2(isCrowds ? Math.max(2, cap) : Math.max(2, counts[id]!)))
  })
}

function nameBits(nodes: Nodes, model: Model, spec: Comparison, trained: Trained): (id: number) => number {
  const [field] = spec.fields
  const shares = trained.shares[field!] ?? {}
  const rest = trained.rest[field!] ?? 0
  const share = elsewhere(model, field!, spec.u[0]!)
  const usual = Math.log2(trained.comparisons[spec.name]?.u[spec.levels[0]!] ?? spec.u[0]!)
  return ofEachValue(nodes.fields[field!]!, text =>
    Math.min(
      mostBits,
      usual - Math.log2(Object.hasOwn(shares, text) ? shares[text]! : unlisted(rest, trained.rows, share(text))),
    ),
  )
}

function rarest(nodes: Nodes, { fields }: Comparison, ofValue: (id: number) => number): Rarity['bits'] {
  const { ids, start } = nodes.fields[fields[0]!]!
  if (!start) return (a, b) => (ids[a]! < 0 || ids[a] !== ids[b] ? 0 : ofValue(ids[a]!))
  return (a, b) => {
    let most = -Infinity
    for (let i = start[a]!; i < start[a + 1]!; i++)
      for (let j = start[b]!; j < start[b + 1]!; j++) if (ids[i] === ids[j]) most = Math.max(most, ofValue(ids[i]!))
    return most === -Infinity ? 0 : most
  }
}

/** Two alternatives to being one person, as one weight: −log2(2^−random + 2^−household). */
export function together(random: number, household: number): number {
  if (household === Infinity) return random
  const least = Math.min(random, household)
  return least - Math.log2(1 + 2 ** (least - Math.max(random, household)))
}

/** What rarity adds to either weight of a pair. */
export function rarityBits(
  weights: Weights,
  equal: number,
  a: number,
  b: number,
): { random: number; household: number } {
  let random = 0
  let household = 0
  let key = -Infinity
  for (let at = 0; at < weights.rarities.length; at++) {
    if ((equal & (1 << at)) === 0) continue
    const rarity = weights.rarities[at]!
    const bits = rarity.bits(a, b)
    random += bits
    if (rarity.isKey && rarity.isShared) key = Math.max(key, bits)
    else if (!rarity.isShared) household += bits
  }
  return { random, household: household + (key === -Infinity ? 0 : Math.min(0, key)) }
}

/** Which rarities count in each pattern, as bits of a number: those whose values are equal. */
export function equalsOf(weights: Weights, patterns: Patterns): Int32Array {
  return Int32Array.from({ length: patterns.count }, (_, pattern) =>
    weights.rarities.reduce(
      (equal, { comparison }, at) =>
        equal | (patterns.levels[pattern * patterns.width + comparison] === 1 ? 1 << at : 0),
      0,
    ),
  )
}

/** Makes the function that weighs a pair, in bits: against anybody, and against another of the household. */
export function pairWeigher(
  pairs: Couples,
  patterns: Patterns,
  weights: Weights,
): (pair: number) => { random: number; household: number } {
  const equals = equalsOf(weights, patterns)
  const { random, household, isTold } = weights.patterns
  return pair => {
    const pattern = patterns.of[pair]!
    const rare = rarityBits(weights, equals[pattern]!, pairs.a[pair]!, pairs.b[pair]!)
    const shared = isTold[pattern] === 1 ? 0 : rare.household
    return { random: random[pattern]! + rare.random, household: household[pattern]! + shared }
  }
}

/** The weight of every pair, in steps of 1/256 bit. */
export function weigh(pairs: Couples, patterns: Patterns, weights: Weights): Int32Array {
  const bitsOf = pairWeigher(pairs, patterns, weights)
  const out = new Int32Array(pairs.a.length)
  for (let pair = 0; pair < out.length; pair++) {
    const { random, household } = bitsOf(pair)
    out[pair] = Math.round(together(random, household) * steps)
  }
  return out
}
