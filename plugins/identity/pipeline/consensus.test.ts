import fc from 'fast-check'
import t from 'tap'
import type { Candidate } from './candidate.ts'
import { consensus } from './consensus.ts'

const year = 365 * 24 * 60 * 60 * 1000
const today = Date.parse('2026-11-21T12:00:00Z')

t.test('what most records say wins, and the newest when as many say otherwise', async t => {
  t.match(consensus([said({ firstName: 'Jayne' }), said({}), said({})], {}), { displayName: 'Jane Smith' })
  t.match(consensus([said({ email: 'old@x.example', age: 1 }), said({ email: 'new@x.example' })], {}), {
    email: 'new@x.example',
    emails: ['new@x.example', 'old@x.example'],
  })
})

t.test('an old record counts less: three of four years ago lose to one of today', async t => {
  const old = { firstName: 'Jayne', age: 4 }
  t.match(consensus([said(old), said(old), said(old), said({})], {}), { firstName: 'Jane' })
  const recent = { firstName: 'Jayne', age: 0.1 }
  t.match(consensus([said(recent), said(recent), said(recent), said({})], {}), { firstName: 'Jayne' })
})

t.test('a source that is relied on more outvotes others', async t => {
  const members = [
    said({ firstName: 'Jayne', source: 'import' }),
    said({ firstName: 'Jayne', source: 'import' }),
    said({ source: 'shop' }),
  ]
  t.match(consensus(members, {}), { firstName: 'Jayne' })
  t.match(consensus(members, { import: 0.3 }), { firstName: 'Jane' })
})

t.test('a whole name is preferred to half of one, and spellings of one name vote together', async t => {
  t.match(consensus([said({ lastName: null }), said({ lastName: null }), said({})], {}), { displayName: 'Jane Smith' })
  const zoe = [
    said({ firstName: 'Zoe' }),
    said({ firstName: 'Zoë' }),
    said({ firstName: 'Zoë' }),
    said({ firstName: 'Joy' }),
    said({ firstName: 'Joy' }),
  ]
  t.match(consensus(zoe, {}), { firstName: 'Zoë' })
})

t.test('who has no name is called by company, email or phone', async t => {
  const nameless = { firstName: null, lastName: null }
  t.match(consensus([said({ ...nameless, company: 'Acme Pty Ltd' })], {}), {
    displayName: 'Acme Pty Ltd',
    firstName: null,
  })
  t.match(consensus([said(nameless)], {}), { displayName: 'jane@x.example' })
  t.match(consensus([said({ ...nameless, email: null })], {}), { displayName: '+61412345678', email: null })
})

t.test('a record that names one person twice is one record', async t => {
  t.match(consensus([said({ recordId: 'r' }), said({ recordId: 'r' }), said({ recordId: 's' })], {}), {
    recordCount: 2,
  })
})

t.test('the order of the records changes nothing', async t => {
  const member = fc.record({
    firstName: fc.constantFrom('Ann', 'ANN', 'Bob', null),
    lastName: fc.constantFrom('Lee', null),
    email: fc.constantFrom('a@x.example', 'b@x.example', null),
    source: fc.constantFrom('shop', 'import'),
    age: fc.double({ min: 0, max: 5, noNaN: true }),
  })
  const both = fc
    .array(member, { minLength: 1, maxLength: 8 })
    .chain(members => fc.tuple(fc.constant(members), fc.shuffledSubarray(members, { minLength: members.length })))
  fc.assert(
    fc.property(both, ([one, other]) => {
      const reliability = { import: 0.7 }
      const count = { recordCount: 0 }
      t.same(
        { ...consensus(other.map(said), reliability), ...count },
        { ...consensus(one.map(said), reliability), ...count },
      )
    }),
    { numRuns: 200 },
  )
})

/** What a record of so many years ago says; what is left out is Jane's. */
function said({ age = 0, ...rest }: Partial<Candidate> & { age?: number }): Candidate {
  const updatedAt = new Date(today - age * year)
  const candidate = {
    ...{
      id: 'c',
      recordId: Math.random().toString(),
      position: 0,
      role: 'customer' as const,
      source: 'shop',
      kind: 'order' as const,
    },
    ...{
      happenedAt: updatedAt,
      updatedAt,
      title: null,
      firstName: 'Jane',
      lastName: 'Smith',
      suffix: null,
      company: null,
    },
    ...{ email: 'jane@x.example', phones: ['+61412345678'], extras: {}, isUnverified: false },
    ...rest,
  }
  return { ...candidate, emailKey: candidate.email }
}
