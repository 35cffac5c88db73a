import type { Nodes } from './collapse.ts'
import { ofEachValue, sharedValue } from './compare/levels.ts'
import type { Parameters } from './em.ts'
import type { Comparison, Joined } from './evidence.ts'
import { pairHash } from './membership.ts'
import { probabilityAt } from './model.ts'
import type { Compare, Couples, Patterns } from './patterns.ts'
import { populationOf, type KnownNames } from './population.ts'
import type { Trained } from './trained.ts'
import { levelBits, priorBits, rarityBits, together, weightsOf, type Weights } from './weigh.ts'

/** What was learned of rows that say who they are, and how they compare. */
export interface Told {
  pairs: Couples
  patterns: Patterns
  compares: readonly Compare[]
  names: KnownNames
  now: Parameters
  /** The same parameters, as pairs are weighed by them. */
  trained: Trained
}

/** About so many pairs are looked at, chosen by what they say. */
const mostPairs = 8000
/** What ships holds a level with the force of so many pairs for each bit that it is off. */
const hold = 0.5
/** No level is worth more, for or against. */
const mostBits = 10

/**
 * Learns what a comparison of rows without a first name is worth, from rows that have one: it is hidden, and what it said tells how
 * likely the two are one person. Each level gets the bits at which, all else as it is, so many are one as are said to be: so what
 * goes together with the other fields is not counted twice.
 */
export function learnHidden(nodes: Nodes, joined: Joined, told: Told): Parameters {
  const now = { m: [...told.now.m], h: [...told.now.h], u: [...told.now.u] }
  const weights = weightsOf(nodes, joined, told.trained, { patterns: told.patterns, generic: told.names.generic ?? [] })
  joined.comparisons.forEach((spec, c) => {
    if (spec.hidden === null) return
    const seen = pairsByLevel(nodes, joined, { spec, weights, told })
    const all = seen.reduce((sum, pairs) => sum + pairs.length, 0) + 1
    const bits = seen.map((pairs, at) => bitsFor(pairs, Math.log2(spec.m[at]! / spec.u[at]!)))
    now.m[c] = seen.map((pairs, at) => (pairs.length + spec.m[at]!) / all)
    now.h[c] = now.m[c]!.map((share, at) => share / 2 ** bits[at]!)
    now.u[c] = now.m[c]!
  })
  return now
}

/** A row whose first name is hidden, beside one with it. */
interface Hidden {
  /** Its bits against anybody and against a household, all that has to do with the first name left out. */
  random: number
  household: number
  /** How likely the two are one person, as was said with it. */
  said: number
  /** So many rows say the same. */
  rows: number
}

/** What is needed to hide the first names of pairs. */
interface Hiding {
  spec: Comparison
  weights: Weights
  told: Told
}

function pairsByLevel(nodes: Nodes, joined: Joined, hiding: Hiding): Hidden[][] {
  const { spec, told } = hiding
  const { pairs, patterns, names } = told
  const seen = spec.levels.map((): Hidden[] => [])
  const levelOf = spec.hidden!(
    nodes,
    spec.fields,
    populationOf(names, () => 0),
  )
  const isAsked = askedPairs(nodes, spec, pairs)
  const hide = hider(joined, hiding)
  const add = (known: number, other: number, hidden: Omit<Hidden, 'rows'>): void => {
    const rows = nodes.rows[other]!
    // Rows that say the same are one that was kept and used again, or several: nobody knows, so half the time they go together.
    for (const own of rows === 1 || known === other ? [1] : [1, rows]) {
      const level = levelOf(known, other, own)
      if (level > 0) seen[level - 1]!.push({ ...hidden, rows: rows === 1 ? 1 : rows / 2 })
    }
  }
  for (let pair = 0; pair < pairs.a.length; pair++) {
    const [a, b] = [pairs.a[pair]!, pairs.b[pair]!]
    if (!isAsked(a, b)) continue
    const hidden = hide(patterns.levels.subarray(patterns.of[pair]! * patterns.width), a, b)
    add(a, b, hidden)
    add(b, a, hidden)
  }
  // Of rows that say the same any may be the one that lacks its name.
  for (let node = 0; node < nodes.count; node++)
    if (nodes.rows[node]! > 1 && isAsked(node, node)) {
      const levels = Uint8Array.from(told.compares, compare => compare(node, node))
      add(node, node, { ...hide(levels, node, node), said: 1 })
    }
  return seen
}

