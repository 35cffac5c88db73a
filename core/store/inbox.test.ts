import t, { type Test } from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { HubError } from '../model/errors.ts'
import { silentLog } from '../hub/log.ts'
import type { DeliveryHandler } from '../ports/plugin.ts'
import type { WebhookRequest } from '../ports/webhook.ts'
import { openInbox } from './inbox-door.ts'
import { listInbox, replayInbox, showInbox } from './inbox-entries.ts'
import { workInbox } from './inbox.ts'
import { openStore, type OpenStore } from './open.ts'

const log = silentLog()
const now = (): Date => new Date()

function request(body: string): WebhookRequest {
  const headers = { 'content-type': 'application/json' }
  return {
    adapter: 'shop',
    channel: 'webhooks',
    method: 'POST',
    url: 'http://hub/webhooks/shop/webhooks',
    headers,
    body: Buffer.from(body),
    receivedAt: now(),
  }
}

async function opened(t: Test): Promise<{ url: string; store: OpenStore }> {
  const { url } = await testDatabase(t)
  const store = await openStore({ url, log })
  t.teardown(() => store.close())
  return { url, store }
}

/** Waits until `is` says so; the test's own timeout is the limit. */
async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise(wake => setTimeout(wake, 10))
}

t.test('a delivery that comes twice is kept once', async t => {
  const { url, store } = await opened(t)
  const door = openInbox({ url, log, now, onKept: () => undefined })
  t.teardown(() => door.close())
  const delivery = { request: request('{}'), port: 'source', deliveryId: 'evt_1' }
  t.equal(await door.keep(delivery), 'kept')
  t.equal(await door.keep(delivery), 'duplicate')
  t.equal((await listInbox(store, { limit: 10 })).length, 1)
})

t.test('each delivery acts once, its effect and its end together, also when the first try fails', async t => {
  const { url, store } = await opened(t)
  await store.transact(tx => tx.sql`create table effect (body text)`)
  let failures = 1
  const read: DeliveryHandler = async delivery => async tx => {
    await tx.sql`insert into effect values (${delivery.body.toString()})`
    if (failures-- > 0) throw new Error('the first try fails after it wrote')
  }
  const queue = workInbox({ store, log, now, readers: new Map([['source', read]]) })
  t.teardown(() => queue.stop())
  const door = openInbox({ url, log, now, onKept: () => queue.wake() })
  t.teardown(() => door.close())
  await door.keep({ request: request('once'), port: 'source', deliveryId: 'evt_1' })
  await until(async () => (await listInbox(store, { state: 'done', limit: 1 })).length === 1)
  t.same(await store.read(tx => tx.sql`select body from effect`), [{ body: 'once' }])
  const [entry] = await listInbox(store, { limit: 1 })
  t.equal(entry?.attempts, 2)
})

t.test('a delivery that cannot be read is dead at once, with its reason, and acts when it is replayed', async t => {
  const { url, store } = await opened(t)
  let isBroken = true
  const done: string[] = []
  const read: DeliveryHandler = async delivery => {
    if (isBroken) throw new HubError('bad_body', 'the body is not JSON')
    return async () => void done.push(delivery.body.toString())
  }
  const queue = workInbox({ store, log, now, readers: new Map([['source', read]]) })
  t.teardown(() => queue.stop())
  const door = openInbox({ url, log, now, onKept: () => queue.wake() })
  t.teardown(() => door.close())
  await door.keep({ request: request('{"half":'), port: 'source', deliveryId: 'evt_1' })
  await until(async () => (await listInbox(store, { state: 'dead', limit: 1 })).length === 1)
  const [dead] = await listInbox(store, { state: 'dead', limit: 1 })
  t.equal(dead?.error, 'the body is not JSON')
  t.equal((await showInbox(store, dead?.id ?? ''))?.body, '{"half":')
  isBroken = false
  t.equal(await replayInbox(store, dead?.id ?? '', now()), true)
  queue.wake()
  await until(() => done.length === 1)
  t.same(done, ['{"half":'])
})

t.test('a delivery whose worker died is taken over when its lease ends', async t => {
  const { url, store } = await opened(t)
  const door = openInbox({ url, log, now, onKept: () => undefined })
  t.teardown(() => door.close())
  await door.keep({ request: request('left behind'), port: 'source', deliveryId: 'evt_1' })
  await store.transact(tx => tx.sql`update inbox set attempts = 1, leased_until = now() + interval '300 milliseconds'`)
  const done: string[] = []
  const queue = workInbox({
    ...{ store, log, now },
    readers: new Map([['source', async delivery => async () => void done.push(delivery.body.toString())]]),
  })
  t.teardown(() => queue.stop())
  await until(() => done.length === 1)
  t.same(done, ['left behind'])
})

