import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import t from 'tap'
import { HubError } from '@switchboard/core'
import { people } from '../engine/models/people.ts'
import { reference } from '../engine/models/reference.ts'
import { clustersCsv } from './clusters-csv.ts'
import { matchFile, type MatchFileAsk } from './match-file.ts'
import { reportJson } from './report.ts'
import { summaryOf } from './summary.ts'
import { inPieces } from './test-rows.ts'

const sample = await readFile(join(import.meta.dirname, '../../../config/samples/people.csv'), 'utf8')

function matched(file: string | Uint8Array, how: Partial<MatchFileAsk> & { size?: number } = {}) {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file
  return matchFile({ name: 'people.csv', pieces: inPieces(bytes, how.size), model: people, region: 'AU', ...how })
}

/** The clusters of several rows, as they are written. */
function several(found: Awaited<ReturnType<typeof matchFile>>): string[] {
  const members = new Map<string, string[]>()
  for (const line of [...clustersCsv(found)].join('').trim().split('\n').slice(1)) {
    const [id = '', cluster = ''] = line.split(',')
    members.set(cluster, [...(members.get(cluster) ?? []), id])
  }
  return [...members]
    .filter(([, ids]) => ids.length > 1)
    .map(([cluster, ids]) => `${cluster}: ${ids.sort().join(' ')}`)
    .sort()
}

t.test('the sample is matched: couples and namesakes stay apart, nicknames and slips come together', async t => {
  const found = await matched(sample, { truth: 'person' })
  const together = several(found)
  for (const cluster of ['a4: a4 b2 o8 s3', 'a3: a3 o6', 'o15: o15 o16', 'b1: a1 b1 o1 o2'])
    t.equal(
      together.some(one =>
        cluster
          .split(' ')
          .slice(1)
          .every(id => one.includes(id)),
      ),
      true,
      cluster,
    )
  const clusterOf = (id: string): number => found.clusterOf[found.labels.ids.find(id)]!
  for (const [one, other] of [
    ['a2', 'a3'],
    ['a5', 'a6'],
    ['o11', 'o12'],
    ['i1', 'i2'],
    ['o23', 'c3'],
  ])
    t.not(clusterOf(one!), clusterOf(other!), `${one} and ${other}`)
  t.match(found.labels, { skipped: [], notes: [] })
  t.equal(found.truth?.accuracy.precision, 1)
  t.ok(found.truth!.best.accuracy.f1 >= found.truth!.accuracy.f1)
  t.same(found.standings, { unmatchable: 1, weak: 3 })
})

t.test('rows in any order give the same clusters under the same names', async () => {
  const [header = '', ...rows] = sample.trim().split('\n')
  const expected = several(await matched(sample))
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: rows.length }), async shuffled => {
      const found = await matched([header, ...shuffled].join('\n'))
      return JSON.stringify(several(found)) === JSON.stringify(expected)
    }),
    { numRuns: 10 },
  )
})

t.test('the truth is not read by the engine: without it, and with it scrambled, the clusters are the same', async t => {
  const expected = several(await matched(sample))
  const scrambled = sample.replace(/,[a-z0-9]+$/gm, (text, at: number) => (at < 90 ? text : `,p${at % 7}`))
  t.same(several(await matched(scrambled, { truth: 'person' })), expected)
  const asField = {
    ...people,
    fields: { ...people.fields, last: { clean: 'lastName', columns: ['last_name', 'person'] } },
  }
  t.same(several(await matched(sample, { model: asField, truth: 'person' })), expected)
})

/** Ways to spoil a row, and what is said of it. */
const spoiled: [name: string, spoil: (row: string) => string | Buffer, said: RegExp][] = [
  ['a control character', row => row.replace(/^([^,]*,[^,]*,)/, '$1\u0001'), /has a control character \(U\+0001\)/],
  [
    'a ten-kilobyte name',
    row => row.replace(/^([^,]*,[^,]*),/, `$1,${'x'.repeat(10_240)}`),
    /first_name is 102\d\d characters long \(at most 1000\)/,
  ],
  ['a second row with its id', row => row.replace(/^[^,]*/, 'o1'), /the id o1 is that of line 2 already/],
  ['no id', row => row.replace(/^[^,]*/, ' '), /it has no id/],
  ['too few fields', row => row.split(',').slice(0, 3).join(','), /3 fields where the header has 9/],
  ['too many fields', row => `${row},more`, /10 fields where the header has 9/],
  [
    'an open quote',
    row => row.replace(/,/, ',"'),
    /a quote is opened and not closed|text after a closing quote|fields where/,
  ],
  ['text after a quote', row => row.replace(/,/, ',"a"b'), /text after a closing quote/],
  [
    'bytes of another encoding',
    row => Buffer.from(row.replace(/^([^,]*,[^,]*,)/, '$1Ren\u00e9e'), 'latin1'),
    /not in UTF-8/,
  ],
]

