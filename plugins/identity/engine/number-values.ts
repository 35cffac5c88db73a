import { joined } from './hash.ts'
import { shared, type DraftColumn, type DraftPart } from './draft.ts'
import { numberOf, numbering, type Numbering } from './numbering.ts'
import type { SharedColumn } from './shared-table.ts'
import { isSameText, readText, viewsOf } from './text.ts'

/** The values of one field, and where their numbers go. All memory is shared, and each field has its own. */
export interface FieldToNumber {
  entries: Entries[]
  isLabel: boolean
  /** Where each row's values began when they were gathered; null where every row has one. */
  starts: { start: Int32Array; from: number; to: number }[] | null
  /** How many numbers are given is in `size[0]`, how many of `ids` are used in `size[1]`. */
  size: Int32Array
  column: Omit<SharedColumn, 'size'>
}

/** The entries of one field in one part. */
interface Entries extends Pick<DraftColumn, 'at' | 'low' | 'high'> {
  from: number
  to: number
  /** How far its texts were moved. */
  moved: number
}

/** The different values that were met: by number where the text lies, and its hash. */
type Values = Pick<SharedColumn, 'words' | 'textAt' | 'hash'> & { numbers: Numbering }

/** Makes room for the numbers of a field. */
export function toNumber(parts: readonly DraftPart[], field: number): FieldToNumber {
  const { draft } = parts[0]!
  const { many, isLabel } = draft.columns[field]!
  const entries = parts.map(part => entriesOf(part, field))
  const starts = parts.map(({ draft, from, to }) => ({ start: draft.columns[field]!.start, from, to }))
  const count = entries.reduce((sum, { from, to }) => sum + to - from, 0)
  const rows = parts.reduce((sum, { from, to }) => sum + to - from, 0)
  const column = {
    ids: new Int32Array(shared(count)),
    start: many ? new Int32Array(shared(rows + 1)) : null,
    hash: new Float64Array(shared(count * 2)),
    textAt: new Uint32Array(shared(count)),
    words: draft.pool.words,
  }
  return { entries, isLabel, starts: many ? starts : null, size: new Int32Array(shared(2)), column }
}

/** Gives every value of a field a number, in the order in which they are met; the same text has the same number. */
export function numberValues({ entries, isLabel, starts, size, column }: FieldToNumber): void {
  const values: Values = { numbers: numbering(), ...column }
  const ids = starts === null ? column.ids : new Int32Array(column.ids.length)
  let at = 0
  for (const some of entries) {
    const own = ids.subarray(at, (at += some.to - some.from))
    if (isLabel) label(values, some, own)
    else number(values, some, own)
  }
  size[0] = values.numbers.size
  size[1] = starts === null ? at : settleAll(column, ids, starts)
}

/** The column of a field that is numbered. */
export function numberedColumn({ size, column }: FieldToNumber): SharedColumn {
  const [values, ids] = [size[0]!, size[1]!]
  const { textAt, hash } = column
  return {
    ...{ ...column, size: values },
    ...{ ids: column.ids.subarray(0, ids), textAt: textAt.subarray(0, values), hash: hash.subarray(0, values) },
  }
}

function entriesOf({ draft, from, to, moved }: DraftPart, field: number): Entries {
  const { many, start, at, low, high } = draft.columns[field]!
  return { at, low, high, moved, from: many ? start[from]! : from, to: many ? start[to]! : to }
}

function number(values: Values, { at, low, high, from, moved }: Entries, ids: Int32Array): void {
  const { numbers, words, textAt, hash } = values
  const isSame = (id: number, text: number): boolean => {
    const other = textAt[id]!
    return other === text || isSameText(words, other, text)
  }
  for (let entry = 0; entry < ids.length; entry++) {
    const text = at[from + entry]!
    const { size } = numbers
    const id = text === 0 ? -1 : numberOf(numbers, low[from + entry]!, text + moved, isSame)
    ids[entry] = id
    if (id !== size) continue
    textAt[id] = text + moved
    hash[id] = joined(low[from + entry]!, high[from + entry]!)
  }
}

function label({ numbers, textAt, hash }: Values, { at, low, high, from, moved }: Entries, ids: Int32Array): void {
  for (let entry = 0; entry < ids.length; entry++) {
    const text = at[from + entry]!
    const id = text === 0 ? -1 : numbers.size++
    ids[entry] = id
    if (id < 0) continue
    textAt[id] = text + moved
    hash[id] = joined(low[from + entry]!, high[from + entry]!)
  }
}

/** Settles where each row's values begin, each value once and in the order of their hashes. @returns how many there are */
function settleAll(
  column: FieldToNumber['column'],
  ids: Int32Array,
  starts: NonNullable<FieldToNumber['starts']>,
): number {
  let [row, read, write] = [0, 0, 0]
  for (const { start, from, to } of starts)
    for (let at = from; at < to; at++) {
      const end = read + start[at + 1]! - start[at]!
      const first = write
      for (; read < end; read++) write = settle(column, ids[read]!, first, write)
      column.start![++row] = write
    }
  return write
}

/** Puts a value among those of its row, from `first` up to `end`, unless it is there. @returns where they end now */
function settle(column: FieldToNumber['column'], id: number, first: number, end: number): number {
  const { ids } = column
  let place = end
  while (place > first && isAfter(column, ids[place - 1]!, id)) place--
  if (place > first && ids[place - 1] === id) return end
  if (place < end) ids.copyWithin(place + 1, place, end)
  ids[place] = id
  return end + 1
}

/** Whether a value comes after another: by hash, and where two texts have one hash, by text. */
function isAfter({ hash, words, textAt }: FieldToNumber['column'], one: number, other: number): boolean {
  if (one === other || hash[one] !== hash[other]) return hash[one]! > hash[other]!
  const pool = viewsOf(words)
  return readText(pool, textAt[one]!) > readText(pool, textAt[other]!)
}
