import { test } from 'tap'
import type { SourceNews, WebhookRequest } from '@switchboard/core'
import { readDelivery, topics } from './news.ts'
import { deliveryOf, receivedAt, told } from './test-deliveries.ts'
import { testShop } from './test-shop.ts'

const shop = 'lumen-and-lace.myshopify.example'
const triggered = { 'x-shopify-triggered-at': '2026-11-20T18:01:19.123456789Z' }
const triggeredAt = new Date('2026-11-20T18:01:19.123Z')

const order = {
  ...{ admin_graphql_api_id: 'gid://shopify/Order/1', name: '#1', created_at: '2026-11-20T13:01:19-05:00' },
  ...{ updated_at: '2026-11-20T13:01:19-05:00', total_price: '1.00', currency: 'AUD' },
}

const customer = {
  ...{ id: 1, admin_graphql_api_id: 'gid://shopify/Customer/115310627314723954', state: 'disabled', created_at: null },
  ...{ email: 'mia@example.com', first_name: 'Mia', last_name: 'Vella', phone: null, note: 'Prefers mornings' },
  ...{ tags: 'bride, vip', updated_at: '2026-11-20T14:00:00-05:00' },
  default_address: {
    ...{
      first_name: null,
      last_name: null,
      name: '',
      phone: '0412 345 678',
      address1: '12 High St',
      address2: 'Unit 3',
    },
    ...{ city: 'Newtown', province: 'New South Wales', province_code: 'NSW', zip: '2042', country_code: 'AU' },
  },
}

const privacy = { shop_domain: shop, customer: { id: 191167, email: 'mia@example.com', phone: '555-625-1199' } }

test("a deleted row has the shop's id and time, however large its number", t => {
  t.match(read(told('orders/delete', '{"id": 820982911946154508}', triggered)), [
    {
      kind: 'order',
      externalId: 'gid://shopify/Order/820982911946154508',
      deletedAt: triggeredAt,
      updatedAt: triggeredAt,
    },
  ])
  t.match(read(told('customers/delete', '{"id": 115310627314723954}', triggered)), [
    { kind: 'contact', externalId: 'gid://shopify/Customer/115310627314723954', deletedAt: triggeredAt, people: [] },
  ])
  t.match(read(told('orders/delete', { id: 42 })), [{ externalId: 'gid://shopify/Order/42', deletedAt: receivedAt }])
  t.throws(() => read(told('orders/delete', { id: 'gid' })), { code: 'bad_body' })
  t.end()
})

test('every topic of orders gives the order', t => {
  for (const name of ['create', 'updated', 'paid', 'cancelled', 'fulfilled'])
    t.match(read(told(`orders/${name}`, order)), [{ kind: 'order', externalId: order.admin_graphql_api_id }], name)
  t.end()
})

test('an order whose customer may not be seen keeps whom we knew', t => {
  const customer = { admin_graphql_api_id: 'gid://shopify/Customer/1' }
  const [seen] = read(told('orders/create', { ...order, customer: { ...customer, email: null, first_name: 'Mia' } }))
  t.notOk('hidden' in Object(seen), 'an email that is null was shown to be none')
  t.match(read(told('orders/create', { ...order, email: '', customer })), [
    { people: [], hidden: ['customer', 'billing', 'shipping', 'contact'] },
  ])
  t.end()
})

test('a new or changed customer is a contact, with what staff wrote down', t => {
  for (const name of ['create', 'update', 'enable', 'disable'])
    t.strictSame(
      read(told(`customers/${name}`, customer)),
      [
        {
          ...{ kind: 'contact', externalId: 'gid://shopify/Customer/115310627314723954', version: null },
          ...{ updatedAt: new Date('2026-11-20T19:00:00Z'), deletedAt: null },
          people: [
            {
              ...{ role: 'customer', externalId: 'gid://shopify/Customer/115310627314723954' },
              ...{
                firstName: 'Mia',
                lastName: 'Vella',
                name: null,
                email: 'mia@example.com',
                phones: ['0412 345 678'],
              },
              address: {
                ...{ street: '12 High St, Unit 3', city: 'Newtown', region: 'NSW', postcode: '2042', country: 'AU' },
              },
            },
          ],
          facts: { note: 'Prefers mornings', tags: ['bride', 'vip'], since: null },
        },
      ],
      name,
    )
  t.end()
})

test('a customer of whom not everything is told is asked for', t => {
  const gid = 'gid://shopify/Customer/115310627314723954'
  for (const field of ['note', 'tags', 'email']) {
    const { [field]: _, ...rest } = customer as { [field: string]: unknown }
    t.strictSame(read(told('customers/update', rest)), [{ hint: gid }], `without ${field}`)
  }
  t.end()
})

