import t from 'tap'
import { ceiling, couplesOf, reliability, type Truth } from './match-score.ts'

/** Ann (0) and Bob (1) are a couple with two rows each, Cy (2) lives alone with two. */
const truth: Truth = {
  personOf: Int32Array.of(0, 0, 1, 1, 2, 2),
  coupleOf: Int32Array.of(0, 0, 0, 0, -1, -1),
}

t.test('a couple kept apart is right, whatever happens to others', async t => {
  t.same(couplesOf(Int32Array.of(0, 0, 2, 2, 4, 5), truth), { couples: 1, pairsApart: 1, couplesApart: 1, f1: 1 })
})

t.test('a couple with one row too many in the other half is not apart', async t => {
  const couples = couplesOf(Int32Array.of(0, 0, 0, 3, 4, 4), truth)
  t.match(couples, { couples: 1, pairsApart: 0.5, couplesApart: 0 })
  t.equal(couples?.f1.toFixed(3), '0.400')
})

t.test('without couples there is nothing to say about them', async t => {
  t.equal(couplesOf(Int32Array.of(0, 1), { personOf: Int32Array.of(0, 1), coupleOf: Int32Array.of(-1, -1) }), null)
})

t.test('rows whose person is not known count for nothing', async t => {
  const known = { ...truth, personOf: Int32Array.of(0, 0, -1, 1, 2, 2) }
  t.match(couplesOf(Int32Array.of(0, 0, 0, 3, 4, 4), known), { pairsApart: 1, couplesApart: 1, f1: 1 })
})

t.test('the ceiling puts a person together over contacts of theirs, and nobody else', async t => {
  const keys = [['a'], ['a', 'b'], ['b'], ['c'], ['d'], ['e']]
  const best = ceiling(truth, row => keys[row]!)
  t.match(best, { precision: 1, recall: 1 / 3, pairs: { found: 1 } })
  const chained: Truth = { personOf: new Int32Array(4), coupleOf: new Int32Array(4).fill(-1) }
  t.equal(ceiling(chained, row => [['a'], ['b'], ['a', 'b'], ['z']][row]!).pairs.found, 3)
})

t.test('a reliability table holds what was said beside what is true', async t => {
  const bins = reliability(Float64Array.of(0.1, 0.3, 0.9, 0.95, 1), Uint8Array.of(0, 1, 1, 1, 0), [0, 0.5, 1])
  t.same(
    bins.map(({ pairs, found }) => [pairs, found]),
    [
      [2, 0.5],
      [3, 2 / 3],
    ],
  )
  t.equal(bins[0]!.said, 0.2)
})
