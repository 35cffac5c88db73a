import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { test } from 'tap'
import { salestoolsSimulator, type RunningSalestools } from './salestools.ts'
import { worldOf } from './world.ts'

test('a webhook is signed over its exact bytes, and a retry keeps id and body and has a new time', async t => {
  const { vendor, arrived, answerWith, wait } = await demo(t)
  answerWith(500, () => wait(5000))
  const { order, delivered } = vendor.place()
  t.strictSame(await delivered, { attempts: 2, status: 200 })
  const [first, second] = arrived as [Arrived, Arrived]
  t.equal(first.body, second.body)
  t.equal(first.headers['webhook-id'], second.headers['webhook-id'])
  t.equal(Number(second.headers['webhook-timestamp']) - Number(first.headers['webhook-timestamp']), 5)
  t.ok(isSigned(first, secret) && isSigned(second, secret))
  t.match(JSON.parse(first.body), {
    ...{ id: first.headers['webhook-id'], type: 'order.created', timestamp: '2026-11-20T10:00:00.000Z' },
    data: { id: order.id, version: 1, deleted_at: null },
  })
})

test('during a rotation it signs with both secrets', async t => {
  const { vendor, arrived } = await demo(t)
  const other = `whsec_${Buffer.from('another secret of it').toString('base64')}`
  vendor.signWith([secret, other])
  await vendor.send('order.updated', {})
  t.ok(isSigned(arrived[0], secret) && isSigned(arrived[0], other))
})

test('a 410 of the hub ends its webhooks, until it is asked to send again', async t => {
  const { vendor, arrived, answerWith } = await demo(t)
  answerWith(410)
  t.strictSame(await vendor.place().delivered, { attempts: 1, status: 410 })
  t.strictSame(await vendor.place().delivered, { attempts: 0, status: null })
  const answer = await fetch(`${vendor.url}/simulator/subscription`, { method: 'POST' })
  t.strictSame(await answer.json(), { isSubscribed: true })
  t.strictSame(await vendor.place().delivered, { attempts: 1, status: 200 })
  t.equal(arrived.length, 2)
})

test('somebody else sends what looks true: wrongly signed, or rightly an hour ago', async t => {
  const { vendor, arrived } = await demo(t)
  vendor.faults.force('forged')
  await vendor.place().delivered
  vendor.faults.force('staleSignature')
  await vendor.place().delivered
  const [forged, first, stale, second] = arrived
  t.notOk(isSigned(forged, secret))
  t.ok(isSigned(stale, secret))
  t.equal(Number(second?.headers['webhook-timestamp']) - Number(stale?.headers['webhook-timestamp']), 3600)
  const ids = arrived.map(({ headers }) => headers['webhook-id'])
  t.equal(new Set(ids).size, 4, 'each has an id of its own')
  t.match(JSON.parse(forged?.body ?? '').data, { id: JSON.parse(first?.body ?? '').data.id, version: 2 ** 31 })
})

test('one who asks too often is told for how many seconds to wait', async t => {
  const { vendor } = await demo(t)
  vendor.faults.set({ retryAfterSeconds: 7 })
  vendor.faults.force('status429')
  const answer = await fetch(`${vendor.url}/v1/orders`)
  t.equal(answer.status, 429)
  t.equal(answer.headers.get('retry-after'), '7')
  t.match(await answer.json(), { title: 'Too many requests', status: 429 })
})

test('many changes are so many, each at a row of its own, and the same again with the same seed', async t => {
  const { vendor, arrived } = await demo(t)
  const before = vendor.orders().length
  const ids = await vendor.many(60)
  t.equal(new Set(ids).size, 60)
  t.equal(arrived.length, 60)
  const touched = vendor.orders().filter(({ id }) => ids.includes(id))
  const made = vendor.orders().length - before
  const gone = touched.filter(({ deletedAt }) => deletedAt !== null).length
  t.ok(made > 15 && gone > 0 && made + gone < 60, 'some made, some deleted, some changed')
  const again = (await demo(t)).vendor
  t.strictSame(await again.many(60), ids)
})

const [secret = ''] = salestoolsSimulator.options['webhookSecrets'] as string[]

interface Arrived {
  headers: IncomingHttpHeaders
  body: string
}

/** The clock of these tests stands where the library's does not, so only the signature is compared. */
function isSigned(request: Arrived | undefined, secret: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': given } = request?.headers ?? {}
  const signature = new Webhook(secret).sign(String(id), new Date(Number(at) * 1000), request?.body ?? '')
  return String(given).split(' ').includes(signature)
}

interface Demo {
  vendor: RunningSalestools
  arrived: Arrived[]
  /** Answers the next request with this, and does something at that time. */
  answerWith(status: number, meanwhile?: () => void): void
  wait(ms: number): void
}

async function demo(t: { teardown(end: () => unknown): void }): Promise<Demo> {
  let at = Date.parse('2026-11-20T10:00:00Z')
  const now = (): Date => new Date(at)
  const arrived: Arrived[] = []
  const answers: { status: number; meanwhile?: (() => void) | undefined }[] = []
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of message) chunks.push(chunk as Buffer)
    arrived.push({ headers: message.headers, body: Buffer.concat(chunks).toString() })
    const { status, meanwhile } = answers.shift() ?? { status: 200 }
    meanwhile?.()
    response.writeHead(status).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const world = worldOf({ seed: 2, now: now(), people: 100 })
  const vendor = await salestoolsSimulator.start({ publicUrl, adapter: 'st', world, seed: 2, now })
  t.teardown(vendor.close)
  return {
    vendor,
    arrived,
    answerWith: (status, meanwhile) => void answers.push({ status, meanwhile }),
    wait: ms => void (at += ms),
  }
}
