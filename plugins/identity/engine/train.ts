import type { Nodes } from './collapse.ts'
import { learn, monotone, responsibility, type BlockCounts, type Parameters, type Shares } from './em.ts'
import type { Joined } from './evidence.ts'
import type { Frequencies } from './frequencies.ts'
import { hashText } from './hash.ts'
import { learnHidden } from './train-hidden.ts'
import { countPairs } from './membership.ts'
import type { Compare, Couples, Patterns } from './patterns.ts'
import type { KnownNames } from './population.ts'
import { sampleAgreement } from './sample.ts'
import type { Trained } from './trained.ts'

/** What was compared, to learn from. */
export interface Compared {
  pairs: Couples
  patterns: Patterns
  compares: readonly Compare[]
  frequencies: Frequencies
  names: KnownNames
}

/** So many pairs' worth of what ships: m and h by pairs that were found, u by pairs of random rows. */
const pseudoFound = 20
const pseudoRandom = 5000
/** Rows' worth of belief that half the rows have a second one, and one in sixteen a housemate. */
const pseudoRows = 40
const rowsMatched = 0.5
const rowsHoused = 0.06
/** Of agreements that are all explained by rows of one person, this part may still be chance. */
const leastChance = 1 / 32
/** The prior is looked for until it changes by less than this part of itself, and so many times at most. */
const arePriorsSettled = 1e-4
const mostPriorRounds = 40
/** Each round takes off u what the last one explains. */
const rounds = 6

/**
 * Learns how much each level is worth from data without knowing who is who: u from the values themselves, m and h by expectation
 * maximisation per block, the prior from how many pairs then look like one person's. Little data changes little of what ships.
 */
export function train(nodes: Nodes, joined: Joined, compared: Compared): Trained {
  const shipped = shippedOf(joined)
  const counts = countPairs(nodes, compared.pairs, compared.patterns, joined)
  const seen = randomAgreement(nodes, joined, compared, shipped.u)
  const isShared = sharedOf(joined)
  const isOfHousehold = joined.comparisons.map(spec => spec.isOfHousehold)
  const how = { isShared, isOfHousehold, shipped, pseudoPairs: pseudoFound }
  const real = Math.max(1, compared.frequencies.real)
  const looked = compared.frequencies.agreement.map(({ pairs }) => pairs + pseudoRandom)
  let priors = priorsOf(0, 0, real)
  let now: Parameters = { ...shipped, u: withoutMatches(seen, expected(shipped, priors)) }
  for (let round = 0; round < rounds; round++) {
    now = learn(counts.blocks, now, how)
    priors = estimatePriors(counts.union, now, { nodes: real, isHoused: isShared.includes(true) })
    const u = withoutMatches(seen, explained(counts.union, now, { priors, looked }))
    now = { ...now, u: u.map((shares, c) => (isOfHousehold[c] ? now.m[c]! : shares)) }
  }
  const learned = { now, priors, rows: nodes.count }
  const told = { ...compared, now, trained: trainedOf(joined, compared, learned) }
  return trainedOf(joined, compared, { ...learned, now: learnHidden(nodes, joined, told) })
}

/** What a model is worth untrained: its shipped parameters, and a prior for so many rows. */
export function untrained(joined: Joined, rows: number): Trained {
  const now = shippedOf(joined)
  const none = { aliases: [], never: [], givenNames: [] }
  const frequencies: Frequencies = { rows, real: rows, typical: {}, shares: {}, rest: {}, agreement: [] }
  return trainedOf(joined, { frequencies, names: none }, { now, priors: priorsOf(0, 0, rows), rows })
}

function shippedOf({ comparisons }: Joined): Parameters {
  const m = comparisons.map(spec => [...spec.m])
  const u = comparisons.map(spec => [...(spec.isOfHousehold ? spec.m : spec.u)])
  const h = comparisons.map((spec, c) => {
    if (spec.isOfHousehold) return [...spec.u]
    return spec.isShared ? spec.m.map((share, at) => (share + u[c]![at]!) / 2) : u[c]!
  })
  return { m, h, u }
}

/** Two of a household agree in what they share; without a field that is a person's own nobody could tell them apart. */
function sharedOf({ comparisons }: Joined): boolean[] {
  const learned = comparisons.filter(spec => spec.bits === null)
  const hasOwn = learned.some(spec => !spec.isShared)
  return comparisons.map(spec => hasOwn && spec.isShared && spec.bits === null)
}

/** How often random rows agree, level by level: exactly where values are equal, by a sample between the levels below. */
function randomAgreement(nodes: Nodes, joined: Joined, { compares, frequencies }: Compared, shipped: Shares): Shares {
  return joined.comparisons.map(({ levels, bits, isOfHousehold }, c) => {
    if (bits || isOfHousehold) return shipped[c]!
    const { share, pairs } = frequencies.agreement[c]!
    const equal = (share * pairs + pseudoRandom * shipped[c]![0]!) / (pairs + pseudoRandom)
    const { found, compared } = sampleAgreement(nodes, compares[c]!, levels.length)
    const less = compared + pseudoRandom
    const rest = levels.slice(1).map((_, at) => (found[at + 1]! + pseudoRandom * shipped[c]![at + 1]!) / less)
    const all = rest.reduce((sum, one) => sum + one, 0)
    return [equal, ...rest.map(one => (one / all) * (1 - equal))]
  })
}

