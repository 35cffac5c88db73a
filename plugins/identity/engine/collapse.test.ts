import fc from 'fast-check'
import t from 'tap'
import { collapse } from './collapse.ts'
import { signatureOf, type Evidence } from './evidence.ts'
import { shuffled } from './test-people.ts'

const ann: Evidence = { first: 'ann', last: 'lee', email: 'ann@x.example', phones: ['+61412345678', '+61298765432'] }

t.test('people who say exactly the same are one node, whatever the order of their phones', async t => {
  const nodes = collapse([ann, { ...ann, phones: ann.phones.toReversed() }, { ...ann, first: null }])
  t.equal(nodes.count, 2)
  t.equal(nodes.nodeOf[0], nodes.nodeOf[1])
  t.not(nodes.nodeOf[0], nodes.nodeOf[2])
})

t.test('a missing field is not the same as any value', async t => {
  const [first, none] = [
    { ...ann, first: 'ann', last: null },
    { ...ann, first: null, last: 'ann' },
  ]
  t.not(signatureOf(first), signatureOf(none))
})

t.test('nodes do not depend on the order of the rows', async t => {
  fc.assert(
    fc.property(shuffled, ([people, order]) => {
      const one = collapse(people)
      const other = collapse(order.map(at => people[at]!))
      t.same(other.signatures, one.signatures)
      t.same(
        [...other.nodeOf],
        order.map(at => one.nodeOf[at]!),
      )
      t.same(
        other.first.map(value => (value < 0 ? -1 : 0)),
        one.first.map(value => (value < 0 ? -1 : 0)),
      )
    }),
    { numRuns: 50 },
  )
})

t.test('nobody makes no nodes', async t => {
  t.equal(collapse([]).count, 0)
})
