import type { Column, Comparator, Population, Table } from '@switchboard/core'
import { givenName, givenNameLevels } from './given-name.ts'
import { columnOf, missing, ofEachValue, type CompareValues } from './levels.ts'

/** Who else uses the contacts of two rows, by level; missing is nobody with a first name. */
export const companyLevels = ['many alike', 'some alike', 'one alike', 'some others', 'mostly others'] as const

const [manyAlike, someAlike, oneAlike, someOthers, mostlyOthers] = [1, 2, 3, 4, 5]

/** A contact with more first names is hardly one household's, and says nothing. */
const mostNames = 12
const conflict = givenNameLevels.indexOf('conflict') + 1

/**
 * Fields: first name, then contacts. Whether those who use the contacts of two rows are called as one of the two is, or
 * otherwise. A row without a first name is most likely one more of the only person seen there, and hardly so where two are seen.
 * The two rows themselves do not count.
 */
export const company: Comparator = {
  levels: companyLevels,
  compile: (table, [first, ...contacts], population) => {
    const firsts = columnOf(table, first!)
    const conflicts = conflictsOf(table, first!, population)
    const seen = { alike: 0, others: 0 }
    const looks = contacts.map(field => {
      const column = columnOf(table, field)
      const generic = ofEachValue(column, text => (population.isGeneric?.(field, text) ? 1 : 0))
      return lookAt(usersOf(column, table.count, firsts), { firsts: firsts.ids, conflicts, generic, seen })
    })
    return (a, b) => {
      const known = knownOf(firsts, a, b)
      if (known < 0) return missing
      seen.alike = 0
      seen.others = 0
      for (const look of looks) {
        look(a, b, known)
        look(b, a, known)
      }
      return levelOf(seen)
    }
  },
}

interface Seen {
  alike: number
  others: number
}

function levelOf({ alike, others }: Seen): number {
  if (others > 0) return others > alike ? mostlyOthers! : someOthers!
  if (alike < 2) return alike === 0 ? missing : oneAlike!
  return alike < 4 ? someAlike! : manyAlike!
}

/** The row whose name the others are held against: of two with a name the one whose name comes first by its hash. */
function knownOf({ ids, hash }: Column, a: number, b: number): number {
  if (ids[a]! < 0 || ids[b]! < 0) return ids[a]! >= 0 ? a : ids[b]! >= 0 ? b : -1
  return ids[a] === ids[b] || hash[ids[a]!]! <= hash[ids[b]!]! ? a : b
}

/** Whether two rows conflict by first name alone, which any row of that name stands for. */
function conflictsOf(table: Table, first: string, population: Population): CompareValues {
  const compare = givenName.compile(table, [first], population)
  return (a, b) => (compare(a, b) === conflict ? 1 : 0)
}

/** Who uses each value: for value v the first names from `start[v]` up to `start[v + 1]`; none where they say nothing. */
interface Users {
  column: Column
  start: Int32Array
  /** One row of each name, and how many have it. */
  rows: Int32Array
  counts: Int32Array
}

interface Looking {
  /** The first name of each row. */
  firsts: Int32Array
  conflicts: CompareValues
  /** 1 for contacts that are everybody's. */
  generic(value: number): number
  /** The most seen at any contact of two rows. */
  seen: Seen
}

/** Counts who is seen at the contacts of a row, whose other row and whose row with a known name are given. */
function lookAt(
  { column, start, rows, counts }: Users,
  { firsts, conflicts, generic, seen }: Looking,
): (row: number, other: number, known: number) => void {
  const { ids } = column
  // oxlint-disable-next-line complexity -- asked of every pair: two loops without an object
  return (row, other, known) => {
    const to = endOf(column, row)
    for (let place = startOf(column, row); place < to; place++) {
      const value = ids[place]!
      const end = start[value + 1]!
      if (start[value] === end) continue
      const also = firsts[other]! >= 0 && has(column, other, value) ? firsts[other]! : -1
      let alike = 0
      let others = 0
      for (let at = start[value]!; at < end; at++) {
        const name = firsts[rows[at]!]!
        const left = counts[at]! - (firsts[row] === name ? 1 : 0) - (also === name ? 1 : 0)
        if (left <= 0) continue
        if (firsts[known] !== name && conflicts(known, rows[at]!) === 1) others += left
        else alike += left
      }
      if (alike + others === 0 || generic(value) === 1) continue
      if (alike > seen.alike) seen.alike = alike
      if (others > seen.others) seen.others = others
    }
  }
}

function startOf({ start }: Column, row: number): number {
  return start ? start[row]! : row
}

function endOf({ ids, start }: Column, row: number): number {
  return start ? start[row + 1]! : ids[row]! < 0 ? row : row + 1
}

function has(column: Column, row: number, value: number): boolean {
  const to = endOf(column, row)
  for (let place = startOf(column, row); place < to; place++) if (column.ids[place] === value) return true
  return false
}

function usersOf(column: Column, count: number, firsts: Column): Users {
  const byValue = rowsByValue(column, count, firsts)
  const start = new Int32Array(column.size + 1)
  const rows = new Int32Array(byValue.rows.length)
  const counts = new Int32Array(byValue.rows.length)
  let used = 0
  for (let value = 0; value < column.size; value++) {
    const from = used
    const end = byValue.start[value + 1]!
    for (let at = byValue.start[value]!; at < end && used - from <= mostNames; at++) {
      const row = byValue.rows[at]!
      let place = from
      while (place < used && firsts.ids[rows[place]!] !== firsts.ids[row]) place++
      if (place === used) rows[used++] = row
      counts[place]!++
    }
    if (used - from > mostNames) used = forgotten(counts, from, used)
    start[value + 1] = used
  }
  return { column, start, rows, counts }
}

function forgotten(counts: Int32Array, from: number, to: number): number {
  counts.fill(0, from, to)
  return from
}

/** The rows with a first name that have each value. */
function rowsByValue(column: Column, count: number, firsts: Column): { start: Int32Array; rows: Int32Array } {
  const { ids } = column
  const start = new Int32Array(column.size + 2)
  for (let row = 0; row < count; row++) {
    const to = firsts.ids[row]! < 0 ? 0 : endOf(column, row)
    for (let place = startOf(column, row); place < to; place++) start[ids[place]! + 2]!++
  }
  for (let at = 2; at < start.length; at++) start[at]! += start[at - 1]!
  const rows = new Int32Array(start[column.size + 1]!)
  for (let row = 0; row < count; row++) {
    const to = firsts.ids[row]! < 0 ? 0 : endOf(column, row)
    for (let place = startOf(column, row); place < to; place++) rows[start[ids[place]! + 1]!++] = row
  }
  return { start, rows }
}
