import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type Test } from 'tap'
import { defineAdapter, secret, z, type AdapterDefinition } from '@switchboard/core'
import { silentLog } from '@switchboard/core/hub'
import { faultsOf } from '@switchboard/test-simulators/faults'
import { serve } from '@switchboard/test-simulators/server'
import { readEnvironment } from '../env.ts'
import { catalogue, type Catalogue } from '../parts.ts'
import { dryRun, type DryRun } from './dry-run.ts'
import { saveFixtures } from './save-fixtures.ts'
import { showDryRun } from './show-dry-run.ts'

const root = join(import.meta.dirname, '../..')
const row = z.object({ id: z.string(), name: z.string(), email: z.string(), phone: z.string(), at: z.iso.datetime() })
const list = z.object({ data: z.array(z.unknown()), next: z.string().nullable() })

/** Contacts, two to a page; one of the first page is broken. */
const guests = defineAdapter({
  name: 'guests',
  provides: ['source'],
  options: z.object({ url: z.url(), token: secret() }),
  http: ({ url }) => ({ hosts: [new URL(url).host] }),
  create: ({ url, token }, { http }) => ({
    source: {
      async *changes(cursor) {
        for (let next: string | null = cursor ?? '0'; next !== null;) {
          const page: z.output<typeof list> = await http.json(
            { url: `${url}/guests?from=${next}`, bearer: token },
            list,
          )
          const read = page.data.map(given => ({ given, fit: row.safeParse(given) }))
          const records = read.flatMap(({ fit }) => (fit.success ? [recordOf(fit.data)] : []))
          const unreadable = read.filter(({ fit }) => !fit.success).map(({ given }) => broken(given))
          yield { records, unreadable, cursor: next, total: 4 }
          next = page.next
        }
      },
      health: async () => ({ skewMs: (await http.json({ url: `${url}/time`, bearer: token }, z.number())) * 1000 }),
    },
  }),
})

function recordOf({ id, name, email, phone, at }: z.output<typeof row>) {
  const people = [{ role: 'contact' as const, name, email, phones: [phone] }]
  const head = { externalId: id, version: null, updatedAt: new Date(at), deletedAt: null, people }
  return { ...head, kind: 'contact' as const, facts: { since: '2020' } }
}

function broken(given: unknown) {
  return { externalId: 'g_0002', error: 'phone: expected text', row: given }
}

const pages = [
  {
    data: [
      {
        id: 'g_0001',
        name: 'Ada Byron',
        email: 'ada@mail.example.net',
        phone: '0412 345 678',
        at: '2026-11-01T00:00:00Z',
      },
      { id: 'g_0002', name: 'Grace Murray', email: 'grace@mail.example.net', phone: null, at: '2026-11-02T00:00:00Z' },
    ],
    next: '1',
  },
  { data: [], next: null },
]

interface Stand {
  /** Requests the vendor had. */
  asked: string[]
  read(variables?: Record<string, string>): Promise<DryRun>
}

/** A vendor on loopback, and an install whose hub.yaml has it. */
async function stand(t: Test, { status = 200, yaml = '' } = {}): Promise<Stand> {
  const asked: string[] = []
  const vendor = await serve({
    faults: faultsOf(1),
    routes: [
      {
        method: 'GET',
        path: '/guests',
        handle({ url, headers }) {
          asked.push(`${url.pathname}${url.search} ${headers['authorization']}`)
          return { status, body: status === 200 ? (pages[Number(url.searchParams.get('from'))] ?? {}) : {} }
        },
      },
      { method: 'GET', path: '/time', handle: () => ({ headers: { 'content-type': 'application/json' }, body: '90' }) },
    ],
  })
  t.teardown(() => vendor.close())
  const entry = `adapters:\n  front-desk:\n    use: guests\n    url: ${vendor.url}\n    token: \${GUESTS_TOKEN}\n`
  const folder = t.testdir({ 'hub.yaml': (yaml || entry) + 'plugins: {}\n' })
  const known: Catalogue = { ...catalogue, adapters: { ...catalogue.adapters, guests: guests as AdapterDefinition } }
  return {
    asked,
    read(variables = { GUESTS_TOKEN: 'open sesame' }) {
      const environment = readEnvironment({ HUB_CONFIG: join(folder, 'hub.yaml'), ...variables })
      return dryRun({ environment, catalogue: known, adapter: 'front-desk', log: silentLog() })
    },
  }
}

