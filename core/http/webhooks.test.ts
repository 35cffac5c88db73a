import type { Registry } from 'prom-client'
import Koa from 'koa'
import t, { type Test } from 'tap'
import { HubError, WebhookRejected } from '../model/errors.ts'
import { silentLog } from '../hub/log.ts'
import type { Channel, WebhookRequest } from '../ports/webhook.ts'
import type { Delivery } from '../store/inbox-door.ts'
import { bodyLimit } from './body.ts'
import { listen } from './listen.ts'
import { makeMetrics } from './metrics.ts'
import { webhooks, type WebhookSettings } from './webhooks.ts'

const publicUrl = 'https://hub.example'
const receivedAt = new Date('2026-03-01T10:00:00Z')

/** An edge with one vendor, `shop`, whose channel `orders` believes deliveries with a word in a header. */
async function edge(t: Test, settings: Partial<WebhookSettings> = {}, channel: Partial<Channel> = {}) {
  const seen: WebhookRequest[] = []
  const kept: Delivery[] = []
  const orders: Channel = {
    port: 'source',
    verify: request => {
      seen.push(request)
      if (request.headers['x-word'] !== 'sesame') throw new WebhookRejected('wrong word')
      return request.body.toString()
    },
    ...channel,
  }
  const metrics = makeMetrics()
  const app = new Koa()
  app.use((ctx, next) => ((ctx.state['requestId'] = 'request-1'), next()))
  app.use(
    webhooks({
      adapters: new Map([['shop', { channels: { orders } }]]),
      keep: async delivery => {
        const isNew = !kept.some(({ deliveryId }) => deliveryId === delivery.deliveryId)
        if (isNew) kept.push(delivery)
        return isNew ? 'kept' : 'duplicate'
      },
      answer: () => t.fail('nobody waits') as never,
      ...{ publicUrl, metrics, log: silentLog(), now: () => receivedAt },
      ...settings,
    }),
  )
  app.use(ctx => void (ctx.body = 'past the edge'))
  const door = await listen(0, '127.0.0.1')
  t.teardown(() => door.close())
  door.serve(app.callback())
  const send = (
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Response> => fetch(door.url + path, { method: 'POST', body, headers: { 'x-word': 'sesame', ...headers } })
  return { url: door.url, send, seen, kept, outcomes: () => outcomesOf(metrics.registry) }
}

async function outcomesOf(registry: Registry): Promise<Record<string, number>> {
  const metric = await registry.getSingleMetric('switchboard_webhooks_total')?.get()
  return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [String(labels['outcome']), value]))
}

t.test('the adapter is given the raw bytes and the address that the vendor signed', async t => {
  const { send, seen, kept } = await edge(t)
  const bytes = new Uint8Array([0, 255, 128, 10, 13])
  const response = await send('/webhooks/shop/orders?call=1&leg=%2B2', bytes, {
    'X-Mixed-Case': 'Yes',
    authorization: 'Basic abc',
  })
  t.equal(response.status, 200)
  t.equal(await response.text(), '')
  t.match(seen, [{ adapter: 'shop', channel: 'orders', method: 'POST', receivedAt }])
  t.equal(seen[0]?.url, 'https://hub.example/webhooks/shop/orders?call=1&leg=%2B2')
  t.same(seen[0]?.body, Buffer.from(bytes))
  t.match(seen[0]?.headers, { 'x-mixed-case': 'Yes', authorization: 'Basic abc' })
  t.match(kept, [{ port: 'source', deliveryId: Buffer.from(bytes).toString() }])
  t.match(kept[0]?.request.headers, { 'x-mixed-case': 'Yes', authorization: '[redacted]' }, 'the proof is not kept')
})

t.test('a delivery sent twice is answered twice and counted as a duplicate', async t => {
  const { send, kept, outcomes } = await edge(t)
  t.equal((await send('/webhooks/shop/orders', 'd-1')).status, 200)
  t.equal((await send('/webhooks/shop/orders', 'd-1')).status, 200)
  t.equal((await send('/webhooks/shop/orders', 'd-2')).status, 200)
  t.equal(kept.length, 2)
  t.same(await outcomes(), { accepted: 2, duplicate: 1 })
})

t.test('a delivery that is not believed leaves nothing but a number', async t => {
  const { send, kept, outcomes } = await edge(t)
  const response = await send('/webhooks/shop/orders', 'd-1', { 'x-word': 'guess' })
  t.equal(response.status, 401)
  t.match(await response.json(), { code: 'webhook_rejected', status: 401, requestId: 'request-1' })
  t.same(kept, [])
  t.same(await outcomes(), { rejected: 1 })
})

t.test('an adapter says how its vendor wants to be refused, and thanked', async t => {
  const verify = (): string => {
    throw new WebhookRejected('forged', { status: 403 })
  }
  t.equal((await (await edge(t, {}, { verify })).send('/webhooks/shop/orders', '')).status, 403)
  const accepted = { status: 202, headers: { 'content-type': 'application/xml' }, body: '<ok/>' }
  const thanked = await (await edge(t, {}, { accepted })).send('/webhooks/shop/orders', 'd-1')
  t.equal(thanked.status, 202)
  t.equal(thanked.headers.get('content-type'), 'application/xml')
  t.equal(await thanked.text(), '<ok/>')
})