test('a request for data is told to somebody, with its customer and orders by id, and no email or phone', t => {
  const body = { ...privacy, orders_requested: [299938, 280263], data_request: { id: 9999 } }
  const [notice] = read(told('customers/data_request', body))
  t.match(notice, { notice: 'data-request:9999', message: /gid:\/\/shopify\/Customer\/191167.*30 days/ })
  t.match(notice, { message: /Order\/299938.*Order\/280263/ })
  t.notMatch(JSON.stringify(notice), /mia|555/)
  const [vague] = read(told('customers/data_request', { customer: { email: 'mia@example.com' } }))
  t.match(vague, { notice: 'data-request:unnamed' })
  t.notMatch(JSON.stringify(vague), /mia@/)
  t.end()
})

test('a customer to be forgotten is named by every key there is, with their orders and their own record', t => {
  t.strictSame(read(told('customers/redact', { ...privacy, orders_to_redact: [299938, 280263] }, triggered)), [
    {
      redact: {
        people: {
          externalIds: ['gid://shopify/Customer/191167'],
          emails: ['mia@example.com'],
          phones: ['555-625-1199'],
        },
        externalIds: [...['gid://shopify/Order/299938', 'gid://shopify/Order/280263'], 'gid://shopify/Customer/191167'],
      },
      at: triggeredAt,
    },
  ])
  t.strictSame(read(told('customers/redact', { customer: { email: 'mia@example.com' } })), [
    {
      redact: { people: { externalIds: [], emails: ['mia@example.com'], phones: [] }, externalIds: [] },
      at: receivedAt,
    },
  ])
  t.match(
    read(told('customers/redact', '{"customer":{"id":115310627314723954},"orders_to_redact":[820982911946154508]}')),
    [
      {
        redact: {
          externalIds: ['gid://shopify/Order/820982911946154508', 'gid://shopify/Customer/115310627314723954'],
        },
      },
    ],
  )
  t.throws(() => read(told('customers/redact', { customer: {} })), { code: 'bad_body' }, 'nobody is named')
  t.end()
})

test('a shop to be forgotten is forgotten whole', t => {
  t.strictSame(read(told('shop/redact', { shop_id: 954889 }, triggered)), [{ redact: 'all', at: triggeredAt }])
  t.end()
})

test('an app that was uninstalled is told to somebody', t => {
  t.match(read(told('app/uninstalled', {})), [{ notice: `uninstalled:${shop}`, message: /Install it anew/ }])
  t.end()
})

test('topics that nobody knows give nothing', t => {
  for (const topic of ['orders/edited', 'customers/merge', 'moons/full', ''])
    t.strictSame(read(told(topic, '{"id":1}')), [], topic)
  t.end()
})

test('every topic that the shop is asked for is one we read', t => {
  const body = { ...order, ...customer, id: 1 }
  const rows = { orders: { ...order, id: 1 }, customers: customer, app: body }
  for (const topic of topics)
    t.equal(read(told(topic, rows[topic.split('/')[0] as keyof typeof rows])).length, 1, topic)
  t.end()
})

test('an event of the preview is a hint, or a deletion', t => {
  const event = (resource: string, action: string): WebhookRequest =>
    deliveryOf({ 'shopify-hmac-sha256': 'x', 'shopify-resource-id': resource, 'shopify-action': action }, '{}')
  t.strictSame(read(event('gid://shopify/Customer/7', 'update')), [{ hint: 'gid://shopify/Customer/7' }])
  t.match(read(event('gid://shopify/Customer/7', 'delete')), [
    { externalId: 'gid://shopify/Customer/7', kind: 'contact' },
  ])
  t.match(read(event('gid://shopify/Order/7', 'delete')), [{ externalId: 'gid://shopify/Order/7', kind: 'order' }])
  t.strictSame(read(event('gid://shopify/Product/7', 'update')), [])
  t.end()
})

test('a delivery in words we cannot read names the place', t => {
  t.throws(() => read(told('orders/create', { ...order, total_price: 'much' })), /total_price/)
  t.throws(() => read(told('orders/create', { ...order, currency: 'dollars' })), /currency/)
  t.throws(() => read(told('customers/update', { ...customer, updated_at: 'today' })), /updated_at/)
  t.throws(() => read(told('customers/update', '{"id":')), { code: 'bad_body' })
  t.end()
})

test('what the simulated shop sends of privacy is understood', async t => {
  const { source, vendor, inbox } = await testShop(t)
  const order = vendor.orders().find(({ customer: account }) => account?.email)
  const id = order?.customer?.id ?? ''
  await vendor.askPrivacy('customers/redact', id)
  await vendor.askPrivacy('customers/redact', id, { onlyEmail: true })
  await vendor.askPrivacy('customers/data_request', id)
  await vendor.askPrivacy('shop/redact')
  const [whole, onlyEmail, request, all] = inbox.requests.map(one => source.webhook(one)[0])
  t.match(whole, { redact: { people: { externalIds: [`gid://shopify/Customer/${id}`] } } })
  t.ok(Object(whole).redact.externalIds.includes(`gid://shopify/Order/${order?.id}`))
  t.match(onlyEmail, { redact: { people: { externalIds: [], emails: [order?.customer?.email] }, externalIds: [] } })
  t.match(request, { notice: 'data-request:9999' })
  t.match(all, { redact: 'all' })
})

function read(request: WebhookRequest): SourceNews[] {
  return readDelivery(request, shop)
}
