import t from 'tap'
import pg from 'pg'
import { emptyDatabase, testDatabase } from './test-database.ts'

t.test('every test has a migrated database to itself', async t => {
  const [one, other] = await Promise.all([testDatabase(t), testDatabase(t)])
  await rows(one.url, `insert into cursor values ('here', '1', now())`)
  t.same(await rows(one.url, 'select name from cursor'), [{ name: 'here' }])
  t.same(await rows(other.url, 'select name from cursor'), [])
})

t.test('the database is dropped at the end, also while somebody is connected', async t => {
  const ended: (() => Promise<void>)[] = []
  const { url } = await testDatabase({ teardown: work => ended.push(work) })
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  for (const work of ended) await work()
  await t.rejects(rows(url, 'select 1'), { code: '3D000' })
})

t.test('an empty database has no tables', async t => {
  const { url } = await emptyDatabase(t)
  t.same(await rows(url, `select from pg_tables where schemaname = 'public'`), [])
})

async function rows(url: string, text: string): Promise<object[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const result = await client.query(text).finally(() => client.end())
  return result.rows
}
