import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { test } from 'tap'
import { WebhookRejected, type WebhookRequest } from '@switchboard/core'
import { deliveryOf, vectors } from './test-deliveries.ts'
import { testShop } from './test-shop.ts'
import { verifyDelivery } from './webhook.ts'

const shop = 'lumen-and-lace.myshopify.example'
const [vector] = vectors

test('signatures made elsewhere are believed, with any of our secrets, in either family of headers', t => {
  for (const { secret, body, signature } of vectors)
    for (const prefix of ['x-shopify-', 'shopify-']) {
      const signed = deliveryOf({ [`${prefix}hmac-sha256`]: signature, [`${prefix}webhook-id`]: 'hook' }, body)
      t.equal(verifyDelivery(signed, shop, ['shpss_old', secret]), 'hook')
      t.throws(() => verifyDelivery(signed, shop, ['shpss_old']), WebhookRejected)
      const spaced = { ...signed, body: Buffer.from(`${body} `) }
      t.throws(() => verifyDelivery(spaced, shop, [secret]), WebhookRejected, 'the same JSON in other bytes')
    }
  t.end()
})

const folder = new URL('../../../shared/fixtures/shopify/', import.meta.url)
const skip = !existsSync(folder) && `there is no ${folder.pathname}`

test('signatures of the shared vectors are believed', { skip }, t => {
  const { secret, signature } = JSON.parse(readFileSync(new URL('signature-vectors.json', folder), 'utf8'))
  const body = readFileSync(new URL('webhook.orders-create.json', folder), 'utf8')
  const signed = deliveryOf({ 'x-shopify-hmac-sha256': signature, 'x-shopify-event-id': 'event' }, body)
  t.equal(verifyDelivery(signed, shop, [secret]), 'event')
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
  t.equal(idOf({}), 'event:orders/create')
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

test('two subscriptions of one topic deliver one event twice, under two ids', async t => {
  const { vendor, inbox, channel } = await testShop(t)
  vendor.subscribeTwice('orders/updated', 'till')
  t.match(await vendor.change(vendor.orders()[0]?.id ?? '', { dollars: 7 }).delivered, { attempts: 2, status: 200 })
  t.equal(new Set(inbox.requests.map(({ headers }) => headers['x-shopify-event-id'])).size, 1)
  t.equal(new Set(inbox.requests.map(request => channel.verify(request))).size, 2)
})

test('a forged copy beside the true delivery is refused', async t => {
  const { vendor, inbox, channel } = await testShop(t)
  vendor.faults.force('forged')
  await vendor.change(vendor.orders()[0]?.id ?? '', { dollars: 7 }).delivered
  const [forged, true_] = inbox.requests as [WebhookRequest, WebhookRequest]
  t.throws(() => channel.verify(forged), WebhookRejected)
  t.ok(channel.verify(true_))
})

function delivery(headers: { [name: string]: string } = {}): WebhookRequest {
  const signed = {
    'x-shopify-hmac-sha256': vector.signature,
    'x-shopify-event-id': 'event',
    'x-shopify-topic': 'orders/create',
  }
  return deliveryOf({ ...signed, ...headers }, vector.body)
}

function isBelieved(request: WebhookRequest, secret: string): boolean {
  try {
    return verifyDelivery(request, shop, [secret]) !== ''
  } catch {
    return false
  }
}
