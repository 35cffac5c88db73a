import fc from 'fast-check'
import t from 'tap'
import { readRows, type RawValue, type ReadHow, type ReadTable } from './read-rows.ts'
import { textsOf } from './test-rows.ts'

const module = new URL('./test-row-cleaner.ts', import.meta.url)

const rawRow = fc.tuple(
  fc.string({ minLength: 1 }),
  fc.constantFrom(null, undefined, '', 'bad', 'A@x.example', 'b@X.example', 'łukasz@x.example'),
  fc.oneof(fc.constantFrom(null, '1'), fc.array(fc.constantFrom('1', '2', '3'))),
)

t.test('two threads make the same of rows as one, in the same order, and none is lost', async t => {
  await fc.assert(
    fc.asyncProperty(fc.array(rawRow, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), async (rows, together) => {
      const one = await read(rows, {})
      const two = await read(rows, { alone: 0, together })
      t.same(said(two), said(one))
      t.equal(two.lines.length + two.bad.length, rows.length)
      t.same(
        two.bad,
        rows.flatMap(([, email], at) => (email === 'bad' ? [{ line: at + 2, problem: 'is bad' }] : [])),
      )
    }),
    { numRuns: 15 },
  )
})

t.test('both threads have their part, and the same text in both is one value', async t => {
  const rows = Array.from({ length: 2001 }, (_, at) => [`${at}`, `A${at % 10}@x.example`, null])
  const { table, lines } = await read(rows, { alone: 0, together: 50 })
  const { thread, email } = table.fields
  t.equal(thread!.size, 2)
  t.equal(email!.size, 10)
  t.same(textsOf(table, 1234, 'id'), ['1234'])
  t.same(textsOf(table, 1234, 'email'), ['a4@x.example'])
  t.same(
    lines,
    Int32Array.from(rows, (_, at) => at + 2),
  )
})

t.test('few rows stay in one thread', async t => {
  const { table } = await read([['1', 'a', null]], {})
  t.same(textsOf(table, 0, 'thread'), ['0'])
})

t.test('no rows make an empty table', async t => {
  const { table, lines, bad } = await read([], {})
  t.same([table.count, lines.length, bad], [0, 0, []])
  t.equal((await read([], { alone: 0 })).table.count, 0)
})

t.test('what breaks while cleaning is said, in whichever thread', async t => {
  const rows = Array.from({ length: 101 }, () => ['1', 'a', null])
  await t.rejects(readRows({ module, options: 'broken' }), { message: 'made to break' })
  await t.rejects(read(rows, { alone: 0, together: 10 }, 0), { message: 'broke while cleaning' })
  await t.rejects(read(rows, { alone: 0, together: 10 }, 1), { message: 'broke while cleaning' })
})

async function read(rows: readonly (readonly RawValue[])[], how: ReadHow, options: unknown = null): Promise<ReadTable> {
  const reader = await readRows({ module, options }, how)
  for (const [at, values] of rows.entries()) {
    reader.add(at + 2, values)
    if (at % 20 === 0) await reader.ready()
  }
  return reader.end()
}

function said({ table, lines }: ReadTable): unknown {
  return Array.from(lines, (line, row) => [line, ...['id', 'email', 'phone'].map(field => textsOf(table, row, field))])
}
