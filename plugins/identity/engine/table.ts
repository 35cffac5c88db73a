import type { Table } from '@switchboard/core'
import { addRow, draft, type DraftField, type DraftPart, type Values } from './draft.ts'
import { numberedColumn, numberValues, toNumber, type FieldToNumber } from './number-values.ts'
import { inHalves, type OtherThread, type Task } from './parallel.ts'
import { columnOf } from './shared-table.ts'

export type { Values } from './draft.ts'

/** Takes rows one by one. */
export interface TableBuilder {
  add(values: Values): void
  build(): Table
}

/**
 * Builds a table row by row. `many` fields may have several values a row: each is kept once, in the order of their hashes,
 * so that rows that say the same are the same. Of several values for another field the first counts.
 */
export function tableBuilder(fields: readonly DraftField[]): TableBuilder {
  const rows = draft(fields)
  return {
    add: values => addRow(rows, values),
    build: () => tableOf([{ draft: rows, from: 0, to: rows.count, moved: 0 }]),
  }
}

/**
 * Numbers the values of rows that were gathered in parts, which follow one another. All parts' texts lie in the pool of the first.
 * @param other numbers some of the fields
 */
export function tableOf(parts: readonly DraftPart[], other: OtherThread | null = null): Table {
  const count = parts.reduce((sum, { from, to }) => sum + to - from, 0)
  const { columns } = parts[0]!.draft
  const fields = columns.map((_, at) => toNumber(parts, at))
  inHalves(other, numberFields, { given: fields, pieces: fields.length })
  const named = columns.map(({ name }, at) => [name, columnOf(numberedColumn(fields[at]!))] as const)
  return { count, fields: Object.fromEntries(named) }
}

/** Numbers one field a piece. */
export function openFields(fields: readonly FieldToNumber[]): (piece: number) => void {
  return piece => numberValues(fields[piece]!)
}

const numberFields: Task<readonly FieldToNumber[]> = { module: import.meta.url, name: 'openFields', open: openFields }
