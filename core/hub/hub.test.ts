import t, { type Test } from 'tap'
import { z } from 'zod'
import { testDatabase } from '@switchboard/test-postgres'
import { HubError, OptionError, WebhookRejected } from '../model/errors.ts'
import type { Record } from '../model/record.ts'
import type { Role } from '../ports/auth.ts'
import type { Hub } from '../ports/plugin.ts'
import { command, defineAdapter, definePlugin, route } from './define.ts'
import { startHub, type HubSettings, type RunningHub } from './hub.ts'
import { silentLog } from './log.ts'

/** Everybody who sends a role as token has that role. */
const door = definePlugin({
  name: 'door',
  options: z.object({}),
  provides: ['auth'],
  setup: () => ({
    ports: {
      auth: { authenticate: async bearer => ({ kind: 'key', keyId: bearer, role: bearer as Role, name: bearer }) },
    },
  }),
})

function ordered(number: string): Record {
  const facts = { number, placedAt: '2026-01-01T00:00:00Z', total: null, status: 'paid' }
  return { kind: 'order', externalId: number, version: 1, updatedAt: new Date(), deletedAt: null, people: [], facts }
}

/** A shop whose deliveries hold an order number each, signed by a word in a header. */
const shop = defineAdapter({
  name: 'shop',
  options: z.object({ word: z.string() }),
  provides: ['source'],
  create: ({ word }) => ({
    channels: {
      orders: {
        port: 'source' as const,
        verify: request => {
          if (request.headers['x-word'] !== word) throw new WebhookRejected('wrong word')
          return request.body.toString()
        },
      },
    },
    source: {
      async *changes() {
        yield { records: [ordered('1')], unreadable: [], cursor: 'a' }
      },
      webhook: request => {
        if (!/^\d+$/.test(request.body.toString())) throw new HubError('bad_body', 'that is not a number')
        return [ordered(request.body.toString())]
      },
    },
  }),
})

async function started(t: Test, settings: Partial<HubSettings>): Promise<RunningHub> {
  const { url: databaseUrl } = await testDatabase(t)
  const hub = await startHub({
    ...{ adapters: {}, plugins: { door: { use: door } }, databaseUrl, dataDir: t.testdir(), log: silentLog() },
    ...settings,
  })
  t.teardown(() => hub.close())
  return hub
}

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise(wake => setTimeout(wake, 10))
}

const get = (hub: RunningHub, path: string, role = 'admin'): Promise<Response> =>
  fetch(hub.url + path, { headers: { authorization: `Bearer ${role}` } })

t.test('a believed delivery is stored and acted on; one that is not believed leaves nothing', async t => {
  const hub = await started(t, { adapters: { shop: { use: shop, options: { word: 'sesame' } } } })
  const deliver = (word: string, body: string): Promise<Response> =>
    fetch(`${hub.url}/webhooks/shop/orders`, { method: 'POST', headers: { 'x-word': word }, body })
  t.equal((await deliver('wrong', '7')).status, 401)
  t.equal((await deliver('sesame', '8')).status, 200)
  t.equal((await deliver('sesame', '8')).status, 200)
  const numbers = (): Promise<unknown[]> => hub.store.read(tx => tx.sql`select external_id from source_record`)
  await until(async () => (await numbers()).length > 0)
  t.same(await numbers(), [{ external_id: '8' }])
  const { items } = (await (await get(hub, '/api/inbox')).json()) as { items: { deliveryId: string; state: string }[] }
  t.match(items, [{ deliveryId: '8', state: 'done' }])
})

t.test('broken content is kept as dead with its reason, and can be seen whole', async t => {
  const hub = await started(t, { adapters: { shop: { use: shop, options: { word: 'sesame' } } } })
  await fetch(`${hub.url}/webhooks/shop/orders`, { method: 'POST', headers: { 'x-word': 'sesame' }, body: 'many' })
  const dead = async () =>
    ((await (await get(hub, '/api/inbox?state=dead')).json()) as { items: { id: string }[] }).items
  await until(async () => (await dead()).length === 1)
  const [entry] = await dead()
  t.match(await (await get(hub, `/api/inbox/${entry?.id}`)).json(), {
    body: 'many',
    error: 'that is not a number',
    state: 'dead',
  })
  t.equal((await get(hub, '/api/inbox', 'viewer')).status, 403)
})

t.test('a plugin whose port nobody provides is off with the reason, and the others run', async t => {
  const lonely = definePlugin({ name: 'lonely', options: z.object({}), needs: ['roster'], setup: () => ({}) })
  const hub = await started(t, { plugins: { door: { use: door }, lonely: { use: lonely } } })
  t.match(hub.parts(), [
    { name: 'lonely', state: 'off', because: 'nobody provides roster' },
    { name: 'door', state: 'on' },
  ])
  t.equal((await fetch(`${hub.url}/health`)).status, 200)
})

