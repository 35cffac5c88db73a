import fc from 'fast-check'
import t from 'tap'
import { cleanName, foldName, type Name, type WrittenName } from './name.ts'

const nobody: Name = { title: null, first: null, last: null, suffix: null, company: null, also: null }

t.test('spaces and apostrophes are made alike, accents stay', t => {
  t.match(cleanName({ firstName: '  Séan ', lastName: 'O’Brien' }), { first: 'Séan', last: "O'Brien" })
  t.match(cleanName({ firstName: 'Mary  Ann', lastName: 'de\u00a0la  Cruz' }), {
    first: 'Mary Ann',
    last: 'de la Cruz',
  })
  t.end()
})

t.test('names all in capitals or all in small letters are put right, others are left alone', t => {
  t.match(cleanName({ firstName: 'JANE', lastName: "O'BRIEN-SMITH" }), { first: 'Jane', last: "O'Brien-Smith" })
  t.match(cleanName({ firstName: 'anna', lastName: 'van der berg' }), { first: 'Anna', last: 'van der Berg' })
  t.match(cleanName({ firstName: 'Jane', lastName: 'McDonald' }), { first: 'Jane', last: 'McDonald' })
  t.end()
})

t.test('titles and suffixes are set apart', t => {
  t.match(cleanName({ firstName: 'Dr. Jane', lastName: 'Smith PhD' }), {
    title: 'Dr.',
    first: 'Jane',
    last: 'Smith',
    suffix: 'PhD',
  })
  t.match(cleanName({ name: 'Mr John Smith Jr.' }), { title: 'Mr', first: 'John', last: 'Smith', suffix: 'Jr.' })
  t.match(cleanName({ name: 'John Smith, III' }), { first: 'John', last: 'Smith', suffix: 'III' })
  t.match(cleanName({ name: 'Mr & Mrs Smith' }), { title: 'Mr & Mrs', first: null, last: 'Smith' })
  t.match(cleanName({ firstName: 'Mr', lastName: 'Smith' }), { title: 'Mr', first: null, last: 'Smith' })
  t.end()
})

t.test('a name crammed into one field is split, whichever field it is', t => {
  t.match(cleanName({ name: 'Jane Smith' }), { first: 'Jane', last: 'Smith' })
  t.match(cleanName({ firstName: 'Mary Ann Smith' }), { first: 'Mary Ann', last: 'Smith' })
  t.match(cleanName({ lastName: 'Jane Smith', firstName: '' }), { first: 'Jane', last: 'Smith' })
  t.match(cleanName({ name: 'Vincent van der Berg' }), { first: 'Vincent', last: 'van der Berg' })
  t.match(cleanName({ name: 'Ana de la Cruz' }), { first: 'Ana', last: 'de la Cruz' })
  t.match(cleanName({ name: 'Van Morrison' }), { first: 'Van', last: 'Morrison' })
  t.match(cleanName({ lastName: 'van der Berg' }), { first: null, last: 'van der Berg' })
  t.match(cleanName({ lastName: 'van Berg' }), { first: null, last: 'van Berg' })
  t.match(cleanName({ lastName: 'Smith' }), { first: null, last: 'Smith' })
  t.match(cleanName({ name: 'Smith, Jane' }), { first: 'Jane', last: 'Smith' })
  t.match(cleanName({ name: 'Madonna' }), { first: 'Madonna', last: null })
  t.end()
})

t.test('a last name repeated at the end of the first name is taken once', t => {
  t.match(cleanName({ firstName: 'Jane Smith', lastName: 'SMITH' }), { first: 'Jane', last: 'SMITH' })
  t.match(cleanName({ firstName: 'Smith', lastName: 'Smith' }), { first: 'Smith', last: 'Smith' })
  t.end()
})

