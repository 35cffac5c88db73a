import t from 'tap'
import { growth, markdown, median, time } from './match-table.ts'

t.test('a table has the columns of all rows, and nothing where a row has none', async t => {
  t.equal(
    markdown([
      { what: 'hub', rows: 10_000, f1: 0.98765 },
      { what: 'peer', stopped: '> 240 s' },
    ]),
    [
      '| what | rows   | f1    | stopped |',
      '| ---- | ------ | ----- | ------- |',
      '| hub  | 10,000 | 0.988 |         |',
      '| peer |        |       | > 240 s |',
    ].join('\n'),
  )
})

t.test('times are read easily', async t => {
  t.same([0.1234, 12.4, 999.4, 3210].map(time), ['0.12 ms', '12 ms', '999 ms', '3.21 s'])
})

t.test('ten times the rows in ten times the time is linear', async t => {
  t.equal(growth({ rows: 10, ms: 1 }, { rows: 100, ms: 10 }), 1)
  t.equal(growth({ rows: 10, ms: 1 }, { rows: 100, ms: 100 }), 2)
})

t.test('the median of three is the one in the middle', async t => {
  t.equal(median([9, 1, 5]), 5)
})
