import { Registry } from 'prom-client'
import t from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { standingAlerts } from '../store/alerts.ts'
import { openOutbox } from '../store/outbox.ts'
import { openStore } from '../store/open.ts'
import { compareClocks } from './clock.ts'
import { silentLog } from './log.ts'

const hour = 3_600_000

t.test('a clock that is not the database’s is an alert of its machine until both agree, and a metric', async t => {
  const log = silentLog()
  const store = await openStore({ url: (await testDatabase(t)).url, log })
  t.teardown(() => store.close())
  const listeners = new Map([['alert.raised', new Map([['test', async () => undefined]])]])
  const registry = new Registry()
  const compare = async (machine: string, aheadMs: number): Promise<string[]> => {
    const now = (): Date => new Date(Date.now() + aheadMs)
    const events = openOutbox({ now, listeners, wake: () => undefined })
    await compareClocks({ store, events, log, now, registry, machine })
    return (await standingAlerts(store)).map(({ part, key }) => `${part} ${key}`)
  }
  const shown = async (): Promise<number> =>
    Number(/^switchboard_clock_ahead_seconds (\S+)$/m.exec(await registry.metrics())?.[1])

  t.same(await compare('one', 1_000), [], 'a second is nothing')
  t.same(await compare('one', hour), ['hub clock:one'])
  t.match((await standingAlerts(store))[0]?.message, /^the clock of one is 3[56]\d\d s ahead of/)
  t.ok(Math.abs((await shown()) - 3_600) < 60)
  t.same(await compare('other', 0), ['hub clock:one'], 'a hub whose clock is right does not end the alert of another')
  t.same(await compare('one', -hour), ['hub clock:one'])
  t.match((await standingAlerts(store))[0]?.message, /s behind/)
  t.same(await compare('one', 0), [])
  const told = await store.read(tx => tx.sql`select 1 from outbox where topic = 'alert.raised'`)
  t.equal(told.length, 1, 'it was told once')
})
