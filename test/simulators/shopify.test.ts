import { test } from 'tap'
import { shopifySimulator, type RunningShopify } from './shopify.ts'
import { worldOf } from './world.ts'

const headers = { 'x-shopify-access-token': String(shopifySimulator.options['token']) }

test('orders come by the time of their last change, page by page, from a given time on', async t => {
  const { vendor, ask } = await demo(t)
  const orders = vendor.orders()
  const since = orders[20]?.updatedAt.toISOString()
  const variables = { first: 10, query: `updated_at:>='${since}'` }
  const one = (await ask({ query: '{ orders }', variables })) as Answer
  t.equal(one.data.orders.edges[0]?.node.id, `gid://shopify/Order/${orders[20]?.id}`)
  const after = one.data.orders.pageInfo.endCursor
  const two = (await ask({ query: '{ orders }', variables: { ...variables, after } })) as Answer
  t.equal(two.data.orders.edges[0]?.node.id, `gid://shopify/Order/${orders[30]?.id}`)
  t.match(two, {
    extensions: { cost: { requestedQueryCost: 9, throttleStatus: { maximumAvailable: 2000, restoreRate: 100 } } },
  })
})

test('the cost bucket runs dry and fills again with the clock', async t => {
  const { vendor, ask, wait } = await demo(t)
  const question = { query: '{ orders }', variables: { first: 100 } }
  vendor.drain()
  t.match(await ask(question), { errors: [{ extensions: { code: 'THROTTLED' } }] })
  wait(530)
  t.match(await ask(question), { errors: [{ extensions: { code: 'THROTTLED' } }] }, '53 of 54 points')
  wait(10)
  t.match(await ask(question), { data: { orders: { edges: Array } } })
})

test('an unknown token is refused, and an expired one', async t => {
  const { vendor, ask, send } = await demo(t)
  t.equal((await send({ 'x-shopify-access-token': 'another' }, { query: '{ shop { name } }' })).status, 401)
  t.match(await ask({ query: '{ shop { name } }' }), { data: { shop: { name: 'Lumen & Lace' } } })
  vendor.faults.force('tokenExpired')
  t.equal((await send(headers, { query: '{ shop { name } }' })).status, 401)
})

test('orders are placed, changed and removed from outside', async t => {
  const { vendor, control } = await demo(t)
  const count = vendor.orders().length
  const placed = (await control('POST', 'orders', { firstName: 'Mia', phone: '0412 345 678' })) as { id: string }
  t.match(placed, { id: /^\d{18}$/, number: /^#\d+$/, delivered: { attempts: 9, status: null } }, 'nobody listens')
  t.match(vendor.orders().at(-1), {
    id: placed.id,
    customer: { firstName: 'Mia', lastName: 'Whitlock', phone: '0412 345 678' },
  })
  await control('POST', 'orders', { id: placed.id, fulfillment: 'FULFILLED', dollars: 10 })
  t.match(vendor.orders().at(-1), { fulfillment: 'FULFILLED', total: { amount: '10.00' } })
  await control('POST', 'orders', { id: placed.id, deleted: true })
  t.equal(vendor.orders().length, count)
  t.match(await control('POST', 'orders', { id: placed.id }), { message: /there is no order/ })
  t.notOk(vendor.isSubscribed(), 'too many webhooks were not taken')
  await control('POST', 'subscription')
  t.ok(vendor.isSubscribed())
  await control('PUT', 'pii', { hidden: true })
})

interface Answer {
  data: { orders: { edges: { node: { id: string } }[]; pageInfo: { endCursor: string } } }
}

interface Demo {
  vendor: RunningShopify
  wait(ms: number): void
  send(headers: { [name: string]: string }, question: object): Promise<Response>
  ask(question: object): Promise<unknown>
  control(method: string, path: string, body?: object): Promise<unknown>
}

async function demo(t: { teardown(end: () => unknown): void }): Promise<Demo> {
  let at = Date.parse('2026-11-20T10:00:00Z')
  const now = (): Date => new Date(at)
  const world = worldOf({ seed: 2, now: now(), people: 60 })
  const nobody = 'http://127.0.0.1:9'
  const vendor = await shopifySimulator.start({ publicUrl: nobody, adapter: 'shop', world, seed: 2, now, speed: 1e9 })
  t.teardown(vendor.close)
  const send: Demo['send'] = (own, question) =>
    fetch(`${vendor.url}/admin/api/2026-07/graphql.json`, {
      method: 'POST',
      headers: own,
      body: JSON.stringify(question),
    })
  const control: Demo['control'] = async (method, path, body = {}) => {
    const asked = { method, body: JSON.stringify(body) }
    const answer = await fetch(`${vendor.url}/simulator/${path}`, asked)
    const text = await answer.text()
    return text && JSON.parse(text)
  }
  return {
    vendor,
    send,
    control,
    ask: async question => (await send(headers, question)).json(),
    wait: ms => void (at += ms),
  }
}
