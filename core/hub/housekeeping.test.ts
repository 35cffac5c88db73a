import t from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { openStore } from '../store/open.ts'
import { keepHouse } from './housekeeping.ts'
import { silentLog } from './log.ts'

t.test('what was done long ago goes; what is recent, waiting or dead stays', async t => {
  const store = await openStore({ url: (await testDatabase(t)).url, log: silentLog() })
  t.teardown(() => store.close())
  const now = new Date()
  await store.transact(
    tx => tx.sql`
      insert into outbox (id, kind, topic, subscriber, key, data, made_at, due_at, done_at, dead_at)
      select gen_random_uuid(), 'event', name, 'test', '', '{}', ${now}, ${now}, done_at, dead_at
      from (values ('old', now() - interval '8 days', null), ('recent', now() - interval '6 days', null),
        ('waiting', null, null), ('dead', null, now() - interval '90 days')) as row (name, done_at, dead_at)`,
  )
  t.equal(await keepHouse(store, now), 1)
  const left = await store.read(tx => tx.sql`select topic from outbox order by topic`)
  t.same(left, [{ topic: 'dead' }, { topic: 'recent' }, { topic: 'waiting' }])
})
