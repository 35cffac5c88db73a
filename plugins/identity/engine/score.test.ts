import fc from 'fast-check'
import t from 'tap'
import { block } from './block.ts'
import { collapse } from './collapse.ts'
import type { Evidence } from './evidence.ts'
import { bitsAt, probabilityAt } from './model.ts'
import { reference } from './reference.ts'
import { levelsOf, patternOf, score, weightsOf } from './score.ts'
import { somebody } from './test-people.ts'

const ann: Evidence = { first: 'ann', last: 'lee', email: 'ann@x.example', phones: ['+61412345678'] }

t.test('the reference weights add up, in bits, and a missing field adds nothing', async t => {
  const phoneOnly = { first: null, last: null, email: null, phones: ann.phones }
  const cases: [string, Evidence, number, boolean][] = [
    ['other phone missing', { ...ann, phones: [] }, 10.81 + 10.64 + 6.12, true],
    ['a couple on one email', { ...ann, first: 'bob', phones: [] }, 10.81 + 10.64 - 3.25, true],
    [
      'only the phone agrees',
      { ...phoneOnly, first: 'bob', last: 'poe', email: 'b@x.example' },
      10.81 - 4.32 - 4.32 - 3.25,
      false,
    ],
    ['other names on one phone', { ...phoneOnly, first: 'bob', last: 'poe' }, 10.81 - 4.32 - 3.25, false],
    ['other email on one phone', { ...phoneOnly, email: 'b@x.example' }, 10.81 - 4.32, false],
    ['other first name on one phone', { ...phoneOnly, first: 'bob' }, 10.81 - 3.25, true],
    ['everything but the phone', { ...ann, phones: ['+61298765432'] }, 10.81 + 10.64 + 6.12 - 4.32, true],
  ]
  for (const [name, other, bits, isEdge] of cases) t.same(compare(ann, other), { weight: rounded(bits), isEdge }, name)
})

t.test('two are one above a probability of 0.99, which is 6.63 bits', async t => {
  t.equal(bitsAt(reference.threshold).toFixed(2), '6.63')
  t.equal(probabilityAt(bitsAt(0.99)).toFixed(6), '0.990000')
  t.equal(probabilityAt(0), 0.5)
})

t.test('people with several phones have the same phone when any is in both', async t => {
  const two = { ...ann, email: null, phones: ['+61298765432', '+61412345678'] }
  t.equal(compare(ann, two).weight, rounded(10.81 + 10.64 + 6.12))
  const other = { ...ann, first: null, phones: ['+61412345678', '+61412345679'] }
  t.equal(compare({ ...ann, phones: ['+61298765432'] }, other).weight, rounded(10.81 + 10.64 - 4.32))
})

t.test('a pair weighs the same from either side, and its levels say why', async t => {
  fc.assert(
    fc.property(somebody, somebody, (one, other) => {
      const nodes = collapse([one, other])
      const { pattern } = score(nodes, block(nodes, 200).pairs, reference)
      for (const edge of pattern) {
        const shares = levelsOf(edge, reference)
        t.equal(
          shares.reduce((sum, { bits }) => sum + bits, 0),
          weightsOf(reference)[edge],
        )
        t.equal(
          shares[0]!.level,
          one.first === null || other.first === null ? 'missing' : one.first === other.first ? 'equal' : 'differs',
        )
      }
      t.same(compare(one, other), compare(other, one))
    }),
    { numRuns: 200 },
  )
})

/** The weight of two people, to a hundredth of a bit, and whether the model makes them one. */
function compare(one: Evidence, other: Evidence): { weight: number; isEdge: boolean } {
  const nodes = collapse([one, other])
  if (nodes.count === 1) return { weight: NaN, isEdge: true }
  const weight = weightsOf(reference)[patternOf(nodes, 0, 1)]!
  return { weight: rounded(weight), isEdge: score(nodes, block(nodes, 200).pairs, reference).pattern.length > 0 }
}

function rounded(bits: number): number {
  return Math.round(bits * 100) / 100
}
