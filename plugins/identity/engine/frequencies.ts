import type { Column } from '@switchboard/core'
import type { Nodes } from './collapse.ts'
import type { Joined } from './evidence.ts'
import type { Model } from './model.ts'
import { shippedShare } from './names/common.ts'
import { fullCount } from './membership.ts'
import { countsOf, filledOf } from './column.ts'
import { standing } from './weak.ts'

/** How common the values of the fields are, counted over distinct signatures, so that one giant account counts once for each. */
export interface Frequencies {
  /** Nodes that were counted. */
  rows: number
  /** Those of them that are paired: weak ones and those with nothing to match by are not. */
  real: number
  /** For each key field how many nodes share a value, as seen by a pair that shares one; generic values left out. */
  typical: Record<string, number>
  /** For fields weighed by rarity: the share of each value that several nodes have. */
  shares: Record<string, Record<string, number>>
  /** For the same fields: the share of a value that is not listed. */
  rest: Record<string, number>
  /** For each comparison how likely two random rows agree, and how many pairs of rows say so. */
  agreement: { share: number; pairs: number }[]
}

/** Values that so many nodes share are listed; so many at most. */
const listedFrom = 3
const listedMost = 20_000
/** Nodes' worth of what a field looks like elsewhere, so that ten rows do not tell how common a name is. */
const pseudoNodes = 200

/**
 * Counts the values of a table of nodes: u exactly, as Σ f², from every pair of different nodes that are paired at all, each with
 * the weight it has where it is looked at. What rows of one person explain is taken off later, so both have to count alike.
 */
export function frequenciesOf(nodes: Nodes, joined: Joined, standings: Uint8Array): Frequencies {
  const { keys, model } = joined
  const real = standings.reduce((sum, is) => sum + (is === standing.real ? 1 : 0), 0)
  const found: Frequencies = { rows: nodes.count, real, typical: {}, shares: {}, rest: {}, agreement: [] }
  for (const { fields, isWeighedByRarity, u } of joined.comparisons) {
    const field = fields[0]!
    const column = nodes.fields[field]!
    const isKey = keys.has(field)
    const counts = countsOf(column, nodes.count)
    const filled = filledOf(column, nodes.count)
    found.agreement.push(agreementOf(column, standings, isKey ? model.cap : null))
    if (isKey) found.typical[field] = typicalOf(counts, model.cap)
    else if (isWeighedByRarity)
      found.shares[field] = listedShares(column, counts, { filled, share: elsewhere(model, field, u[0]!) })
    if (isKey || isWeighedByRarity) found.rest[field] ??= shareOf(listedFrom / 2, filled, 0)
  }
  return found
}

/** How common a name is elsewhere, where a field is one of names; else what ships of all values together. */
export function elsewhere({ fields }: Model, field: string, u: number): (text: string) => number {
  const kind = ({ firstName: 'first', lastName: 'last' } as const)[fields[field]?.clean ?? '']
  return kind === undefined ? () => u : text => shippedShare(kind, text)
}

/** The share of a value that is not listed, by that of all which are not. */
export function unlisted(rest: number, rows: number, elsewhere: number): number {
  return Math.min(1, rest + (pseudoNodes * elsewhere) / (rows + pseudoNodes))
}

/** One less than the nodes that have it, because one of a pair has it in any case. */
function shareOf(nodes: number, filled: number, u: number): number {
  return Math.min(1, (Math.max(nodes - 1, 0.5) + pseudoNodes * u) / (filled + pseudoNodes))
}

function agreementOf(column: Column, standings: Uint8Array, cap: number | null): Frequencies['agreement'][number] {
  const { counts, filled } = countReal(column, standings)
  let agreeing = 0
  for (const count of counts) {
    if (cap === null) agreeing += count * (count - 1)
    else if (count <= cap) agreeing += count * (count - 1) * Math.min(1, fullCount / count)
  }
  const all = filled * (filled - 1)
  return { share: all > 0 ? Math.min(1, agreeing / all) : 0, pairs: all / 2 }
}

/** How many real nodes have each value, and how many have any. */
function countReal({ ids, start, size }: Column, standings: Uint8Array): { counts: Int32Array; filled: number } {
  const counts = new Int32Array(size)
  let filled = 0
  for (let node = 0; node < standings.length; node++) {
    if (standings[node] !== standing.real) continue
    const from = start ? start[node]! : node
    const to = start ? start[node + 1]! : ids[node]! < 0 ? node : node + 1
    for (let at = from; at < to; at++) counts[ids[at]!]!++
    if (to > from) filled++
  }
  return { counts, filled }
}

function typicalOf(counts: Int32Array, most: number): number {
  let pairs = 0
  let weighed = 0
  for (const count of counts) {
    if (count > most) continue
    pairs += count * (count - 1)
    weighed += count * count * (count - 1)
  }
  return Math.max(2, pairs > 0 ? weighed / pairs : 2)
}

function listedShares(
  column: Column,
  counts: Int32Array,
  of: { filled: number; share(text: string): number },
): Record<string, number> {
  const often: { text: string; count: number }[] = []
  counts.forEach((count, id) => count >= listedFrom && often.push({ text: column.text(id), count }))
  often.sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
  return Object.fromEntries(
    often.slice(0, listedMost).map(({ text, count }) => [text, shareOf(count, of.filled, of.share(text))]),
  )
}
