import type { Column, Table } from '@switchboard/core'
import { shared } from './draft.ts'
import { hashText, higherStep, highSeed, joined, lowerStep, lowSeed, mix } from './hash.ts'
import { numberOf, numbering } from './numbering.ts'

/** Rows that say the same as one node: a table whose rows are the nodes. */
export interface Nodes extends Table {
  /** The node of each row. */
  nodeOf: Int32Array
  /** How many rows each node stands for. */
  rows: Int32Array
  /**
   * What each node says, as one number of 53 bits made of its texts alone, so that nothing depends on the order of arrival.
   * Nodes kept apart although they say the same have the same number.
   */
  hash: Float64Array
  /** Nodes that say the same as one before them, from which they are kept apart. */
  repeats: ReadonlySet<number>
}

/**
 * Makes one node of all rows whose fields all say the same. Nodes stand in the order in which they are first met.
 * @param apart rows that are two people although they may say the same: each then has a node of its own
 */
export function collapse(table: Table, apart: readonly (readonly [number, number])[] = []): Nodes {
  const columns = Object.values(table.fields)
  const content = contentOf(table)
  const isSame = (row: number, other: number): boolean => columns.every(column => isSameValue(column, row, other))
  const alone = new Set(apart.filter(([a, b]) => a !== b && isSame(a, b)).flat())
  const { nodeOf, first } = group(table, content.low, alone)
  const rows = new Int32Array(shared(first.length))
  for (const node of nodeOf) rows[node]!++
  const fields = Object.entries(table.fields).map(([name, column]) => [name, taken(column, first)] as const)
  const hash = new Float64Array(shared(first.length * 2))
  for (let node = 0; node < first.length; node++)
    hash[node] = joined(content.low[first[node]!]!, content.high[first[node]!]!)
  const repeats = repeatsIn(hash, new Set([...alone].map(row => hash[nodeOf[row]!]!)))
  return { count: first.length, fields: Object.fromEntries(fields), nodeOf, rows, hash, repeats }
}

/** @param asked the hashes that several nodes may have */
function repeatsIn(hash: Float64Array, asked: ReadonlySet<number>): Set<number> {
  const [seen, repeats] = [new Set<number>(), new Set<number>()]
  if (asked.size === 0) return repeats
  for (let node = 0; node < hash.length; node++) {
    if (!asked.has(hash[node]!)) continue
    if (seen.has(hash[node]!)) repeats.add(node)
    seen.add(hash[node]!)
  }
  return repeats
}

/** The values of one row: empty where the field is missing. */
export function valuesOf({ ids, start }: Column, row: number): Int32Array {
  if (start !== null) return ids.subarray(start[row], start[row + 1])
  return ids.subarray(row, ids[row]! < 0 ? row : row + 1)
}

/** Both halves of a hash of everything a row says. A column's values are in order, whatever order they came in. */
function contentOf(table: Table): { low: Int32Array; high: Int32Array } {
  const low = new Int32Array(table.count).fill(lowSeed)
  const high = new Int32Array(table.count).fill(highSeed)
  for (const [name, column] of Object.entries(table.fields))
    addContent(low, high, { salt: hashText(name) | 0, ...column })
  for (let row = 0; row < table.count; row++) {
    const half = low[row]!
    low[row] = mix(half, high[row]!)
    high[row] = mix(high[row]!, half)
  }
  return { low, high }
}

function addContent(
  low: Int32Array,
  high: Int32Array,
  column: Pick<Column, 'ids' | 'start' | 'hash'> & { salt: number },
): void {
  const { ids, start, hash, salt } = column
  for (let row = 0; row < low.length; row++) {
    const to = start === null ? row + 1 : start[row + 1]!
    for (let at = start === null ? row : start[row]!; at < to; at++) {
      if (ids[at]! < 0) continue
      const number = hash[ids[at]!]!
      low[row] = lowerStep(lowerStep(low[row]!, salt), number | 0)
      high[row] = higherStep(higherStep(high[row]!, salt), (number / 0x100000) | 0)
    }
  }
}

/** The node of each row, and the first row of each node. */
function group(
  table: Table,
  hashes: Int32Array,
  alone: ReadonlySet<number>,
): { nodeOf: Int32Array; first: Int32Array } {
  const columns = Object.values(table.fields)
  const nodeOf = new Int32Array(shared(table.count))
  const first = new Int32Array(table.count)
  const numbers = numbering(table.count / 2)
  const isSame = (node: number, row: number): boolean => {
    for (const column of columns) if (!isSameValue(column, first[node]!, row)) return false
    return true
  }
  for (let row = 0; row < table.count; row++) {
    const { size } = numbers
    const node = alone.has(row) ? numbers.size++ : numberOf(numbers, hashes[row]!, row, isSame)
    if (node === size) first[node] = row
    nodeOf[row] = node
  }
  return { nodeOf, first: first.subarray(0, numbers.size) }
}

function isSameValue({ ids, start }: Column, row: number, other: number): boolean {
  if (start === null) return ids[row] === ids[other]
  const [from, to, count] = [start[row]!, start[other]!, start[row + 1]! - start[row]!]
  if (start[other + 1]! - to !== count) return false
  for (let at = 0; at < count; at++) if (ids[from + at] !== ids[to + at]) return false
  return true
}

/** The column of some rows only. */
function taken(column: Column, rows: Int32Array): Column {
  const { ids, start } = column
  if (start === null) {
    const some = new Int32Array(shared(rows.length))
    for (let at = 0; at < rows.length; at++) some[at] = ids[rows[at]!]!
    return { ...column, ids: some }
  }
  const starts = new Int32Array(shared(rows.length + 1))
  for (let at = 0; at < rows.length; at++) starts[at + 1] = starts[at]! + start[rows[at]! + 1]! - start[rows[at]!]!
  const some = new Int32Array(shared(starts[rows.length]!))
  for (let at = 0; at < rows.length; at++)
    for (let to = starts[at]!, from = start[rows[at]!]!; to < starts[at + 1]!;) some[to++] = ids[from++]!
  return { ...column, start: starts, ids: some }
}
