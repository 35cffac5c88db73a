import type { Comparator } from '@switchboard/core'
import fc from 'fast-check'
import { test } from 'tap'
import { columnTable, populationOf, tableOf, type TestPerson } from '../test-people.ts'
import { comparators } from './comparators.ts'
import { readDate } from './date.ts'

const known = populationOf(
  ['john', 'jane', 'maria', 'robert', 'bob', 'sara', 'sarah', 'thomas', 'gabriel', 'davis', 'peter'],
  ['robert bob'],
)
const one = fc.string({ unit: fc.constantFrom('a', 'b', '1', '2', '@', '.', ' ', '-'), minLength: 1, maxLength: 10 })

/** The level of two values of one field. */
function level(by: string, a: string, b: string): string {
  const comparator = comparators[by]!
  return named(comparator, comparator.compile(columnTable([a, b]), ['value'], known)(0, 1))
}

/** The level of two people. */
function between(by: string, fields: string[], a: TestPerson, b: TestPerson): string {
  const comparator = comparators[by]!
  return named(comparator, comparator.compile(tableOf([a, b]), fields, known)(0, 1))
}

function named({ levels }: Comparator, place: number): string {
  return place === 0 ? 'missing' : levels[place - 1]!
}

test('every comparator says the same from both sides, has a name for what it says, and says equal of what is equal alone', t => {
  const simple = Object.entries(comparators).filter(([name]) => name !== 'company' && name !== 'mailbox')
  for (const [name, comparator] of simple)
    fc.assert(
      fc.property(fc.array(one, { minLength: 2, maxLength: 8 }), values => {
        const table = columnTable(values)
        const compare = comparator.compile(table, ['value'], known)
        for (let a = 0; a < values.length; a++)
          for (let b = 0; b < values.length; b++) {
            const found = compare(a, b)
            const isSame =
              values[a] === values[b] ||
              (name === 'date' && readDate(values[a]!) === readDate(values[b]!) && readDate(values[a]!) > 0)
            if (found !== compare(b, a) || found < 1 || found > comparator.levels.length || (found === 1) !== isSame)
              throw new Error(`${name}: "${values[a]}" and "${values[b]}" are ${found}`)
          }
      }),
      { numRuns: 60 },
    )
  t.ok(simple.length > 8)
  t.end()
})

test('what is missing on either side says nothing', t => {
  t.equal(between('givenName', ['first', 'last'], { first: 'john' }, { last: 'stone' }), 'missing')
  t.equal(between('email', ['email'], { email: 'a@example.org' }, {}), 'missing')
  t.equal(between('phone', ['phone'], { phone: [] }, { phone: ['+61400111222'] }), 'missing')
  t.end()
})

test('first names: slips, nicknames, initials, and two known names that are two people', t => {
  const levels: [string, string, string][] = [
    ['john', 'john', 'equal'],
    ['john', 'jonh', 'close'],
    ['robert', 'bob', 'alias'],
    ['maria', 'maria luisa', 'alias'],
    ['j', 'john', 'initial'],
    ['p', 'john', 'different'],
    ['sara', 'sarah', 'similar'],
    ['gabriel', 'gqbriyel', 'other'],
    ['john', 'xyzzy', 'different'],
    ['john', 'jane', 'conflict'],
    ['john', 'maria', 'conflict'],
  ]
  for (const [a, b, found] of levels) t.equal(level('givenName', a, b), found, `${a} and ${b}`)
  t.end()
})

test('a first and a last name that were swapped are no conflict, and neither is a last name that stands alone', t => {
  const fields = ['first', 'last']
  const right = { first: 'thomas', last: 'gabriel' }
  t.equal(between('givenName', fields, right, { first: 'gabriel', last: 'thomas' }), 'missing')
  t.equal(between('familyName', fields.toReversed(), right, { first: 'gabriel', last: 'thomas' }), 'swapped')
  t.equal(between('givenName', fields, { first: 'peter', last: 'davis' }, { first: 'davis' }), 'missing')
  t.equal(between('familyName', fields.toReversed(), { first: 'peter', last: 'davis' }, { first: 'davis' }), 'equal')
  t.equal(between('givenName', fields, { first: 'peter', last: 'davis' }, { first: 'john' }), 'conflict')
  t.end()
})

