import { decode, type Encoding } from './decode.ts'
import { readCsv } from './read-csv.ts'
import { readNdjson } from './read-ndjson.ts'
import { columnKey, type RowSink, type Value } from './row-sink.ts'
import { sniff } from './sniff.ts'

/** What a reader handed on. */
export interface Seen {
  columns: readonly string[]
  rows: { line: number; values: readonly Value[] }[]
  skipped: { line: number; because: string }[]
}

/** A sink that keeps what it is given. */
export function keeping(wanted: readonly string[]): RowSink & Seen {
  const seen: Seen = { columns: [], rows: [], skipped: [] }
  return Object.assign(seen, {
    ...{ wanted: wanted.map(columnKey), shown: wanted },
    header(names: readonly string[]) {
      seen.columns = names
    },
    row: (line: number, values: readonly Value[]) => void seen.rows.push({ line, values: [...values] }),
    skip: (line: number, because: string) => void seen.skipped.push({ line, because }),
  })
}

/** Cuts bytes in pieces of so many. */
export async function* inPieces(bytes: Uint8Array, size = bytes.length || 1): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Reads a whole file as the command does, by its beginning. */
export async function readAll(
  file: string | Uint8Array,
  wanted: readonly string[],
  how: { name?: string; pieces?: number; encoding?: Encoding } = {},
): Promise<Seen> {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file
  const { head, pieces } = await decode(inPieces(bytes, how.pieces), how.encoding)
  const format = sniff(head, how.name ?? '')
  const sink = keeping(wanted)
  const reader = format.kind === 'csv' ? readCsv(sink, format) : readNdjson(sink, new Set(['id']))
  for await (const piece of pieces) reader.push(piece)
  reader.end()
  return sink
}