/** Some random rows are one person's, and in small data they are most of what agrees: what they explain is taken off. */
function withoutMatches(seen: Shares, taken: Shares): Shares {
  return seen.map((levels, c) => {
    const left = levels.map((share, at) => Math.max(share - taken[c]![at]!, share * leastChance, 1e-9))
    const all = left.reduce((sum, one) => sum + one, 0)
    return left.map(share => share / all)
  })
}

/** How often random rows have each level because they are one person's or a household's, before any pair was looked at. */
function expected({ m, h }: Parameters, { match, household }: Priors): Shares {
  return m.map((levels, c) => levels.map((share, at) => match * share + household * h[c]![at]!))
}

/**
 * The same, by the pairs that look like it: what is found together is found by what agrees, so its shares are not those of m.
 * @param looked how many pairs of rows each comparison's shares are of
 */
function explained(
  { levels, weight, isBlocked }: BlockCounts,
  now: Parameters,
  { priors, looked }: { priors: Priors; looked: readonly number[] },
): Shares {
  const taken = now.m.map(shares => shares.map(() => 0))
  const width = isBlocked.length
  for (let pattern = 0; pattern < weight.length; pattern++) {
    const { match, household } = responsibility(levels, pattern * width, { now, priors, isBlocked })
    for (let c = 0; c < width; c++) {
      const level = levels[pattern * width + c]!
      if (level > 0) taken[c]![level - 1]! += (weight[pattern]! * (match + household)) / looked[c]!
    }
  }
  return taken
}

interface Priors {
  match: number
  household: number
}

/** Priors by how many pairs are one person's or a household's; the number of rows makes neither more likely. */
function priorsOf(matches: number, housed: number, rows: number): Priors {
  const others = Math.max(1, rows - 1)
  const each = (pairs: number, before: number): number =>
    Math.min(0.4, (2 * pairs + pseudoRows * before) / (rows + pseudoRows) / others)
  return { match: each(matches, rowsMatched), household: each(housed, rowsHoused) }
}

/** The priors at which the pairs found look like exactly so many: the fixpoint of the expectation. */
function estimatePriors(
  union: BlockCounts,
  now: Parameters,
  { nodes, isHoused }: { nodes: number; isHoused: boolean },
): Priors {
  let priors = priorsOf(nodes / 4, 0, nodes)
  if (!isHoused) priors.household = 0
  for (let round = 0; round < mostPriorRounds; round++) {
    let matches = 0
    let housed = 0
    for (let pattern = 0; pattern < union.weight.length; pattern++) {
      const at = pattern * union.isBlocked.length
      const { match, household } = responsibility(union.levels, at, { now, priors, isBlocked: union.isBlocked })
      matches += union.weight[pattern]! * match
      housed += union.weight[pattern]! * household
    }
    const next = priorsOf(matches, isHoused ? housed : 0, nodes)
    if (!isHoused) next.household = 0
    const change = Math.abs(next.match - priors.match) + Math.abs(next.household - priors.household)
    priors = next
    if (change < next.match * arePriorsSettled) break
  }
  return priors
}

type Learned = { now: Parameters; priors: Priors; rows: number }

function trainedOf(
  joined: Joined,
  { frequencies, names }: Pick<Compared, 'frequencies' | 'names'>,
  { now, priors, rows }: Learned,
): Trained {
  const comparisons = joined.comparisons.map(({ name, levels, isOfHousehold }, c) => {
    const byLevel = (shares: readonly number[]): Record<string, number> =>
      Object.fromEntries(levels.map((level, at) => [level, rounded(shares[at]!)]))
    const u = monotone(now.m[c]!, now.u[c]!)
    const h = isOfHousehold ? monotone(now.m[c]!, now.h[c]!) : now.h[c] === now.u[c] ? u : now.h[c]!
    return [name, { m: byLevel(now.m[c]!), u: byLevel(u), h: byLevel(h) }] as const
  })
  const content: Omit<Trained, 'version'> = {
    model: joined.model.name,
    rows,
    prior: rounded(priors.match),
    household: rounded(priors.household),
    comparisons: Object.fromEntries(comparisons),
    typical: frequencies.typical,
    shares: frequencies.shares,
    rest: frequencies.rest,
    aliases: names.aliases.map(([one, other]) => [one, other]),
    never: names.never.map(([one, other]) => [one, other]),
    givenNames: [...names.givenNames],
  }
  return { version: hashText(JSON.stringify(content)).toString(36), ...content }
}

/** Six digits are enough, and the same after a way through JSON. */
function rounded(share: number): number {
  return Number(share.toPrecision(6))
}
