import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { boundaries } from './boundaries.ts'

const root = join(import.meta.dirname, '../..')

/** A small house in which every rule has something to look at, and nothing to say. */
const sound = {
  'core/index.ts': `export { start } from './hub/hub.ts'\nexport type { Kit } from './ports/kit.ts'`,
  'core/model/time.ts': `export const second = 1000`,
  'core/model/phone.ts': `export { parsePhoneNumberFromString } from 'libphonenumber-js/min'`,
  'core/ports/kit.ts': `export interface Kit { at: Date }`,
  'core/ports/store.ts': `import type { Kysely } from 'kysely'\nexport type Tx = Kysely<never>`,
  'core/store/open.ts': `import pg from 'pg'\nimport type { Tx } from '../ports/store.ts'\nexport const open = (tx: Tx) => [tx, pg]`,
  'core/http/app.ts': `export { open as app } from '../store/open.ts'`,
  'core/sync/pull.ts': `export { open as pull } from '../store/open.ts'`,
  'core/hub/hub.ts': `export { app as start } from '../http/app.ts'\nexport { pull } from '../sync/pull.ts'`,
  'core/hub/hub.test.ts': `import '@switchboard/test-postgres'\nimport './hub.ts'`,
  'adapters/twilio/twilio.ts': `import { start } from '@switchboard/core'\nimport twilio from 'twilio'\nexport const use = [start, twilio]`,
  'plugins/calls/calls.ts': `import type { Kit } from '@switchboard/core'\nexport type Calls = Kit`,
  'plugins/staff/staff.ts': `import { store } from './store.ts'\nexport const staff = store`,
  'plugins/staff/store.ts': `import { sql } from 'kysely'\nexport const store = sql`,
  'config/parts.ts': `export { use } from '@switchboard/twilio'\nexport { staff } from '@switchboard/staff'`,
  'migrations/index.ts': `import { Migration } from '@mikro-orm/migrations'\nexport const migrations = [Migration]`,
  'test/postgres/test-database.ts': `import { migrations } from '@switchboard/migrations'\nexport const all = migrations`,
  'test/simulators/shop.ts': `export const shop = 1`,
  'config/simulators.ts': `export { shop } from '@switchboard/test-simulators'`,
}

/** One break of each rule. */
const broken = {
  'core/model/model.ts': `import type { Kit } from '../ports/kit.ts'\nexport type Model = Kit`,
  'core/ports/ports.ts': `import type { open } from '../store/open.ts'\nexport type Ports = typeof open`,
  'core/ports/runs.ts': `import { second } from '../model/time.ts'\nexport type Runs = typeof second`,
  'core/store/store.ts': `export { app } from '../http/app.ts'`,
  'core/http/http.ts': `export { pull } from '../sync/pull.ts'`,
  'core/sync/sync.ts': `export { app } from '../http/app.ts'`,
  'core/hub/front.ts': `export { start } from '../index.ts'`,
  'core/hub/knows.ts': `export { staff } from '@switchboard/staff'`,
  'core/hub/sim.ts': `export { all } from '@switchboard/test-postgres'`,
  'adapters/twilio/other.ts': `export type { Calls } from '@switchboard/calls'`,
  'plugins/calls/other.ts': `export { staff } from '@switchboard/staff'`,
  'plugins/calls/config.ts': `export { use } from '@switchboard/config'`,
  'migrations/old.ts': `export { start } from '@switchboard/core'`,
  'plugins/calls/simulated.ts': `export { shop } from '@switchboard/test-simulators'`,
  'plugins/console/console.ts': `export { staff } from '@switchboard/staff'`,
  'plugins/calls/one.ts': `import './two.ts'`,
  'plugins/calls/two.ts': `import './one.ts'`,
  'plugins/calls/nowhere.ts': `import './not-there.ts'`,
  'plugins/calls/undeclared.ts': `import 'commander'`,
  'plugins/calls/twilio.ts': `import 'twilio'`,
  'plugins/calls/agenda.ts': `import type { Agenda } from 'agenda'\nexport type It = Agenda`,
  'plugins/calls/uws.ts': `import 'uWebSockets.js'`,
  'plugins/calls/nats.ts': `import '@nats-io/transport-node'`,
  'plugins/calls/redis.ts': `import 'ioredis'`,
  'plugins/calls/mail.ts': `import 'nodemailer'`,
  'plugins/calls/phone.ts': `import 'libphonenumber-js'`,
  'plugins/calls/orm.ts': `import '@mikro-orm/core'`,
  'plugins/calls/query.ts': `import 'kysely'`,
  'plugins/calls/raw.ts': `import 'pg'`,
}

