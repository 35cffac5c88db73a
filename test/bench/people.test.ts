import t, { type Test } from 'tap'
import { cleanEmail, cleanPhone } from '@switchboard/core'
import { mixes, type MixName } from './people-mix.ts'
import type { PersonRow } from './people-rows.ts'
import { csvOf, people } from './people.ts'

const rows = 30_000
const usual = [...people({ rows, seed: 7 })]

t.test('the same seed gives the same bytes, another seed other people', async t => {
  const file = (seed: number): string => [...csvOf(people({ rows: 2000, seed, giant: 50 }))].join('')
  t.ok(file(7) === file(7))
  t.not(file(8), file(7))
})

t.test('as many rows as were asked for, each with an id of its own', async t => {
  t.equal(usual.length, rows)
  t.equal(new Set(usual.map(({ id }) => id)).size, rows)
})

t.test('a field that holds a comma or a quote is quoted', async t => {
  const [row] = usual
  const [text] = [...csvOf([{ ...row!, name: 'Berg, "Anna"' }])]
  t.match(text, ',"Berg, ""Anna""",')
})

t.test('people have 1 to 12 rows, most of them one', async t => {
  const counts = [...Map.groupBy(usual, ({ person }) => person).values()].map(all => all.length)
  t.equal(Math.max(...counts), 12)
  near(
    t,
    share(counts, count => count === 1),
    0.5,
    0.05,
  )
})

t.test('every row can be reached by an email or a phone', async t => {
  t.same(
    usual.filter(({ email, phone }) => email === '' && phone === ''),
    [],
  )
})

t.test('3 % of the rows are nothing but an email or a phone', async t => {
  near(t, share(usual, isWeak), 0.03, 0.006)
})

t.test('fields are missing as often as the mix says, by source', async t => {
  for (const source of ['shopify', 'simplybookme', 'appointjet'] as const) {
    const of = usual.filter(row => row.source === source && row.partner_of === '' && !isWeak(row))
    near(
      t,
      share(of, ({ email }) => email === ''),
      mixes.usual.missing[source].email,
      0.025,
    )
    near(
      t,
      share(of, ({ phone }) => phone === ''),
      mixes.usual.missing[source].phone,
      0.025,
    )
    if (source === 'simplybookme') t.ok(of.every(row => row.first_name === '' && row.last_name === ''))
    else
      near(
        t,
        share(of, row => row.last_name === ''),
        mixes.usual.missing[source].last,
        0.025,
      )
  }
})

t.test(
  '6 of 100 households are couples, each of two people; half of them have one last name and one phone',
  async t => {
    const byCouple = Map.groupBy(
      usual.filter(({ couple }) => couple !== ''),
      ({ couple }) => couple,
    )
    const persons = new Set(usual.filter(({ couple }) => couple === '').map(({ person }) => person))
    near(t, byCouple.size / (byCouple.size + persons.size * 0.96), 0.06, 0.008)
    const both = [...byCouple.values()].map(all => [...Map.groupBy(all, ({ person }) => person).values()])
    t.ok(both.every(two => two.length <= 2))
    const known = both.filter(two => two.length === 2 && two.every(all => all.some(({ phone }) => phone !== '')))
    near(
      t,
      share(known, ([one, other]) => shares(one!, other!, phoneOf)),
      0.5,
      0.12,
    )
    near(
      t,
      share(known, ([one, other]) => shares(one!, other!, row => cleanEmail(row.email))),
      mixes.usual.sharedEmail,
      0.15,
    )
  },
)

t.test('a partner is of a couple or a family, and comes with a row that is an appointment', async t => {
  const byId = new Map(usual.map(row => [row.id, row]))
  const partners = usual.filter(row => row.partner_of !== '')
  t.ok(partners.length > 100)
  t.ok(partners.every(row => byId.get(row.partner_of)?.source === 'appointjet'))
  t.ok(partners.every(row => byId.get(row.partner_of)?.person !== row.person))
  t.ok(share(partners, row => byId.get(row.partner_of)?.couple === row.couple && row.couple !== '') > 0.8)
})

t.test(
  'no two people have one email but those who live together and those who gave a place-holder or mistyped theirs',
  async t => {
    const persons = new Map<string, Set<string>>()
    for (const { email, person } of usual) {
      const clean = cleanEmail(email)
      if (clean) persons.set(clean, (persons.get(clean) ?? new Set()).add(person))
    }
    near(
      t,
      share([...persons.values()], ({ size }) => size === 1),
      0.99,
      0.04,
    )
  },
)

t.test(
  'the giant account is many customers on one email and one phone, and leaves the other rows as they were',
  async t => {
    const withGiant = [...people({ rows: 5000, seed: 7, giant: 1000 })]
    const account = withGiant.filter(({ person }) => person.startsWith('g'))
    t.equal(account.length, 1000)
    t.equal(new Set(account.map(({ email }) => email)).size, 1)
    t.equal(new Set(account.map(({ phone }) => phone)).size, 1)
    t.ok(new Set(account.map(({ person }) => person)).size > 900)
    t.same(
      withGiant.filter(({ person }) => !person.startsWith('g')),
      [...people({ rows: 5000, seed: 7 })],
    )
  },
)

t.test('the harsher the mix, the fewer rows say exactly the same', async t => {
  const distinct = (mix: MixName): number =>
    new Set(
      [...people({ rows: 10_000, seed: 3, mix })].map(row =>
        [row.first_name, row.last_name, row.name, row.email, row.phone].join('|'),
      ),
    ).size
  const [mild, middle, harsh] = [distinct('mild'), distinct('usual'), distinct('harsh')]
  t.ok(mild < middle && middle < harsh, `${mild} < ${middle} < ${harsh}`)
})

function isWeak(row: PersonRow): boolean {
  return row.first_name + row.last_name + row.name === '' && (row.email === '') !== (row.phone === '')
}

function phoneOf({ phone }: PersonRow): string | null {
  return cleanPhone(phone)
}

function shares(one: PersonRow[], other: PersonRow[], of: (row: PersonRow) => string | null): boolean {
  const theirs = new Set(one.map(of))
  return other.some(row => of(row) !== null && theirs.has(of(row)))
}

function share<T>(all: readonly T[], is: (value: T) => boolean): number {
  return all.filter(is).length / all.length
}

function near(t: Test, found: number, promised: number, by: number): void {
  t.ok(Math.abs(found - promised) <= by, `${found.toFixed(3)} is within ${by} of ${promised}`)
}
