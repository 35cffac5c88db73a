import { HubError, messageOf } from '@switchboard/core'
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { columnKey, type RowSink, type Value } from './row-sink.ts'

/** Rows read at a time. */
const batch = 50_000

/**
 * Reads a Parquet file, uncompressed or with Snappy. Its index is at its end, so all of it is held in memory first. A row's line is
 * its number, from 1.
 */
export function readParquet(
  sink: RowSink,
  areNumbers: ReadonlySet<string>,
): { push(piece: Uint8Array): void; end(): Promise<void> } {
  const pieces: Uint8Array[] = []
  return {
    push: piece => void pieces.push(piece),
    async end() {
      const bytes = Buffer.concat(pieces)
      const file = {
        byteLength: bytes.length,
        slice: (start: number, end?: number) => new Uint8Array(bytes.subarray(start, end)).buffer,
      }
      try {
        await readAll(file, sink, areNumbers)
      } catch (error) {
        if (error instanceof HubError) throw error
        throw new HubError('bad_request', `it cannot be read as Parquet: ${messageOf(error)}`, { cause: error })
      }
    },
  }
}

type ParquetFile = Parameters<typeof parquetMetadataAsync>[0]

async function readAll(file: ParquetFile, sink: RowSink, areNumbers: ReadonlySet<string>): Promise<void> {
  const metadata = await parquetMetadataAsync(file)
  const names = parquetSchema(metadata).children.map(({ element }) => element.name)
  sink.header(names)
  const sources = sink.wanted.map(wanted => names.find(name => columnKey(name) === wanted))
  const columns = names.filter(name => sources.includes(name))
  const total = Number(metadata.num_rows)
  for (let rowStart = 0; rowStart < total; rowStart += batch) {
    const rows = await parquetReadObjects({
      file,
      metadata,
      columns,
      rowStart,
      rowEnd: Math.min(total, rowStart + batch),
    })
    rows.forEach((row, at) => take(sink, { row, line: rowStart + at + 1, sources, areNumbers }))
  }
}

interface Taken {
  row: Readonly<Record<string, unknown>>
  line: number
  /** The name in the file of each wanted column. */
  sources: readonly (string | undefined)[]
  areNumbers: ReadonlySet<string>
}

function take(sink: RowSink, { row, line, sources, areNumbers }: Taken): void {
  const values: Value[] = []
  for (const [at, source] of sources.entries()) {
    const value = source === undefined ? null : valueOf(row[source], areNumbers.has(sink.wanted[at]!))
    if (value === undefined) return sink.skip(line, `${sink.shown[at]} is not text`)
    values.push(value)
  }
  sink.row(line, values, false)
}

/** Undefined: not what a column may hold. */
function valueOf(value: unknown, isNumber: boolean): Value | undefined {
  if (value == null) return null
  if (typeof value === 'string') return value
  if (isNumber && (typeof value === 'number' || typeof value === 'bigint')) return String(value)
  if (isNumber && value instanceof Date) return value.toISOString().slice(0, 10)
  return Array.isArray(value) && value.every(one => typeof one === 'string') ? value : undefined
}
