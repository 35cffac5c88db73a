import type { Population } from '@switchboard/core'
import type { Nodes } from './collapse.ts'
import { countsOf } from './column.ts'
import { isListedGivenName } from './names/given-names.ts'
import type { Couples } from './patterns.ts'
import { areNicknames } from './names/nicknames.ts'

/** What a trained model knows of names. */
export interface KnownNames {
  /** Pairs of first names used for one person, learned; the lesser first. */
  aliases: readonly (readonly [string, string])[]
  /** Pairs of first names that are two people's, whatever the table of nicknames says. */
  never: readonly (readonly [string, string])[]
  /** First names met so often that they are known words, besides the listed ones. */
  givenNames: readonly string[]
  /** Values of fields that so many rows share that they tell nobody apart. */
  generic?: readonly { field: string; value: string }[]
  /** Rows that are said to be two people. */
  apart?: Couples
  /** How many rows say the same as each. */
  rowsOfEach?: Int32Array
}

/** Names and shares as comparators ask for them. */
export function populationOf(names: KnownNames, share: Population['share']): Population {
  const aliases = new Set(names.aliases.map(pairOf))
  const never = new Set(names.never.map(pairOf))
  const learned = new Set(names.aliases.flat())
  const givenNames = new Set(names.givenNames)
  const generic = new Set(names.generic?.map(({ field, value }) => `${field} ${value}`))
  const others = apartBy(names.apart)
  return {
    share,
    apartFrom: row => others.get(row) ?? nobody,
    sameAs: row => names.rowsOfEach?.[row] ?? 1,
    isGeneric: (field, text) => generic.has(`${field} ${text}`),
    isGivenName: folded => givenNames.has(folded) || isListedGivenName(folded),
    isAlias: (one, other) => {
      if (areNicknames(one, other)) return !never.has(orderedPair(one, other)) || aliases.has(orderedPair(one, other))
      return learned.has(one) && aliases.has(orderedPair(one, other))
    },
  }
}

const nobody: readonly number[] = []

function apartBy(apart: Couples | undefined): ReadonlyMap<number, readonly number[]> {
  const others = new Map<number, number[]>()
  const add = (row: number, other: number): void => {
    const known = others.get(row)
    if (known) known.push(other)
    else others.set(row, [other])
  }
  apart?.a.forEach((a, at) => {
    add(a, apart.b[at]!)
    add(apart.b[at]!, a)
  })
  return others
}

function orderedPair(one: string, other: string): string {
  return one < other ? pairOf([one, other]) : pairOf([other, one])
}

function pairOf([one, other]: readonly [string, string]): string {
  return `${one}\n${other}`
}

/** A first name met in so many nodes is a known word, unless it is more often a last name. */
const oftenEnough = 8

/** First names that are not listed but met often enough to be known words. */
export function metGivenNames(nodes: Nodes, first: string, last: string | undefined): string[] {
  const column = nodes.fields[first]
  if (!column) return []
  const lasts = last === undefined ? undefined : nodes.fields[last]
  const asLast = new Map<string, number>()
  if (lasts) countsOf(lasts, nodes.count).forEach((count, id) => count > 1 && asLast.set(lasts.text(id), count))
  const least = Math.max(oftenEnough, nodes.count / 20_000)
  const met: string[] = []
  countsOf(column, nodes.count).forEach((count, id) => {
    if (count < least) return
    const text = column.text(id)
    if (text.length > 2 && !text.includes(' ') && (asLast.get(text) ?? 0) < count && !isListedGivenName(text))
      met.push(text)
  })
  return met.sort()
}
