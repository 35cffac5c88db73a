import { HubError, type Evidence, type Region, type Table } from '@switchboard/core'
import type { Model } from '../engine/model.ts'
import { collect, type Labels } from './collect.ts'
import { columnsOf } from './columns.ts'
import { decode, type Encoding } from './decode.ts'
import { makeTable } from './make-table.ts'
import { evidenceColumns } from './person-columns.ts'
import { readCsv } from './read-csv.ts'
import { readNdjson } from './read-ndjson.ts'
import { readParquet } from './read-parquet.ts'
import type { PieceReader, RowSink } from './row-sink.ts'
import { sniff, type Format } from './sniff.ts'

/** A file, and how it is to be read. */
export interface FileAsk {
  /** Its name, for messages and for telling what it is; empty for what has none. */
  name: string
  pieces: AsyncIterable<Uint8Array>
  model: Model
  /** The column with the ids, where it is not called `id`. */
  id?: string | undefined
  /** A column that says who each row is. It is for scoring only: nothing is matched by it. */
  truth?: string | undefined
  /** Where a phone without a country code is from. */
  region: Region
  encoding?: Encoding | undefined
  evidence?: readonly Evidence[] | undefined
  /** Told after every piece: how many rows and bytes were read so far. */
  onRead?(read: { rows: number; bytes: number }): void
}

/** A file as a table of cleaned values. */
export interface FileTable {
  /** Its rows are those of the file that were not skipped, in their order. */
  table: Table
  labels: Labels
}

/**
 * Reads a file of people: CSV, NDJSON or Parquet.
 * @throws HubError when nothing can be done with it: it is empty, of another kind, or lacks the columns that are needed
 */
export async function readFile(ask: FileAsk): Promise<FileTable> {
  const { name, model, region, evidence = [] } = ask
  const columns = columnsOf({ model, id: ask.id, truth: ask.truth, more: evidenceColumns(evidence) })
  const maker = await makeTable({ model, columns: columns.wanted.slice(0, columns.matched), region, evidence })
  let rows = 0
  const sink = collect(columns, (row, values) => {
    rows = row + 1
    maker.add(row, values)
  })
  const { head, pieces } = await decode(ask.pieces, ask.encoding)
  if (head.toString('utf8').trim() === '') throw new HubError('bad_request', 'it is empty')
  const reader = readerOf(sniff(head, name), sink, columns.numbers)
  let bytes = 0
  for await (const piece of pieces) {
    reader.push(piece)
    await maker.ready()
    bytes += piece.length
    ask.onRead?.({ rows, bytes })
  }
  await reader.end()
  const labels = sink.labels()
  if (rows === 0 && labels.skipped.length === 0) throw new HubError('bad_request', 'it has a header and no rows')
  return { table: await maker.end(), labels }
}

interface AnyReader extends Omit<PieceReader, 'end'> {
  end(): void | Promise<void>
}

function readerOf(format: Format, sink: RowSink, numbers: ReadonlySet<string>): AnyReader {
  if (format.kind === 'csv') return readCsv(sink, format)
  if (format.kind === 'ndjson') return readNdjson(sink, numbers)
  if (format.kind === 'parquet') return readParquet(sink, numbers)
  throw new HubError(
    'bad_request',
    'it is one JSON list; write one object a line, without brackets and commas around them',
  )
}
