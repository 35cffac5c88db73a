import fc from 'fast-check'
import t from 'tap'
import { hashText } from './hash.ts'
import { openTable, shareTable } from './shared-table.ts'
import { tableBuilder, type Values } from './table.ts'
import { shuffled, tableOfRows, textsOf } from './test-rows.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('', 'é', 'ab', 'abc', 'abcd', '\ud800'),
)

t.test('whatever text goes in comes out, letter by letter, in its row', async t => {
  fc.assert(
    fc.property(fc.array(fc.record({ one: anyText, many: fc.array(anyText, { maxLength: 4 }) })), rows => {
      const builder = tableBuilder([{ name: 'one' }, { name: 'many', many: true }])
      for (const row of rows) builder.add(row)
      const table = builder.build()
      t.equal(table.count, rows.length)
      rows.forEach(({ one, many }, row) => {
        t.same(textsOf(table, row, 'one'), one === '' ? [] : [one])
        t.same(new Set(textsOf(table, row, 'many')), new Set(many.filter(text => text !== '')))
        t.equal(textsOf(table, row, 'many').length, new Set(many.filter(text => text !== '')).size)
      })
    }),
    { numRuns: 200 },
  )
})

t.test('the same text has the same number, another text another, and its hash is made of the text alone', async t => {
  fc.assert(
    fc.property(fc.array(anyText), texts => {
      const { ids, size, hash, text } = columnOf(texts)
      const seen = new Map<number, string>()
      for (const [row, id] of ids.entries()) if (id >= 0) seen.set(id, seen.get(id) ?? texts[row]!)
      t.equal(seen.size, new Set(texts.filter(one => one !== '')).size)
      t.equal(size, seen.size)
      for (const [id, one] of seen) t.same([text(id), hash[id]], [one, hashText(one)])
    }),
    { numRuns: 200 },
  )
})

t.test('thousands of values keep their numbers apart while the tables grow', async t => {
  const texts = Array.from({ length: 20_000 }, (_, at) => `somebody${at % 7000}@x.example`)
  const { ids, size, text } = columnOf(texts)
  t.equal(size, 7000)
  t.ok(ids.every((id, row) => text(id) === texts[row]))
})

t.test('the hashes of many texts are all different, and spread over all of their bits', async t => {
  const hashes = Array.from({ length: 100_000 }, (_, at) => hashText(`a${at}@x.example`))
  t.equal(new Set(hashes).size, hashes.length)
  for (const bit of Array.from({ length: 53 }, (_, at) => 2 ** at)) {
    const share = hashes.filter(hash => Math.floor(hash / bit) % 2 === 1).length / hashes.length
    t.ok(share > 0.45 && share < 0.55, `${share} of them have the bit ${bit}`)
  }
})

t.test('several values come in the same order, however a row has them', async t => {
  fc.assert(
    fc.property(fc.uniqueArray(anyText), fc.uniqueArray(anyText), (others, texts) => {
      const builder = tableBuilder([{ name: 'phone', many: true }])
      for (const phone of [others, texts, texts.toReversed()]) builder.add({ phone })
      const table = builder.build()
      t.same(textsOf(table, 1, 'phone'), textsOf(table, 2, 'phone'))
    }),
  )
})

t.test('labels are kept as they are, and not numbered by content', async t => {
  const builder = tableBuilder([{ name: 'id', isLabel: true }])
  for (const id of ['a', '', 'a', 'b']) builder.add({ id })
  const table = builder.build()
  t.same([...table.fields['id']!.ids], [0, -1, 1, 2])
  t.same(
    [0, 1, 2, 3].map(row => textsOf(table, row, 'id')),
    [['a'], [], ['a'], ['b']],
  )
})

t.test('a single value of several is the first that is not empty', async t => {
  t.same(textsOf(tableOfRows([{ first: ['', 'ann', 'bob'] }]), 0, 'first'), ['ann'])
})

t.test('another thread opens the very same table', async t => {
  fc.assert(
    fc.property(shuffled, ([rows]) => {
      const table = tableOfRows(rows)
      const other = openTable(structuredClone(shareTable(table)!))
      rows.forEach((_, row) => {
        for (const field of Object.keys(table.fields)) t.same(textsOf(other, row, field), textsOf(table, row, field))
      })
    }),
    { numRuns: 30 },
  )
  const foreign = { ...columnOf([]), words: undefined }
  delete foreign.words
  t.equal(shareTable({ count: 0, fields: { email: foreign } }), null)
})

function columnOf(texts: string[]) {
  const builder = tableBuilder([{ name: 'email' }])
  for (const email of texts) builder.add({ email } satisfies Values)
  return builder.build().fields['email']!
}
