import fc from 'fast-check'
import t from 'tap'
import { collapse } from './collapse.ts'
import type { Values } from './table.ts'
import { fields, shuffled, tableOfRows, textsOf } from './test-rows.ts'

const ann: Values = { first: 'ann', last: 'lee', email: 'ann@x.example', phone: ['+61412345678', '+61298765432'] }

t.test('rows are one node exactly when every field says the same, whatever the order of several values', async t => {
  fc.assert(
    fc.property(shuffled, ([rows]) => {
      const nodes = collapse(tableOfRows(rows))
      const said = rows.map(sayAll)
      said.forEach((one, row) => said.forEach((other, at) => same(nodes.nodeOf, row, at, one === other)))
      t.equal(nodes.count, new Set(said).size)
      t.same(
        [...nodes.rows],
        Array.from(nodes.rows, (_, node) => nodes.nodeOf.filter(it => it === node).length),
      )
    }),
    { numRuns: 100 },
  )
  function same(nodeOf: Int32Array, row: number, other: number, expected: boolean) {
    if ((nodeOf[row] === nodeOf[other]) !== expected) t.fail(`rows ${row} and ${other}`)
  }
})

t.test('a node says what its rows say', async t => {
  fc.assert(
    fc.property(shuffled, ([rows]) => {
      const table = tableOfRows(rows)
      const nodes = collapse(table)
      for (const row of rows.keys())
        for (const { name } of fields) t.same(textsOf(nodes, nodes.nodeOf[row]!, name), textsOf(table, row, name))
    }),
    { numRuns: 50 },
  )
})

t.test('the hash of a node is made of what it says, not of when it was met', async t => {
  fc.assert(
    fc.property(shuffled, ([rows, order]) => {
      const one = collapse(tableOfRows(rows))
      const other = collapse(tableOfRows(order.map(at => rows[at]!)))
      order.forEach((from, to) => t.equal(other.hash[other.nodeOf[to]!], one.hash[one.nodeOf[from]!]))
      t.equal(new Set(one.hash).size, one.count)
    }),
    { numRuns: 50 },
  )
})

t.test('the same word in another field is another hash', async t => {
  const nodes = collapse(tableOfRows([{ first: 'ann' }, { last: 'ann' }, { first: 'ann', last: 'ann' }, {}]))
  t.equal(new Set(nodes.hash).size, 4)
})

t.test('rows kept apart that say the same are nodes of their own; others who say so too stay together', async t => {
  const { nodeOf, count, hash, rows } = collapse(tableOfRows([ann, ann, ann, ann, {}]), [[1, 2]])
  t.equal(count, 4)
  t.same([...nodeOf], [0, 1, 2, 0, 3])
  t.same([...rows], [2, 1, 1, 1])
  t.same([hash[1], hash[2]], [hash[0], hash[0]])
})

t.test('rows kept apart that say different things anyway change nothing', async t => {
  const rows = [ann, ann, { ...ann, first: 'bob' }]
  t.same(collapse(tableOfRows(rows), [[0, 2]]).nodeOf, collapse(tableOfRows(rows)).nodeOf)
})

t.test('thousands of rows collapse to who is different', async t => {
  const rows = Array.from({ length: 30_000 }, (_, at) => ({ ...ann, first: `f${at % 100}`, last: `l${at % 70}` }))
  t.equal(collapse(tableOfRows(rows)).count, 700)
})

t.test('nobody makes no nodes', async t => {
  t.equal(collapse(tableOfRows([])).count, 0)
})

function sayAll(values: Values): string {
  return JSON.stringify(fields.map(({ name }) => [...new Set([values[name] ?? []].flat())].sort()))
}
