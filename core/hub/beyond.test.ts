import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { testDatabase } from '@switchboard/test-postgres'
import t, { type Test } from 'tap'
import { z } from 'zod'
import type { CachePort } from '../ports/cache.ts'
import type { EventsPort, KeyedEvent } from '../ports/events.ts'
import type { Kit } from '../ports/kit.ts'
import type { Hub } from '../ports/plugin.ts'
import { memoryCache } from '../store/memory-cache.ts'
import { defineAdapter, definePlugin } from './define.ts'
import { startHub, type HubSettings } from './hub.ts'
import { silentLog } from './log.ts'

type Heard = (string[] | null)[]

/** A hub on a database, seen from inside, with what it heard on channel `it`. */
async function started(
  t: Test,
  databaseUrl: string,
  more: Partial<HubSettings> = {},
): Promise<{ hub: Hub; heard: Heard }> {
  const inside: { hub?: Hub } = {}
  const heard: Heard = []
  const probe = definePlugin({
    name: 'probe',
    options: z.object({}),
    setup: hub => {
      inside.hub = hub
      hub.signals.hear('it', keys => void heard.push(keys && [...keys].sort()))
      return {}
    },
  })
  const { plugins, ...settings } = more
  const hub = await startHub({
    ...{ adapters: {}, plugins: { probe: { use: probe }, ...plugins } },
    ...{ databaseUrl, dataDir: t.testdir(), log: silentLog() },
    ...settings,
  })
  t.teardown(() => hub.close())
  if (!inside.hub) throw new Error('there is no hub')
  return { hub: inside.hub, heard }
}

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise(wake => setTimeout(wake, 10))
}

t.test('a hint reaches the other hubs once its transaction has committed, and never when it did not', async t => {
  const { url } = await testDatabase(t)
  const [one, two] = [await started(t, url), await started(t, url)]
  await until(() => one.hub.signals.isLive() && two.hub.signals.isLive() && two.heard.length > 0)
  await t.rejects(
    one.hub.store.transact(async tx => {
      one.hub.signals.send(tx, 'it', ['undone'])
      throw new Error('undone')
    }),
  )
  await one.hub.store.transact(async tx => {
    one.hub.signals.send(tx, 'it', ['b', 'a'])
    one.hub.signals.send(tx, 'it', ['b'])
    one.hub.signals.send(tx, 'other', ['c'])
  })
  await until(() => two.heard.length === 2)
  t.same(two.heard, [null, ['a', 'b']])
  t.same(one.heard, [null], 'who hints knows already')
})

t.test('more keys than fit into a hint become: anything may be new', async t => {
  const { url } = await testDatabase(t)
  const [one, two] = [await started(t, url), await started(t, url)]
  await until(() => one.hub.signals.isLive() && two.heard.length > 0)
  await one.hub.store.transact(async tx =>
    one.hub.signals.send(
      tx,
      'it',
      Array.from({ length: 400 }, () => crypto.randomUUID()),
    ),
  )
  await until(() => two.heard.length === 2)
  t.same(two.heard, [null, null])
})

t.test('a hint that waits for a lost connection is told when it is back', async t => {
  const { url } = await testDatabase(t)
  const [one, two] = [await started(t, url), await started(t, url)]
  await until(() => one.hub.signals.isLive() && two.hub.signals.isLive() && two.heard.length > 0)
  await one.hub.store.transact(async tx => {
    await tx.sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'switchboard hints' and datname = current_database()`
    one.hub.signals.send(tx, 'it', ['a'])
  })
  await until(() => two.heard.some(keys => keys?.includes('a')) || two.heard.filter(keys => keys === null).length > 1)
  await until(() => one.hub.signals.isLive() && two.hub.signals.isLive())
  await one.hub.store.transact(async tx => one.hub.signals.send(tx, 'it', ['z']))
  await until(() => two.heard.some(keys => keys?.includes('z')))
  t.ok(two.heard.includes(null))
})

t.test('an event that a hub without a worker publishes is heard by the hub that has one', async t => {
  const { url } = await testDatabase(t)
  const heard: unknown[] = []
  const listener = () =>
    definePlugin({
      name: 'listener',
      options: z.object({}),
      setup: () => ({ on: { 'thing.done': async (_tx, event) => void heard.push(event.data) } }),
    })
  const web = await started(t, url, { roles: ['web'], plugins: { listener: { use: listener() } } })
  await started(t, url, { roles: ['worker'], plugins: { listener: { use: listener() } } })
  await web.hub.store.transact(tx => web.hub.events.publish(tx, 'thing.done', { n: 1 }))
  await until(() => heard.length > 0)
  t.same(heard, [{ n: 1 }])
})

t.test('with a carrier every event is handed on, again until it is taken, those of one call in order', async t => {
  const { url } = await testDatabase(t)
  const carried: KeyedEvent[] = []
  let refusals = 3
  const events: EventsPort = {
    publish: async given => {
      if (refusals-- > 0) throw new Error('not now')
      carried.push(...given)
    },
    consume: () => Promise.reject(new Error('not in this test')),
  }
  const carrier = defineAdapter({
    ...{ name: 'carrier', options: z.object({}), provides: ['events'] },
    create: () => ({ events }),
  })
  const { hub } = await started(t, url, { adapters: { carrier: { use: carrier } } })
  for (const n of [1, 2, 3])
    await hub.store.transact(tx => hub.events.publish(tx, 'call.state', { callId: 'c1', n, nobody: 'listens' }))
  await until(() => carried.length === 3)
  t.match(
    carried.map(({ name, key, data }) => ({ name, key, data })),
    [1, 2, 3].map(n => ({ name: 'call.state', key: 'c1', data: { n } })),
  )
  await until(async () => {
    const rows = await hub.store.read(tx => tx.sql`select 1 from outbox where done_at is null`)
    return rows.length === 0
  })
})

t.test('hubs that share a cache count together what they ask of a vendor; a cache of its own is not asked', async t => {
  const { url } = await testDatabase(t)
  const vendor = createServer((_request, response) => void response.end('{}')).listen(0, '127.0.0.1')
  await once(vendor, 'listening')
  t.teardown(() => vendor.close())
  const host = `127.0.0.1:${(vendor.address() as AddressInfo).port}`
  const counted: string[] = []
  const place = memoryCache()
  const cache = (isShared: boolean): CachePort => ({
    ...place,
    isShared,
    count: async (key, windowMs) => {
      counted.push(`${isShared} ${key}`)
      return place.count(key, windowMs)
    },
  })
  const kits: Kit[] = []
  const caching = defineAdapter({
    ...{ name: 'caching', options: z.object({ isShared: z.boolean() }), provides: ['cache'] },
    create: ({ isShared }) => ({ cache: cache(isShared) }),
  })
  const asking = defineAdapter({
    ...{ name: 'asking', options: z.object({}), provides: [] },
    http: () => ({ hosts: [host], perSecond: 1_000 }),
    create: (_options, kit) => (kits.push(kit), {}),
  })
  for (const isShared of [true, true, false])
    await started(t, url, { adapters: { caching: { use: caching, options: { isShared } }, vendor: { use: asking } } })
  for (const { http } of kits) t.equal((await http.send({ url: `http://${host}/` })).status, 200)
  t.same(counted, ['true rate:vendor', 'true rate:vendor'])
})
