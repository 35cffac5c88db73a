import type { Evidence, Region, Table } from '@switchboard/core'
import type { Model } from '../engine/model.ts'
import { readRows } from '../engine/read-rows.ts'
import { tableBuilder } from '../engine/table.ts'
import { withEvidence } from './person-columns.ts'
import { rowCleaner, type RowCleaning } from './row-cleaner.ts'
import { columnKey, type Value } from './row-sink.ts'

/** Takes rows and makes a table of them, cleaned. */
export interface TableMaker {
  /** Rows come in order, from 0. */
  add(row: number, values: readonly Value[]): void
  /** Await it now and then, so that rows do not wait in memory. */
  ready(): Promise<void>
  /** The rows of the table are those that were added, in their order. */
  end(): Promise<Table>
}

/** What a table is made with. */
export interface TableAsk {
  model: Model
  /** The columns in the order of a row's values, folded by `columnKey`. */
  columns: readonly string[]
  region: Region
  evidence: readonly Evidence[]
}

/** Makes the table of a file. Evidence of plugins is read here, in this thread; else both threads clean. */
export async function makeTable({ model, columns, region, evidence }: TableAsk): Promise<TableMaker> {
  const fields = Object.fromEntries(
    Object.entries(model.fields).map(([name, field]) => [name, { ...field, columns: field.columns.map(columnKey) }]),
  )
  const cleaning: RowCleaning = { fields, columns, region }
  if (evidence.length > 0) return inThisThread(cleaning, evidence)
  const reader = await readRows({ module: new URL('./row-cleaner.ts', import.meta.url), options: cleaning })
  return {
    add: (row, values) => reader.add(row, values),
    ready: () => reader.ready(),
    async end() {
      const { table, bad } = await reader.end()
      if (bad.length > 0) throw new Error(`row ${bad[0]!.line}: ${bad[0]!.problem}`)
      return table
    },
  }
}

function inThisThread(cleaning: RowCleaning, evidence: readonly Evidence[]): TableMaker {
  const cleaner = withEvidence(rowCleaner(cleaning), cleaning, evidence)
  const builder = tableBuilder(cleaner.fields)
  return {
    add: (_, values) => builder.add(cleaner.clean(values)),
    ready: async () => {},
    end: async () => builder.build(),
  }
}
