import type { Cell, Sheet } from '../sheets.ts'

const chunkLetters = 1 << 16

/** The lines of a COPY, in chunks. */
export function linesOf<Row>({ columns }: Sheet<Row>, rows: readonly Row[]): Generator<string> {
  const cells = Object.values(columns).map(([type, of]) => cellOf(type, of))
  return chunked(rows, row => {
    let line = cells[0]!(row)
    for (let at = 1; at < cells.length; at++) line += `\t${cells[at]!(row)}`
    return line + '\n'
  })
}

/** Lines in chunks. */
export function* chunked<Row>(rows: readonly Row[], lineOf: (row: Row) => string): Generator<string> {
  let chunk = ''
  for (const row of rows) {
    chunk += lineOf(row)
    if (chunk.length < chunkLetters) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}

/** Writes the cells of a column. */
function cellOf<Row>(type: string, of: (row: Row) => Cell): (row: Row) => string {
  if (type === 'timestamptz') return timesOf(of)
  if (type === 'jsonb') return jsonOf(of)
  const written = writers[type] ?? escaped
  return row => {
    const cell = of(row)
    return cell === null ? '\\N' : written(cell as never)
  }
}

/** Writes times: those that follow one another are often the same. */
function timesOf<Row>(of: (row: Row) => Cell): (row: Row) => string {
  let [ms, text] = [NaN, '']
  return row => {
    const at = of(row) as Date | null
    if (at === null) return '\\N'
    if (at.getTime() !== ms) [ms, text] = [at.getTime(), at.toISOString()]
    return text
  }
}

/** Writes JSON: many rows hold the very same. */
function jsonOf<Row>(of: (row: Row) => Cell): (row: Row) => string {
  const known = new Map<unknown, string>()
  return row => {
    const value = of(row)
    if (value === null) return '\\N'
    const text = known.get(value) ?? escaped(JSON.stringify(value))
    known.set(value, text)
    return text
  }
}

/** How a cell of each type is written; all others are text. */
const writers: Readonly<Record<string, (cell: never) => string>> = {
  uuid: String,
  int: String,
  bigint: String,
  float8: String,
  boolean: String,
  'text[]': (texts: readonly string[]) => (texts.length === 0 ? '{}' : escaped(`{${texts.map(quoted).join(',')}}`)),
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

const special = /[\\\t\n\r]/
/** A text so short is looked through faster letter by letter. */
const shortText = 40
const [backslash, lastControl] = [92, 13]
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** A text as a field of a COPY. */
export function escaped(text: string): string {
  return isSpecial(text) ? text.replace(/[\\\t\n\r]/g, letter => escapes[letter]!) : text
}

function isSpecial(text: string): boolean {
  if (text.length > shortText) return special.test(text)
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code <= lastControl || code === backslash) return true
  }
  return false
}
