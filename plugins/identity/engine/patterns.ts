import type { Population, Table } from '@switchboard/core'
import type { Comparison } from './evidence.ts'

/** Pairs of rows to compare. */
export interface Couples {
  a: Int32Array
  b: Int32Array
}

/** How pairs compare: every combination of levels is one pattern, however many pairs have it. */
export interface Patterns {
  /** For each pair the number of its pattern. */
  of: Int32Array
  count: number
  /** Levels of pattern p: `levels[p · width]` up to `levels[(p + 1) · width]`, one for each comparison; 0 is missing. */
  levels: Uint8Array
  width: number
}

/** Says which level each comparison of a model finds for two rows. */
export type Compare = (a: number, b: number) => number

/** Compiles the comparisons of a model for a table. */
export function compileComparisons(
  { comparisons }: { comparisons: readonly Pick<Comparison, 'comparator' | 'fields'>[] },
  table: Table,
  population: Population,
): Compare[] {
  return comparisons.map(({ comparator, fields }) => comparator.compile(table, fields, population))
}

/** Up to so many combinations a table says which pattern one is, above a map does. */
const denseMost = 1 << 20

/** Compares all pairs. Patterns are numbered in the order of their levels, so that nothing depends on the order of the pairs. */
export function comparePairs(pairs: Couples, compares: readonly Compare[], sizes: readonly number[]): Patterns {
  const codes = new Float64Array(pairs.a.length)
  fillCodes(codes, pairs, compares, sizes)
  return patternsOf(codes, sizes)
}

/** Says for each pair which levels it has, as one number: the level of the last comparison is its last digit. */
export function fillCodes(
  codes: Float64Array,
  pairs: Couples,
  compares: readonly Compare[],
  sizes: readonly number[],
): void {
  const { a, b } = pairs
  // Two threads may write the same at the same time, so nothing half done is written.
  const own = new Float64Array(codes.length)
  compares.forEach((compare, at) => {
    const size = sizes[at]! + 1
    for (let pair = 0; pair < own.length; pair++) own[pair] = own[pair]! * size + compare(a[pair]!, b[pair]!)
  })
  codes.set(own)
}

/** The patterns of pairs whose codes are known. */
export function patternsOf(codes: Float64Array, sizes: readonly number[]): Patterns {
  const combinations = sizes.reduce((product, size) => product * (size + 1), 1)
  if (combinations > Number.MAX_SAFE_INTEGER)
    throw new Error('too many comparisons: their levels have more combinations than fit')
  const numbers = combinations <= denseMost ? denseNumbers(codes, combinations) : sparseNumbers(codes)
  return { ...numbers, levels: levelsOf(numbers.codes, sizes), width: sizes.length, count: numbers.codes.length }
}

interface Numbered {
  of: Int32Array
  /** The code of each pattern, ascending. */
  codes: Float64Array
}

function denseNumbers(codes: Float64Array, combinations: number): Numbered {
  const numbers = new Int32Array(combinations)
  for (let pair = 0; pair < codes.length; pair++) numbers[codes[pair]!] = 1
  const found: number[] = []
  for (let code = 0; code < combinations; code++) if (numbers[code] === 1) numbers[code] = found.push(code) - 1
  const of = new Int32Array(codes.length)
  for (let pair = 0; pair < codes.length; pair++) of[pair] = numbers[codes[pair]!]!
  return { of, codes: Float64Array.from(found) }
}

function sparseNumbers(codes: Float64Array): Numbered {
  const numbers = new Map<number, number>()
  for (let pair = 0; pair < codes.length; pair++) numbers.set(codes[pair]!, 0)
  const sorted = Float64Array.from(numbers.keys()).sort()
  sorted.forEach((code, at) => numbers.set(code, at))
  const of = new Int32Array(codes.length)
  for (let pair = 0; pair < codes.length; pair++) of[pair] = numbers.get(codes[pair]!)!
  return { of, codes: sorted }
}

function levelsOf(codes: Float64Array, sizes: readonly number[]): Uint8Array {
  const levels = new Uint8Array(codes.length * sizes.length)
  codes.forEach((code, pattern) => {
    let rest = code
    for (let at = sizes.length - 1; at >= 0; at--) {
      levels[pattern * sizes.length + at] = rest % (sizes[at]! + 1)
      rest = Math.floor(rest / (sizes[at]! + 1))
    }
  })
  return levels
}
