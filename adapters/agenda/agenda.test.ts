import { MongoClient } from 'mongodb'
import pg from 'pg'
import t, { type Test } from 'tap'
import { jobsContract, until, type JobsInstance } from '@switchboard/test-contracts/jobs'
import { testKit } from '@switchboard/test-contracts/kit'
import { testDatabase } from '@switchboard/test-postgres'
import { agenda } from './agenda.ts'
import { guard } from './guard.ts'
import type { JobStore } from './job-store.ts'

/** Short pauses, so that a test need not wait. */
const quick = { processEvery: '0.05 seconds', firstRetrySeconds: 0.1 }

/** One more hub's jobs, gone at the end of the test. */
function instance(
  t: Test,
  settings: object,
  databaseUrl = '',
  behindMs = 0,
): JobsInstance & { lines: { phrase: string }[]; ailing(): string | null } {
  const kit = testKit('agenda', () => new Date(Date.now() - behindMs))
  const { jobs, close, ailing } = agenda.create(agenda.options.parse({ ...quick, ...settings }), {
    ...kit,
    databaseUrl,
  })
  if (!jobs || !close || !ailing) throw new Error('it provides no jobs')
  t.teardown(close)
  return { jobs, kill: close, lines: kit.lines, ailing }
}

jobsContract(t, {
  name: 'postgres',
  start: async t => {
    const { url } = await testDatabase(t)
    return ({ behindMs } = {}) => instance(t, {}, url, behindMs)
  },
})

const mongoUri = process.env.MONGODB_URI
const noMongo = mongoUri ? await whyUnreachable(mongoUri) : 'MONGODB_URI is not set'

t.test('mongo', { skip: noMongo && `no MongoDB to try it on: ${noMongo}` }, async t =>
  jobsContract(t, {
    name: 'mongo',
    start: async t => {
      const uri = new URL(mongoUri ?? '')
      uri.pathname = `/switchboard_test_${process.pid}_${t.name.replace(/\W+/g, '').slice(0, 20)}`
      t.teardown(() => withMongo(uri.href, client => client.db(uri.pathname.slice(1)).dropDatabase()))
      return ({ behindMs } = {}) => instance(t, { mongoUri: uri.href }, '', behindMs)
    },
  }),
)

async function whyUnreachable(uri: string): Promise<string | false> {
  try {
    await withMongo(uri, client => client.db('admin').command({ ping: 1 }))
    return false
  } catch (error) {
    return String(error)
  }
}

async function withMongo(uri: string, work: (client: MongoClient) => Promise<unknown>): Promise<void> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 2000 })
  try {
    await work(client)
  } finally {
    await client.close()
  }
}

t.test('the jobs of a hub whose database connections were cut go on, those that ran as well', async t => {
  const { url } = await testDatabase(t)
  const { jobs } = instance(t, {}, url)
  const cut = Promise.withResolvers<void>()
  let [began, ticks] = [false, 0]
  jobs.define('Tick', async () => void ticks++)
  jobs.define('Long', async () => {
    began = true
    await cut.promise
  })
  await jobs.start()
  await jobs.every('0.1 seconds', 'Tick')
  await jobs.soon('Long')
  await until(() => began && ticks > 1)
  const { rowCount } = await admin(url, cutConnections)
  t.ok(rowCount, 'there was something to cut')
  const seen = ticks
  cut.resolve()
  await until(() => ticks > seen + 2)
  await until(async () => (await jobs.stats()).every(({ name, isRunning }) => name !== 'Long' || !isRunning))
})

t.test('a database that is away for a while makes the jobs ail, and they go on when it is back', async t => {
  const { url } = await testDatabase(t)
  const { jobs, ailing, lines } = instance(t, {}, url)
  const hold = Promise.withResolvers<void>()
  let [began, ticks] = [false, 0]
  jobs.define('Tick', async () => void ticks++)
  jobs.define('Long', async () => {
    began = true
    await hold.promise
  })
  await jobs.start()
  await jobs.every('0.1 seconds', 'Tick')
  await jobs.soon('Long')
  await until(() => began && ticks > 1)
  t.equal(ailing(), null)

  await admin(url, name => `alter database ${name} allow_connections false`)
  await admin(url, cutConnections)
  await until(() => ailing() !== null)
  t.match(ailing(), /does not answer/)
  hold.resolve()
  await until(() => lines.some(({ phrase }) => phrase === 'state of a job was not written'))

  const seen = ticks
  await admin(url, name => `alter database ${name} allow_connections true`)
  await until(() => ticks > seen)
  t.equal(ailing(), null)
  await until(async () => (await jobs.stats()).every(({ name, isRunning }) => name !== 'Long' || !isRunning))
  t.pass('the run that ended while it was away is written down')
})