test('last names: slips, spaces, and parts of double-barrelled ones', t => {
  t.equal(level('familyName', 'anderson', 'andersen'), 'close')
  t.equal(level('familyName', 'van der berg', 'vanderberg'), 'close')
  t.equal(level('familyName', 'smith jones', 'jones'), 'part')
  t.equal(level('familyName', 'smith', 'jones'), 'other')
  t.end()
})

test('contacts: one edit, the same name at another provider, the best of several phones', t => {
  t.equal(level('email', 'jane.doe@example.org', 'jane.doe@exmaple.org'), 'close')
  t.equal(level('email', 'jane.doe@example.org', 'jane.doe@mail.example'), 'local')
  t.equal(level('email', 'jane.doe.1980@example.org', 'jnae.deo.1980@example.org'), 'similar')
  t.equal(level('email', 'jane@example.org', 'peter@mail.example'), 'other')
  t.equal(level('phone', '+61412345678', '+61412354678'), 'close')
  const phones = (a: string[], b: string[]): string => between('phone', ['phone'], { phone: a }, { phone: b })
  t.equal(phones(['+61400000001', '+61488888888'], ['+61488888888']), 'equal')
  t.equal(phones(['+61400000001', '+61488888888'], ['+61488888889', '+61311111111']), 'close')
  t.end()
})

test('dates in many ways of writing', t => {
  const written = ['1978-12-31', '19781231', '31/12/1978', '12/31/78', '31-Dec-78', 'Dec 31 1978', '1978/12/31']
  for (const text of written) t.equal(readDate(text), 19781231, text)
  for (const text of ['', '1978', '99/99/1978', 'yesterday']) t.equal(readDate(text), -1, text)
  const levels: [string, string, string][] = [
    ['1978-12-31', '31/12/1978', 'equal'],
    ['1978-11-12', '1978-12-11', 'swapped'],
    ['1978-11-12', '1978-11-13', 'close'],
    ['1978-11-12', '1978-03-12', 'part'],
    ['1978-12-11', '1979-11-12', 'part'],
    ['1978-11-12', '1978-03-25', 'year'],
    ['1978-11-12', '1981-03-25', 'other'],
  ]
  for (const [a, b, found] of levels) t.equal(level('date', a, b), found, `${a} and ${b}`)
  t.end()
})

test('addresses: the same words in any order, and half of them', t => {
  t.equal(level('words', '7 buckley circuit', '7 bucklye circuit'), 'close')
  t.equal(level('words', 'suite 900 1450 city road', '1450 city road suite 900'), 'close')
  t.equal(level('words', '12 maltby street', 'maltby place 12'), 'part')
  t.equal(level('words', '12 maltby street', '9 goldfinch circuit'), 'other')
  t.end()
})

test('an email bears the name of the one, or somebody else’s', t => {
  const mailbox = (first: string, email: string): string =>
    between('mailbox', ['first', 'last', 'email', 'phone'], { first, last: 'stone' }, { email })
  t.equal(mailbox('john', 'john.stone@example.org'), 'named')
  t.equal(mailbox('john', 'jstone@example.org'), 'initialed')
  t.equal(mailbox('john', 'ocean77@example.org'), 'silent')
  t.equal(mailbox('john', 'pstone@example.org'), 'other initial')
  t.equal(mailbox('john', 'maria@example.org'), 'another')
  t.equal(mailbox('john', 'odette.stone@example.org'), 'another')
  t.end()
})

const around = (name: string, people: TestPerson[]): string => {
  const comparator = comparators[name]!
  return named(comparator, comparator.compile(tableOf(people), ['first', 'last', 'email', 'phone'], known)(0, 1))
}

