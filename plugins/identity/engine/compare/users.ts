import type { Column } from '@switchboard/core'
import { endOf, startOf } from '../column.ts'

/** Who uses each value of a contact: for value v the names from `start[v]` up to `endOf(v)`; none where they say nothing. */
export interface Users {
  column: Column
  /** One row of each first and last name, and how many have it: who gives no last name is counted with those who do. */
  rows: Int32Array
  counts: Int32Array
  start: Int32Array
  /** Counts them where nobody has asked before: few are ever asked about. */
  endOf(value: number): number
  /** Whether so many use a value that it is hardly one household's: none of them is listed. */
  isCrowd(value: number): boolean
}

interface Names {
  firsts: Column
  lasts: Column
}

/** A contact with more names is hardly one household's. */
const mostNames = 12

/** Counts who uses each value of a contact, by name; rows without a first name count for nobody. */
export function usersOf(
  column: Column,
  count: number,
  { names, sameAs = () => 1 }: { names: Names; sameAs?(row: number): number },
): Users {
  const { start, rows: members } = rowsByValue(column, count, names.firsts)
  const groups = { rows: new Int32Array(members.length), counts: new Int32Array(members.length) }
  const ends = new Int32Array(column.size).fill(-1)
  const endOf = (value: number): number => {
    if (ends[value] === -1)
      ends[value] = addGroups(
        { ...groups, sameAs },
        names,
        start[value]!,
        members.subarray(start[value], start[value + 1]),
      )
    return ends[value]!
  }
  return {
    column,
    start,
    ...groups,
    endOf,
    isCrowd: value => endOf(value) === start[value] && start[value + 1] !== start[value],
  }
}

type Groups = Pick<Users, 'rows' | 'counts'>
type Counting = Groups & { sameAs(row: number): number }

/** Adds those who use one value. @returns where they end */
function addGroups({ rows, counts, sameAs }: Counting, names: Names, from: number, members: Int32Array): number {
  const { firsts, lasts } = names
  let used = from
  for (const row of members) {
    let place = from
    while (place < used && (firsts.ids[rows[place]!] !== firsts.ids[row] || lasts.ids[rows[place]!] !== lasts.ids[row]))
      place++
    if (place === used) rows[used++] = row
    counts[place]! += sameAs(row)
    if (used - from <= mostNames) continue
    counts.fill(0, from, used)
    return from
  }
  const hasUnnamed = rows.subarray(from, used).some(row => lasts.ids[row]! < 0)
  return hasUnnamed && used - from > 1 ? foldUnnamed({ rows, counts }, names, from, used) : used
}

/** Who gives no last name may be any of those with the first name who do: counted with each of them. */
function foldUnnamed({ rows, counts }: Groups, { firsts, lasts }: Names, from: number, to: number): number {
  const all = Array.from(rows.subarray(from, to), (row, at) => ({ row, count: counts[from + at]! }))
  const isNamed = ({ row }: { row: number }): boolean => lasts.ids[row]! >= 0
  counts.fill(0, from, to)
  let kept = from
  for (const one of all) {
    const namesakes = all.filter(other => firsts.ids[other.row] === firsts.ids[one.row])
    const unnamed = namesakes.find(other => !isNamed(other))
    if (!isNamed(one) && namesakes.some(isNamed)) continue
    rows[kept] = one.row
    counts[kept++] = one.count + (isNamed(one) ? (unnamed?.count ?? 0) : 0)
  }
  return kept
}

/** The rows with a first name that have each value. */
function rowsByValue(column: Column, count: number, firsts: Column): { start: Int32Array; rows: Int32Array } {
  const { ids, size } = column
  const start = new Int32Array(size + 2)
  for (let row = 0; row < count; row++) {
    const to = firsts.ids[row]! < 0 ? 0 : endOf(column, row)
    for (let place = startOf(column, row); place < to; place++) start[ids[place]! + 2]!++
  }
  for (let at = 2; at < start.length; at++) start[at]! += start[at - 1]!
  const rows = new Int32Array(start[size + 1]!)
  for (let row = 0; row < count; row++) {
    const to = firsts.ids[row]! < 0 ? 0 : endOf(column, row)
    for (let place = startOf(column, row); place < to; place++) rows[start[ids[place]! + 1]!++] = row
  }
  return { start, rows }
}
