import fc from 'fast-check'
import t from 'tap'
import { readAll } from './test-rows.ts'

t.test('one object a line; keys are folded like the header of a table, and lists are kept', async t => {
  const file = '{"id":7,"First Name":"Ann","phone":["1","2"]}\n\n{"id":"8","firstName":null}\n'
  const { rows, skipped } = await readAll(file, ['id', 'first_name', 'phone'])
  t.same(rows, [
    { line: 1, values: ['7', 'Ann', ['1', '2']] },
    { line: 3, values: ['8', null, null] },
  ])
  t.same(skipped, [])
})

t.test('what is not text, not an object or not JSON is told of with its line', async t => {
  const lines = [
    '{"id":"1","name":42}',
    '{"id":"2","name":true}',
    '[1]',
    '"x"',
    '{"id":',
    'nonsense',
    '{"id":"3","name":"C"}',
    '{"id":"4","na',
  ]
  const { rows, skipped } = await readAll(lines.join('\n'), ['id', 'name'], { name: 'rows.ndjson' })
  t.same(rows, [{ line: 7, values: ['3', 'C'] }])
  t.same(skipped, [
    { line: 1, because: 'name is a number, and should be text' },
    { line: 2, because: 'name is a yes or no, and should be text' },
    { line: 3, because: 'a list, and should be an object' },
    { line: 4, because: 'a string, and should be an object' },
    { line: 5, because: 'ends in the middle of the row' },
    { line: 6, because: 'not JSON' },
    { line: 8, because: 'ends in the middle of the row' },
  ])
})

t.test('every line is a row or told of, however the file is cut in pieces', async () => {
  const line = fc.oneof(
    fc
      .record({ id: fc.string(), name: fc.oneof(fc.string(), fc.integer(), fc.boolean()) })
      .map(one => JSON.stringify(one)),
    fc.string().map(text => `x${text.replaceAll('\n', '')}`),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 1, max: 50 }),
      async (lines, pieces) => {
        const { rows, skipped } = await readAll(lines.join('\n'), ['id', 'name'], { pieces, name: 'x.jsonl' })
        const told = [...rows, ...skipped].map(one => one.line).sort((a, b) => a - b)
        return JSON.stringify(told) === JSON.stringify(lines.map((_, at) => at + 1))
      },
    ),
  )
})

t.test('a line that does not end is told of once', async t => {
  const { rows, skipped } = await readAll(`{"id":"${'x'.repeat(3_000_000)}"}\n{"id":"2"}`, ['id'], { pieces: 65_536 })
  t.same(skipped, [{ line: 1, because: 'longer than 1024 KiB' }])
  t.same(rows, [{ line: 2, values: ['2'] }])
})