t.test('what asks for work while the database is away is told, and can ask again', async t => {
  const { url } = await testDatabase(t)
  const { jobs } = instance(t, {}, url)
  jobs.define('Tick', async () => undefined)
  await admin(url, name => `alter database ${name} allow_connections false`)
  await t.rejects(jobs.soon('Tick'), { code: 'unavailable' })
  await admin(url, name => `alter database ${name} allow_connections true`)
  await jobs.soon('Tick')
  t.equal((await jobs.stats()).length, 1)
})

t.test('what is asked for begins at once, and more than run together begin as others end', async t => {
  const { url } = await testDatabase(t)
  const { jobs } = instance(t, { processEvery: '10 seconds' }, url)
  const ran = new Set<number>()
  const numbers = Array.from({ length: 45 }, (_, n) => n)
  for (const n of numbers) jobs.define(`Work${n}`, async () => void ran.add(n))
  for (const n of numbers) await jobs.soon(`Work${n}`)
  await jobs.start()
  await until(() => ran.size === numbers.length)
  let again = 0
  jobs.define('Again', async () => {
    if (again++ < 4) await jobs.soon('Again', {}, { key: 'a' })
  })
  await jobs.soon('Again')
  await until(() => again === 5)
  await until(async () => (await jobs.stats()).every(({ isRunning }) => !isRunning))
  t.same([ran.size, again], [numbers.length, 5])
})

t.test('of jobs of which nothing is due the database is asked once for all', async t => {
  let [asked, looked] = [0, 0]
  const repository = { getNextJobToRun: async () => void looked++ }
  const astir = async (): Promise<ReadonlySet<string>> => {
    asked++
    return new Set(['Due'])
  }
  const store = { repository, astir, takeBack: async () => 0 } as unknown as JobStore
  const kit = testKit('agenda', () => new Date())
  const { repository: guarded } = guard({ ...kit, store, lockMs: () => 60_000, isStopping: () => false })
  const at = new Date()
  await Promise.all(['Due', 'One', 'Other'].map(name => guarded.getNextJobToRun(name, at, at, at, {})))
  t.same([asked, looked], [1, 1])
})

t.test('the hub’s own schema is left alone', async t => {
  const { url } = await testDatabase(t)
  const tables = async () =>
    (await admin(url, () => `select tablename from pg_tables where schemaname = 'public' order by 1`, url)).rows
  const before = await tables()
  const { jobs } = instance(t, {}, url)
  await jobs.soon('Tick')
  t.same(await tables(), before)
})

t.test('wrong options are refused', async t => {
  const refused = (options: object) => agenda.options.safeParse(options).error?.issues.map(({ path }) => path.join('.'))
  t.same(refused({ backend: 'mongo' }), ['mongoUri'])
  t.same(refused({ mongoUri: 'localhost' }), ['mongoUri'])
  t.same(refused({ databaseUrl: 'mysql://localhost/x' }), ['databaseUrl'])
  t.same(refused({ processEvery: 'often' }), ['processEvery'])
  t.equal(refused({}), undefined)
})

const cutConnections = (name: string): string =>
  `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and application_name = 'switchboard-jobs'`

/** Runs a statement about a database, from another one of the same server. */
async function admin(url: string, statement: (name: string) => string, from?: string): Promise<pg.QueryResult> {
  const elsewhere = new URL(url)
  elsewhere.pathname = '/postgres'
  const client = new pg.Client({ connectionString: from ?? elsewhere.href })
  await client.connect()
  try {
    return await client.query(statement(new URL(url).pathname.slice(1)))
  } finally {
    await client.end()
  }
}