t.test('a company is not a person', t => {
  for (const name of ['Acme Bridal Pty Ltd', 'ACME PTY. LTD.', 'Smith & Sons', 'Monash University', 'Bolts Inc.'])
    t.match(cleanName({ name }), { first: null, last: null, company: String }, name)
  t.match(cleanName({ firstName: 'Acme', lastName: 'Pty Ltd' }), { first: null, company: 'Acme Pty Ltd' })
  t.match(cleanName({ name: 'Corey Limber' }), { first: 'Corey', last: 'Limber', company: null })
  t.end()
})

t.test('what holds no letter is no name', t => {
  for (const name of ['', '  ', '-', '.', '12345', '& &', null, undefined])
    t.same(cleanName({ name }), nobody, String(name))
  t.same(cleanName({}), nobody)
  t.end()
})

t.test('spellings of one name fold to the same, other names do not', t => {
  t.equal(foldName('O’Brien'), foldName("o'brien"))
  t.equal(foldName('Zoë'), foldName('ZOE'))
  t.equal(foldName('Anne-Marie'), foldName('anne  marie'))
  t.equal(foldName('Łukasz Großmann'), 'lukasz grossmann')
  t.not(foldName('Jon'), foldName('Jan'))
  t.not(foldName('कि'), foldName('का'), 'vowel signs of other scripts are letters, not accents')
  t.end()
})

t.test('O’Brien is one name in all its spellings', t => {
  const ways = [
    "O'Brien",
    'O’Brien',
    'O‘Brien',
    'O`Brien',
    'O´Brien',
    'Oʼbrien',
    'O Brien',
    "O' Brien",
    'OBrien',
    "o'brien",
    'O′BRIEN',
  ]
  for (const way of ways) {
    t.equal(foldName(way), 'obrien', way)
    t.equal(foldName(cleanName({ firstName: 'Sean', lastName: way }).last!), 'obrien', way)
    t.equal(foldName(cleanName({ name: `Sean ${way}` }).last!), 'obrien', way)
  }
  t.equal(cleanName({ name: 'SEAN O BRIEN' }).last, "O'Brien")
  t.match(cleanName({ name: 'James O Smith' }), { first: 'James O', last: 'Smith' }, 'an initial stays one')
  t.equal(foldName('Mc Donald'), foldName('McDonald'))
  t.equal(foldName("D' Angelo"), foldName('D’Angelo'))
  t.end()
})

t.test('Mc and Mac are written as their bearers do', t => {
  t.equal(cleanName({ firstName: 'RONALD', lastName: 'MCDONALD' }).last, 'McDonald')
  t.equal(cleanName({ firstName: 'ronald', lastName: 'mc donald' }).last, 'McDonald')
  t.equal(cleanName({ firstName: 'ELLE', lastName: 'MACKIE' }).last, 'Mackie')
  t.end()
})

t.test('particles belong to the last name', t => {
  const names =
    'Ahmad|bin Abdullah Omar|al-Sayed Omar|Al_Sayed Maria|de_los_Angeles Ludwig|van_Beethoven Lena|von_der_Leyen Al|Pacino Anh_Van|Nguyen'
  for (const parts of names.replace('bin ', 'bin_').split(' ')) {
    const [first = '', last = ''] = parts.replaceAll('_', ' ').split('|')
    t.match(cleanName({ name: `${first} ${last}` }), { first, last }, parts)
  }
  t.end()
})

t.test('initials and joined names stay what they are', t => {
  t.match(cleanName({ name: 'J. R. Smith' }), { first: 'J. R.', last: 'Smith' })
  t.match(cleanName({ name: 'J.R. Smith' }), { first: 'J. R.', last: 'Smith', suffix: null })
  t.match(cleanName({ name: 'Smith J.R.' }), { suffix: null })
  t.equal(foldName('J.R.'), foldName('J. R.'))
  t.match(cleanName({ name: 'Anna Smith - Jones' }), { first: 'Anna', last: 'Smith-Jones' })
  t.match(cleanName({ name: 'John Smith, M.D.' }), { first: 'John', last: 'Smith', suffix: 'M.D.' })
  t.match(cleanName({ name: 'Smith, John, Jr' }), { first: 'John', last: 'Smith', suffix: 'Jr' })
  t.match(cleanName({ firstName: 'Berg, Anna', lastName: '' }), { first: 'Anna', last: 'Berg' })
  t.end()
})