test('who else could be a row without a first name', t => {
  const john = { first: 'john', email: 'home@example.org' }
  const jane = { ...john, first: 'jane' }
  const nobody = { email: 'home@example.org' }
  const company = (...people: TestPerson[]): string => around('company', people)
  t.equal(company(john, nobody), 'missing')
  t.equal(company(john, nobody, { ...john, last: 'stone' }), 'one alike')
  t.equal(company(john, nobody, { ...john, last: 'stone' }, jane), 'some others')
  t.equal(company(john, nobody, { ...john, first: 'maria' }, jane), 'mostly others')
  t.equal(company(john, { ...nobody, first: 'j' }, { ...john, first: 'maria' }), 'missing', 'not by her initial')
  t.equal(company(john, { ...nobody, first: 'j' }, jane), 'mostly others')
  t.equal(company(john, { ...john, phone: ['+61400111222'] }, jane), 'missing', 'both say who they are')
  t.end()
})

test('who else could be it has no other last name than it says', t => {
  const home = { email: 'home@example.org' }
  const john = { first: 'john', last: 'stone', ...home }
  const wife = (last: string): string =>
    around('company', [john, { last: 'stone', ...home }, { first: 'jane', last, ...home }, { first: 'jane', ...home }])
  t.equal(wife('stone'), 'mostly others')
  t.equal(wife('burcombe'), 'missing')
  t.end()
})

test('who uses fewer of its contacts is less likely to be it, and who uses more of them more', t => {
  const john = { first: 'john', email: 'home@example.org', phone: ['+61400111222'] }
  const nobody = { email: 'home@example.org', phone: ['+61400111222'] }
  const company = (...people: TestPerson[]): string => around('company', people)
  t.equal(company(john, nobody, { first: 'jane', email: 'home@example.org' }), 'lesser others')
  t.equal(company(john, nobody, { ...john, first: 'jane' }), 'mostly others')
  t.equal(company({ ...john, phone: [] }, nobody, { ...john, first: 'jane' }), 'nearer others')
  t.end()
})

test('an email in another’s name says nothing against who is called otherwise, where she is known and is not meant', t => {
  const phone = ['+61400111222']
  const mail = { email: 'jane.burcombe@example.org' }
  const [john, nobody] = [
    { first: 'john', last: 'stone', phone, ...mail },
    { last: 'stone', phone, ...mail },
  ]
  t.equal(around('mailbox', [john, nobody]), 'another')
  t.equal(around('mailbox', [john, nobody, { first: 'jane', last: 'burcombe', ...mail }]), 'missing')
  t.equal(around('mailbox', [john, nobody, { first: 'jane', last: 'stone', phone, ...mail }]), 'another')
  t.end()
})

test('comparators of several fields say the same from both sides, in whatever order the rows came', t => {
  const maybe = (...all: string[]): fc.Arbitrary<string | undefined> => fc.constantFrom(undefined, ...all)
  const person = fc.record({
    first: maybe('john', 'jane', 'j', 'stone', 'jonh', 'maria luisa'),
    last: maybe('stone', 'stnoe', 'john', 'van der berg'),
    email: maybe('john.stone@example.org', 'jstone@example.org', 'maria@example.org', 'ocean@example.org'),
    phone: fc.subarray(['+61400111222', '+61400111223']),
  }) as fc.Arbitrary<TestPerson>
  const asked = {
    givenName: ['first', 'last'],
    familyName: ['last', 'first'],
    mailbox: ['first', 'last', 'email', 'phone'],
    company: ['first', 'last', 'email', 'phone'],
  }
  const crowd = fc.array(person, { minLength: 2, maxLength: 6 })
  fc.assert(
    fc.property(crowd, all => {
      const places = all.flatMap((_, a) => all.slice(0, a).map((__, b): [number, number] => [a, b]))
      for (const [name, fields] of Object.entries(asked)) {
        const compare = comparators[name]!.compile(tableOf(all), fields, known)
        const turned = comparators[name]!.compile(tableOf(all.toReversed()), fields, known)
        const last = all.length - 1
        const isSame = ([a, b]: [number, number]): boolean =>
          compare(a, b) === compare(b, a) && compare(a, b) === turned(last - a, last - b)
        const wrong = places.find(place => !isSame(place))
        if (wrong) throw new Error(`${name}: ${JSON.stringify(wrong.map(at => all[at]))}`)
      }
    }),
    { numRuns: 300 },
  )
  t.pass()
  t.end()
})
