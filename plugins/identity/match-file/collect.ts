import type { FileColumns } from './columns.ts'
import { integers } from './integers.ts'
import { numbering, type Numbering } from './numbering.ts'
import type { RowSink, Value } from './row-sink.ts'

/** A row that was left out, and why. */
export interface Skipped {
  line: number
  because: string
}

/** What a file says besides what is matched. Rows are counted from 0, without those that were skipped. */
export interface Labels {
  /** The id of each row: the number of a row is that of its id. */
  ids: Numbering
  /** The line each row begins in. */
  lines: Int32Array
  /** The person of each row by the truth, numbered; −1 is not known. Empty where there is no truth. */
  persons: Int32Array
  /** Rows that say whose partner they are: two rows that are two people. */
  partners: [row: number, of: number][]
  skipped: Skipped[]
  /** What is odd and no reason to leave a row out. */
  notes: string[]
}

/** Takes what is matched of a row. */
export type TakeRow = (row: number, values: readonly Value[]) => void

/** Longer values are mistakes: of a program that wrote a page into a name. */
const longestValue = 1000
const controls = /(?![\t\n\r])\p{Cc}/u

/** A sink that checks each row, keeps its labels, and hands on what is matched. `labels` is for after the last row. */
export function collect(columns: FileColumns, take: TakeRow): RowSink & { labels(): Labels } {
  const ids = numbering()
  const persons = numbering()
  const [lines, personOf] = [integers(), integers()]
  const partners = new Map<number, string>()
  const skipped: Skipped[] = []
  const met = columns.wanted.map(() => false)
  let notes: string[] | null = null
  const skip = (line: number, because: string): void => void skipped.push({ line, because })
  return {
    ...{ wanted: columns.wanted, shown: columns.shown },
    header(names) {
      notes = columns.check(names)
    },
    skip,
    row(line, values, isPlain) {
      if (notes === null) for (let at = 0; at < values.length; at++) met[at] ||= values[at] !== null
      const wrong = faultOf(columns.shown, values, isPlain)
      if (wrong !== null) return skip(line, wrong)
      const id = idOf(columns, values)
      if (id === '') return skip(line, 'it has no id')
      const row = lines.count
      const known = ids.add(id)
      if (known < row) return skip(line, `the id ${id} is that of line ${lines.at(known)} already`)
      lines.push(line)
      if (columns.truth !== -1) personOf.push(numberOf(persons, labelOf(values[columns.truth])))
      const partner = labelOf(values[columns.partner])
      if (partner !== '') partners.set(row, partner)
      values.length = columns.matched
      take(row, values)
    },
    labels() {
      const all = notes ?? columns.check(columns.shown.filter((_, at) => met[at]))
      const found = resolve(partners, ids, lines.all())
      return {
        ...{ ids, lines: lines.all(), persons: personOf.all(), partners: found.partners, skipped },
        notes: [...all, ...found.notes],
      }
    },
  }
}

/** What is wrong with a row's values, if anything. */
function faultOf(shown: readonly string[], values: readonly Value[], isPlain: boolean): string | null {
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    if (value == null || value === '') continue
    const fault = typeof value === 'string' ? textFault(value, isPlain) : listFault(value)
    if (fault !== null) return `${shown[at]} ${fault}`
  }
  return null
}

function listFault(texts: readonly string[]): string | null {
  if (texts.length > longestValue) return `has ${texts.length} values (at most ${longestValue})`
  return texts.map(text => textFault(text, false)).find(fault => fault !== null) ?? null
}

function textFault(text: string, isPlain: boolean): string | null {
  if (text.length > longestValue) return `is ${text.length} characters long (at most ${longestValue})`
  const control = isPlain ? null : controls.exec(text)
  return (
    control && `has a control character (U+${control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')})`
  )
}

function idOf({ ids }: FileColumns, values: readonly Value[]): string {
  for (const place of ids) {
    const id = labelOf(values[place])
    if (id !== '') return id
  }
  return ''
}

function numberOf(persons: Numbering, person: string): number {
  return person === '' ? -1 : persons.add(person)
}

function labelOf(value: Value | undefined): string {
  if (value == null) return ''
  return (typeof value === 'string' ? value : (value[0] ?? '')).trim()
}

/** Turns ids of partners into rows: a partner may come later in the file. */
function resolve(
  partners: ReadonlyMap<number, string>,
  ids: Numbering,
  lines: Int32Array,
): Pick<Labels, 'partners' | 'notes'> {
  const found: Labels['partners'] = []
  const lost: string[] = []
  for (const [row, id] of partners) {
    const of = ids.find(id)
    if (of === -1) lost.push(`line ${lines[row]}: partner_of ${id}, which no row has: nothing is kept apart by it`)
    else if (of !== row) found.push([row, of])
  }
  return {
    partners: found,
    notes: lost.length > 20 ? [...lost.slice(0, 20), `and ${lost.length - 20} more whose partner is no row`] : lost,
  }
}
