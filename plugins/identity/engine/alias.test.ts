import { test } from 'tap'
import { match } from './match.ts'
import { people } from './models/people.ts'
import { customers, tableOf, type TestPerson } from './test-people.ts'

/** So many homes, each with one contact and last name, and two rows that differ in the first name. */
function homes(count: number, names: (home: number) => [string, string]): TestPerson[] {
  return Array.from({ length: count }, (_, home) => {
    const shared = {
      last: `quarry${'abcdefghij'[home % 10]}${home}`,
      email: `q${home}@example.org`,
      phone: `+6148${1_000_000 + home}`,
    }
    return names(home).map(first => ({ ...shared, first }))
  }).flat()
}

test('a short form that many people use is learned from the rows that are theirs beyond doubt', t => {
  const rows = [...customers(300).rows, ...homes(12, () => ['heather', 'heao'])]
  const { trained, clusterOf } = match(tableOf(rows), { model: people })
  t.strictSame(trained.aliases, [['heao', 'heather']])
  t.equal(clusterOf.at(-1), rows.length - 2, 'and the two rows of one person are joined by it')
  t.end()
})

test('couples whose names meet by chance teach nothing', t => {
  const men = 'john peter david paul mark tom james steven'.split(' ')
  const women = 'anna mary susan laura emma julia karen linda'.split(' ')
  const couples = homes(64, home => [men[home % 8]!, women[(home >> 3) % 8]!])
  const { trained, clusterOf } = match(tableOf([...customers(300).rows, ...couples]), { model: people })
  t.strictSame(trained.aliases, [])
  t.not(clusterOf.at(-1), clusterOf.at(-2))
  t.end()
})
