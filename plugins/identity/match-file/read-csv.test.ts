import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import t from 'tap'
import { readAll } from './test-rows.ts'

const text = fc.string({ unit: fc.constantFrom('a', 'B', 'é', '日', '😀', "'", '-', '.'), maxLength: 6 })
// Not both in one file: a text whose lines look like rows of the file is what this reader takes for an open quote.
const marks = fc.constantFrom(['a', '"', ',', ' '], ['a', '"', '\n', ' '])
const table = fc.tuple(fc.integer({ min: 2, max: 5 }), marks).chain(([width, units]) => {
  const marked = fc.string({ unit: fc.constantFrom(...units), maxLength: 6 }).map(some => `a${some}`)
  const row = fc.array(fc.oneof(text, marked), { minLength: width, maxLength: width })
  return fc.record({ width: fc.constant(width), rows: fc.array(row, { minLength: 1, maxLength: 12 }) })
})

t.test('a well-formed file reads as csv-parse reads it, however it is cut in pieces', async () => {
  const quoted = (text: string): string => (/["\n,]|^ /.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom('\n', '\r\n'),
      async ({ width, rows }, pieces, end) => {
        const names = Array.from({ length: width }, (_, at) => `c${at}`)
        // The first cell is never empty: a blank line is no row, here as there.
        const cells = rows.map(([, ...more], at) => [`id${at}`, ...more])
        const file = [names, ...cells].map(row => row.map(quoted).join(',')).join(end)
        const expected = parse(file, { from_line: 2 }) as string[][]
        const { rows: read, skipped } = await readAll(file, names, { pieces })
        if (skipped.length > 0) return false
        return JSON.stringify(read.map(({ values }) => values)) === JSON.stringify(expected)
      },
    ),
    { numRuns: 400 },
  )
})

t.test('text of several lines is one row, and lines are counted on through it', async t => {
  const { rows, skipped } = await readAll('id,note,x\n1,"two\nlines, here",a\n\n2,plain,b\n', ['id', 'note'])
  t.same(rows, [
    { line: 2, values: ['1', 'two\nlines, here'] },
    { line: 5, values: ['2', 'plain'] },
  ])
  t.same(skipped, [])
})

t.test('an open quote costs the row it is in and no other', async t => {
  const wanted = ['id', 'name', 'email']
  const last = await readAll('id,name,email\n1,Ann,a@x.org\n2,"Bob,b@x.org\n3,Cy,c@x.org\n4,Di,d@x.org\n', wanted)
  t.same(last.skipped, [{ line: 3, because: 'a quote is opened and not closed' }])
  t.same(
    last.rows.map(({ line, values }) => [line, values[0]]),
    [
      [2, '1'],
      [4, '3'],
      [5, '4'],
    ],
  )

  const closedByAnother = await readAll(
    'id,name,email\n1,"Ann,a@x.org\n2,Bob,b@x.org\n3,Cy",c@x.org\n4,Di,d@x.org\n',
    wanted,
  )
  t.same(closedByAnother.skipped, [{ line: 2, because: 'a quote is opened and not closed' }])
  t.same(
    closedByAnother.rows.map(({ line, values }) => [line, values[0]]),
    [
      [3, '2'],
      [4, '3'],
      [5, '4'],
    ],
  )

  const quotedFile = await readAll('"id","name","email"\n"1","Ann,"a@x.org"\n"2","Bob","b@x.org"\n', wanted)
  t.same(quotedFile.skipped, [{ line: 2, because: 'text after a closing quote' }])
  t.same(
    quotedFile.rows.map(({ values }) => values),
    [['2', 'Bob', 'b@x.org']],
  )
})

