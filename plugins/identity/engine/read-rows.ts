import type { Table } from '@switchboard/core'
import type { DraftPart } from './draft.ts'
import { gather, gatherAll, gathering, plainCleaning, type Gathering } from './gather-rows.ts'
import type { BadRow, Cleaning, RawRows, RawValue } from './raw-rows.ts'
import { openReader, type OtherReader } from './read-rows-thread.ts'
import { tableOf } from './table.ts'
import { joinPool } from './text.ts'

export type { BadRow, Cleaning, RawValue, ReadField, RowCleaner } from './raw-rows.ts'

/** What was read, in the order in which it was added: the rows of the table and the bad ones are all there were. */
export interface ReadTable {
  table: Table
  /** For each row of the table the line it was added with. */
  lines: Int32Array
  bad: BadRow[]
}

/** Takes raw rows one by one, cleans them, and makes a table of them, in two threads when they are many. */
export interface RowReader {
  /**
   * The row is cleaned now or a little later: its values are not to be changed any more.
   * @param line the line of a file where the row begins, or any other number to know it by
   */
  add(line: number, values: readonly RawValue[]): void
  /** Lets the other thread begin: await it now and then, such as after every piece of a file. */
  ready(): Promise<void>
  /** @throws what the cleaner threw */
  end(): Promise<ReadTable>
}

/** When a second thread is worth its while. */
export interface ReadHow {
  /** It is started after so many rows, 20,000 unless told otherwise. 0: it is waited for, so that it does its part of however few. */
  alone?: number
  /** So many rows are handed over at once. */
  together?: number
}

/** Makes a reader. */
export async function readRows(
  cleaning: Cleaning,
  { alone = 20_000, together = 4096 }: ReadHow = {},
): Promise<RowReader> {
  const here = await gathering(plainCleaning(cleaning))
  const reading: Reading = { here, there: null, waiting: { lines: [], rows: [] }, parts: [] }
  let count = 0
  if (alone === 0) await begin(reading, cleaning).begun()
  return {
    add(line, values) {
      if (++count <= alone) return gather(here, line, values)
      if (reading.there === null) begin(reading, cleaning)
      reading.waiting.lines.push(line)
      reading.waiting.rows.push(values)
      if (reading.waiting.rows.length === together) handOver(reading)
    },
    ready: () => new Promise(resolve => setImmediate(resolve)),
    end: () => finish(reading),
  }
}

/** A part of the rows: of which thread, and which of its rows. `to` of the other thread's are known at the end. */
interface Piece {
  isHere: boolean
  from: number
  to: number
}

interface Reading {
  here: Gathering
  there: OtherReader | null
  waiting: RawRows
  parts: Piece[]
}

function begin(reading: Reading, cleaning: Cleaning): OtherReader {
  const there = openReader(plainCleaning(cleaning))
  reading.parts.push({ isHere: true, from: 0, to: reading.here.draft.count })
  reading.there = there
  return there
}

/** Hands the rows that wait to the other thread if it has time, and cleans them here otherwise. */
function handOver(reading: Reading): void {
  const { here, there, waiting, parts } = reading
  reading.waiting = { lines: [], rows: [] }
  if (there?.isFree()) {
    there.take(waiting)
    return void parts.push({ isHere: false, from: 0, to: 0 })
  }
  const [from, to] = gatherAll(here, waiting)
  parts.push({ isHere: true, from, to })
}

async function finish(reading: Reading): Promise<ReadTable> {
  const { here, there, waiting, parts } = reading
  const [from, to] = gatherAll(here, waiting)
  parts.push({ isHere: true, from, to })
  if (parts.length === 1) parts[0]!.from = 0
  const other = await there?.gathered()
  const moved = other ? joinPool(here.draft.pool, other.draft.pool) : 0
  const ranges = other?.ranges.values()
  const all = parts.map(({ isHere, from, to }) => {
    const range = isHere ? [from, to] : ranges!.next().value!
    return { draft: isHere ? here.draft : other!.draft, from: range[0]!, to: range[1]!, moved: isHere ? 0 : moved }
  })
  const table = tableOf(all, other ? there : null)
  await there?.end()
  const bad = [...here.bad, ...(other?.bad ?? [])].sort((one, another) => one.line - another.line)
  return { table, lines: linesOf(all, here, other?.lines), bad }
}

function linesOf(parts: readonly DraftPart[], here: Gathering, others: Int32Array | undefined): Int32Array {
  const lines = new Int32Array(parts.reduce((sum, { from, to }) => sum + to - from, 0))
  let at = 0
  for (const { draft, from, to } of parts) {
    lines.set((draft === here.draft ? here.lines : others!).subarray(from, to), at)
    at += to - from
  }
  return lines
}
