import { testDatabase } from '@switchboard/test-postgres'
import t from 'tap'
import { silentLog } from '../hub/log.ts'
import { openStore } from './open.ts'

t.test('transactions whose connection is lost fail, and leave the pool as large as it was', async t => {
  const { url } = await testDatabase(t)
  const store = await openStore({ url, log: silentLog(), max: 2 })
  const other = await openStore({ url, log: silentLog(), max: 1 })
  t.teardown(() => Promise.all([store.close(), other.close()]))
  const cut = (pid: number | undefined) => other.read(tx => tx.sql`select pg_terminate_backend(${pid ?? 0}::int, 5000)`)
  const pidOf = async (tx: Parameters<Parameters<typeof store.read>[0]>[0]): Promise<number | undefined> =>
    (await tx.sql<{ pid: number }>`select pg_backend_pid() as pid`)[0]?.pid
  for (let round = 0; round < 4; round++) {
    await t.rejects(
      store.transact(async tx => {
        await cut(await pidOf(tx))
        await tx.sql`select 1`
      }),
      /terminat|not queryable|connection/i,
      'between two statements',
    )
    await t.rejects(
      store.transact(async tx => {
        const pid = await pidOf(tx)
        await Promise.all([tx.sql`select pg_sleep(60)`, cut(pid)])
      }),
      /terminat/,
      'in the middle of one',
    )
  }
  const both = await Promise.all([1, 2].map(n => store.transact(tx => tx.sql`select ${n}::int as n, pg_sleep(0.05)`)))
  t.match(both, [[{ n: 1 }], [{ n: 2 }]])
})

t.test('a statement that fails is told as it failed, and its transaction is undone', async t => {
  const { url } = await testDatabase(t)
  const store = await openStore({ url, log: silentLog(), max: 1 })
  t.teardown(() => store.close())
  await t.rejects(
    store.transact(async tx => {
      await tx.sql`insert into cursor (name, value, moved_at) values ('it', 'a', now())`
      await tx.sql`select 1 / 0`
    }),
    /division by zero/,
  )
  t.same(await store.read(tx => tx.sql`select * from cursor`), [])
})
