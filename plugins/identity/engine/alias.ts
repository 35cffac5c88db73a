import type { Column, Population } from '@switchboard/core'
import type { Nodes } from './collapse.ts'
import { sharedValue } from './compare/levels.ts'
import { isClose } from './compare/strings.ts'
import type { Joined } from './evidence.ts'
import type { Couples } from './patterns.ts'
import { countsOf } from './column.ts'
import { populationOf, type KnownNames } from './population.ts'

/** Pairs of first names need so many different people, and so much more than chance. */
const leastPeople = 4
const leastLift = 8
/** A pair as frequent by chance in one of so many vocabularies is still chance. */
const mostChance = 1e-7

interface Met {
  one: string
  other: string
  /** Keys they share, each once: different people. */
  people: Set<number>
}

/**
 * Learns which first names one person uses, from nodes that agree in all that is shared (email, phone, last name) and differ in
 * the first name alone. Couples look the same, but their names meet by chance: a pair of names has to meet in several
 * people, and far more often than its names are common (Poisson).
 */
export function learnAliases(nodes: Nodes, joined: Joined, pairs: Couples, known: KnownNames): KnownNames {
  const place = joined.vetoes[0]?.comparison
  const key = keyOf(joined)
  const others = key === undefined ? [] : sharedColumns(nodes, joined, key)
  if (place === undefined || others.length < 2) return known
  const column = nodes.fields[joined.comparisons[place]!.fields[0]!]!
  const population = populationOf(known, () => 0)
  const never = new Set(known.never.map(names => names.join('\n')))
  const isNews = (names: [string, string]): boolean => mayBeNews(names, population) && !never.has(names.join('\n'))
  const met = namesMet(pairs, column, others, isNews)
  const aliases = [...met.values()]
    .filter(isOften(nodes, column, met))
    .map(({ one, other }): [string, string] => [one, other])
    .sort(byNames)
  return aliases.length > 0 ? { ...known, aliases: [...known.aliases, ...aliases] } : known
}

/** The names of nodes that share a value of every other column, and how many people, by the first of them, have both. */
// oxlint-disable-next-line max-params -- two kinds of columns, what is compared, and what is asked of it
function namesMet(
  pairs: Couples,
  column: Column,
  shared: readonly Column[],
  isNews: (names: [string, string]) => boolean,
): ReadonlyMap<string, Met> {
  const met = new Map<string, Met>()
  for (let pair = 0; pair < pairs.a.length; pair++) {
    const [a, b] = [pairs.a[pair]!, pairs.b[pair]!]
    const [one, other] = [column.ids[a]!, column.ids[b]!]
    if (one < 0 || other < 0 || one === other || shared.some(each => sharedValue(each, a, b) < 0)) continue
    const names = [column.text(one), column.text(other)].sort() as [string, string]
    if (!isNews(names)) continue
    const found = met.get(names.join('\n')) ?? { one: names[0], other: names[1], people: new Set<number>() }
    found.people.add(sharedValue(shared[0]!, a, b))
    met.set(names.join('\n'), found)
  }
  return met
}

/** Whole single names that are neither known to be one person's nor a slip apart. */
function mayBeNews([one, other]: [string, string], population: Population): boolean {
  const isWhole = one.length > 1 && other.length > 1 && !one.includes(' ') && !other.includes(' ')
  return isWhole && !population.isAlias(one, other) && !isClose(one, other)
}

/** Whether a pair of names meets far more often than its names are common among the pairs met. */
function isOften(nodes: Nodes, column: Nodes['fields'][string], met: ReadonlyMap<string, Met>): (pair: Met) => boolean {
  const counts = countsOf(column, nodes.count)
  const share = new Map<string, number>()
  let named = 0
  counts.forEach((count, id) => {
    if (count > 0) share.set(column.text(id), count)
    named += count
  })
  const people = met.values().reduce((sum, pair) => sum + pair.people.size, 0)
  return ({ one, other, people: { size } }) => {
    if (size < leastPeople) return false
    const expected = (2 * people * share.get(one)! * share.get(other)!) / named ** 2
    return size > leastLift * expected && atLeast(size, expected) < mostChance
  }
}

/** How likely chance alone gives so many: at most this (Chernoff's bound on the tail of a Poisson distribution). */
function atLeast(count: number, expected: number): number {
  return count <= expected ? 1 : Math.exp(count - expected - count * Math.log(count / expected))
}

/**
 * Learns which first names are two people's although the table of nicknames says that one person goes by both: those that are
 * named as two (an appointment's primary and partner) by so many people, and more often than rows that agree in all that is
 * shared have both.
 */
export function learnNever(
  nodes: Nodes,
  joined: Joined,
  { pairs, apart }: { pairs: Couples; apart: Couples },
  known: KnownNames,
): KnownNames {
  const place = joined.vetoes[0]?.comparison
  const key = keyOf(joined)
  if (place === undefined || key === undefined) return known
  const column = nodes.fields[joined.comparisons[place]!.fields[0]!]!
  const population = populationOf(known, () => 0)
  const isNews = (names: [string, string]): boolean => population.isAlias(...names)
  const told = namesMet(apart, column, [nodes.fields[key]!], isNews)
  const met = told.size === 0 ? told : namesMet(pairs, column, sharedColumns(nodes, joined, key), isNews)
  const never = [...told]
    .filter(
      ([names, { people }]) => people.size >= leastPeople && people.size >= (met.get(names)?.people.size ?? 0) / 2,
    )
    .map(([, { one, other }]): [string, string] => [one, other])
  return never.length > 0 ? { ...known, never: [...known.never, ...never].sort(byNames) } : known
}

function byNames([a, b]: readonly [string, string], [c, d]: readonly [string, string]): number {
  return a === c ? (b < d ? -1 : 1) : a < c ? -1 : 1
}

/** The key that people of one household share. */
function keyOf({ comparisons, keys }: Joined): string | undefined {
  return comparisons.find(
    ({ isShared, isOfHousehold, bits, fields }) => isShared && !isOfHousehold && bits === null && keys.has(fields[0]!),
  )?.fields[0]
}

/** What people of one household share, each column, the key first. */
function sharedColumns(nodes: Nodes, joined: Joined, key: string): Column[] {
  const shared = joined.comparisons
    .filter(spec => spec.isShared && !spec.isOfHousehold && spec.bits === null)
    .map(spec => spec.fields[0]!)
  return [key, ...shared.filter(field => field !== key)].map(field => nodes.fields[field]!)
}
