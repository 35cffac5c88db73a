import { test } from 'tap'
import { customerGid, shopCustomers, shopifySimulator, simulatedApp, type RunningShopify } from './shopify.ts'
import { worldOf } from './world.ts'

const headers = { 'x-shopify-access-token': String(shopifySimulator.options['token']) }
const changes = '{ orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $query) { edges { node { id } } } }'

test('orders come by the time of their last change, page by page, from a given time on', async t => {
  const { vendor, ask } = await demo(t)
  const orders = vendor.orders()
  const since = orders[20]?.updatedAt.toISOString()
  const variables = { first: 10, query: `updated_at:>='${since}'` }
  const one = (await ask({ query: changes, variables })) as Answer
  t.equal(one.data.orders.edges[0]?.node.id, `gid://shopify/Order/${orders[20]?.id}`)
  const after = one.data.orders.pageInfo.endCursor
  const two = (await ask({ query: changes, variables: { ...variables, after } })) as Answer
  t.equal(two.data.orders.edges[0]?.node.id, `gid://shopify/Order/${orders[30]?.id}`)
  t.match(two, {
    extensions: { cost: { requestedQueryCost: 9, throttleStatus: { maximumAvailable: 2000, restoreRate: 100 } } },
  })
})

test('customers are those who ordered by account, and some who did not; the truth tells who they are', t => {
  const world = worldOf({ seed: 2, now: new Date('2026-11-20T10:00:00Z'), people: 300 })
  const { rows, truth } = shopCustomers(world)
  const buyers = new Set(world.orders.flatMap(({ customer }) => (customer ? [customer.id] : [])))
  t.equal(rows.filter(({ id }) => buyers.has(id)).length, buyers.size)
  t.ok(rows.length > buyers.size + 10)
  t.equal(new Set(rows.map(({ id }) => id)).size, rows.length)
  t.strictSame(
    truth.map(({ externalId }) => externalId),
    rows.map(({ id }) => customerGid(id)),
  )
  const who = new Map(truth.map(({ externalId, person }) => [externalId, person]))
  for (const { externalId, role, person } of world.truth) {
    const order = world.orders.find(({ id }) => externalId.endsWith(`/${id}`))
    if (role !== 'customer' || !order?.customer || !externalId.includes('Order')) continue
    if (who.get(customerGid(order.customer.id)) !== person) t.fail(`${externalId} is of ${person}`)
  }
  t.ok(rows.every(({ createdAt, updatedAt }) => createdAt <= updatedAt && updatedAt < world.madeFor))
  t.same(shopCustomers(world), { rows, truth }, 'always the same')
  t.end()
})