t.test('a sound house has no problems, and every file and crossing in it is seen', async t => {
  const { problems, modules, crossings } = await boundaries(await house(t, sound))
  t.same(problems, [])
  t.equal(modules, Object.keys(sound).length)
  t.equal(crossings, 7)
})

t.test('every rule tells where it is broken', async t => {
  const { problems } = await boundaries(await house(t, { ...sound, ...broken }))
  const said = problems.join('\n')
  const expected: [rule: string, from: string, to: string][] = [
    ['core-model-stands-low', 'core/model/model.ts', 'core/ports/kit.ts'],
    ['core-ports-stands-low', 'core/ports/ports.ts', 'core/store/open.ts'],
    ['ports-are-types', 'core/ports/runs.ts', 'core/model/time.ts'],
    ['core-store-stands-low', 'core/store/store.ts', 'core/http/app.ts'],
    ['core-http-stands-low', 'core/http/http.ts', 'core/sync/pull.ts'],
    ['core-sync-stands-low', 'core/sync/sync.ts', 'core/http/app.ts'],
    ['core-hub-stands-low', 'core/hub/front.ts', 'core/index.ts'],
    ['core-knows-nobody', 'core/hub/knows.ts', 'plugins/staff/staff.ts'],
    ['tests-are-not-shipped', 'core/hub/sim.ts', 'test/postgres/test-database.ts'],
    ['adapters-know-core-and-their-vendor', 'adapters/twilio/other.ts', 'plugins/calls/calls.ts'],
    ['plugins-meet-through-ports', 'plugins/calls/other.ts', 'plugins/staff/staff.ts'],
    ['nobody-imports-config', 'plugins/calls/config.ts', 'config/parts.ts'],
    ['migrations-stand-alone', 'migrations/old.ts', 'core/index.ts'],
    ['only-config-simulates', 'plugins/calls/simulated.ts', 'test/simulators/shop.ts'],
    ['console-is-a-client', 'plugins/console/console.ts', 'plugins/staff/staff.ts'],
    ['no-circles', 'plugins/calls/one.ts', 'plugins/calls/two.ts'],
    ['resolves', 'plugins/calls/nowhere.ts', './not-there.ts'],
    ['declared', 'plugins/calls/undeclared.ts', 'commander'],
    ['twilio-has-one-place', 'plugins/calls/twilio.ts', 'twilio'],
    ['agenda-has-one-place', 'plugins/calls/agenda.ts', 'agenda'],
    ['uws-has-one-place', 'plugins/calls/uws.ts', 'uWebSockets.js'],
    ['nats-has-one-place', 'plugins/calls/nats.ts', '@nats-io/transport-node'],
    ['redis-has-one-place', 'plugins/calls/redis.ts', 'ioredis'],
    ['nodemailer-has-one-place', 'plugins/calls/mail.ts', 'nodemailer'],
    ['libphonenumber-has-one-place', 'plugins/calls/phone.ts', 'libphonenumber-js'],
    ['mikro-orm-has-one-place', 'plugins/calls/orm.ts', '@mikro-orm/core'],
    ['kysely-has-one-place', 'plugins/calls/query.ts', 'kysely'],
    ['pg-has-one-place', 'plugins/calls/raw.ts', 'pg'],
  ]
  for (const [rule, from, to] of expected) {
    const places = problems.find(problem => problem.startsWith(`${rule}\n`)) ?? ''
    t.match(places, new RegExp(`${literal(from)} → .*${literal(to)}`), `${rule}: ${from} → ${to}`)
  }
  t.same(expected.map(([rule]) => rule).sort(), ruleNames().sort(), 'no rule was left out here')
  t.notMatch(said, /(hub.test|twilio\/twilio|staff\/store|core\/store\/open)\.ts →/, 'what is sound is left alone')
})

t.test('a port that is there at runtime is found', async t => {
  const { problems } = await boundaries(await house(t, { ...sound, 'core/ports/loud.ts': 'export const loud = true' }))
  t.same(problems, ['core/ports/loud.ts exports loud: a port is types only'])
})

