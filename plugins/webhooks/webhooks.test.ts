import { setTimeout as pause } from 'node:timers/promises'
import { definePlugin, z, type Hub, type Role } from '@switchboard/core'
import { silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { receiver, type Receiver } from '@switchboard/test-contracts/receiver'
import { testDatabase } from '@switchboard/test-postgres'
import { Webhook } from 'standardwebhooks'
import t, { type Test } from 'tap'
import { webhooks } from './webhooks.ts'

const secret = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`

interface Shown {
  id: string
  endpoint: string
  event: string
  state: string
  attempts: number
  status: number | null
  error: string | null
}

const door = definePlugin({
  ...{ name: 'door', options: z.object({}), provides: ['auth'] },
  setup: () => ({
    ports: { auth: { authenticate: async role => ({ kind: 'key', keyId: role, role: role as Role, name: 'Robin' }) } },
  }),
})

async function started(
  t: Test,
  endpoints: object,
): Promise<{ hub: RunningHub; say(name: string, data: object): Promise<void> }> {
  const inside: { hub?: Hub } = {}
  const probe = definePlugin({ name: 'probe', options: z.object({}), setup: hub => ((inside.hub = hub), {}) })
  const hub = await startHub({
    adapters: {},
    plugins: { door: { use: door }, webhooks: { use: webhooks, options: { endpoints } }, probe: { use: probe } },
    ...{ databaseUrl: (await testDatabase(t)).url, dataDir: t.testdir(), log: silentLog() },
  })
  t.teardown(() => hub.close())
  const { store, events } = inside.hub!
  return { hub, say: (name, data) => store.transact(tx => events.publish(tx, name, data)) }
}

const now = () => new Date()

async function soon<T>(look: () => Promise<T | null | undefined | false> | T | false): Promise<T> {
  for (let left = 400; left > 0; left--) {
    const found = await look()
    if (found) return found
    await pause(50)
  }
  throw new Error('it did not come')
}

async function log({ url }: RunningHub, query = ''): Promise<Shown[]> {
  const answer = await fetch(`${url}/api/webhooks/deliveries${query}`, { headers: { authorization: 'Bearer manager' } })
  return ((await answer.json()) as { items: Shown[] }).items
}

const post = (hub: RunningHub, path: string) =>
  fetch(hub.url + path, { method: 'POST', headers: { authorization: 'Bearer manager' } })

/** As a receiver does: verified with the public library, and read. */
function read({ requests }: Receiver): { type: string; timestamp: string; data: Record<string, unknown> }[] {
  return requests.map(({ body, headers }) => new Webhook(secret).verify(body.toString(), headers) as never)
}

t.test(
  'an endpoint gets the events it asks for, signed so that any Standard Webhooks library believes them',
  async t => {
    const [all, missed] = [await receiver(t, now), await receiver(t, now)]
    const { hub, say } = await started(t, {
      all: { url: `${all.publicUrl}/hooks`, secret },
      missed: { url: missed.publicUrl, secret, events: ['call.missed', 'order.*'] },
    })
    await say('call.missed', { callId: 'c1', from: '+61412345678' })
    await say('call.neverHeardOf', { callId: 'c1' })
    await say('order.made', { number: '1' })
    await say('orders.made', { number: '2' })
    await soon(() => all.requests.length === 2 && missed.requests.length === 2)
    t.match(read(all), [
      { type: 'call.missed', data: { callId: 'c1', from: '+61412345678' } },
      { type: 'call.neverHeardOf' },
    ])
    t.same(
      read(missed)
        .map(({ type }) => type)
        .sort(),
      ['call.missed', 'order.made'],
    )
    t.match(read(all)[0]?.timestamp, /^\d{4}-.*Z$/)
    const deliveries = await soon(async () => {
      const found = await log(hub)
      return found.every(({ state }) => state === 'delivered') && found
    })
    t.equal(deliveries.length, 4)
    t.match(deliveries, [{ attempts: 1, status: 200, error: null }])
    t.same((await log(hub, '?endpoint=missed')).length, 2)
  },
)

t.test('a signature of another secret is not believed', async t => {
  const one = await receiver(t, now)
  const { say } = await started(t, { one: { url: one.publicUrl, secret } })
  await say('call.missed', {})
  await soon(() => one.requests.length === 1)
  const [request] = one.requests
  const other = new Webhook(`whsec_${Buffer.from('another secret, as long as').toString('base64')}`)
  t.throws(() => other.verify(request!.body.toString(), { ...request!.headers }))
})

t.test(
  'what is not taken is sent again under the same id, later events of the call after it, others meanwhile',
  async t => {
    const one = await receiver(t, now)
    one.answerWith(500, 302)
    const { hub, say } = await started(t, { one: { url: one.publicUrl, secret } })
    await say('call.ringing', { callId: 'c1' })
    await soon(() => one.requests.length === 1)
    await say('call.missed', { callId: 'c1' })
    await soon(() => one.requests.length === 4)
    t.same(
      read(one).map(({ type }) => type),
      ['call.ringing', 'call.ringing', 'call.ringing', 'call.missed'],
    )
    t.equal(new Set(one.requests.map(({ headers }) => headers['webhook-id'])).size, 2)
    const found = await soon(async () => {
      const all = await log(hub, '?state=delivered')
      return all.length === 2 && all
    })
    t.match(
      found.find(({ event }) => event === 'call.ringing'),
      { attempts: 3, status: 200, error: null },
    )
  },
)

t.test('an endpoint that is gone wants no more of it; a delivery is replayed by hand, once it is settled', async t => {
  const one = await receiver(t, now)
  one.answerWith(410)
  const { hub, say } = await started(t, { one: { url: one.publicUrl, secret } })
  await say('call.missed', { callId: 'c1' })
  const [dead] = await soon(async () => {
    const found = await log(hub, '?state=dead')
    return found.length === 1 && found
  })
  t.match(dead, { attempts: 1, status: 410, error: 'one answered 410' })
  t.equal((await post(hub, `/api/webhooks/deliveries/${dead?.id}/replay`)).status, 202)
  await soon(async () => (await log(hub, '?state=delivered')).length === 1)
  t.same(
    one.requests.map(({ headers }) => headers['webhook-id']),
    [dead?.id, dead?.id],
  )
  t.equal((await post(hub, '/api/webhooks/deliveries/019a0000-0000-7000-8000-000000000000/replay')).status, 404)
})

t.test('an endpoint that does not answer at all keeps nobody from another', async t => {
  const one = await receiver(t, now)
  const { hub, say } = await started(t, {
    down: { url: 'http://127.0.0.1:1/', secret },
    one: { url: one.publicUrl, secret },
  })
  for (let count = 0; count < 12; count++) await say('call.state', { callId: `c${count}` })
  await soon(() => one.requests.length === 12)
  await soon(async () => (await log(hub, '?endpoint=one')).every(({ state }) => state === 'delivered'))
  const down = await soon(async () => {
    const found = await log(hub, '?endpoint=down')
    return found.every(({ attempts }) => attempts > 0) && found
  })
  t.ok(down.every(({ state, status }) => state === 'waiting' && status === null))
})

t.test(
  'settings that cannot work are told at once: a weak secret, an address of another kind, a strange event',
  async t => {
    const wrong = (endpoint: object) =>
      webhooks.options.safeParse({ endpoints: { one: { url: 'https://a.example', secret, ...endpoint } } }).success
    t.equal(wrong({}), true)
    t.equal(wrong({ secret: 'whsec_short' }), false)
    t.equal(wrong({ secret: 'secret-without-prefix-but-long' }), false)
    t.equal(wrong({ url: 'ftp://a.example' }), false)
    t.equal(wrong({ events: ['*'] }), false)
  },
)
