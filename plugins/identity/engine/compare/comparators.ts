import type { Comparator } from '@switchboard/core'
import { company } from './company.ts'
import { code, email, phone } from './contacts.ts'
import { date } from './date.ts'
import { familyName } from './family-name.ts'
import { givenName } from './given-name.ts'
import { mailbox } from './mailbox.ts'
import { exact, text, words } from './words.ts'

/** The comparators that every model can name; evidence of plugins adds others. */
export const comparators: Readonly<Record<string, Comparator>> = {
  givenName,
  familyName,
  company,
  mailbox,
  email,
  phone,
  date,
  code,
  words,
  text,
  exact,
}
