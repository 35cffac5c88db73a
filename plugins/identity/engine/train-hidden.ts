import type { Nodes } from './collapse.ts'
import { ofEachValue, sharedValue } from './compare/levels.ts'
import type { Parameters } from './em.ts'
import type { Comparison, Joined } from './evidence.ts'
import { pairHash } from './membership.ts'
import type { Couples, Patterns } from './patterns.ts'
import { populationOf, type KnownNames } from './population.ts'
import type { Trained } from './trained.ts'
import { pairWeigher, weightsOf } from './weigh.ts'

/** What was learned of rows that say who they are, and how they compare. */
export interface Told {
  pairs: Couples
  patterns: Patterns
  names: KnownNames
  now: Parameters
  /** The same parameters, as pairs are weighed by them. */
  trained: Trained
}

/** About so many pairs are looked at, chosen by what they say. */
const mostPairs = 5000
/** What ships counts as so many rows at each level. */
const pseudoRows = 20

/**
 * Learns what a comparison of rows without a first name is worth, from rows that have one: it is hidden, and what it said tells how
 * likely the two are one person. A level has the odds of the rows found at it, as a histogram is calibrated (Zadrozny and Elkan 2001),
 * with what ships as the prior: m / h = (Σ one + k · p) / (Σ two + k · (1 − p)). A level that nobody has keeps what ships.
 */
export function learnHidden(nodes: Nodes, joined: Joined, told: Told): Parameters {
  const now = { m: [...told.now.m], h: [...told.now.h], u: [...told.now.u] }
  joined.comparisons.forEach((spec, c) => {
    if (spec.hidden === null) return
    const { one, two } = rowsByLevel(nodes, joined, spec, told)
    const shipped = spec.m.map((share, at) => share / (share + spec.u[at]!))
    const all = one.reduce((sum, count, at) => sum + count + pseudoRows * shipped[at]!, 0)
    now.m[c] = one.map((count, at) => (count + pseudoRows * shipped[at]!) / all)
    now.h[c] = two.map((count, at) => (count + pseudoRows * (1 - shipped[at]!)) / all)
    now.u[c] = now.m[c]!
  })
  return now
}

/** By level how many rows look like one person's, and how many like two of a household. */
interface Found {
  one: number[]
  two: number[]
}

function rowsByLevel(nodes: Nodes, joined: Joined, spec: Comparison, told: Told): Found {
  const { pairs, names } = told
  const found: Found = { one: spec.levels.map(() => 0), two: spec.levels.map(() => 0) }
  const population = populationOf(names, () => 0)
  const levelOf = spec.hidden!(nodes, spec.fields, population)
  const isAsked = askedPairs(nodes, spec, pairs)
  const saidOf = sayer(nodes, joined, told)
  const add = (known: number, other: number, said: Said): void => {
    const rows = nodes.rows[other]!
    // Rows that say the same are one that was kept and used again, or several: nobody knows, so half the time they go together.
    const each = rows === 1 ? 1 : rows / 2
    for (const own of rows === 1 || known === other ? [1] : [1, rows]) {
      const level = levelOf(known, other, own)
      if (level === 0) continue
      found.one[level - 1]! += each * said.one
      found.two[level - 1]! += each * said.two
    }
  }
  for (let pair = 0; pair < pairs.a.length; pair++) {
    const [a, b] = [pairs.a[pair]!, pairs.b[pair]!]
    if (!isAsked(a, b)) continue
    const said = saidOf(pair)
    add(a, b, said)
    add(b, a, said)
  }
  // Of rows that say the same any may be the one that lacks its name.
  for (let node = 0; node < nodes.count; node++)
    if (nodes.rows[node]! > 1 && isAsked(node, node)) add(node, node, { one: 1, two: 0 })
  return found
}

/** How likely two are one person, and how likely two of one household; else they share a contact by chance. */
interface Said {
  one: number
  two: number
}

/** Makes the function that says what a pair is, by all that it says. */
function sayer(nodes: Nodes, joined: Joined, { pairs, patterns, trained, names }: Told): (pair: number) => Said {
  const weights = weightsOf(nodes, joined, trained, { patterns, generic: names.generic ?? [] })
  const bitsOf = pairWeigher(pairs, patterns, weights)
  return pair => {
    const at = patterns.of[pair]! * patterns.width
    // Two whose names are two people's and who share a contact are of one household, whatever the rest says.
    if (joined.vetoes.some(({ comparison, level }) => patterns.levels[at + comparison] === level))
      return { one: 0, two: 1 }
    const { random, household } = bitsOf(pair)
    const [chance, two] = [2 ** -random, 2 ** -household]
    const all = 1 + chance + two
    return { one: counted(1 / all), two: counted(two / all) }
  }
}

/** A share as a whole multiple of 2^−20, so that the order of adding never tells. */
function counted(share: number): number {
  return Math.round(share * 2 ** 20) / 2 ** 20
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
