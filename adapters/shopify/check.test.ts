import { test } from 'tap'
import { testShop } from './test-shop.ts'

test('nothing is found at a shop that is as it should be', async t => {
  const { source } = await testShop(t)
  t.strictSame(await source.check(), [])
})

test('webhooks that the shop gave up are made anew, told once, and come again', async t => {
  const { source, vendor, inbox } = await testShop(t)
  inbox.answerWith(...Array.from({ length: 9 }, () => 500))
  const order = vendor.orders()[0]?.id ?? ''
  t.match(await vendor.change(order, { dollars: 1 }).delivered, { attempts: 9, status: 500 })
  t.notOk(vendor.isSubscribed('orders/updated'))
  t.ok(vendor.isSubscribed('orders/create'), 'each subscription fails by itself')
  t.strictSame(await vendor.change(order, { dollars: 2 }).delivered, { attempts: 0, status: null }, 'silently')
  t.match(await source.check(), [{ key: 'webhooks-made', isMended: true, message: /orders\/updated$/ }])
  t.match(await vendor.change(order, { dollars: 3 }).delivered, { attempts: 1, status: 200 })
  t.strictSame(await source.check(), [])
})

test('a shop that was never set up gets every subscription', async t => {
  const { source, vendor } = await testShop(t)
  const topics = vendor.subscriptions().map(({ topic }) => topic)
  for (const topic of topics) vendor.unsubscribe(topic)
  const [finding, ...others] = await source.check()
  t.strictSame(others, [])
  for (const topic of topics) t.match(finding?.message, topic)
  t.strictSame(
    vendor
      .subscriptions()
      .map(({ topic }) => topic)
      .sort(),
    topics.sort(),
  )
  t.notMatch(finding?.message, /redact|data_request/, 'those of privacy are set up with the app')
})

test('subscriptions to other addresses are not ours, and are left alone, also when they fill more than a page', async t => {
  const { source, vendor, inbox } = await testShop(t)
  vendor.unsubscribe('orders/paid')
  for (let number = 0; number < 120; number++)
    vendor.subscribeTwice('orders/paid', `${number}`, 'https://else.example/')
  const before = vendor.subscriptions()
  t.match(await source.check(), [{ key: 'webhooks-made', message: /orders\/paid$/ }])
  t.strictSame(vendor.subscriptions().slice(0, -1), before)
  t.match(vendor.subscriptions().at(-1), { topic: 'orders/paid', uri: `${inbox.publicUrl}/webhooks/shop/webhooks` })
  t.strictSame(await source.check(), [])
})

test('a subscription that the shop refuses is told with its reason', async t => {
  const { source, vendor } = await testShop(t)
  vendor.unsubscribe('orders/paid')
  vendor.refuseTopics(['orders/paid'])
  t.match(await source.check(), [{ key: 'webhooks-lost', isMended: false, message: /orders\/paid \(.*not allowed/ }])
})

test('an app whose subscriptions are in its configuration file makes none', async t => {
  const { source, vendor } = await testShop(t, { options: { subscribe: false } })
  vendor.unsubscribe('orders/paid')
  t.strictSame(await source.check(), [])
  t.notOk(vendor.isSubscribed('orders/paid'))
})

test('permissions that are missing are told, with what is lost', async t => {
  const { source, vendor } = await testShop(t)
  vendor.allow(['write_orders'])
  t.match(await source.check(), [
    { key: 'scope:read_customers', isMended: false, message: /no customers/ },
    { key: 'scope:read_all_orders', isMended: false, message: /60 days/ },
  ])
  const content = await testShop(t, { options: { allOrders: false } })
  content.vendor.allow(['read_orders', 'read_customers'])
  t.strictSame(await content.source.check(), [], 'where the last 60 days are enough')
})

test('an API version that is no longer served is told', async t => {
  const { source, vendor } = await testShop(t)
  vendor.serveVersion('2026-10')
  t.match(await source.check(), [{ key: 'api-version', isMended: false, message: /2026-07 and answers with 2026-10/ }])
})

test('a lost answer to a subscription does not make it a refusal', async t => {
  const { source, vendor } = await testShop(t)
  vendor.unsubscribe('orders/paid')
  vendor.loseNextAnswer('webhookSubscriptionCreate')
  t.match(await source.check(), [{ key: 'webhooks-made', isMended: true }])
})
