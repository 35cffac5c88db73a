import type { Column, Population, Table } from '@switchboard/core'
import { familyName, familyNameLevels } from './family-name.ts'
import { columnOf, missing, ofEachValue } from './levels.ts'
import type { Asked } from './nameless.ts'
import { endOf, has, isStranger, startOf, usersOf, type Users } from './users.ts'

/** Who is seen at the contacts of a row without a name. The row itself and the one with the name do not count. */
export interface Seen {
  /** The most rows, at one contact, of those called as the one with the name. */
  alike: number
  /** How many of its contacts they use, or the one with the name does. */
  near: number
  /** The most rows of somebody else whom nothing that it says speaks against. */
  others: number
  /** How many of its contacts the nearest of them uses. */
  nearest: number
}

/** Makes the function that says who else could be the row without a name. What it returns is valid until it is called again. */
export function seenAround(
  table: Table,
  { first, last, contacts }: { first: string; last: string; contacts: readonly string[] },
  population: Population,
): (asked: Asked) => Seen {
  const names = { firsts: columnOf(table, first), lasts: columnOf(table, last) }
  const looks = contacts.map(field => {
    const column = columnOf(table, field)
    const generic = ofEachValue(column, text => (population.isGeneric?.(field, text) ? 1 : 0))
    return { users: usersOf(column, table.count, names), generic }
  })
  const isOther = isStranger(table, first, population)
  const look = looker({ ...names, isOther, isFitting: fitting(table, { first, last }, population) })
  return asked => {
    look.begin()
    for (const { users, generic } of looks) {
      const to = endOf(users.column, asked.other)
      for (let place = startOf(users.column, asked.other); place < to; place++)
        if (generic(users.column.ids[place]!) === 0) look.at(users, users.column.ids[place]!, asked)
    }
    return look.seen
  }
}

interface Looking {
  firsts: Column
  lasts: Column
  /** Whether two rows have first names of two people. */
  isOther(a: number, b: number): boolean
  /** Whether nothing speaks against a row without a name being another. */
  isFitting(nameless: number, other: number): boolean
}

interface Looker {
  seen: Seen
  begin(): void
  /** Counts who uses one value. */
  at(users: Users, value: number, asked: Asked): void
}

function looker({ firsts, lasts, isOther, isFitting }: Looking): Looker {
  const seen: Seen = { alike: 0, near: 0, others: 0, nearest: 0 }
  /** By first name how many contacts somebody else uses. */
  const uses = new Map<number, number>()
  const meet = (name: number, rows: number, metHere: number[]): void => {
    if (!metHere.includes(name)) uses.set(name, (uses.get(name) ?? 0) + 1)
    metHere.push(name)
    seen.others = Math.max(seen.others, rows)
    seen.nearest = Math.max(seen.nearest, uses.get(name)!)
  }
  const isOf = (one: number, row: number): boolean =>
    firsts.ids[one] === firsts.ids[row] && (lasts.ids[one]! < 0 || lasts.ids[one] === lasts.ids[row])
  const leftOf =
    (known: number, other: number) =>
    (row: number, count: number): number =>
      count - (isOf(other, row) ? 1 : 0) - (known >= 0 && isOf(known, row) ? 1 : 0)
  return {
    seen,
    begin() {
      uses.clear()
      Object.assign(seen, { alike: 0, near: 0, others: 0, nearest: 0 })
    },
    at({ column, start, rows, counts, endOf }, value, { known, other }) {
      const isKnownHere = has(column, known, value)
      let alike = isKnownHere ? 0 : -1
      const left = leftOf(isKnownHere ? known : -1, other)
      const met: number[] = []
      const end = endOf(value)
      for (let at = start[value]!; at < end; at++) {
        const row = rows[at]!
        const more = left(row, counts[at]!)
        if (more <= 0) continue
        if (!isOther(known, row)) alike = Math.max(alike, 0) + more
        else if (isFitting(other, row)) meet(firsts.ids[row]!, more, met)
      }
      if (alike < 0) return
      seen.near++
      seen.alike = Math.max(seen.alike, alike)
    },
  }
}

const otherName = familyNameLevels.indexOf('other') + 1

function fitting(
  table: Table,
  { first, last }: { first: string; last: string },
  population: Population,
): Looking['isFitting'] {
  const compareLasts = familyName.compile(table, [last, first], population)
  const firsts = columnOf(table, first)
  const lasts = columnOf(table, last)
  return (nameless, other) => {
    const level = compareLasts(nameless, other)
    const name = firsts.ids[nameless]!
    if (level === otherName || name < 0) return level !== otherName
    const text = firsts.text(name)
    // A single word may stand for the last name, but only for that of who has it.
    if (text.length > 1) return lasts.ids[nameless]! < 0 && level !== missing
    return firsts.text(firsts.ids[other]!).startsWith(text)
  }
}
