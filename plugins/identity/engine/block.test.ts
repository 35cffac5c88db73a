import fc from 'fast-check'
import t from 'tap'
import { block } from './block.ts'
import { collapse } from './collapse.ts'
import type { Evidence } from './evidence.ts'
import { somebody } from './test-people.ts'

t.test('every two people who share an email or a phone are paired, once, and nobody else', async t => {
  fc.assert(
    fc.property(fc.uniqueArray(somebody, { maxLength: 30, selector: person => JSON.stringify(person) }), people => {
      const nodes = collapse(people)
      const { pairs, generic } = block(nodes, 200)
      const found = Array.from(pairs.a, (a, at) => `${a} ${pairs.b[at]}`)
      t.same(found, expected(people, nodes.nodeOf))
      t.same(generic, [])
    }),
    { numRuns: 100 },
  )
})

t.test('a key that too many different people share is generic: only namesakes are paired', async t => {
  const crowd = Array.from({ length: 500 }, (_, at) => ({ ...shop, first: `f${at % 100}`, email: `e${at}@x.example` }))
  const { pairs, generic } = block(collapse(crowd), 200)
  t.same(generic, [{ field: 'phone', value: shop.phones[0], signatures: 500 }])
  t.equal(pairs.a.length, (100 * 5 * 4) / 2)
})

t.test('the work stays within people times cap, however many share a key or even a name', async t => {
  const namesakes = Array.from({ length: 3000 }, (_, at) => ({ ...shop, email: `e${at}@x.example` }))
  t.ok(block(collapse(namesakes), 200).pairs.a.length < 3000)
  const nameless = Array.from({ length: 3000 }, (_, at) => ({
    ...shop,
    first: null,
    last: null,
    email: `e${at}@x.example`,
  }))
  t.equal(block(collapse(nameless), 200).pairs.a.length, 0)
  const strangers = Array.from({ length: 20_000 }, (_, at) => ({
    ...shop,
    first: `f${at % 5000}`,
    last: `l${at}`,
    email: 'one@x.example',
  }))
  t.equal(block(collapse(strangers), 200).pairs.a.length, 0)
})

t.test('at the cap a key is still an ordinary one', async t => {
  const crowd = Array.from({ length: 20 }, (_, at) => ({ ...shop, first: `f${at}` }))
  t.equal(block(collapse(crowd), 20).pairs.a.length, (20 * 19) / 2)
  t.equal(block(collapse(crowd), 19).pairs.a.length, 0)
})

const shop: Evidence = { first: 'ann', last: 'lee', email: null, phones: ['+61298765432'] }

function expected(people: Evidence[], nodeOf: Int32Array): string[] {
  const all = people.flatMap((one, i) =>
    people.flatMap((other, j) => {
      const isShared =
        (one.email !== null && one.email === other.email) || one.phones.some(phone => other.phones.includes(phone))
      return isShared && nodeOf[i]! < nodeOf[j]! ? [[nodeOf[i]!, nodeOf[j]!] as const] : []
    }),
  )
  const distinct = new Map(all.map(pair => [pair.join(' '), pair]))
  return [...distinct.values()].sort(([a, b], [c, d]) => a - c || b - d).map(pair => pair.join(' '))
}
