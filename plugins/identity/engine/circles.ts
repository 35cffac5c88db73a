import type { Column, Table } from '@switchboard/core'
import { countsOf, endOf, startOf } from './column.ts'
import { joined, rootOf, unions } from './unions.ts'

/** A contact with more users connects nobody, and a circle of more rows is no household's. */
const mostUsers = 12
const mostRows = 64

/**
 * Who is connected over contacts, however many others are between: for each row the least row of its circle, −1 where it is alone, or
 * in one that is too large to be a household's.
 */
export function circlesOf(
  { count, fields }: Table,
  contacts: readonly string[],
  isGeneric: (field: string, text: string) => boolean,
): Int32Array {
  const circle = unions(count)
  for (const field of contacts) connect(circle, field, { column: fields[field]!, isGeneric })
  const sizes = new Int32Array(count)
  for (let row = 0; row < count; row++) sizes[(circle[row] = rootOf(circle, row))]!++
  return circle.map(root => (sizes[root]! > 1 && sizes[root]! <= mostRows ? root : -1))
}

function connect(
  circle: Int32Array,
  field: string,
  { column, isGeneric }: { column: Column; isGeneric(field: string, text: string): boolean },
): void {
  const users = countsOf(column, circle.length)
  const first = new Int32Array(column.size).fill(-1)
  const connects = (value: number): boolean =>
    users[value]! > 1 && users[value]! <= mostUsers && !isGeneric(field, column.text(value))
  for (let row = 0; row < circle.length; row++) {
    const to = endOf(column, row)
    for (let at = startOf(column, row); at < to; at++) {
      const value = column.ids[at]!
      if (first[value] !== -1) joined(circle, first[value]!, row)
      else if (connects(value)) first[value] = row
    }
  }
}
