import t from 'tap'
import { rowCleaner, type FileField } from './row-cleaner.ts'

/** Cleans one row, given by column. */
function cleaned(
  fields: Record<string, FileField>,
  row: Record<string, string | readonly string[] | null>,
  region = 'AU',
) {
  return rowCleaner({ fields, columns: Object.keys(row), region }).clean(Object.values(row))
}

const names = {
  first: { clean: 'firstName', columns: ['firstname'] },
  last: { clean: 'lastName', columns: ['lastname'] },
  suffix: { clean: 'suffix', columns: ['lastname'] },
}

t.test('first and last name are read together, and of the whole name where both are empty', async t => {
  const row = { firstname: ' Dr Zoë ', lastname: 'O’Brien Jr', name: 'Somebody Else' }
  t.same(cleaned(names, row), { first: 'zoe', last: 'obrien', suffix: 'jr' })
  t.same(cleaned(names, { firstname: '', lastname: ' ', name: 'van der Berg, Anna' }), {
    first: 'anna',
    last: 'van der berg',
    suffix: null,
  })
  t.same(cleaned(names, { firstname: null, lastname: null, name: null }), { first: null, last: null, suffix: null })
})

t.test('a column that first and last name both list holds the whole name', async t => {
  const fields = {
    first: { clean: 'firstName', columns: ['given', 'whole'] },
    last: { clean: 'lastName', columns: ['whole'] },
  }
  t.same(cleaned(fields, { given: '', whole: 'Ann Lee' }), { first: 'ann', last: 'lee' })
  t.same(cleaned(fields, { given: 'Bea', whole: 'Ann Lee' }), { first: 'bea', last: null })
})

t.test('of several columns the first that holds something wins; where a field is many, all of them', async t => {
  const row = {
    email: 'n/a',
    mail: 'Jane.Doe+x@GMAIL.com',
    phone: '0491 570 006; 0491 570 156',
    mobile: ['0491 570 157', ''],
  }
  const fields = {
    email: { clean: 'email', columns: ['email', 'mail'] },
    phone: { clean: 'phone', columns: ['phone', 'mobile'], many: true },
  }
  t.same(cleaned(fields, row), { email: 'janedoe@gmail.com', phone: ['+61491570006', '+61491570156', '+61491570157'] })
})

t.test('dates, codes, words, text and numbers each have one spelling', async t => {
  const fields = Object.fromEntries(
    ['date', 'code', 'words', 'text', 'number'].map(clean => [clean, { clean, columns: [clean] }]),
  )
  const row = {
    date: '31/12/1978',
    code: ' NV-112 233 ',
    words: '  St. John’s   Rd ',
    text: 'Ä  b',
    number: '1,200.50',
  }
  t.same(cleaned(fields, row), {
    date: '19781231',
    code: 'nv112233',
    words: 'st johns rd',
    text: 'ä b',
    number: '1200.5',
  })
  t.same(cleaned(fields, { date: 'spring', code: '-', words: '', text: ' ', number: 'x' }), {
    date: 'spring',
    code: null,
    words: null,
    text: null,
    number: null,
  })
})

t.test('a phone without a country code is from the region', async t => {
  const fields = { phone: { clean: 'phone', columns: ['phone'] } }
  t.same(cleaned(fields, { phone: '021 123 4567' }, 'NZ'), { phone: '+64211234567' })
})
