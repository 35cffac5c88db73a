import { addRow, draft, shared, type Draft } from './draft.ts'
import type { BadRow, Cleaning, RawRows, RawValue, RowCleaner } from './raw-rows.ts'

/** Rows that one thread has cleaned. */
export interface Gathering {
  cleaner: RowCleaner
  draft: Draft
  /** The line of each row of the draft. */
  lines: Int32Array
  bad: BadRow[]
}

/** Makes the cleaner of this thread. */
export async function gathering({ module, options }: { module: string; options: unknown }): Promise<Gathering> {
  const { rowCleaner } = (await import(module)) as { rowCleaner(options: unknown): RowCleaner }
  const cleaner = rowCleaner(options)
  return { cleaner, draft: draft(cleaner.fields), lines: new Int32Array(shared(1 << 10)), bad: [] }
}

/** What another thread is told, to make a cleaner of its own. */
export function plainCleaning({ module, options }: Cleaning): { module: string; options: unknown } {
  return { module: module.href, options }
}

/** Cleans a row. */
export function gather(gathering: Gathering, line: number, values: readonly RawValue[]): void {
  const { cleaner, draft } = gathering
  const cleaned = cleaner.clean(values)
  if (typeof cleaned === 'string') return void gathering.bad.push({ line, problem: cleaned })
  if (draft.count === gathering.lines.length) {
    const more = new Int32Array(shared(draft.count * 2))
    more.set(gathering.lines)
    gathering.lines = more
  }
  gathering.lines[draft.count] = line
  addRow(draft, cleaned)
}

/** Cleans many rows. @returns which rows of the draft they are: from the first up to the second */
export function gatherAll(gathering: Gathering, { lines, rows }: RawRows): [number, number] {
  const from = gathering.draft.count
  for (let at = 0; at < rows.length; at++) gather(gathering, lines[at]!, rows[at]!)
  return [from, gathering.draft.count]
}