t.test('rows in are rows clustered and rows reported, whatever is wrong with the file', async t => {
  const [header = '', first = '', ...rows] = sample
    .trim()
    .split('\n')
    .map(row => row.replaceAll('"', ''))
  const plain = rows.filter(row => row.split(',').length === 9)
  const spoil = fc.record({ at: fc.nat(plain.length - 1), how: fc.nat(spoiled.length - 1) })
  const seen = new Set<number>()
  await fc.assert(
    fc.asyncProperty(fc.array(spoil, { maxLength: 6 }), fc.integer({ min: 7, max: 5000 }), async (spoils, size) => {
      const how = new Map(spoils.map(({ at, how }) => [at, how]))
      const lines = [header, first, ...plain.map((row, at) => (how.has(at) ? spoiled[how.get(at)!]![1](row) : row))]
      const bytes = Buffer.concat(lines.map(line => Buffer.concat([Buffer.from(line), Buffer.from('\n')])))
      const { labels, clusterOf } = await matched(bytes, { size })
      const expected = [...how].map(([at, kind]) => ({ line: at + 3, kind })).sort((a, b) => a.line - b.line)
      expected.forEach(({ kind }) => seen.add(kind))
      return (
        clusterOf.length + labels.skipped.length === plain.length + 1 &&
        clusterOf.length === labels.ids.size &&
        expected.every(({ line, kind }) =>
          spoiled[kind]![2].test(labels.skipped.find(one => one.line === line)?.because ?? ''),
        )
      )
    }),
    { numRuns: 40 },
  )
  t.equal(seen.size, spoiled.length, 'every mistake was tried')
})

t.test('nothing but bytes: any file is matched or refused with a reason, and never breaks it', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.string({ unit: 'binary', maxLength: 200 }).map(text => Buffer.from(text)),
  )
  const starts = fc.constantFrom('', 'id,email,first_name\n', '{"id":"1"}\n', '\uFEFFid;phone\n', 'PAR1', '[')
  await fc.assert(
    fc.asyncProperty(starts, bytes, async (start, rest) => {
      const file = Buffer.concat([Buffer.from(start), rest])
      const found = await matched(file, { name: '' }).catch((error: unknown) => error)
      return found instanceof HubError || (found as Awaited<ReturnType<typeof matchFile>>).clusterOf.length >= 0
    }),
    { numRuns: 100 },
  )
})

t.test('what cannot be matched at all is refused with what to do', async t => {
  const refusals: [file: string, said: RegExp, how?: Partial<MatchFileAsk>][] = [
    ['', /it is empty/],
    ['\n\n', /it is empty/],
    ['id,email\n', /a header and no rows/],
    ['email,phone\na@x.org,\n', /no column id \(it has email, phone\); name the one with the ids: --id/],
    ['id,colour\n1,red\n', /tells people apart by email, phone, and no such column is there \(it has id, colour\)/],
    ['id,email\n1,a@x.org\n', /no column person to compare with/, { truth: 'person' }],
    ['[{"id":1}]', /one JSON list; write one object a line/, { name: '' }],
    ['{"colour":"red"}\n', /no column id/, { name: '' }],
    ['PAR1 is not all there is to it', /cannot be read as Parquet/, { name: '' }],
  ]
  for (const [file, said, how] of refusals) await t.rejects(matched(file, how), { message: said }, file)
})

