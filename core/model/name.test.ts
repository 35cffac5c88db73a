import fc from 'fast-check'
import t from 'tap'
import { cleanName, foldName, type Name } from './name.ts'

const nobody: Name = { title: null, first: null, last: null, suffix: null, company: null }

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

t.test('cleaning and folding twice changes nothing, and no text makes them throw', t => {
  const word = fc.oneof(
    fc.constantFrom(
      'Mr',
      'Dr.',
      'mrs',
      '&',
      'and',
      'Jane',
      'JANE',
      'smith',
      "O'Brien",
      'van',
      'der',
      'de',
      'Jr',
      'II',
      'PhD',
      'Pty',
      'Ltd',
      'Co',
      ',',
      '-',
      'ßa',
      'İ',
    ),
    fc.string({ maxLength: 5 }),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  const field = fc.option(fc.array(word, { maxLength: 5 }).map(some => some.join(' ')))
  fc.assert(
    fc.property(field, field, field, (firstName, lastName, name) => {
      const clean = cleanName({ firstName, lastName, name })
      const again = cleanName({ firstName: clean.first, lastName: clean.last, name: clean.company })
      t.strictSame(again, { ...clean, title: null, suffix: null })
      for (const raw of [firstName, lastName, name]) t.equal(foldName(foldName(raw ?? '')), foldName(raw ?? ''))
    }),
    { numRuns: 1000 },
  )
  t.end()
})