t.test(
  'a row with another number of fields is told of with both numbers; empty ones at the end do not count',
  async t => {
    const { rows, skipped } = await readAll('id,name\n1\n2,Bob,extra\n3,Cy,,\n4,Di', ['id', 'name'])
    t.same(skipped, [
      { line: 2, because: '1 field where the header has 2' },
      { line: 3, because: '3 fields where the header has 2' },
    ])
    t.same(
      rows.map(({ values }) => values),
      [
        ['3', 'Cy'],
        ['4', 'Di'],
      ],
    )
    const cut = await readAll('id,name,email\n1,Ann,a@x.org\n2,Bo', ['id'])
    t.same(cut.skipped, [{ line: 3, because: '2 fields where the header has 3: the file ends in the middle of it' }])
  },
)

t.test('quotes within plain text are text, and spaces may stand around quoted text', async t => {
  const { rows } = await readAll('id,name\n1,Robert "Bob" Ray\n2, "Ann, Lee" \n3,"say ""hi"""\n', ['id', 'name'])
  t.same(
    rows.map(({ values }) => values[1]),
    ['Robert "Bob" Ray', 'Ann, Lee', 'say "hi"'],
  )
})

t.test('the delimiter, the line end and the spelling of the header are found out', async t => {
  const files = [
    'ID; First Name ;E-Mail\n1;Ann;a@x.org\n',
    'id\tfirstName\te.mail\r\n1\tAnn\ta@x.org\r\n',
    '\uFEFFid|FIRST_NAME|e_mail\r1|Ann|a@x.org\r',
  ]
  for (const file of files) {
    const { columns, rows, skipped } = await readAll(file, ['id', 'first_name', 'e_mail'])
    t.equal(columns.length, 3)
    t.same(rows, [{ line: 2, values: ['1', 'Ann', 'a@x.org'] }])
    t.same(skipped, [])
  }
})

t.test('UTF-16 is known by its mark or its zero bytes', async t => {
  const text = 'id,name\n1,Zoë\n'
  const little = Buffer.from(text, 'utf16le')
  const files = [
    Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
    little,
    Buffer.from(little).swap16(),
    Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(little).swap16()]),
  ]
  for (const file of files)
    t.same((await readAll(file, ['id', 'name'], { pieces: 3 })).rows, [{ line: 2, values: ['1', 'Zoë'] }])
})

t.test('a row that is not in UTF-8 is told of with what to do; told its encoding, the file reads', async t => {
  const file = Buffer.from('id,name\n1,Ann\n2,Ren\xe9e\n3,Cy\n', 'latin1')
  const { rows, skipped } = await readAll(file, ['id', 'name'])
  t.same(
    rows.map(({ values }) => values[0]),
    ['1', '3'],
  )
  t.match(skipped, [{ line: 3, because: /not in UTF-8 .*--encoding latin1/ }])
  t.equal((await readAll(file, ['id', 'name'], { encoding: 'latin1' })).rows[1]?.values[1], 'Renée')
})

t.test('a row without end is told of once, and does not fill the memory', async t => {
  const long = `id,name\n1,${'x'.repeat(3_000_000)}\n2,Bob\n`
  const { rows, skipped } = await readAll(long, ['id', 'name'], { pieces: 65_536 })
  t.same(skipped, [{ line: 2, because: 'longer than 256 KiB' }])
  t.same(rows, [{ line: 3, values: ['2', 'Bob'] }])
})

t.test('lines in are rows and skipped lines out, whatever the bytes', async () => {
  const line = fc
    .string({ unit: fc.constantFrom('a', ',', '"', '1', ' ', '\u0000', '\u00e9', '\\'), maxLength: 12 })
    .filter(text => text.trim() !== '')
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 10 }), fc.integer({ min: 1, max: 30 }), async (lines, pieces) => {
      const { rows, skipped } = await readAll(['id,name,email,phone', ...lines].join('\n'), ['id'], {
        pieces,
        name: 'x.csv',
      })
      const inside = rows.reduce((sum, row) => sum + String(row.values[0] ?? '').split('\n').length, 0)
      const told = new Set([...rows, ...skipped].map(one => one.line))
      return told.size === rows.length + skipped.length && told.size <= lines.length && inside >= rows.length
    }),
    { numRuns: 400 },
  )
})