t.test('remarks are no part of a name', t => {
  for (const name of [
    'Anna Berg (VIP)',
    'Anna Berg [do not call]',
    'Anna Berg - VIP',
    'Anna (Annie) Berg',
    'Anna "Annie" Berg',
    'Anna Berg (wholesale',
    'Anna Berg 😀',
    'Anna Berg anna@example.com',
  ])
    t.match(cleanName({ name }), { first: 'Anna', last: 'Berg' }, name)
  t.match(cleanName({ name: '(Anna Berg)' }), { first: 'Anna', last: 'Berg' }, 'unless nothing else is there')
  t.end()
})

t.test('of two people in one name the first is taken, and the other is told', t => {
  for (const name of [
    'Anna & Tom Berg',
    'Anna and Tom Berg',
    'Anna + Tom Berg',
    'Anna/Tom Berg',
    'Anna Berg & Tom Berg',
  ])
    t.match(cleanName({ name }), { first: 'Anna', last: 'Berg', also: 'Tom Berg' }, name)
  t.match(cleanName({ firstName: 'Anna & Tom', lastName: 'Berg' }), { first: 'Anna', last: 'Berg', also: 'Tom Berg' })
  t.match(cleanName({ name: 'Anna Berg & Tom Jones' }), { first: 'Anna', last: 'Berg', also: 'Tom Jones' })
  t.match(cleanName({ name: 'Mr & Mrs Smith' }), { first: null, last: 'Smith', also: null }, 'nobody is named')
  t.end()
})

t.test('what stands for a missing name is missing', t => {
  const missing = [
    'test',
    'Test Test',
    'unknown',
    'N/A',
    'n/a',
    'NA',
    'asdf',
    'asdfgh jkl'.slice(0, 6),
    'customer',
    'Guest',
    'guest user',
    '-',
    'No Name',
    'xxx',
    'zzzz',
    'FNU LNU',
    'First Last',
    'not provided',
    'jane@example.com',
    '+61412345678',
  ]
  for (const name of missing) t.same(cleanName({ name }), nobody, name)
  for (const name of ['Test', 'unknown', 'N/A']) t.same(cleanName({ firstName: name, lastName: name }), nobody, name)
  t.match(cleanName({ firstName: 'Jane', lastName: 'Unknown' }), { first: 'Jane', last: null })
  t.match(cleanName({ firstName: 'N/A', lastName: 'Smith' }), { first: null, last: 'Smith' })
  t.end()
})

t.test('names that are also words stay names', t => {
  const names =
    'Christopher|Guest Jennifer|Null Na|Kim Jane|Church Jane|School Rose|Park Anna|Temple Major|Tom Van|Tran Mark|Test_ley Max|Power'
  for (const parts of names.replace('Test_ley', 'Testley').split(' ')) {
    const [firstName = '', lastName = ''] = parts.split('|')
    t.match(cleanName({ firstName, lastName }), { first: firstName, last: lastName, company: null }, parts)
  }
  for (const name of ['Church', 'School', 'Trust']) t.match(cleanName({ name }), { first: name, company: null }, name)
  t.end()
})

t.test('companies are known by their words, and places by how they are called', t => {
  const companies = [
    'Smith Family Trust',
    'Acme Group',
    'Hunter Valley Clinic',
    'Bolt Services',
    'Bolts GmbH',
    'Acme, Inc.',
    'St Marys School',
    'The Church of England',
    'Bank of Sydney',
    'Smith & Sons',
  ]
  for (const name of companies) t.match(cleanName({ name }), { first: null, last: null, company: String }, name)
  t.end()
})

