import type { Comparator } from '@switchboard/core'
import fc from 'fast-check'
import { test } from 'tap'
import { columnTable, populationOf, tableOf, type TestPerson } from '../test-people.ts'
import { comparators } from './comparators.ts'
import { readDate } from './date.ts'

const known = populationOf(
  [
    'john',
    'jane',
    'maria',
    'robert',
    'bob',
    'sara',
    'sarah',
    'thomas',
    'gabriel',
    'davis',
    'peter',
    'danforth',
    'danno',
    'daniel',
  ],
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
  const simple = Object.entries(comparators).filter(([name]) => name !== 'company' && name !== 'circle')
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
    ['danforth', 'danno', 'other'],
    ['danforth', 'daniel', 'conflict'],
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

const around = (people: TestPerson[], said = known): string => {
  const { company } = comparators
  return named(company!, company!.compile(tableOf(people), ['first', 'last', 'email', 'phone'], said)(0, 1))
}

/** How likely it is so, the likeliest first: −1 is not asked. */
const likelihood = (people: TestPerson[], said = known): number =>
  comparators['company']!.levels.indexOf(around(people, said))

test('whose a row without a first name is, by whom its email names', t => {
  const phone = '+61400111222'
  const place = (email: string, first = 'john'): number =>
    likelihood([
      { first, last: 'stone', email, phone },
      { last: 'stone', email, phone },
    ])
  t.ok(place('john.stone@example.org') < place('ocean77@example.org'), 'his name speaks for it')
  t.ok(place('jstone@example.org') < place('ocean77@example.org'), 'so does his initial')
  t.ok(place('ocean77@example.org') < place('maria@example.org'), 'another’s name speaks against it')
  t.equal(place('maria@example.org'), place('odette.stone@example.org'), 'whether it is a known word or not')
  t.end()
})

test('whose a row without a first name is, by who is seen where it is', t => {
  const john = { first: 'john', last: 'stone', email: 'home@example.org' }
  const jane = { ...john, first: 'jane' }
  const nobody = { email: 'home@example.org' }
  const others = (count: number, person: TestPerson): TestPerson[] =>
    Array.from({ length: count }, (_, at) => ({ ...person, phone: `+6140011100${at}` }))
  const alone = likelihood([john, nobody])
  t.ok(likelihood([john, nobody, ...others(3, john)]) < alone, 'the more often he was there, the likelier')
  t.ok(likelihood([john, nobody, jane]) > alone, 'not so where she is seen, too')
  t.ok(
    likelihood([john, nobody, ...others(3, jane)]) > likelihood([john, nobody, jane]),
    'and less the more often she is',
  )
  t.equal(around([john, nobody, jane]), around([jane, nobody, john]), 'both alike')
  t.equal(
    around([john, { ...nobody, first: 'j' }, { ...john, first: 'maria' }]),
    around([john, { ...nobody, first: 'j' }]),
    'not hers by its initial',
  )
  t.equal(around([john, { ...john, phone: ['+61400111222'] }, jane]), 'missing', 'both say who they are')
  t.end()
})

test('who has another last name than a row says, or is named beside it by a record, is not it', t => {
  const home = { email: 'home@example.org', phone: '+61400111222' }
  const john = { first: 'john', last: 'stone', ...home }
  const nobody = { last: 'stone', ...home }
  const alone = likelihood([john, nobody])
  const wife = (last: string, apart: number[] = []): number =>
    likelihood(
      [john, nobody, { first: 'jane', last, ...home }, { first: 'jane', last, ...home, email: 'j@example.org' }],
      {
        ...known,
        apartFrom: row => (row === 1 ? apart : []),
      },
    )
  t.ok(wife('stone') > alone)
  t.equal(wife('burcombe'), alone)
  t.equal(wife('stone', [2]), alone, 'he came with her, so he is not she')
  t.equal(wife('stone', [0]), comparators['company']!.levels.length - 1, 'nor is he whom he came with')
  t.end()
})

test('who uses fewer of its contacts is less likely to be it, and who uses more of them more', t => {
  const john = { first: 'john', email: 'home@example.org', phone: ['+61400111222'] }
  const nobody = { email: 'home@example.org', phone: ['+61400111222'] }
  const jane = (some: TestPerson): TestPerson => ({ first: 'jane', ...some })
  const fewer = likelihood([john, nobody, jane({ email: 'home@example.org' })])
  const same = likelihood([john, nobody, jane(nobody)])
  const more = likelihood([{ ...john, phone: [] }, nobody, jane(nobody)])
  t.ok(fewer < same)
  t.ok(same < more)
  t.end()
})

test('an email in another’s name says nothing against who is called otherwise, where she is known and is not meant', t => {
  const phone = ['+61400111222']
  const mail = { email: 'jane.burcombe@example.org' }
  const john = { first: 'john', last: 'stone', phone, ...mail }
  const nobody = { last: 'stone', phone, ...mail }
  const alone = likelihood([john, nobody])
  t.ok(likelihood([john, nobody, { first: 'jane', last: 'burcombe', ...mail }]) < alone)
  t.ok(likelihood([john, nobody, { first: 'jane', last: 'stone', phone, ...mail }]) >= alone)
  t.end()
})

test('a contact of very many, of an office or of everybody says nothing about who a row is', t => {
  const nobody = { last: 'stone', email: 'info@example.org' }
  t.equal(around([{ first: 'john', ...nobody }, nobody]), 'missing')
  const many = 'anna berta carla dora emma frida greta hanna ida jana karla lina mona nora'.split(' ')
  const crowd = many.map(first => ({ first, email: 'club@example.org' }))
  t.equal(around([crowd[0]!, { email: 'club@example.org' }, ...crowd.slice(1)]), 'missing')
  t.end()
})

test('namesakes without a contact in common are linked where others of the household connect them', t => {
  const { circle } = comparators
  const [mail, phone] = [{ email: 'emma@example.org' }, { phone: ['+61400111222'] }]
  const linked = (people: TestPerson[]): string =>
    named(circle!, circle!.compile(tableOf(people), ['email', 'phone'], known)(0, 1))
  const leo = { first: 'leo', last: 'stone' }
  t.equal(
    linked([
      { ...leo, ...mail },
      { ...leo, ...phone },
      { first: 'emma', ...mail, ...phone },
    ]),
    'linked',
  )
  t.equal(
    linked([
      { ...leo, ...mail },
      { ...leo, ...phone },
    ]),
    'missing',
  )
  t.equal(
    linked([
      { ...leo, ...mail },
      { ...leo, ...mail, ...phone },
    ]),
    'missing',
    'they share a contact',
  )
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
    circle: ['email', 'phone'],
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
