import type { Values } from './draft.ts'

/** What a row says in one column as it was written: text, several texts, or nothing. */
export type RawValue = string | readonly string[] | null | undefined

/** One field of the table that is made. */
export interface ReadField {
  name: string
  many?: boolean
  /** Values that are hardly ever the same twice, such as ids: kept as text, but not numbered by content. */
  isLabel?: boolean
}

/** Cleans the rows of one thread. It may remember what it cleaned. */
export interface RowCleaner {
  fields: readonly ReadField[]
  /** A row's values, in the order of the columns, as the fields of the table; or a text: why the row cannot be taken. */
  clean(values: readonly RawValue[]): Values | string
}

/**
 * How rows are cleaned: by the export `rowCleaner(options)` of a module, which is named by its address because every thread
 * makes its own; `options` are plain values.
 */
export interface Cleaning {
  module: URL
  options: unknown
}

/** A row that could not be taken. */
export interface BadRow {
  line: number
  problem: string
}

/** Raw rows on their way to being cleaned. */
export interface RawRows {
  lines: number[]
  rows: (readonly RawValue[])[]
}