const word = fc.oneof(
  fc.constantFrom(
    ..."Mr Dr. mrs & and + / Jane JANE smith O'Brien O' O Brien Mc McDonald van der de al Nguyen Jr II PhD M.D. J.R. Junior Pty Ltd Co Nv sons School Church of The St Trust , - – ( ) [ \" ßa İ José test unknown N/A xxx name Na".split(
      ' ',
    ),
  ),
  fc.string({ maxLength: 5 }),
  fc.string({ unit: 'binary', maxLength: 3 }),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
)
const field = fc.option(fc.array(word, { maxLength: 5 }).map(some => some.join(' ')))

t.test('a name in another script is the same name', t => {
  for (const [written, latin] of [
    ['Анна', 'Anna'],
    ['Фёдор', 'Fedor'],
    ['Ελένη', 'Eleni'],
    ['张伟', 'Zhang Wei'],
    ['김민수', 'Gim Min Su'],
    ['नेहा', 'Neha'],
  ] as const)
    t.equal(foldName(written), foldName(latin), written)
  t.equal(cleanName({ firstName: 'Анна' }).first, 'Анна', 'and is shown as it was written')
  t.end()
})

t.test('names in Chinese, Japanese and Korean letters begin with the family name', t => {
  t.match(cleanName({ name: '张秀英' }), { first: '秀英', last: '张' })
  t.match(cleanName({ firstName: '欧阳修' }), { first: '修', last: '欧阳' })
  t.match(cleanName({ name: '김 민수' }), { first: '민수', last: '김' })
  t.match(cleanName({ name: '山田太郎' }), { first: '太郎', last: '山田' })
  t.match(cleanName({ firstName: '伟', lastName: '张' }), { first: '伟', last: '张' })
  t.end()
})

t.test('cleaning and folding twice changes nothing, and no text makes them throw', t => {
  fc.assert(
    fc.property(field, field, field, (firstName, lastName, name) => {
      const clean = cleanName({ firstName, lastName, name })
      const again = cleanName({ firstName: clean.first, lastName: clean.last, name: clean.company })
      for (const key of ['first', 'last', 'company'] as const)
        if (again[key] !== clean[key]) throw new Error(`${JSON.stringify(clean)} became ${JSON.stringify(again)}`)
      return [firstName, lastName, name].every(raw => foldName(foldName(raw ?? '')) === foldName(raw ?? ''))
    }),
    { numRuns: 2000 },
  )
  const odd = [
    '\ud800',
    `Anna\udc00 Berg`,
    'x'.repeat(10_240),
    'Anna '.repeat(2048),
    '('.repeat(10_240),
    `${'&'.repeat(5000)}a`,
    '\0',
    '🏳️‍🌈',
  ]
  for (const name of odd) t.doesNotThrow(() => cleanName({ name, firstName: name.slice(0, 7) }))
  t.end()
})

/** The same name to read, with a sign of no width that no short way takes. */
function theLongWay(way: { firstName?: string; lastName?: string; name?: string }): WrittenName {
  return Object.fromEntries(Object.entries(way).map(([key, text]) => [key, `\u200b${text}`]))
}

t.test('the short ways say what the long ways say', t => {
  const letters = fc.stringMatching(/^[A-Za-z]{1,8}$/)
  const some = fc.oneof(
    letters,
    letters,
    word,
    fc.stringMatching(/^[A-Z][a-z'À-ÿ-]{1,9}$/),
    fc.constantFrom('Anna', 'ANNA', 'anna', 'asdfa', 'zzz', 'mcgee'),
  )
  fc.assert(
    fc.property(some, some, (first, last) => {
      const ways = [{ firstName: first, lastName: last }, { name: `${first} ${last}` }]
      for (const way of ways)
        if (JSON.stringify(cleanName(way)) !== JSON.stringify(cleanName(theLongWay(way))))
          throw new Error(JSON.stringify(way))
      return [first, last, `${first} ${last}`].every(raw => foldName(raw) === foldName(`\u200b${raw}`))
    }),
    { numRuns: 2500 },
  )
  t.end()
})
