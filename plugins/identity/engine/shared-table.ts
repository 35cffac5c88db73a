import type { Column, Table } from '@switchboard/core'
import { readText, viewsOf } from './text.ts'

/** A column that another thread can be handed: what it is, without the function. All its memory is shared. */
export interface SharedColumn extends Omit<Column, 'text'> {
  /** Where the text of each value lies in `words`. */
  textAt: Uint32Array
  words: Uint32Array
}

/** A table that another thread can be handed. */
export interface SharedTable {
  count: number
  fields: Readonly<Record<string, SharedColumn>>
}

/** What another thread needs of a table; null where a column was not built here, and cannot be shared. */
export function shareTable(table: Table): SharedTable | null {
  const fields = Object.entries(table.fields).map(([name, column]) => [name, shareColumn(column)] as const)
  if (fields.some(([, column]) => column === null)) return null
  return { count: table.count, fields: Object.fromEntries(fields) as Record<string, SharedColumn> }
}

/** The table that another thread has shared. */
export function openTable({ count, fields }: SharedTable): Table {
  return { count, fields: Object.fromEntries(Object.entries(fields).map(([name, it]) => [name, columnOf(it)])) }
}

/** A column over memory that may be shared. */
export function columnOf(shared: SharedColumn): Column & SharedColumn {
  const pool = viewsOf(shared.words)
  return { ...shared, text: id => readText(pool, shared.textAt[id]!) }
}

function shareColumn(column: Column): SharedColumn | null {
  if (!('words' in column && 'textAt' in column)) return null
  const { ids, start, size, hash, textAt, words } = column as Column & SharedColumn
  return { ids, start, size, hash, textAt, words }
}