t.test('columns that are not there are told of, and the rest is matched', async t => {
  const found = await matched('ID,E-Mail,email\n1,a@x.org,\n2,a@x.org,\n')
  t.same(found.labels.notes, [
    'no column first_name: nothing is known of first',
    'no column last_name: nothing is known of last',
    'no column phone: nothing is known of phone',
    'two columns are called email: the first is read',
  ])
  t.same(
    [...clustersCsv(found)].join(''),
    'id,cluster\n1,1\n2,2\n'.replace('2,2', found.clusterOf[1] === 0 ? '2,1' : '2,2'),
  )
})

t.test('a partner is kept apart whatever else agrees, also one that comes later in the file', async t => {
  const same = 'Ann,Lee,ann@x.org,0491570006'
  const file = `id,first_name,last_name,email,phone,partner_of\n1,${same},2\n2,${same},\n3,${same},nobody\n`
  for (const model of [people, reference]) {
    const { clusterOf, labels } = await matched(file, { model })
    t.not(clusterOf[0], clusterOf[1], model.name)
    t.same(labels.notes, ['line 4: partner_of nobody, which no row has: nothing is kept apart by it'])
  }
})

t.test('NDJSON and Parquet give the clusters of the same rows as CSV', async t => {
  const [header = '', ...rows] = sample.trim().split('\n')
  const names = header.split(',')
  const cells = rows.map(row => row.replace('"Achterberg, Ruth"', 'Achterberg Ruth').split(','))
  const csv = await matched([header, ...cells.map(row => row.join(','))].join('\n'))
  const objects = cells.map(row => Object.fromEntries(names.map((name, at) => [name, row[at] || null])))
  const ndjson = await matched(objects.map(one => JSON.stringify(one)).join('\n'), { name: 'people.ndjson' })
  t.same(several(ndjson), several(csv))
  const columnData = names.map((name, at) => ({
    name,
    data: cells.map(row => row[at] || null),
    type: 'STRING' as const,
  }))
  const parquet = await matched(new Uint8Array(parquetWriteBuffer({ columnData })), { name: '' })
  t.same(several(parquet), several(csv))
  t.same(parquet.labels.skipped, [])
})

t.test('a number in a name of a Parquet file is told of; a number is an id', async t => {
  const file = parquetWriteBuffer({
    columnData: [
      { name: 'id', data: [1, 2], type: 'INT32' },
      { name: 'email', data: ['a@x.org', 'b@x.org'], type: 'STRING' },
      { name: 'first_name', data: [7, 8], type: 'INT32' },
    ],
  })
  const { labels } = await matched(new Uint8Array(file), { name: 'x.parquet' })
  t.same(
    labels.skipped,
    [1, 2].map(line => ({ line, because: 'first_name is not text' })),
  )
})

t.test('the report has what the file came to, and why, with values only masked', async t => {
  const account = Array.from(
    { length: 210 },
    (_, at) => `g${at},,First${String.fromCharCode(97 + (at % 26))}${at},Last${at},,desk@shop.example,,,g${at}`,
  )
  const found = await matched(`${sample}${account.join('\n')}\nbad row\n`, { truth: 'person' })
  const file = { name: 'people.csv', model: people, isExplained: true }
  const report = JSON.parse([...reportJson(file, found)].join(''))
  t.match(report.counts, { rows: 270, matched: 269, skipped: 1, unmatchable: 1, weak: 3 })
  t.match(report.skipped, [{ line: 271, because: '1 field where the header has 9' }])
  t.match(report.generic, [{ field: 'email', value: 'd•••@shop.example', signatures: 210 }])
  t.match(report.trained.comparisons.email.equal, { m: Number, u: Number, bits: Number })
  t.match(report.truth, { precision: 1, bcubed: { precision: 1 }, best: { threshold: Number } })
  const peggy = report.clusters.find((one: { rows: string[] }) => one.rows.includes('a4'))
  t.ok(peggy.rows.includes('o8'))
  t.equal(peggy.links.length, peggy.rows.length - 1, 'no two of these rows say the same')
  t.match(peggy.links[0], { a: String, b: String, bits: Number, probability: Number, because: /(email|phone) equal/ })
  t.notMatch([...reportJson(file, found)].join(''), /peggy|desk@|\+61491/)

  const summary = summaryOf(people, found)
  t.match(summary, '270 rows read')
  t.match(summary, /skipped +1\n/)
  t.match(summary, 'email d•••@shop.example  210 different people')
  t.match(summary, new RegExp(`here +${people.threshold} +1.0000`))
})
