import fc from 'fast-check'
import { test } from 'tap'
import { bridgesOf, densityOf } from './bridges.ts'

type Edge = [number, number]

function graphOf(edges: readonly Edge[]): { a: number[]; b: number[] } {
  return { a: edges.map(([a]) => a), b: edges.map(([, b]) => b) }
}

/** How many parts edges make of the nodes they touch. */
function partsOf(edges: readonly Edge[], nodes: ReadonlySet<number>): number {
  const parent = new Map([...nodes].map(node => [node, node]))
  const root = (node: number): number => (parent.get(node) === node ? node : root(parent.get(node)!))
  for (const [a, b] of edges) parent.set(root(a), root(b))
  return new Set([...nodes].map(root)).size
}

test('bridges are exactly the edges without which the graph falls into more parts', t => {
  const edge = fc.tuple(fc.nat(7), fc.nat(7)).filter(([a, b]) => a !== b)
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 14 }), edges => {
      const nodes = new Set(edges.flat())
      const whole = partsOf(edges, nodes)
      const expected = edges.flatMap((_, at) => (partsOf(edges.toSpliced(at, 1), nodes) > whole ? at : []))
      const found = bridgesOf(graphOf(edges)).map(bridge => bridge.edge)
      return found.sort((a, b) => a - b).join() === expected.join()
    }),
  )
  t.pass()
  t.end()
})

test('a bridge says how many nodes are on its smaller side', t => {
  const triangles: Edge[] = [
    [1, 2],
    [2, 3],
    [3, 1],
    [3, 4],
    [4, 5],
    [5, 6],
    [6, 4],
  ]
  t.strictSame(bridgesOf(graphOf(triangles)), [{ edge: 3, size: 3 }])
  t.strictSame(
    bridgesOf(
      graphOf([
        [1, 2],
        [2, 3],
      ]),
    ).map(({ size }) => size),
    [1, 1],
  )
  t.end()
})

test('a long chain does not overflow the stack', t => {
  const chain = Array.from({ length: 50_000 }, (_, at): Edge => [at, at + 1])
  t.equal(bridgesOf(graphOf(chain)).length, 50_000)
  t.end()
})

test('density is the part of all edges that there are', t => {
  t.equal(densityOf(3, 3), 1)
  t.equal(densityOf(4, 3), 0.5)
  t.equal(densityOf(1, 0), 1)
  t.end()
})