test('one page is read, and what would be stored is shown with what could not be read', async t => {
  const { asked, read } = await stand(t)
  const run = await read()
  t.strictSame(asked, ['/guests?from=0 Bearer open sesame'], 'one page, with the token of the environment')
  t.match(run, { adapter: 'front-desk', part: 'guests', isSimulated: false, cursor: '0', total: 4 })
  t.equal(run.records[0]?.externalId, 'g_0001')
  t.match(run.unreadable, [{ externalId: 'g_0002', error: 'phone: expected text' }])
  t.strictSame(run.answers, [pages[0]], 'the answers of the read, and not those about health')
  const lines = showDryRun(run, 10).split('\n')
  t.match(
    lines[1],
    /^contact {2}g_0001 +2026-11-01T00:00:00\.000Z {2}contact: Ada Byron <ada@mail\.example\.net> 0412 345 678/,
  )
  t.ok(lines.includes('unreadable g_0002: phone: expected text'))
  t.ok(lines.includes('health  well; its clock minus ours is 90 s'))
  t.equal(lines.at(-1), 'front-desk: 1 records, 1 people, 1 unreadable; nothing was stored')
  t.ok(showDryRun(run, 0).includes('… and 1 more'))
})

test('a simulated vendor is started, read, and let go of', async t => {
  const { read } = await stand(t, { yaml: 'adapters:\n  front-desk:\n    use: appointjet\n    simulate: true\n' })
  const run = await read({})
  t.match(run, { isSimulated: true, part: 'appointjet' })
  t.ok(run.records.length > 0)
  t.match(showDryRun(run, 3), /front-desk \(simulated\): \d+ records/)
})

test('what is wrong is told before anybody is asked, with what to do', async t => {
  const entry = (lines: string): string => `adapters:\n  front-desk:\n${lines}`
  const wrong: [string, string, RegExp][] = [
    ['adapters: {}\n', 'bad_option', /adapters\.front-desk: is not in .*hub\.yaml; its sources are none yet/],
    [entry('    use: guest\n'), 'bad_option', /there is no part "guest"/],
    [entry('    use: twilio\n'), 'bad_option', /is no source: it provides telephony/],
    [
      entry('    use: guests\n    url: nowhere\n'),
      'bad_option',
      /front-desk\.url: .*\n.*front-desk\.token: is missing/,
    ],
    [entry('    use: guests\n    simulate: true\n'), 'bad_option', /there is no simulated guests/],
  ]
  for (const [yaml, code, message] of wrong) {
    const { read } = await stand(t, { yaml })
    await t.rejects(read({}), { code, message }, String(message))
  }
  const { read, asked } = await stand(t)
  await t.rejects(read({}), { message: /front-desk\.token: GUESTS_TOKEN is not set/ })
  t.strictSame(asked, [])
})

test('what the vendor refuses is told with where to look', async t => {
  const refused: [number, RegExp][] = [
    [401, /answered 401[^]*Check the credentials of adapters\.front-desk/],
    [404, /answered 404[^]*Check the address/],
    [400, /answered 400$/],
  ]
  for (const [status, message] of refused)
    await t.rejects((await stand(t, { status })).read(), { code: 'vendor_error', message }, String(status))
  const yaml = 'adapters:\n  front-desk: { use: guests, url: "http://127.0.0.1:1", token: x }\n'
  await t.rejects((await stand(t, { yaml })).read(), { message: /got no answer[^]*that it can be reached from here/ })
})

test('fixtures are saved with invented people, over those of before, and as prettier wants them', async t => {
  const run = await (await stand(t)).read()
  const folder = join(
    t.testdir({ fixtures: { 'page-1.json': '{}', 'page-2.json': '{}', 'error.json': '{}\n' } }),
    'fixtures',
  )
  t.strictSame(await saveFixtures(run, folder), [join(folder, 'page-1.json')])
  t.strictSame(readdirSync(folder).sort(), ['error.json', 'page-1.json'])
  const text = readFileSync(join(folder, 'page-1.json'), 'utf8')
  t.notMatch(text, /ada|byron|grace@|murray|345.?678/i)
  t.match(JSON.parse(text), { data: [{ id: /^g_\d{4}$/, at: '2026-11-01T00:00:00Z' }, { phone: null }], next: '1' })
  t.ok(row.safeParse(JSON.parse(text).data[0]).success, 'and can still be read')
  const args = ['--config', join(root, '.prettierrc.json'), '--ignore-path', join(folder, 'none'), '--check', folder]
  t.equal(spawnSync(join(root, 'node_modules/.bin/prettier'), args).status, 0)
  await t.rejects(saveFixtures({ ...run, answers: [] }, folder), { message: /nothing to save/ })
})
