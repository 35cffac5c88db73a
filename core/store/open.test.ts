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

t.test(
  'statements of a transaction that are given together are done in order, and the first failure is the one told',
  async t => {
    const { url } = await testDatabase(t)
    const store = await openStore({ url, log: silentLog(), max: 1 })
    t.teardown(() => store.close())
    const written = await store.transact(async tx => {
      const [, , rows] = await Promise.all([
        tx.sql`insert into cursor (name, value, moved_at) values ('it', 'a', now())`,
        tx.sql`update cursor set value = value || 'b'`,
        tx.sql<{ value: string }>`select value from cursor`,
      ])
      return rows
    })
    t.strictSame(written, [{ value: 'ab' }])
    const three = store.transact(tx =>
      Promise.all([tx.sql`update cursor set value = 'c'`, tx.sql`select 1 / 0`, tx.sql`select value from cursor`]),
    )
    await t.rejects(three, /division by zero/)
    const unheard = store.transact(async tx => {
      tx.sql`select 1 / 0`.catch(() => undefined)
      await tx.sql`select value from cursor`
    })
    await t.rejects(unheard, /division by zero/)
    t.strictSame(await store.read(tx => tx.sql`select value from cursor`), [{ value: 'ab' }])
  },
)

t.test('what a transaction began and did not wait for is never done outside it', async t => {
  const { url } = await testDatabase(t)
  const store = await openStore({ url, log: silentLog(), max: 1 })
  t.teardown(() => store.close())
  const late: Promise<unknown>[] = []
  for (const end of [async () => undefined, () => Promise.reject(new Error('no'))])
    await store
      .transact(async tx => {
        late.push(
          new Promise(later => setTimeout(later, 30)).then(
            () => tx.sql`insert into cursor (name, value, moved_at) values ('late', 'a', now())`,
          ),
        )
        late.at(-1)?.catch(() => undefined)
        await end()
      })
      .catch(() => undefined)
  for (const one of late) await t.rejects(one, /the transaction is over/)
  t.strictSame(await store.read(tx => tx.sql`select * from cursor`), [])
})
