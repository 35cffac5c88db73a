import fc from 'fast-check'
import t from 'tap'
import { accuracyOf } from './truth.ts'

/** The same by looking at every pair, and at every row beside every other. */
function byHand(cluster: number[], person: number[]) {
  const rows = cluster.map((_, row) => row).filter(row => person[row] !== -1)
  const pairs = rows.flatMap(a => rows.filter(b => a < b).map(b => [a, b] as const))
  const found = pairs.filter(([a, b]) => cluster[a] === cluster[b])
  const belong = pairs.filter(([a, b]) => person[a] === person[b])
  const right = found.filter(([a, b]) => person[a] === person[b])
  const mean = (shares: number[]): number =>
    shares.length === 0 ? 1 : shares.reduce((sum, one) => sum + one, 0) / shares.length
  const shareOf = (of: number[], within: number[]): number =>
    mean(
      rows.map(a => {
        const mates = rows.filter(b => within[a] === within[b])
        return mates.filter(b => of[a] === of[b]).length / mates.length
      }),
    )
  return {
    precision: found.length === 0 ? 1 : right.length / found.length,
    recall: belong.length === 0 ? 1 : right.length / belong.length,
    bcubed: { precision: shareOf(person, cluster), recall: shareOf(cluster, person) },
    pairs: { found: found.length, true: belong.length, right: right.length },
    rows: rows.length,
  }
}

t.test('the figures are those of comparing every pair and every row', async () => {
  const row = fc.record({ cluster: fc.nat(7), person: fc.integer({ min: -1, max: 6 }) })
  fc.assert(
    fc.property(fc.array(row, { minLength: 8, maxLength: 24 }), rows => {
      const cluster = rows.map(one => one.cluster)
      const person = rows.map(one => one.person)
      const { f1, bcubed, ...counted } = accuracyOf(Int32Array.from(cluster), Int32Array.from(person))
      const { bcubed: expected, ...pairwise } = byHand(cluster, person)
      const isNear = (a: number, b: number): boolean => Math.abs(a - b) < 1e-12
      const { precision, recall } = counted
      return (
        JSON.stringify(counted) === JSON.stringify(pairwise) &&
        isNear(bcubed.precision, expected.precision) &&
        isNear(bcubed.recall, expected.recall) &&
        isNear(f1, precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall))
      )
    }),
  )
})

t.test('a published example: three clusters of fourteen rows', async t => {
  // Amigo et al. 2009 and the usual textbook sums agree on this one: n = 6, clusters {0,1,2} {3,4,5}, persons {0,1} {2,3,4,5}.
  const { precision, recall, bcubed } = accuracyOf(
    Int32Array.from([0, 0, 0, 3, 3, 3]),
    Int32Array.from([0, 0, 1, 1, 1, 1]),
  )
  t.equal(precision, 4 / 6)
  t.equal(recall, 4 / 7)
  t.ok(Math.abs(bcubed.precision - (2 * (2 / 3) + 1 / 3 + 3) / 6) < 1e-12)
  t.ok(Math.abs(bcubed.recall - (2 + 1 / 4 + 3 * (3 / 4)) / 6) < 1e-12)
})

t.test(
  'where nothing is put together nothing is wrong, and where nothing belongs together nothing is missing',
  async t => {
    t.match(accuracyOf(Int32Array.from([0, 1]), Int32Array.from([0, 0])), { precision: 1, recall: 0, f1: 0 })
    t.match(accuracyOf(Int32Array.from([0, 1]), Int32Array.from([-1, -1])), { precision: 1, recall: 1, rows: 0 })
  },
)
