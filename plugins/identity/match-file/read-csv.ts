import { isUtf8 } from 'node:buffer'
import { columnKey, notUtf8, type PieceReader, type RowSink } from './row-sink.ts'
import { splitCsv, type CsvRow } from './split-csv.ts'

/** Reads a CSV file: the first row names the columns. */
export function readCsv(sink: RowSink, how: { delimiter: number; newline: number }): PieceReader {
  let fieldOf: number[] | null = null
  const splitter = splitCsv({
    ...how,
    row(line, row) {
      if (fieldOf) return take(sink, { line, row, fieldOf })
      const names = headerOf(row)
      splitter.width = names.length
      const keys = names.map(columnKey)
      fieldOf = sink.wanted.map(key => keys.indexOf(key))
      sink.header(names)
    },
    broken: (line, because) => sink.skip(line, because),
  })
  return splitter
}

function headerOf(row: CsvRow): string[] {
  const names = Array.from({ length: row.count }, (_, field) => fieldText(row, field).replace('\uFEFF', '').trim())
  while (names.length > 1 && names.at(-1) === '') names.pop()
  return names
}

function take(sink: RowSink, { line, row, fieldOf }: { line: number; row: CsvRow; fieldOf: number[] }): void {
  if (row.isWide && !isUtf8(row.bytes.subarray(row.from, row.to))) return sink.skip(line, notUtf8)
  // Text of one byte a letter is made once and cut, which is several times faster than making every field of bytes.
  const whole = row.isWide ? null : row.bytes.toString('latin1', row.from, row.to)
  const values: (string | null)[] = []
  for (const field of fieldOf) values.push(field === -1 ? null : fieldText(row, field, whole))
  sink.row(line, values, !row.isWide && !row.isControl)
}

function fieldText({ bytes, from, starts, ends, isDoubled }: CsvRow, field: number, whole?: string | null): string {
  const start = starts[field]!
  const end = ends[field]!
  if (start === end) return ''
  const text = whole != null ? whole.slice(start - from, end - from) : bytes.toString('utf8', start, end)
  return isDoubled[field] ? text.replaceAll('""', '"') : text
}
