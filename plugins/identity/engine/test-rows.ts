import fc from 'fast-check'
import { tableBuilder, type Values } from './table.ts'
import type { Table } from '@switchboard/core'

const maybe = (...values: string[]) => fc.constantFrom(null, ...values)

/** The fields of `somebody`. For tests. */
export const fields = [{ name: 'first' }, { name: 'last' }, { name: 'email' }, { name: 'phone', many: true }]

/** A few names, emails and phones, so that many rows share some of them. For tests. */
export const somebody: fc.Arbitrary<Values> = fc.record({
  first: maybe('ann', 'bob', 'cy'),
  last: maybe('smith', 'lee', 'łukasz'),
  email: maybe('a@x.example', 'b@x.example', 'c@x.example', 'd@x.example'),
  phone: fc.array(fc.constantFrom('+61412345678', '+61412345679', '+61412345670'), { maxLength: 3 }),
})

/** A crowd, and the same crowd in another order: `order[i]` is where the i-th of the second stood in the first. For tests. */
export const shuffled = fc
  .array(somebody, { maxLength: 25 })
  .chain(rows => fc.tuple(fc.constant(rows), fc.shuffledSubarray([...rows.keys()], { minLength: rows.length })))

/** A table of rows. For tests. */
export function tableOfRows(rows: readonly Values[]): Table {
  const builder = tableBuilder(fields)
  for (const row of rows) builder.add(row)
  return builder.build()
}

/** The values of a row's field. For tests. */
export function textsOf(table: Table, row: number, field: string): string[] {
  const { ids, start, text } = table.fields[field]!
  const all = start ? ids.slice(start[row], start[row + 1]) : ids.slice(row, row + 1)
  return Array.from(
    all.filter(id => id >= 0),
    id => text(id),
  )
}