t.test('deliveries of a port nobody reads wait', async t => {
  const { url, store } = await opened(t)
  const queue = workInbox({ store, log, now, readers: new Map([['telephony', async () => async () => undefined]]) })
  t.teardown(() => queue.stop())
  const door = openInbox({ url, log, now, onKept: () => queue.wake() })
  t.teardown(() => door.close())
  await door.keep({ request: request('{}'), port: 'source', deliveryId: 'evt_1' })
  await new Promise(wake => setTimeout(wake, 50))
  t.match(await listInbox(store, { limit: 1 }), [{ state: 'waiting', attempts: 0 }])
})

t.test('while the database cannot be reached, keeping says so and asks for the delivery again', async t => {
  const door = openInbox({ now, url: 'postgres://nobody:x@127.0.0.1:1/none', log, onKept: () => undefined })
  t.teardown(() => door.close())
  await t.rejects(door.keep({ request: request('{}'), port: 'source', deliveryId: 'evt_1' }), {
    code: 'unavailable',
    status: 503,
  })
})

t.test('what the worker has a place for is handed to it, and nobody has to look for it', async t => {
  const { url, store } = await opened(t)
  const read: DeliveryHandler = async () => async () => undefined
  const queue = workInbox({ store, log, now, readers: new Map([['calls', read]]) })
  t.teardown(() => queue.stop())
  let looks = 0
  const door = openInbox({ url, log, now, onKept: () => void looks++, worker: () => queue })
  t.teardown(() => door.close())
  const bodies = Array.from({ length: 8 }, (_, nth) => `evt_${nth}`)
  for (const deliveryId of bodies) await door.keep({ request: request(deliveryId), port: 'calls', deliveryId })
  t.equal(await door.keep({ request: request('again'), port: 'calls', deliveryId: 'evt_0' }), 'duplicate')
  await until(async () => (await listInbox(store, { state: 'done', limit: 50 })).length === bodies.length)
  t.equal(looks, 0)
  t.same(new Set((await listInbox(store, { limit: 50 })).map(({ attempts }) => attempts)), new Set([1]))
  await door.keep({ request: request('other'), port: 'source', deliveryId: 'evt_other' })
  t.equal(looks, 1, 'what nobody here reads is left for others')
})

t.test(
  'a worker that has its hands full is handed no more, and one that stops finishes what it was handed',
  async t => {
    const { url, store } = await opened(t)
    let go: () => void = () => undefined
    const held = new Promise<void>(resolve => (go = resolve))
    const read: DeliveryHandler = async () => async () => held
    const queue = workInbox({ store, log, now, readers: new Map([['calls', read]]) })
    let looks = 0
    const door = openInbox({ url, log, now, onKept: () => void looks++, worker: () => queue })
    t.teardown(() => door.close())
    const keep = (deliveryId: string): Promise<unknown> =>
      door.keep({ request: request(deliveryId), port: 'calls', deliveryId })
    await Promise.all(Array.from({ length: 12 }, (_, nth) => keep(`evt_${nth}`)))
    t.equal(looks, 4)
    const stopped = queue.stop()
    t.equal(queue.reserve('calls'), null)
    go()
    await stopped
    t.equal((await listInbox(store, { state: 'done', limit: 50 })).length, 8)
  },
)

t.test('of many deliveries at once each is kept whole and once, and one that cannot be kept fails alone', async t => {
  const { url, store } = await opened(t)
  const door = openInbox({ url, log, now, onKept: () => undefined })
  t.teardown(() => door.close())
  const body = Buffer.from([0, 255, 92, 39, 34, 123, 44])
  const headers = { 'x-odd': '{"a\\\\b", \'c\'}', 'x-empty': '' }
  const odd = { ...request(''), body, headers, url: 'http://localhost/a?b={c,"d"}' }
  const keep = (deliveryId: string, delivery = odd) => door.keep({ request: delivery, port: 'source', deliveryId })
  const all = Promise.all(Array.from({ length: 200 }, (_, nth) => keep(`evt_${nth % 150}`)))
  const broken = keep('evt_broken', { ...odd, url: 'http://localhost/\u0000' })
  await t.rejects(broken, { code: 'unavailable' })
  t.equal((await all).filter(what => what === 'kept').length, 150)
  const rows = await store.read(tx => tx.sql`select distinct url, headers, body from inbox`)
  t.same(rows, [{ url: odd.url, headers, body }])
  t.equal(await keep('evt_149'), 'duplicate')
})