/** Says of two whether both have a whole first name, and a contact in common; of many pairs only some are asked about. */
function askedPairs(nodes: Nodes, { fields }: Comparison, { a }: Couples): (one: number, other: number) => boolean {
  const firsts = nodes.fields[fields[0]!]!
  const contacts = fields.slice(2).map(field => nodes.fields[field]!)
  const isNamed = ofEachValue(firsts, text => (text.length > 1 ? 1 : 0))
  const has = (node: number): boolean => firsts.ids[node]! >= 0 && isNamed(firsts.ids[node]!) === 1
  const nth = Math.max(1, Math.ceil(a.length / mostPairs))
  return (one, other) => {
    if (nth > 1 && pairHash(nodes.hash[one]!, nodes.hash[other]!) % nth !== 0) return false
    return has(one) && has(other) && contacts.some(column => sharedValue(column, one, other) >= 0)
  }
}

/** Makes the function that weighs two, of given levels, with their first names and without them. */
function hider(
  joined: Joined,
  { spec, weights, told }: Hiding,
): (levels: Uint8Array, a: number, b: number) => Omit<Hidden, 'rows'> {
  const bits = joined.comparisons.map(other => levelBits(other, told.trained))
  const isHidden = joined.comparisons.map(({ fields }) => fields[0] === spec.fields[0])
  const { random, household } = priorBits(joined, told.trained)
  return (levels, a, b) => {
    const full = { random, household }
    const rest = { random, household }
    bits.forEach((of, c) => {
      const level = levels[c]!
      add(full, { random: of.random[level]!, household: of.household[level]! })
      if (!isHidden[c]) add(rest, { random: of.random[level]!, household: of.household[level]! })
    })
    const equal = weights.rarities.map(({ comparison }, at) => (levels[comparison] === 1 ? 1 << at : 0))
    const sum = (all: readonly number[]): number => all.reduce((mask, one) => mask | one, 0)
    add(full, rarityBits(weights, sum(equal), a, b))
    add(rest, rarityBits(weights, sum(equal.filter((_, at) => !isHidden[weights.rarities[at]!.comparison])), a, b))
    const isVetoed = joined.vetoes.some(({ comparison, level }) => levels[comparison] === level)
    return { ...rest, said: isVetoed ? 0 : probabilityAt(together(full.random, full.household)) }
  }
}

type Bits = { random: number; household: number }

function add(to: Bits, more: Bits): void {
  to.random += more.random
  to.household += more.household
}

/** The bits at which as many of the pairs are one person as are said to be; what ships holds them where pairs are few. */
function bitsFor(pairs: readonly Hidden[], shipped: number): number {
  // 1 / p = 1 + 2^-random + 2^-household · 2^-bits
  const strangers = Float64Array.from(pairs, ({ random }) => 1 + 2 ** -random)
  const household = Float64Array.from(pairs, pair => 2 ** -pair.household)
  const rows = Float64Array.from(pairs, pair => pair.rows)
  const said = pairs.reduce((sum, pair) => sum + pair.rows * pair.said, 0)
  const isTooMany = (bits: number): boolean => {
    const factor = 2 ** -bits
    let sum = hold * (bits - shipped) - said
    for (let at = 0; at < rows.length; at++) sum += rows[at]! / (strangers[at]! + household[at]! * factor)
    return sum > 0
  }
  let [low, high] = [-mostBits, mostBits]
  for (let round = 0; round < 20; round++) {
    const middle = (low + high) / 2
    if (isTooMany(middle)) high = middle
    else low = middle
  }
  return (low + high) / 2
}
