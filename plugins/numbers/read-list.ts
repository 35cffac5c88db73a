import { cleanPhone, day, after, type Region } from '@switchboard/core'
import { parse } from 'csv-parse/sync'

/** A number of a list, and a line that is none. */
export interface ReadList {
  rows: { number: string; reason: string; until: Date | null }[]
  bad: { line: number; text: string }[]
}

/** How a list is read. */
export interface ListSettings {
  region: Region
  /** Said where a line gives no reason. */
  reason: string
  /** Null: for good. */
  days: number | null
  now: Date
}

/** A list of numbers as text: one in each line, perhaps with a reason behind a comma; `#` begins a comment, a heading is passed by. Pure. */
export function readList(text: string, { region, reason, days, now }: ListSettings): ReadList {
  const until = days === null ? null : after(now, days * day)
  const read: ReadList = { rows: [], bad: [] }
  const lines = parse(text, {
    ...{
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
      comment: '#',
      info: true,
      bom: true,
    },
  }) as unknown as { record: string[]; info: { lines: number } }[]
  for (const [index, { record, info }] of lines.entries()) {
    const [written = '', why = ''] = record
    const number = cleanPhone(written, region)
    if (number) read.rows.push({ number, reason: why || reason, until })
    else if (index > 0 || /\d/.test(written)) read.bad.push({ line: info.lines, text: written.slice(0, 40) })
  }
  return read
}
