import type { BlockSpec } from '@switchboard/core'
import fc from 'fast-check'
import t from 'tap'
import { block, type BlockHow, type Pairs } from './block.ts'
import { collapse, type Nodes } from './collapse.ts'
import type { Values } from './table.ts'
import { shuffled, tableOfRows, textsOf } from './test-rows.ts'

const blocks: BlockSpec[] = [
  { name: 'email', on: [{ field: 'email' }] },
  { name: 'phone', on: [{ field: 'phone' }] },
  { name: 'name', on: [{ field: 'last' }, { field: 'first', letters: 2 }] },
]
const how: BlockHow = { cap: 200, share: () => 0 }
const shop: Values = { first: 'ann', last: 'lee', phone: ['+61298765432'] }

t.test(
  'every two nodes that share a key are paired, once, by the first block that has it, and nobody else',
  async t => {
    fc.assert(
      fc.property(shuffled, ([rows]) => {
        const nodes = nodesOf(rows)
        const { pairs, generic } = block(nodes, blocks, how)
        t.same(said(pairs).sort(), expected(nodes).sort())
        t.same(generic, [])
      }),
      { numRuns: 200 },
    )
  },
)

t.test('the order in which rows come changes no pair, however few it takes for a key to be generic', async t => {
  fc.assert(
    fc.property(shuffled, fc.integer({ min: 1, max: 8 }), ([rows, order], cap) => {
      const one = nodesOf(rows)
      const other = nodesOf(order.map(at => rows[at]!))
      t.same(byContent(other, cap), byContent(one, cap))
    }),
    { numRuns: 200 },
  )
})

t.test('the pairs stay within nodes times cap, for every block', async t => {
  fc.assert(
    fc.property(shuffled, fc.integer({ min: 1, max: 8 }), ([rows], cap) => {
      const nodes = nodesOf(rows.map(row => ({ ...row, email: 'shop@x.example', phone: null })))
      const { pairs } = block(nodes, blocks.slice(0, 1), { ...how, cap })
      t.ok(pairs.a.length <= nodes.count * cap)
      t.equal(new Set(said(pairs)).size, pairs.a.length)
    }),
    { numRuns: 200 },
  )
})

t.test('a key that too many different nodes share is generic: only namesakes are paired by it', async t => {
  const crowd = Array.from({ length: 500 }, (_, at) => ({ ...shop, first: `f${at % 100}`, email: `e${at}@x.example` }))
  const { pairs, generic } = block(nodesOf(crowd), blocks.slice(0, 2), how)
  t.same(generic, [{ field: 'phone', value: '+61298765432', signatures: 500 }])
  t.equal(pairs.a.length, (100 * 5 * 4) / 2)
})

t.test('namesakes who are too many are each paired with the one who says least', async t => {
  const namesakes = Array.from({ length: 300 }, (_, at) => ({ ...shop, email: `e${at}@x.example` }))
  const nodes = nodesOf([...namesakes, shop])
  const { pairs } = block(nodes, blocks.slice(0, 2), how)
  t.equal(pairs.a.length, 300)
  t.ok(pairs.b.every(node => node === 300))
})

t.test('whom a generic key leaves apart another key still pairs', async t => {
  const crowd = Array.from({ length: 300 }, (_, at) => ({ ...shop, first: `f${at}`, email: `e${at % 150}@x.example` }))
  const { pairs } = block(nodesOf(crowd), [blocks[1]!, blocks[0]!], how)
  t.equal(pairs.a.length, 150)
  t.ok(pairs.block.every(at => at === 1))
})

t.test('nodes without a name are not paired by a generic key', async t => {
  const crowd = Array.from({ length: 300 }, (_, at) => ({ phone: shop['phone'], email: `e${at}@x.example` }))
  t.equal(block(nodesOf(crowd), blocks, how).pairs.a.length, 0)
})

t.test('at the cap a key is an ordinary one, and one that was generic is so until it is below half of it', async t => {
  const pairsOf = (size: number, isKnown: boolean): number => {
    const crowd = Array.from({ length: size }, (_, at) => ({ ...shop, first: `f${at}` }))
    const known = isKnown ? [{ field: 'phone', value: '+61298765432', signatures: 999 }] : []
    return block(nodesOf(crowd), blocks.slice(1, 2), { ...how, cap: 20, known }).pairs.a.length
  }
  t.equal(pairsOf(20, false), (20 * 19) / 2)
  t.equal(pairsOf(21, false), 0)
  t.equal(pairsOf(20, true), 0)
  t.equal(pairsOf(10, true), 0)
  t.equal(pairsOf(9, true), (9 * 8) / 2)
})

t.test('a key that is held to be generic is so however few have it here', async t => {
  const crowd = Array.from({ length: 3 }, (_, at) => ({ ...shop, first: `f${at}` }))
  const known = [{ field: 'phone', value: '+61298765432', signatures: 999, isHeld: true }]
  t.equal(block(nodesOf(crowd), blocks.slice(1, 2), { ...how, known }).pairs.a.length, 0)
  t.equal(
    block(nodesOf(crowd), blocks.slice(1, 2), { ...how, known: [{ ...known[0]!, value: '+61298765433' }] }).pairs.a
      .length,
    3,
  )
})

t.test('only whole values that are rare enough are keys, where a block says so', async t => {
  const nodes = nodesOf([
    { first: 'ann', last: 'lee', email: '1' },
    { first: 'anna', last: 'lee', email: '2' },
    { first: 'ann', last: 'oz', email: '3' },
    { first: 'anne', last: 'oz', email: '4' },
  ])
  const share = (field: string, id: number): number => (nodes.fields[field]!.text(id) === 'lee' ? 0.5 : 0.001)
  const { pairs } = block(nodes, [{ ...blocks[2]!, rarerThan: 0.01 }], { cap: 200, share })
  t.same([[...pairs.a], [...pairs.b]], [[2], [3]])
})

t.test('a block on a field that the table does not have pairs nobody', async t => {
  const { pairs } = block(nodesOf([shop, { ...shop, first: 'bob' }]), [{ name: 'x', on: [{ field: 'postcode' }] }], how)
  t.equal(pairs.a.length, 0)
})

function nodesOf(rows: readonly Values[]): Nodes {
  return collapse(tableOfRows(rows))
}

function said({ a, b, block }: Pairs): string[] {
  return Array.from(a, (one, at) => `${one} ${b[at]} ${block[at]}`)
}

function expected(nodes: Nodes): string[] {
  const found: string[] = []
  for (let a = 0; a < nodes.count; a++)
    for (let b = a + 1; b < nodes.count; b++) {
      const by = [0, 1, 2].find(at => keys(nodes, a, at).some(key => keys(nodes, b, at).includes(key)))
      if (by !== undefined) found.push(`${a} ${b} ${by}`)
    }
  return found
}

function keys(nodes: Nodes, node: number, at: number): string[] {
  if (at < 2) return textsOf(nodes, node, ['email', 'phone'][at]!)
  const [first] = textsOf(nodes, node, 'first')
  const [last] = textsOf(nodes, node, 'last')
  return first && last ? [`${last} ${first.slice(0, 2)}`] : []
}

/** Pairs and generic keys without numbers. */
function byContent(nodes: Nodes, cap: number): unknown {
  const { pairs, generic } = block(nodes, blocks, { ...how, cap })
  const say = (node: number): number => nodes.hash[node]!
  const all = Array.from(
    pairs.a,
    (a, at) => [say(a), say(pairs.b[at]!)].sort((one, other) => one - other).join() + pairs.block[at],
  )
  return { pairs: all.sort(), generic }
}
