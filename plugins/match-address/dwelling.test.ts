import fc from 'fast-check'
import { test } from 'tap'
import { dwellingLevels, dwellings } from './dwelling.ts'
import { cleanStreet } from './street.ts'
import { nobody, tableOf } from './test-table.ts'

const fields = ['street', 'postcode']

test('the closer two addresses are, the better the level', t => {
  t.equal(level('3/12 High St, 2204', 'Unit 3, 12 High Street, 2204'), 'equal')
  t.equal(level('PO Box 7, 2204', 'P.O. Box 7, 2204'), 'equal')
  t.equal(level('12 Marrickville Rd, 2204', '12 Marickville Rd, 2204'), 'close', 'a slip in the street')
  t.equal(level('12 High St, 2204', '12 High, 2204'), 'close', 'its kind left out')
  t.equal(level('12 High St, 2204', '12 High St, 2203'), 'close', 'the next postcode')
  t.equal(level('3/12 High St, 2204', '12 High St, 2204'), 'building', 'a unit unsaid')
  t.equal(level('3/12 High St, 2204', '4/12 High St, 2204'), 'building', 'another unit')
  t.equal(level('12a High St, 2204', '12-14 High St, 2204'), 'close', 'by the same gate')
  t.equal(level('12 High St', '12 High St, 2204'), 'building', 'a postcode unsaid')
  t.equal(level('12 High St, 2204', '14 High St, 2204'), 'street')
  t.equal(level('High St, 2204', 'High St, 2204'), 'street', 'no house number')
  t.equal(level('12 High St, 2204', '12 Low Rd, 2204'), 'postcode')
  t.equal(level('12 High St, 2204', '12 High St, 7000'), 'other', 'every town has a High Street')
  t.equal(level('12 High St', '99 High St'), 'other', 'in towns unsaid')
  t.equal(level('PO Box 7, 2204', 'PO Box 8, 7000'), 'other')
  t.equal(level('12 Fifth St, 2204', '12 5th St, 2204'), 'postcode')
  t.equal(level('12 5th St, 2204', '12 6th St, 2204'), 'postcode', 'a number is no slip of another')
  t.end()
})

test('a post box says nothing against a street: people have both', t => {
  t.equal(level('PO Box 7, 2204', '12 High St, 7000'), null)
  t.equal(level('PO Box 7', '12 High St, 7000'), null)
  t.equal(level('PO Box 7, 2204', '12 High St, 2204'), 'postcode')
  t.end()
})

test('what is missing is no evidence', t => {
  t.equal(level('', '12 High St, 2204'), null)
  t.equal(level(', 2204', ', 2204'), 'postcode')
  t.equal(level(', 2204', '12 High St, 7000'), 'other')
  t.equal(level('12 High St', ', 2204'), null)
  const compare = dwellings.compile(tableOf([{ last: 'a' }, { last: 'b' }]), fields, nobody)
  t.equal(compare(0, 1), 0, 'a table without addresses')
  t.end()
})

test('a door tells nothing of people whose first names are not one', t => {
  const rows = ['mia', 'm', 'omar', 'maria', undefined].map(first => ({
    street: '12 high street',
    postcode: '2204',
    first,
  }))
  const compare = dwellings.compile(tableOf(rows), [...fields, 'first'], {
    ...nobody,
    isAlias: (one, other) => [one, other].sort().join() === 'maria,omar',
  })
  t.strictSame(
    [compare(0, 1), compare(0, 2), compare(2, 3), compare(3, 2), compare(0, 4), compare(4, 4)],
    [1, 0, 1, 1, 0, 0],
  )
  const several = tableOf([{ ...rows[0], first: 'omar|mia' }, { ...rows[0], first: 'm' }, { ...rows[4] }], true)
  const each = dwellings.compile(several, [...fields, 'first'], nobody)
  t.strictSame([each(0, 1), each(0, 2)], [1, 0])
  t.end()
})

test('of several addresses the closest two count', t => {
  const rows = [
    { street: '12 high street|po box 7', postcode: '2204|7000' },
    { street: 'po box 7', postcode: '7000' },
    {},
  ]
  const compare = dwellings.compile(tableOf(rows, true), fields, nobody)
  t.strictSame([compare(0, 1), compare(1, 0), compare(0, 2)], [1, 1, 0])
  t.end()
})

const part = fc.constantFrom(
  '12 high street',
  '3/12 high street',
  '14 high street',
  'high street',
  'hihg street',
  'po box 7',
  '12 a',
  '',
  'ß/9',
)
const code = fc.constantFrom('2204', '2203', '7000', '')
const row = fc.record({ street: fc.oneof(part, fc.string({ unit: 'binary' })), postcode: code })

test('the order of two rows does not matter, every level is one that has a name, and no text is an error', t => {
  fc.assert(
    fc.property(row, row, (one, other) => {
      const compare = dwellings.compile(tableOf([one, other]), fields, nobody)
      const found = compare(0, 1)
      return found === compare(1, 0) && found >= 0 && found <= dwellingLevels.length && Number.isInteger(found)
    }),
    { numRuns: 3000 },
  )
  t.end()
})

test('a row is at its own door, when it says which', t => {
  fc.assert(
    fc.property(fc.nat(999), fc.constantFrom('High St', 'Rue X', 'Ring'), code, (number, name, postcode) => {
      const row = { street: cleanStreet(`${number} ${name}`)!, postcode }
      return dwellings.compile(tableOf([row, row]), fields, nobody)(0, 1) === (postcode === '' ? 3 : 1)
    }),
  )
  t.end()
})

/** The level of two addresses, each written "street, postcode"; null where it is missing. */
function level(one: string, other: string): string | null {
  const rows = [one, other].map(text => {
    const [, street, postcode] = /^(.*?)(?:, (\d{4}))?$/.exec(text)!
    return { street: cleanStreet(street) ?? '', postcode: postcode ?? '' }
  })
  const found = dwellings.compile(tableOf(rows), fields, nobody)(0, 1)
  return dwellingLevels[found - 1] ?? null
}