t.test('a part that fails to start never stops the others, and whoever needs its port says so', async t => {
  const broken = definePlugin({
    name: 'broken',
    options: z.object({}),
    provides: ['directory'],
    setup: () => ({
      ports: { directory: { card: async () => Promise.reject(new Error('never')) } },
      routes: [
        route({
          ...{ method: 'GET', path: '/api/cupboard', summary: 'Looks', access: 'viewer', answer: z.object({}) },
          handle: async () => ({}),
        }),
      ],
      start: async () => {
        throw new Error('the cupboard is bare')
      },
    }),
  })
  const reader = definePlugin({ name: 'reader', options: z.object({}), needs: ['directory'], setup: () => ({}) })
  const hub = await started(t, { plugins: { door: { use: door }, reader: { use: reader }, broken: { use: broken } } })
  t.match(Object.fromEntries(hub.parts().map(part => [part.name, part])), {
    broken: { state: 'failed', because: 'the cupboard is bare' },
    reader: { state: 'failed', because: 'nobody provides directory' },
    door: { state: 'on' },
  })
  t.equal((await get(hub, '/api/cupboard')).status, 404, 'and its routes are gone')
})

t.test('a required part that fails to start stops the hub', async t => {
  const broken = definePlugin({
    name: 'broken',
    options: z.object({}),
    setup: () => ({ start: () => Promise.reject(new Error('the cupboard is bare')) }),
  })
  await t.rejects(started(t, { plugins: { broken: { use: broken, required: true } } }), {
    message: 'the cupboard is bare',
  })
})

t.test('every wrong option is told at once, with its path, and nothing is started', async t => {
  const two = definePlugin({
    name: 'two',
    options: z.object({ a: z.string(), b: z.number() }),
    setup: () => {
      throw new Error('must not be set up')
    },
  })
  const starting = started(t, {
    adapters: { shop: { use: shop, options: {} } },
    plugins: { two: { use: two, options: { a: 1, c: 2 } } },
  })
  const error = await starting.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  t.ok(error instanceof OptionError)
  t.same((error as OptionError).issues.map(({ path }) => path).toSorted(), [
    'adapters.shop.word',
    'plugins.two.a',
    'plugins.two.b',
    'plugins.two.c',
  ])
})

t.test('parts start after those they need, and are let go of in reverse', async t => {
  const order: string[] = []
  const part = (name: string, needs: 'auth'[], provides: 'auth'[]) =>
    definePlugin({
      ...{ name, needs, provides, options: z.object({}) },
      setup: () => ({
        ports: provides.length > 0 ? { auth: { authenticate: async () => null } } : {},
        start: async () => void order.push(`start ${name}`),
        close: async () => void order.push(`close ${name}`),
      }),
    })
  const hub = await started(t, {
    plugins: { second: { use: part('second', ['auth'], []) }, first: { use: part('first', [], ['auth']) } },
  })
  await hub.close()
  t.same(order, ['start first', 'start second', 'close second', 'close first'])
})

t.test('a request under way is finished while the hub stops, and health says so first', async t => {
  let free: () => void = () => undefined
  const gate = new Promise<void>(resolve => (free = resolve))
  let healthMeanwhile = 0
  const slow = definePlugin({
    name: 'slow',
    options: z.object({}),
    setup: () => ({
      routes: [
        route({
          ...{
            method: 'GET',
            path: '/api/slow',
            summary: 'Waits',
            access: 'viewer',
            answer: z.object({ ok: z.boolean() }),
          },
          handle: async () => {
            await gate
            return { ok: true }
          },
        }),
      ],
      drain: async () => {
        healthMeanwhile = (await fetch(`${hub.url}/health`)).status
      },
    }),
  })
  const hub = await started(t, { plugins: { door: { use: door }, slow: { use: slow } } })
  const answer = get(hub, '/api/slow')
  await new Promise(wake => setTimeout(wake, 50))
  const closing = hub.close()
  setTimeout(free, 100)
  t.equal((await answer).status, 200)
  await closing
  t.equal(healthMeanwhile, 503)
})

t.test('commands and welcome fields of every plugin can be seen by whoever serves clients', async t => {
  let seen: Hub | null = null
  const asker = definePlugin({
    name: 'asker',
    options: z.object({}),
    setup: hub => {
      seen = hub
      return {}
    },
  })
  const teller = definePlugin({
    name: 'teller',
    options: z.object({}),
    setup: () => ({
      commands: [
        command({ name: 'tell', summary: 'Tells', access: 'agent', input: z.object({}), handle: async () => ({}) }),
      ],
      welcome: { news: async () => 'none' },
    }),
  })
  await started(t, { plugins: { asker: { use: asker }, teller: { use: teller } } })
  const hub = seen as Hub | null
  t.same([...(hub?.commands().keys() ?? [])], ['tell'])
  t.same([...(hub?.welcomes().keys() ?? [])], ['news'])
})
