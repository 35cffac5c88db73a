import fc from 'fast-check'
import t from 'tap'
import { block } from './block.ts'
import { cluster, type Clusters } from './cluster.ts'
import { collapse } from './collapse.ts'
import type { Evidence } from './evidence.ts'
import { reference } from './reference.ts'
import { score, weightsOf } from './score.ts'
import { shuffled } from './test-people.ts'

const phones = ['+61412345678']
const jane: Evidence = { first: 'jane', last: 'smith', email: 'us@x.example', phones }

t.test('the reference model makes one person of a couple on one email with one last name', async t => {
  const { of } = match([jane, { ...jane, first: 'john', phones: [] }])
  t.equal(of[0], of[1])
})

t.test('a couple that a record names as two stays two, and each finds their own other records', async t => {
  const john = { ...jane, first: 'john' }
  const people = [jane, john, { ...jane, phones: [] }, { ...john, phones: [] }]
  const { of, refused } = match(people, [[0, 1]])
  t.equal(of[0], of[2])
  t.equal(of[1], of[3])
  t.not(of[0], of[1])
  t.ok(refused.length > 0)
})

t.test('who are kept apart are never in one cluster, whoever else could join them', async t => {
  fc.assert(
    fc.property(shuffled, fc.array(fc.tuple(fc.nat(24), fc.nat(24)), { maxLength: 8 }), ([people], wishes) => {
      const apart = wishes.filter(
        ([a, b]) => a < people.length && b < people.length && areDifferent(people[a]!, people[b]!),
      )
      const { of } = match(people, apart)
      for (const [a, b] of apart) t.not(of[a], of[b])
    }),
    { numRuns: 200 },
  )
})

t.test('the order in which people come changes nothing', async t => {
  fc.assert(
    fc.property(shuffled, fc.array(fc.tuple(fc.nat(24), fc.nat(24)), { maxLength: 8 }), ([people, order], wishes) => {
      const apart = wishes.filter(
        ([a, b]) => a < people.length && b < people.length && areDifferent(people[a]!, people[b]!),
      )
      const one = match(people, apart)
      const place = new Map(order.map((from, to) => [from, to]))
      const other = match(
        order.map(at => people[at]!),
        apart.toReversed().map(([a, b]) => [place.get(b)!, place.get(a)!]),
      )
      t.same(
        [...other.of],
        order.map(at => one.of[at]),
      )
      t.same(other.kept, one.kept)
    }),
    { numRuns: 200 },
  )
})

t.test('the edges kept are a tree in each cluster', async t => {
  fc.assert(
    fc.property(shuffled, ([people]) => {
      const nodes = collapse(people)
      const { of, kept } = match(people)
      t.equal(kept.length, nodes.count - new Set(of).size)
    }),
    { numRuns: 50 },
  )
})

/** Clusters by person, and the edges. */
function match(people: Evidence[], apart: (readonly [number, number])[] = []): Clusters {
  const nodes = collapse(people)
  const edges = score(nodes, block(nodes, 200).pairs, reference)
  const byNode = apart.map(([a, b]) => [nodes.nodeOf[a]!, nodes.nodeOf[b]!] as const)
  const clusters = cluster(nodes.count, edges, weightsOf(reference), byNode)
  return { ...clusters, of: nodes.nodeOf.map(node => clusters.of[node]!) }
}

function areDifferent(a: Evidence, b: Evidence): boolean {
  const nodes = collapse([a, b])
  return nodes.count === 2
}
