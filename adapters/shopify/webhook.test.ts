import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { test } from 'tap'
import { WebhookRejected, type WebhookRequest } from '@switchboard/core'
import { readDelivery, verifyDelivery } from './webhook.ts'

const shop = 'lumen-and-lace.myshopify.example'

const receivedAt = new Date('2026-11-20T18:02:00Z')

/** Made once with node:crypto. */
const vector = {
  secret: 'shpss_vector',
  body: '{"id":820982911946154508,"note":"voilà"}',
  signature: 'xoIb01F2vom5Em5/rl3dDJFbUPeN828r0cKsc1ENDek=',
}

test('a signature over the raw bytes is believed, with any of our secrets', t => {
  t.equal(verifyDelivery(delivery(), shop, ['shpss_old', vector.secret]), 'event:orders/create')
  t.throws(() => verifyDelivery(delivery(), shop, ['shpss_old']), WebhookRejected)
  const spaced = { ...delivery(), body: Buffer.from(vector.body.replace(':', ': ')) }
  t.throws(() => verifyDelivery(spaced, shop, [vector.secret]), WebhookRejected, 'the same JSON in other bytes')
  t.end()
})

test('only deliveries of this shop are believed', t => {
  t.ok(verifyDelivery(delivery({ 'x-shopify-shop-domain': shop.toUpperCase() }), shop, [vector.secret]))
  const other = delivery({ 'x-shopify-shop-domain': 'other.myshopify.example' })
  t.throws(() => verifyDelivery(other, shop, [vector.secret]), WebhookRejected)
  t.end()
})

test("a delivery's id is the event with its topic and subscription, else the webhook's, else the body's", t => {
  const idOf = (headers: { [name: string]: string }): string => verifyDelivery(delivery(headers), shop, [vector.secret])
  t.equal(idOf({ 'x-shopify-name': 'till' }), 'event:orders/create:till')
  t.equal(idOf({ 'x-shopify-topic': 'orders/paid' }), 'event:orders/paid')
  t.equal(idOf({ 'x-shopify-event-id': '', 'x-shopify-webhook-id': 'hook' }), 'hook:orders/create')
  t.match(idOf({ 'x-shopify-event-id': '' }), /^[0-9a-f]{64}:orders\/create$/)
  t.end()
})

test('any signed body is believed, and no body with a byte changed', t => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 })
  const property = fc.property(bytes, fc.nat(), fc.string({ minLength: 1 }), (raw, at, secret) => {
    const body = Buffer.from(raw)
    const signed = {
      ...delivery({ 'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64') }),
      body,
    }
    const changed = Buffer.from(body)
    changed[at % body.length] = (changed[at % body.length] ?? 0) ^ 1
    return isBelieved(signed, secret) && !isBelieved({ ...signed, body: changed }, secret)
  })
  fc.assert(property, { numRuns: 200 })
  t.pass('200 of each')
  t.end()
})

test('a deleted order is known by a number that no double can hold, and dated by the shop', t => {
  const headers = { 'x-shopify-topic': 'orders/delete', 'x-shopify-triggered-at': '2026-11-20T18:01:19.123456789Z' }
  const [gone] = readDelivery({ ...delivery(headers), body: Buffer.from('{"id": 820982911946154508}') })
  t.equal(gone?.externalId, 'gid://shopify/Order/820982911946154508')
  t.equal(gone?.deletedAt?.toISOString(), '2026-11-20T18:01:19.123Z')
  const small = readDelivery({ ...delivery({ 'x-shopify-topic': 'orders/delete' }), body: Buffer.from('{"id": 42}') })
  t.equal(small[0]?.externalId, 'gid://shopify/Order/42')
  t.equal(small[0]?.deletedAt, delivery().receivedAt, 'else by when it came')
  t.end()
})

test('an order whose customer may not be seen keeps whom we knew', t => {
  const seen = bodyOf({
    customer: { admin_graphql_api_id: 'gid://shopify/Customer/1', email: null, first_name: 'Mia' },
  })
  t.notOk(readDelivery(seen)[0]?.hidden, 'an email that is null was shown to be none')
  const [veiled] = readDelivery(bodyOf({ email: '', customer: { admin_graphql_api_id: 'gid://shopify/Customer/1' } }))
  t.strictSame(veiled?.people, [])
  t.strictSame(veiled?.hidden, ['customer', 'billing', 'shipping', 'contact'])
  t.end()
})

test('privacy requests and other topics are kept by the inbox and give no records', t => {
  for (const topic of [
    'customers/update',
    'customers/redact',
    'customers/data_request',
    'shop/redact',
    'app/uninstalled',
    '',
  ])
    t.strictSame(readDelivery({ ...delivery({ 'x-shopify-topic': topic }), body: Buffer.from('{}') }), [], topic)
  t.end()
})

test('an order in words we cannot read names the place', t => {
  t.throws(() => readDelivery(bodyOf({ total_price: 'much' })), /total_price/)
  t.throws(() => readDelivery(bodyOf({ currency: 'dollars' })), /currency/)
  t.end()
})

function delivery(headers: { [name: string]: string } = {}): WebhookRequest {
  const signed = {
    'x-shopify-hmac-sha256': vector.signature,
    'x-shopify-event-id': 'event',
    'x-shopify-topic': 'orders/create',
  }
  return {
    ...{ adapter: 'shopify', channel: 'webhooks', method: 'POST', url: 'http://127.0.0.1/webhooks/shopify/webhooks' },
    ...{ headers: { ...signed, ...headers }, body: Buffer.from(vector.body), receivedAt },
  }
}

function bodyOf(fields: object): WebhookRequest {
  const order = {
    ...{ admin_graphql_api_id: 'gid://shopify/Order/1', name: '#1', created_at: '2026-11-20T13:01:19-05:00' },
    ...{ updated_at: '2026-11-20T13:01:19-05:00', total_price: '1.00', currency: 'AUD' },
  }
  return { ...delivery(), body: Buffer.from(JSON.stringify({ ...order, ...fields })) }
}

function isBelieved(request: WebhookRequest, secret: string): boolean {
  try {
    return verifyDelivery(request, shop, [secret]) !== ''
  } catch {
    return false
  }
}
