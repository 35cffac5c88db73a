import { setTimeout as pause } from 'node:timers/promises'
import { cacheContract } from '@switchboard/test-contracts/cache'
import { testKit } from '@switchboard/test-contracts/kit'
import { programPath, testServer } from '@switchboard/test-contracts/server'
import t, { type Test } from 'tap'
import { redis } from './redis.ts'

const path = await programPath('redis-server')

/** A Redis of its own, and hubs on it. */
async function place(t: Test, program: string) {
  const args = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', t.testdir()]
  const server = await testServer(t, program, port => [...args, '--port', String(port)])
  const hub = (more: object = {}) => hubAt(t, `redis://127.0.0.1:${server.port}`, more)
  return { hub, server }
}

function hubAt(t: Test, url: string, more: object = {}) {
  const kit = testKit('redis', () => new Date())
  const adapter = redis.create(redis.options.parse({ url, timeoutMs: 5_000, ...more }), kit)
  if (!adapter.cache || !adapter.close) throw new Error('there is no port')
  t.teardown(adapter.close)
  return { cache: adapter.cache, phrases: () => kit.lines.map(({ phrase }) => phrase) }
}

if (path === null)
  t.test('Redis', { skip: 'redis-server is not installed: apt-get install redis-server' }, () => undefined)
else {
  cacheContract(t, {
    name: 'Redis',
    start: async t => {
      const { hub } = await place(t, path)
      return () => hub().cache
    },
  })

  t.test(
    'Redis goes away and comes back: meanwhile nothing is there and nobody is kept waiting; it is said once each',
    async t => {
      const { hub, server } = await place(t, path)
      const { cache, phrases } = hub()
      await cache.set('it', 1, 60_000)
      t.equal(await cache.get('it'), 1)
      await server.stop()
      for (let times = 0; times < 5; times++) {
        t.equal(await cache.get('it'), undefined)
        await cache.set('it', 2, 60_000)
        await cache.remove('it')
        t.equal(await cache.count('k', 1_000), null)
        t.equal(await cache.remember('it', 60_000, async () => times), times)
      }
      t.same(phrases(), ['cache is away: nothing is kept meanwhile'])
      await server.start()
      while ((await cache.get('it')) === undefined) {
        await cache.set('it', 3, 60_000)
        await pause(20)
      }
      t.equal(await cache.get('it'), 3)
      t.same(phrases(), ['cache is away: nothing is kept meanwhile', 'cache is back'])
    },
  )

  t.test('two installs on one Redis do not see each other', async t => {
    const { hub } = await place(t, path)
    const [one, two] = [hub({ prefix: 'one:' }).cache, hub({ prefix: 'two:' }).cache]
    await one.set('it', 1, 60_000)
    await one.count('k', 60_000)
    t.equal(await two.get('it'), undefined)
    t.match(await two.count('k', 60_000), { count: 1 })
  })

  t.test('a hub that dies while it makes something keeps the others from it for a while and no longer', async t => {
    const { hub } = await place(t, path)
    const [one, two] = [hub({ makingSeconds: 0.3 }).cache, hub({ makingSeconds: 0.3 }).cache]
    let isBegun = false
    void one.remember('it', 60_000, () => {
      isBegun = true
      return new Promise(() => undefined)
    })
    while (!isBegun) await pause(5)
    t.equal(await two.remember('it', 60_000, async () => 'mine'), 'mine')
  })
}

t.test('a Redis that was never there keeps nobody waiting', async t => {
  const { cache, phrases } = hubAt(t, 'redis://127.0.0.1:1')
  t.equal(await cache.get('it'), undefined)
  t.equal(await cache.remember('it', 1_000, async () => 'made'), 'made')
  t.same(phrases(), ['cache is away: nothing is kept meanwhile'])
})

t.test('settings that cannot work are told', async t => {
  const isRight = (given: object): boolean => redis.options.safeParse({ url: 'redis://127.0.0.1', ...given }).success
  t.ok(isRight({}))
  t.ok(isRight({ url: 'rediss://user:secret@cache.example.com:6380/1', prefix: 'shop:' }))
  t.notOk(isRight({ url: 'http://127.0.0.1' }))
  t.notOk(isRight({ timeoutMs: 0 }))
})