t.test('an import that package.json does not name is found', async t => {
  const { problems } = await boundaries(
    await house(
      t,
      { ...sound, 'plugins/gateway/gateway.ts': `import '@switchboard/core'` },
      { undeclared: 'plugins/gateway' },
    ),
  )
  t.same(problems, ['plugins/gateway/package.json does not name @switchboard/core, which is imported there'])
})

t.test('tests that no script runs are found, and so is a script without tests', async t => {
  const home = await house(t, { ...sound, 'plugins/staff/staff.test.ts': `import './staff.ts'` })
  await rename(join(home, 'core/hub/hub.test.ts'), join(home, 'core/hub/other.ts'))
  await write(home, 'core/hub/other.ts', '')
  const { problems } = await boundaries(home)
  t.match(problems.sort(), [
    /^core\/package.json has a script "test", but there are no tests/,
    /^plugins\/staff has tests that nobody runs/,
  ])
  t.equal(problems.length, 2)
})

t.test('a check that reads nothing does not pass', async t => {
  const home = await house(t, sound)
  await writeFile(join(home, 'core/model/odd.tsx'), 'export const odd = 1')
  await writeFile(
    join(home, '.dependency-cruiser.cjs'),
    `module.exports = { forbidden: [], options: { exclude: ['core', 'node_modules'] } }`,
  )
  const { problems } = await boundaries(home)
  t.ok(problems.some(problem => problem.startsWith('core/index.ts was not read')))
  t.ok(problems.some(problem => problem.startsWith('core/model/odd.tsx was not read')))
})

function ruleNames(): string[] {
  const { forbidden } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs'))
  return forbidden.map(({ name }: { name: string }) => name)
}

function literal(text: string): string {
  return text.replace(/[./]/g, '[$&]')
}

/** Builds a checkout of these files in a temporary place, with the rules of this one and its installed packages. */
async function house(t: Test, files: object, { undeclared = '' } = {}): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'switchboard-house-'))
  t.teardown(() => rm(home, { recursive: true, force: true }))
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json']) await cp(join(root, file), join(home, file))
  await writeFile(join(home, 'package.json'), JSON.stringify({ name: 'house', type: 'module' }))
  for (const [path, text] of Object.entries(files)) await write(home, path, text)
  await mkdir(join(home, 'node_modules/@switchboard'), { recursive: true })
  for (const [path, main] of Object.entries(packages)) await furnish(home, path, main, path !== undeclared)
  for (const name of installed) await symlink(join(root, 'node_modules', name), join(home, 'node_modules', name))
  return home
}

/** Each package with its front door. */
const packages: { [path: string]: string } = {
  core: 'index.ts',
  config: 'parts.ts',
  migrations: 'index.ts',
  'adapters/twilio': 'twilio.ts',
  'plugins/calls': 'calls.ts',
  'plugins/staff': 'staff.ts',
  'plugins/gateway': 'gateway.ts',
  'test/postgres': 'test-database.ts',
  'test/simulators': 'shop.ts',
  'plugins/console': 'console.ts',
}

const engines = ['@nats-io', 'ioredis', 'nodemailer']
const installed = [
  'twilio',
  'agenda',
  'uWebSockets.js',
  'libphonenumber-js',
  '@mikro-orm',
  'kysely',
  'pg',
  'commander',
  ...engines,
]

async function furnish(home: string, path: string, main: string, isDeclared: boolean): Promise<void> {
  const ours = Object.fromEntries(Object.keys(packages).map(other => [nameOf(other), '*']))
  const theirs = Object.fromEntries(installed.filter(name => name !== 'commander').map(name => [name, '*']))
  const orm = { '@mikro-orm/core': '*', '@mikro-orm/migrations': '*' }
  const dependencies = isDeclared ? { ...ours, ...theirs, ...orm } : {}
  const scripts = path === 'core' ? { test: 'tap' } : {}
  const manifest = { name: nameOf(path), type: 'module', scripts, exports: { '.': `./${main}` }, dependencies }
  await write(home, join(path, 'package.json'), JSON.stringify(manifest))
  await symlink(join(home, path), join(home, 'node_modules', nameOf(path)))
}

function nameOf(path: string): string {
  return `@switchboard/${path.replace(/^(adapters|plugins)\//, '').replace('/', '-')}`
}

async function write(home: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true })
  await writeFile(join(home, path), text)
}