t.test('an adapter that stumbles over a delivery does not show where', async t => {
  const verify = (): string => {
    throw new TypeError('cannot read properties of undefined')
  }
  const { send, outcomes } = await edge(t, {}, { verify })
  const response = await send('/webhooks/shop/orders', 'd-1')
  t.equal(response.status, 500)
  t.notMatch(await response.text(), /cannot read/)
  t.same(await outcomes(), { failed: 1 })
})

t.test('a vendor that waits is answered, and nothing is kept', async t => {
  const asked: Delivery[] = []
  const answer: WebhookSettings['answer'] = async delivery => {
    asked.push(delivery)
    return { status: 200, headers: { 'content-type': 'text/xml' }, body: '<Response/>' }
  }
  const { send, kept, outcomes } = await edge(t, { answer }, { port: 'telephony', answer: 'now' })
  const response = await send('/webhooks/shop/orders', 'd-1')
  t.equal(await response.text(), '<Response/>')
  t.equal(response.headers.get('content-type'), 'text/xml')
  t.match(asked, [{ port: 'telephony', deliveryId: 'd-1', request: { channel: 'orders' } }])
  t.same(kept, [])
  t.same(await outcomes(), { answered: 1 })
})

t.test(
  'a vendor that only asks whether we are here is answered, when it proves itself, and nothing is kept',
  async t => {
    const greet: Channel['greet'] = ({ headers }) =>
      headers['x-riddle'] === undefined ? null : { status: 200, headers: {}, body: `answer to ${headers['x-riddle']}` }
    const { send, kept, outcomes } = await edge(t, {}, { greet })
    const greeted = await send('/webhooks/shop/orders', 'hello?', { 'x-riddle': '42' })
    t.equal(await greeted.text(), 'answer to 42')
    t.same(kept, [])
    t.equal((await send('/webhooks/shop/orders', 'hello?', { 'x-riddle': '42', 'x-word': 'guess' })).status, 401)
    t.equal(await (await send('/webhooks/shop/orders', 'd-1')).text(), '')
    t.equal(kept.length, 1, 'a delivery like any other is kept')
    t.same(await outcomes(), { greeted: 1, rejected: 1, accepted: 1 })
  },
)

t.test('a vendor asks with GET too, to check an address', async t => {
  const { url, seen } = await edge(t, {}, { verify: request => (seen.push(request), 'check') })
  t.equal((await fetch(`${url}/webhooks/shop/orders?challenge=1`)).status, 200)
  t.match(seen, [{ method: 'GET', url: /challenge=1$/ }])
  const other = await fetch(`${url}/webhooks/shop/orders`, { method: 'DELETE' })
  t.equal(other.status, 405)
  t.equal(other.headers.get('allow'), 'GET, POST')
})

t.test('what nobody listens to is not found', async t => {
  const { send, seen } = await edge(t)
  const paths = ['/webhooks/', '/webhooks/shop', '/webhooks/shop/', '/webhooks/shop/refunds', '/webhooks/other/orders']
  for (const path of [...paths, '/webhooks/shop/orders/', '/webhooks/shop/orders/1', '/webhooks/shop/constructor']) {
    const response = await send(path, 'd-1')
    t.equal(response.status, 404, path)
    t.match(await response.json(), { code: 'not_found' })
  }
  t.same(seen, [])
})

t.test('a body over the cap is refused unread, whether its length is told or not', async t => {
  const { url, send, seen } = await edge(t)
  t.equal((await send('/webhooks/shop/orders', new Uint8Array(bodyLimit))).status, 200)
  t.equal((await send('/webhooks/shop/orders', new Uint8Array(bodyLimit + 1))).status, 413)
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 20; i++) yield new Uint8Array(bodyLimit / 10)
  }
  const body = ReadableStream.from(chunks())
  const streamed = await fetch(`${url}/webhooks/shop/orders`, { method: 'POST', body, duplex: 'half' } as RequestInit)
  t.equal(streamed.status, 413)
  t.match(await streamed.json(), { code: 'body_too_large', status: 413 })
  t.equal(seen.length, 1)
})

t.test('a delivery that cannot be kept is to be sent again', async t => {
  const keep = async (): Promise<never> => {
    throw new HubError('unavailable', 'the delivery could not be kept; send it again')
  }
  const { send, outcomes } = await edge(t, { keep })
  const response = await send('/webhooks/shop/orders', 'd-1')
  t.equal(response.status, 503)
  t.ok(response.headers.get('retry-after'))
  t.match(await response.json(), { code: 'unavailable' })
  t.same(await outcomes(), { failed: 1 })
})

t.test('everything else goes past', async t => {
  const { url } = await edge(t)
  t.equal(await (await fetch(`${url}/webhooksandmore`)).text(), 'past the edge')
})
