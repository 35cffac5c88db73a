import type { Table } from '@switchboard/core'
import { comparators } from './compare/comparators.ts'
import { shared } from './draft.ts'
import type { Comparison } from './evidence.ts'
import { inHalves, type OtherThread } from './parallel.ts'
import { compileComparisons, fillCodes, type Compare, type Couples } from './patterns.ts'
import { populationOf } from './population.ts'
import { openTable, shareTable, type SharedTable } from './shared-table.ts'

/** What a population is made of: plain values. */
type Known = Parameters<typeof populationOf>[0]

/** What another thread needs to compare pairs as this one does. */
export interface Comparing {
  comparisons: readonly { by: string; fields: readonly string[] }[]
  names: Known
  table: SharedTable
  pairs: Couples
  /** Where the codes of the pairs go. */
  codes: Float64Array
}

/** So many pairs are compared in one go. */
const together = 1 << 12

/** The module that compares in another thread: to be named when the thread is opened, so that it is ready in time. */
export const comparingModule = import.meta.url

/**
 * The codes of all pairs (see `fillCodes`), compared in two threads. In this one by `compares`, which are as compiled for `table` from the
 * comparisons and the names alone. Comparators of plugins are not known over there: with one of them all is compared here.
 */
export function codesInHalves(
  other: OtherThread,
  compares: readonly Compare[],
  sizes: readonly number[],
  ask: { comparisons: readonly Comparison[]; names: Known; table: Table; pairs: Couples },
): Float64Array {
  const { names, pairs } = ask
  const count = pairs.a.length
  const codes = new Float64Array(shared(count * 2))
  const table = shareTable(ask.table)
  const comparisons = ask.comparisons.map(({ comparator, fields }) => ({ by: nameOf(comparator), fields }))
  const isKnown = table !== null && comparisons.every(({ by }) => by !== undefined)
  const task = {
    module: comparingModule,
    name: 'openComparing',
    open: () => fillPiece({ pairs, codes }, compares, sizes),
  }
  const given = { comparisons, names, table, pairs, codes }
  inHalves(isKnown ? other : null, task, { given, pieces: Math.ceil(count / together) })
  return codes
}

function nameOf(comparator: Comparison['comparator']): string | undefined {
  return Object.keys(comparators).find(name => comparators[name] === comparator)
}

/** Compares in the other thread. */
export function openComparing({ comparisons, names, table, pairs, codes }: Comparing): (piece: number) => void {
  const known = comparisons.map(({ by, fields }) => ({ comparator: comparators[by]!, fields }))
  const population = populationOf(names, () => 0)
  const compares = compileComparisons({ comparisons: known }, openTable(table), population)
  const sizes = known.map(({ comparator }) => comparator.levels.length)
  return fillPiece({ pairs, codes }, compares, sizes)
}

function fillPiece(
  { pairs, codes }: Pick<Comparing, 'pairs' | 'codes'>,
  compares: readonly Compare[],
  sizes: readonly number[],
): (piece: number) => void {
  return piece => {
    const [from, to] = [piece * together, Math.min((piece + 1) * together, codes.length)]
    const some = { a: pairs.a.subarray(from, to), b: pairs.b.subarray(from, to) }
    fillCodes(codes.subarray(from, to), some, compares, sizes)
  }
}
