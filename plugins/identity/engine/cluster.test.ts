import fc from 'fast-check'
import { test } from 'tap'
import { cluster } from './cluster.ts'
import type { Keeping } from './clusters.ts'
import { collapse, type Nodes } from './collapse.ts'
import { tableOf } from './test-people.ts'

type Edge = [a: number, b: number, weight: number]

/** So many different nodes. */
function nodesOf(count: number): Nodes {
  return collapse(tableOf(Array.from({ length: count }, (_, at) => ({ email: `${at}@example.org` }))))
}

function edgesOf(edges: readonly Edge[]): { a: Int32Array; b: Int32Array; weight: Int32Array } {
  return {
    a: Int32Array.from(edges, ([a]) => a),
    b: Int32Array.from(edges, ([, b]) => b),
    weight: Int32Array.from(edges, ([, , weight]) => weight * 256),
  }
}

/** Nodes conflict when both have a name and the names differ; '' is no name. */
function keepingOf(names: readonly string[], more: Partial<Keeping> = {}): Keeping {
  return {
    isConflict: (a, b) => names[a]! !== '' && names[b]! !== '' && names[a] !== names[b],
    isSure: () => false,
    isConstrained: () => false,
    voiceOf: node => (names[node] ? names[node].charCodeAt(0) : -1),
    apart: [],
    together: [],
    hasConstraints: false,
    ...more,
  }
}

const how = { least: 6 * 256, surely: 6 * 256 }
const none = Array.from({ length: 12 }, () => '')

test('edges above the threshold join, those below do not', t => {
  const { of, kept } = cluster(
    nodesOf(4),
    edgesOf([
      [0, 1, 10],
      [1, 2, 8],
      [2, 3, 5],
    ]),
    keepingOf(none),
    how,
  )
  t.strictSame([...of], [0, 0, 0, 3])
  t.strictSame(kept, [0, 1], 'strongest first')
  t.end()
})

test('two who conflict are never in one cluster, however many stand between them', t => {
  const names = ['A', '', '', 'B']
  const answer = cluster(
    nodesOf(4),
    edgesOf([
      [0, 1, 30],
      [1, 2, 20],
      [2, 3, 10],
    ]),
    keepingOf(names),
    how,
  )
  t.strictSame([...answer.of], [0, 0, 0, 3])
  t.equal(answer.refused.length, 1)
  t.match(answer.refused[0]!.because, /conflicts/)
  t.end()
})

test('a node that could be either of two who conflict is left apart, unless one is surely the better', t => {
  const names = ['A', 'B', '']
  const close = cluster(
    nodesOf(3),
    edgesOf([
      [0, 2, 12],
      [1, 2, 9],
    ]),
    keepingOf(names),
    how,
  )
  t.strictSame([...close.of], [0, 1, 2])
  t.match(close.either.get(2), /either/)
  const sure = cluster(
    nodesOf(3),
    edgesOf([
      [0, 2, 20],
      [1, 2, 9],
    ]),
    keepingOf(names),
    how,
  )
  t.strictSame([...sure.of], [0, 1, 0])
  t.end()
})

test('who was said to be two stays two through others, and who was said to be one is one', t => {
  const edges = edgesOf([
    [0, 1, 30],
    [1, 2, 20],
  ])
  const apart = cluster(nodesOf(3), edges, keepingOf(none, { apart: [[0, 2]] }), how)
  t.strictSame([...apart.of], [0, 0, 2])
  t.match(apart.refused[0]!.because, /two people/)
  const told = cluster(nodesOf(4), edges, keepingOf(['A', '', '', 'B'], { together: [[0, 3]] }), how)
  t.equal(told.of[3], told.of[0], 'a human wins over a veto')
  const both = cluster(nodesOf(2), edgesOf([]), keepingOf(none, { apart: [[0, 1]], together: [[0, 1]] }), how)
  t.strictSame([...both.of], [0, 1], 'where both is said, they stay two')
  t.end()
})

test('constraints of plugins are asked about all members', t => {
  const isConflict = (a: number, b: number): boolean => Math.abs(a - b) === 2
  const keeping = { ...keepingOf(none), isConflict, hasConstraints: true }
  const { of } = cluster(
    nodesOf(3),
    edgesOf([
      [0, 1, 30],
      [1, 2, 20],
    ]),
    keeping,
    how,
  )
  t.strictSame([...of], [0, 0, 2])
  t.end()
})

test('clusters depend on neither the order of the edges nor that of the nodes', t => {
  const size = 9
  const edge = fc.tuple(fc.nat(size - 1), fc.nat(size - 1), fc.integer({ min: 4, max: 12 })).filter(([a, b]) => a !== b)
  const crowd = fc.record({
    names: fc.array(fc.constantFrom('A', 'B', '', ''), { minLength: size, maxLength: size }),
    edges: fc.uniqueArray(edge, { maxLength: 16, selector: ([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}` }),
    order: fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
  })
  fc.assert(
    fc.property(crowd, ({ names, edges, order }) => {
      const one = cluster(nodesOf(size), edgesOf(edges), keepingOf(names), how)
      const place = order.map((_, node) => order.indexOf(node))
      const nodes = collapse(tableOf(order.map(at => ({ email: `${at}@example.org` }))))
      const moved = edges.toReversed().map(([a, b, w]): Edge => [place[b]!, place[a]!, w])
      const other = cluster(nodes, edgesOf(moved), keepingOf(order.map(at => names[at]!)), how)
      const same = (of: Int32Array, a: number, b: number): boolean => of[a] === of[b]
      return names.every((_, a) => names.every((__, b) => same(one.of, a, b) === same(other.of, place[a]!, place[b]!)))
    }),
    { numRuns: 400 },
  )
  t.pass()
  t.end()
})

test('no cluster holds a conflict, and what is kept spans the clusters', t => {
  const edge = fc.tuple(fc.nat(11), fc.nat(11), fc.integer({ min: 4, max: 12 })).filter(([a, b]) => a !== b)
  const crowd = fc.record({
    names: fc.array(fc.constantFrom('A', 'B', 'C', ''), { minLength: 12, maxLength: 12 }),
    edges: fc.array(edge, { maxLength: 24 }),
  })
  fc.assert(
    fc.property(crowd, ({ names, edges }) => {
      const keeping = keepingOf(names)
      const { of, kept } = cluster(nodesOf(12), edgesOf(edges), keeping, how)
      const nodes = [...of.keys()]
      const isClean = nodes.every(a => nodes.every(b => of[a] !== of[b] || !keeping.isConflict(a, b)))
      return isClean && kept.length === 12 - new Set(of).size
    }),
    { numRuns: 400 },
  )
  t.pass()
  t.end()
})
