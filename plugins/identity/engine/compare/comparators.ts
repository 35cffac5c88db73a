import type { Comparator, Population, Table } from '@switchboard/core'
import { circle } from './circle.ts'
import { company, companyHidden } from './company.ts'
import { code, email, phone } from './contacts.ts'
import { date } from './date.ts'
import { familyName } from './family-name.ts'
import { givenName } from './given-name.ts'
import { exact, text, words } from './words.ts'

/** The comparators that every model can name; evidence of plugins adds others. */
export const comparators: Readonly<Record<string, Comparator>> = {
  givenName,
  familyName,
  circle,
  company,
  email,
  phone,
  date,
  code,
  words,
  text,
  exact,
}

/** A comparator, compiled as if the second row did not say its first name. */
export type CompileHidden = (
  table: Table,
  fields: readonly string[],
  population: Population,
) => (known: number, other: number, own: number) => number

/** Comparators of rows without a first name, by name: what they say of rows whose first name is hidden, so that they can be learned. */
export const hidden: Readonly<Record<string, CompileHidden>> = { company: companyHidden }
