/** One row of a table: a number is shown with three decimals where it has any. */
export type TableRow = Readonly<Record<string, string | number | null | undefined>>

/** A table as Markdown, readable in a terminal as well. The columns are those of all rows, in the order in which they are met. */
export function markdown(rows: readonly TableRow[]): string {
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))]
  const cells = rows.map(row => columns.map(column => cell(row[column])))
  const widths = columns.map((column, at) => Math.max(3, column.length, ...cells.map(row => row[at]!.length)))
  const line = (texts: string[]): string => `| ${texts.map((text, at) => text.padEnd(widths[at]!)).join(' | ')} |`
  return [line(columns), `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`, ...cells.map(line)].join('\n')
}

function cell(value: TableRow[string]): string {
  if (value == null) return ''
  if (typeof value === 'string') return value
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(3)
}

/** Milliseconds as people read them. */
export function time(ms: number): string {
  if (ms < 1) return `${ms.toFixed(2)} ms`
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`
}

/** The middle one; of an even number the greater of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

/** How time grows with rows: t ~ n^growth. 1 is linear. */
export function growth(before: { rows: number; ms: number }, after: { rows: number; ms: number }): number {
  return Math.log(after.ms / before.ms) / Math.log(after.rows / before.rows)
}
