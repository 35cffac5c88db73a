import { createReadStream } from 'node:fs'
import type { Table } from '@switchboard/core'
import type { Model } from '../../plugins/identity/engine/model.ts'
import type { Labels } from '../../plugins/identity/match-file/collect.ts'
import { numbering } from '../../plugins/identity/match-file/numbering.ts'
import { readCsv } from '../../plugins/identity/match-file/read-csv.ts'
import { readFile } from '../../plugins/identity/match-file/read-file.ts'
import { columnKey, type Value } from '../../plugins/identity/match-file/row-sink.ts'
import type { Truth } from './match-score.ts'

/** Where the truth about a row stands, and where its id. */
export interface TruthColumns {
  id: string
  /** The column that says who it is; null: it is the number in the id ("rec-223-dup-0"). */
  person: string | null
  couple?: string
  /** Rows whose column says this are matched, but not scored. */
  unscored?: { column: string; says: string }
}

/** The generator's own. */
export const generated: TruthColumns = { id: 'id', person: 'person', couple: 'couple' }

/** A file of labelled people in memory, cleaned as the model says. The truth is by row of the table. */
export interface Labelled {
  table: Table
  truth: Truth
  /** Rows that are two people by the record's own statement. */
  apart: Labels['partners']
  /** Whether a row is of the giant account. */
  isGiant: Uint8Array
  /** Reading, cleaning and numbering. */
  readMs: number
}

/** Reads a CSV file as `hub match` does, and then, apart from that, the truth: what is matched cannot have seen it. */
export async function readLabelled(file: string, model: Model, columns: TruthColumns): Promise<Labelled> {
  const startedAt = performance.now()
  const pieces = createReadStream(file, { highWaterMark: 1 << 18 })
  const { table, labels } = await readFile({ name: file, pieces, model, id: columns.id, region: 'AU' })
  const readMs = performance.now() - startedAt
  if (labels.skipped.length > 0) throw new Error(`line ${labels.skipped[0]!.line}: ${labels.skipped[0]!.because}`)
  return { table, apart: labels.partners, readMs, ...(await truthOf(file, columns, labels)) }
}

async function truthOf(
  file: string,
  { id, person, couple, unscored }: TruthColumns,
  { ids }: Labels,
): Promise<Pick<Labelled, 'truth' | 'isGiant'>> {
  const [personOf, coupleOf] = [new Int32Array(ids.size).fill(-1), new Int32Array(ids.size).fill(-1)]
  const isGiant = new Uint8Array(ids.size)
  const [persons, couples] = [numbering(), numbering()]
  await eachRow(file, [id, person ?? id, couple ?? '-', unscored?.column ?? '-'], ([name, who, pair, kind]) => {
    const row = ids.find(name!.trim())
    if (unscored && kind === unscored.says) return
    const owner = person === null ? (/\d+/.exec(who!)?.[0] ?? who!) : who!
    personOf[row] = persons.add(owner)
    if (pair !== '') coupleOf[row] = couples.add(pair!)
    if (person === 'person' && owner.startsWith('g')) isGiant[row] = 1
  })
  return { truth: { personOf, coupleOf }, isGiant }
}

async function eachRow(file: string, columns: readonly string[], take: (texts: string[]) => void): Promise<void> {
  const sink = {
    ...{ wanted: columns.map(columnKey), shown: columns, header: () => {} },
    row: (_: number, values: readonly Value[]) => take(values.map(value => String(value ?? ''))),
    skip: () => {},
  }
  const reader = readCsv(sink, { delimiter: 44, newline: 10 })
  for await (const piece of createReadStream(file)) reader.push(piece as Uint8Array)
  reader.end()
}

/** What a field of a row says, of several values the first; null when nothing. */
export function textOf(table: Table, field: string, row: number): string | null {
  const column = table.fields[field]
  if (!column) return null
  const at = column.start ? column.start[row]! : row
  const id = column.start && at === column.start[row + 1]! ? -1 : column.ids[at]!
  return id < 0 ? null : column.text(id)
}
