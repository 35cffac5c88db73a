import { putText, textPool, type TextPool } from './text.ts'

/** The values of one row by field, cleaned. Nothing and the empty text are missing. */
export type Values = Readonly<Record<string, string | readonly string[] | null | undefined>>

/** A field of the rows to come. */
export interface DraftField {
  name: string
  /** Whether a row may have several values. */
  many?: boolean
  /** Values that are hardly ever the same twice, such as ids: each row's is a value of its own, unread. */
  isLabel?: boolean
}

/** The values of one field, one after the other, not numbered yet. */
export interface DraftColumn extends Required<DraftField> {
  /** Where the text lies in the pool; 0 is missing. */
  at: Uint32Array
  /** The halves of its hash. */
  low: Int32Array
  high: Int32Array
  used: number
  /** Of a `many` field: row r has the values from `start[r]` up to `start[r + 1]`. */
  start: Int32Array
}

/** Rows as one thread gathers them, in memory that threads share. */
export interface Draft {
  columns: DraftColumn[]
  pool: TextPool
  count: number
}

/** Some rows of a draft, and how far the texts of its pool were moved, in words. */
export interface DraftPart {
  draft: { columns: DraftColumn[]; pool: Pick<TextPool, 'words'> }
  from: number
  to: number
  moved: number
}

const leastRows = 256

/** No rows yet. */
export function draft(fields: readonly DraftField[]): Draft {
  const columns = fields.map(({ name, many = false, isLabel = false }) => ({
    ...{ name, many, isLabel, used: 0 },
    at: new Uint32Array(shared(leastRows)),
    low: new Int32Array(shared(leastRows)),
    high: new Int32Array(shared(leastRows)),
    start: new Int32Array(shared(many ? leastRows : 0)),
  }))
  return { columns, pool: textPool(), count: 0 }
}

/** Adds a row. */
export function addRow(rows: Draft, values: Values): void {
  const { columns, pool } = rows
  for (let at = 0; at < columns.length; at++) {
    const column = columns[at]!
    const value = values[column.name]
    if (column.many) addAll(column, pool, { row: rows.count, value })
    else addOne(column, pool, typeof value === 'string' ? value : (value?.find(text => text !== '') ?? ''))
  }
  rows.count++
}

/** Room for so many numbers of 32 bits that threads share. */
export function shared(count: number): SharedArrayBuffer {
  return new SharedArrayBuffer(count * 4)
}

function addOne(column: DraftColumn, pool: TextPool, text: string): void {
  if (column.used === column.at.length) grow(column)
  const at = column.used++
  if (text === '') return
  column.at[at] = putText(pool, text)
  column.low[at] = pool.low
  column.high[at] = pool.high
}

function addAll(column: DraftColumn, pool: TextPool, { row, value }: { row: number; value: Values[string] }): void {
  if (typeof value === 'string') {
    if (value !== '') addOne(column, pool, value)
  } else if (value) for (const text of value) if (text !== '') addOne(column, pool, text)
  if (row + 2 > column.start.length) column.start = grown(column.start)
  column.start[row + 1] = column.used
}

function grow(column: DraftColumn): void {
  column.at = grown(column.at)
  column.low = grown(column.low)
  column.high = grown(column.high)
}

function grown<Numbers extends Uint32Array | Int32Array>(numbers: Numbers): Numbers {
  const more = new (numbers.constructor as new (memory: SharedArrayBuffer) => Numbers)(shared(numbers.length * 2))
  more.set(numbers)
  return more
}
