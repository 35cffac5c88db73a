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

test('what people answered comes first', t => {
  const names = {
    aliases: [['anna', 'zorlene']] as [string, string][],
    never: [['bob', 'robert']] as [string, string][],
  }
  const rows = [...customers(60).rows, ...homes(2, home => (home === 0 ? ['anna', 'zorlene'] : ['bob', 'robert']))]
  const clusterOf = [...match(tableOf(rows), { model: people, names }).clusterOf].slice(-4)
  t.equal(clusterOf[0], clusterOf[1])
  t.not(clusterOf[2], clusterOf[3])
  t.equal(
    new Set([...match(tableOf(rows), { model: people }).clusterOf].slice(-2)).size,
    1,
    'as the table says otherwise',
  )
  t.end()
})

test('names that the table takes for one person’s are two people’s where many come as two', t => {
  const few = customers(60).rows
  const couples = homes(6, () => ['bill', 'william'])
  const rows = [...few, ...couples]
  const apart = Array.from({ length: 5 }, (_, home): [number, number] => [
    few.length + 2 * home,
    few.length + 2 * home + 1,
  ])
  const { trained, clusterOf } = match(tableOf(rows), { model: people, apart })
  t.strictSame(trained.never, [['bill', 'william']])
  t.not(clusterOf.at(-1), clusterOf.at(-2), 'the sixth couple is two as well')
  t.strictSame(
    match(tableOf(rows), { model: people, apart: apart.slice(0, 2) }).trained.never,
    [],
    'two are not enough',
  )
  t.end()
})