test('the cost bucket runs dry and fills again with the clock', async t => {
  const { vendor, ask, wait } = await demo(t)
  const question = { query: changes, variables: { first: 100 } }
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

test('a granted token is good for an hour; a refresh token only until its successor is used', async t => {
  const { grant, send, wait } = await demo(t)
  const refresh = (refreshToken: string): Promise<Granted> =>
    grant({ grant_type: 'refresh_token', refresh_token: refreshToken })
  const first = await refresh(simulatedApp.refreshToken)
  const statusOf = async ({ body }: Granted): Promise<number> =>
    (await send({ 'x-shopify-access-token': body.access_token }, { query: '{ shop { name } }' })).status
  t.equal(await statusOf(first), 200)
  const again = await refresh(simulatedApp.refreshToken)
  t.equal(again.status, 200, 'the answer may have been lost')
  const second = await refresh(again.body.refresh_token)
  t.equal(second.status, 200)
  t.equal((await refresh(simulatedApp.refreshToken)).status, 400)
  wait(3_600_000)
  t.equal(await statusOf(first), 401)
  t.equal((await grant({ grant_type: 'client_credentials' })).status, 200)
  t.equal((await grant({ grant_type: 'client_credentials', client_secret: 'guessed' })).status, 401)
})

test('a bulk operation runs by the clock, one at a time, and its file can be had in parts, without a token', async t => {
  const { vendor, ask, wait } = await demo(t)
  vendor.setBulk({ takesMs: 1000 })
  const mutation = 'mutation Bulk($query: String!) { bulkOperationRunQuery(query: $query) { userErrors { message } } }'
  const run = { query: mutation, variables: { query: '{ orders { edges { node { id } } } }' } }
  const begun = (await ask(run)) as { data: { bulkOperationRunQuery: { bulkOperation: { id: string } } } }
  const { id } = begun.data.bulkOperationRunQuery.bulkOperation
  t.match(await ask(run), { data: { bulkOperationRunQuery: { userErrors: [{ message: /already in progress/ }] } } })
  const look = { query: 'query Look($id: ID!) { node(id: $id) { id } }', variables: { id } }
  t.match(await ask(look), { data: { node: { status: 'RUNNING', url: null } } })
  wait(1000)
  const done = (await ask(look)) as { data: { node: { url: string; fileSize: string } } }
  const file = await (await fetch(done.data.node.url)).text()
  t.equal(Buffer.byteLength(file), Number(done.data.node.fileSize))
  t.equal(file.trimEnd().split('\n').length, vendor.orders().length)
  const part = await fetch(done.data.node.url, { headers: { range: 'bytes=10-19' } })
  t.strictSame([part.status, await part.text()], [206, file.slice(10, 20)])
})

test('each subscription fails by itself, and is deleted after eight failures in a row', async t => {
  const { vendor } = await demo(t)
  const { delivered } = vendor.place({ isGuest: true })
  t.match(await delivered, { attempts: 9, status: null }, 'nobody listens there')
  t.notOk(vendor.isSubscribed('orders/create'))
  t.notOk(vendor.isSubscribed(), 'one is missing')
  t.ok(vendor.isSubscribed('orders/updated'))
  t.strictSame(await vendor.place({ isGuest: true }).delivered, { attempts: 0, status: null })
  t.match(await vendor.askPrivacy('shop/redact'), { attempts: 9 }, 'those of privacy are no subscriptions')
})

test('orders and customers are made, changed and removed from outside', async t => {
  const { vendor, control } = await demo(t)
  const count = vendor.orders().length
  const placed = (await control('POST', 'orders', { firstName: 'Mia', phone: '0412 345 678' })) as { id: string }
  t.match(placed, { id: /^\d{18}$/, number: /^#\d+$/, delivered: { attempts: 9, status: null } }, 'nobody listens')
  t.match(vendor.orders().at(-1), {
    id: placed.id,
    customer: { firstName: 'Mia', lastName: 'Whitlock', phone: '0412 345 678' },
  })
  t.match(vendor.customers().at(-1), { firstName: 'Mia', lastName: 'Whitlock' }, 'with an account made for it')
  await control('POST', 'orders', { id: placed.id, fulfillment: 'FULFILLED', dollars: 10 })
  t.match(vendor.orders().at(-1), { fulfillment: 'FULFILLED', total: { amount: '10.00' } })
  await control('POST', 'orders', { id: placed.id, deleted: true })
  t.equal(vendor.orders().length, count)
  t.match(await control('POST', 'orders', { id: placed.id }), { message: /there is no order/ })
  const joined = (await control('POST', 'customers', { firstName: 'Noor' })) as { id: string }
  await control('POST', 'customers', { id: joined.id, note: 'Called twice' })
  t.match(vendor.customers().at(-1), { id: joined.id, firstName: 'Noor', note: 'Called twice' })
  await control('POST', 'customers', { id: joined.id, deleted: true })
  t.notOk(vendor.customers().some(({ id }) => id === joined.id))
  t.notOk(vendor.isSubscribed(), 'too many webhooks were not taken')
  await control('POST', 'subscription')
  t.ok(vendor.isSubscribed())
  await control('PUT', 'pii', { hidden: true })
  await control('PUT', 'scopes', { scopes: ['read_orders'] })
  await control('PUT', 'bulk', { isBusy: true })
  await control('DELETE', 'tokens')
})

test('many changes are the same each time, of orders and customers, and leave the demo caller alone', async t => {
  const outcomes = []
  for (let time = 0; time < 2; time++) {
    const { vendor, world } = await demo(t)
    const before = new Map(vendor.rows().map(({ externalId, updatedAt }) => [externalId, updatedAt]))
    const done = await vendor.many(60)
    t.equal(done.changes, 60)
    const after = new Map(vendor.rows().map(({ externalId, updatedAt }) => [externalId, updatedAt]))
    for (const id of done.deletedIds) t.notOk(after.has(id))
    const changed = [...after].filter(([id, at]) => before.get(id)?.getTime() !== at.getTime()).map(([id]) => id)
    t.strictSame(changed.sort(), done.externalIds.filter(id => after.has(id)).sort(), 'it tells what it touched')
    t.ok(changed.some(id => id.includes('Customer')) && changed.some(id => id.includes('Order')))
    const demoIds = world.orders.filter(({ email }) => email === world.demoCaller.email).map(({ id }) => id)
    t.ok(demoIds.length > 2 && demoIds.every(id => !done.externalIds.includes(`gid://shopify/Order/${id}`)))
    outcomes.push(done)
  }
  t.strictSame(outcomes[0], outcomes[1])
})

interface Answer {
  data: { orders: { edges: { node: { id: string } }[]; pageInfo: { endCursor: string } } }
}

interface Granted {
  status: number
  body: { access_token: string; refresh_token: string }
}

interface Demo {
  vendor: RunningShopify
  world: ReturnType<typeof worldOf>
  wait(ms: number): void
  send(headers: { [name: string]: string }, question: object): Promise<Response>
  ask(question: object): Promise<unknown>
  grant(form: { [field: string]: string }): Promise<Granted>
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
  const grant: Demo['grant'] = async form => {
    const { clientId: client_id, clientSecret: client_secret } = simulatedApp
    const body = new URLSearchParams({ client_id, client_secret, ...form })
    const answer = await fetch(`${vendor.url}/admin/oauth/access_token`, { method: 'POST', body })
    return { status: answer.status, body: (await answer.json()) as Granted['body'] }
  }
  const control: Demo['control'] = async (method, path, body = {}) => {
    const asked = { method, body: JSON.stringify(body) }
    const answer = await fetch(`${vendor.url}/simulator/${path}`, asked)
    const text = await answer.text()
    return text && JSON.parse(text)
  }
  return {
    ...{ vendor, world, send, grant, control },
    ask: async question => (await send(headers, question)).json(),
    wait: ms => void (at += ms),
  }
}
