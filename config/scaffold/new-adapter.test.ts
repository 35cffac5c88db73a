import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { faultsOf } from '@switchboard/test-simulators/faults'
import { serve, type SimulatorReply } from '@switchboard/test-simulators/server'
import { testCopy, type TestCopy } from './test-copy.ts'

// A dozen programs run one after another: on a machine that is busy with other tests that takes a while.
t.setTimeout(115_000)

t.test('a seventh source: what is written passes its suite and every check, and the hub knows it', async t => {
  const copy = testCopy(t)
  const file = (path: string): string => readFileSync(join(copy.root, path), 'utf8')
  const written = await copy.node('config/cli.ts', 'new', 'adapter', 'acme', '--port', 'source')
  t.equal(written.code, 0, written.stderr)
  for (const path of ['acme.ts', 'booking.ts', 'acme.test.ts', 'fixtures/page-1.json', 'package.json', 'README.md'])
    t.match(written.stdout, `adapters/acme/${path}`)
  t.match(written.stdout, 'hub -- dry-run acme')
  t.match(file('config/parts.ts'), "import { acme } from '@switchboard/acme'")
  t.match(JSON.parse(file('config/package.json')), { dependencies: { '@switchboard/acme': '*' } })

  await t.test('its suite passes', async t => {
    const { code, stdout } = await copy.node('adapters/acme/acme.test.ts')
    t.equal(code, 0, stdout)
    t.match(stdout, /ok 1 - acme: reads every row once/, 'the contract was run')
  })
  await t.test('a wrong mapping makes its suite fail', t => breaks(t, copy))
  await t.test('types, boundaries, lint and format have nothing to say', t => checks(t, copy))
  await t.test('the hub lists it, and reads one page of the account', t => runs(t, copy))
  await t.test('a port without a beginning is refused', async t => {
    const other = await copy.node('config/cli.ts', 'new', 'adapter', 'other', '--port', 'messaging')
    t.match(other, { code: 2, stderr: /there is one for source/ })
    t.notOk(existsSync(join(copy.root, 'adapters/other')))
  })
})

async function breaks(t: Test, copy: TestCopy): Promise<void> {
  const path = join(copy.root, 'adapters/acme/booking.ts')
  const right = readFileSync(path, 'utf8')
  const mistakes: [string, string, RegExp][] = [
    ['phones: phone ? [phone] : []', 'phones: []', /not ok 1 - a booking of the fixture becomes the record it should/],
    ['updatedAt: row.updated_at', 'updatedAt: row.starts_at', /not ok \d+ - acme: goes on from any cursor/],
  ]
  for (const [from, to, failing] of mistakes) {
    t.ok(right.includes(from), from)
    writeFileSync(path, right.replace(from, to))
    const { code, stdout } = await copy.node('adapters/acme/acme.test.ts')
    t.not(code, 0)
    t.match(stdout, failing)
  }
  writeFileSync(path, right)
}

async function checks(t: Test, copy: TestCopy): Promise<void> {
  const project = join(copy.root, 'adapters/acme/tsconfig.json')
  writeFileSync(project, JSON.stringify({ extends: '../../tsconfig.json', include: ['.'] }))
  const ours = ['adapters/acme/*.{ts,md}', 'adapters/acme/package.json', 'adapters/acme/fixtures', 'config/parts.ts']
  const [types, format, lint, boundaries] = await Promise.all([
    copy.bin('tsc', '--noEmit', '-p', project),
    copy.bin('prettier', '--check', ...ours, 'config/package.json'),
    copy.node('node_modules/oxlint/bin/oxlint', 'adapters/acme', 'config/parts.ts'),
    copy.node('test/postgres/boundaries.ts'),
  ])
  t.notMatch(types.stdout, /adapters\/acme|TS18003/, 'no errors of its own, and it was read')
  t.equal(format.code, 0, format.stderr)
  t.equal(lint.code, 0, lint.stdout)
  t.match(boundaries.stdout, /\d+ files, \d+ imports between packages/)
  t.notMatch(boundaries.stderr, /acme/)
}

async function runs(t: Test, copy: TestCopy): Promise<void> {
  const fixtures = join(copy.root, 'adapters/acme/fixtures')
  const page: object = JSON.parse(readFileSync(join(fixtures, 'page-1.json'), 'utf8'))
  const list = ({ headers }: { headers: Readonly<Record<string, string>> }): SimulatorReply =>
    headers['authorization'] === 'Bearer right' ? { body: page } : { status: 401, body: {} }
  const vendor = await serve({ faults: faultsOf(1), routes: [{ method: 'GET', path: '/v1/bookings', handle: list }] })
  t.teardown(() => vendor.close())
  const install = (token: string): void =>
    writeFileSync(
      join(copy.root, 'config/hub.yaml'),
      `adapters:\n  acme:\n    url: ${vendor.url}/v1/\n    token: ${token}\n`,
    )
  install('right')
  t.match(await copy.node('config/cli.ts', 'check'), { stdout: /^adapter +acme +on\b/m })
  const { code, stdout } = await copy.node('config/cli.ts', 'dry-run', 'acme', '--save')
  t.equal(code, 0)
  t.match(stdout, /bk_1001 .*Ada Byron[^]*acme: 2 records, 3 people, 0 unreadable; nothing was stored/)
  t.match(stdout, `saved ${join(fixtures, 'page-1.json')}`)
  const text = readFileSync(join(fixtures, 'page-1.json'), 'utf8')
  t.notMatch(text, /byron|murray|570 ?006/i)
  t.match(JSON.parse(text), { data: [{ service: 'Final fitting' }, { id: /^bk_\d{4}$/ }] })
  install('wrong')
  t.match(await copy.node('config/cli.ts', 'dry-run', 'acme'), { code: 1, stderr: /401[^]*Check the credentials/ })
  t.match(await copy.node('config/cli.ts', 'dry-run', 'acme', '--limit', 'few'), { code: 2, stderr: /--limit/ })
}
