import { existsSync, readFileSync } from 'node:fs'
import { test } from 'tap'
import { day, type Record, type SourcePort, type WebhookRequest } from '@switchboard/core'
import { testKit, type TestKit } from '@switchboard/test-contracts/kit'
import { receiver, type Receiver } from '@switchboard/test-contracts/receiver'
import { sourceContract, type SourceRig, type SourceSetting } from '@switchboard/test-contracts/source'
import { faultNames } from '@switchboard/test-simulators/faults'
import { salestoolsSimulator, type RunningSalestools } from '@switchboard/test-simulators/salestools'
import { worldOf } from '@switchboard/test-simulators/world'
import { orderRow } from './order.ts'
import { salestools } from './salestools.ts'

/** Made once with the `standardwebhooks` package, 1.1.1. */
const vector = {
  secret: 'whsec_YW4gZXhhbXBsZSwgbm90IGEgc2VjcmV0',
  headers: {
    'webhook-id': 'evt_9002',
    'webhook-timestamp': '1795198805',
    'webhook-signature': 'v1,o5PVKNzPo8oEFHCyPlLXnuwod5GcI/7ZMI9zdc4uJrg=',
  },
  body: '{"id":"evt_9002","type":"order.updated","timestamp":"2026-11-20T18:20:05Z","data":{"id":"ord_88","version":4,"number":"S-88","status":"confirmed","ordered_at":"2026-11-19","total":{"amount":"240.00","currency":"AUD"},"customer":{"name":"Quill, Mara – née Ålund"},"updated_at":"2026-11-20T18:20:05Z"}}',
}

test('salestools keeps the contract of a source', async t => {
  sourceContract(t, { name: 'salestools', start })
})

test('more orders than fit a page, all of one moment, are read all, also when each page is read by a new process', async t => {
  const { source, vendor, kit } = await demo(t, { pageSize: 5 })
  const paper = Map.groupBy(told(vendor, kit.now()), ({ updatedAt }) => updatedAt.getTime())
  t.ok(Math.max(...[...paper.values()].map(({ length }) => length)) > 3 * 5)
  const read = new Set<string>()
  for (let cursor: string | null = null, pages = 0; pages < 12; pages++)
    for await (const page of source.changes(cursor)) {
      for (const { externalId } of page.records) read.add(externalId)
      cursor = page.cursor
      break
    }
  t.equal(read.size, 60, 'twelve pages of five')
})

test('an order taken on the telephone comes as it was typed, by webhook and when it is asked for', async t => {
  const { source, vendor, inbox } = await demo(t)
  const { order, delivered } = vendor.place({
    name: 'Moyo, Dr Tendai',
    phones: ['0491 570 158', '61 2 5550 2200'],
    dueDollars: 90,
    soldBy: { id: 'stf_2', name: 'Sam Reed' },
  })
  await delivered
  const known = {
    ...{ kind: 'order', externalId: order.id, version: 1, deletedAt: null },
    people: [{ role: 'customer', name: 'Moyo, Dr Tendai', phones: ['0491 570 158', '61 2 5550 2200'] }],
    facts: {
      number: order.number,
      total: { minor: 39_000, currency: 'AUD' },
      status: 'confirmed, AUD 90.00 due',
      soldBy: 'Sam Reed',
    },
  }
  t.match(source.webhook?.(inbox.requests[0] as WebhookRequest), [known])
  t.match(await source.read?.(order.id), known)
  await vendor.remove(order.id).delivered
  const gone = await source.read?.(order.id)
  t.match(gone, { version: 2, deletedAt: now() })
  t.strictSame(source.webhook?.(inbox.requests[1] as WebhookRequest), [gone])
})

test('with one in ten of everything going wrong, every order ends as it is: none lost, none doubled, none stale', async t => {
  const { source, channel, vendor, inbox } = await demo(t)
  const rates = Object.fromEntries(faultNames.map(name => [name, 0.1]))
  vendor.faults.set({ ...rates, delayMs: 5, slowMs: 5, retryAfterSeconds: 0 })
  const hub = new Map<string, Record>()
  let cursor: string | null = null
  const readOn = async (): Promise<void> => {
    for await (const page of source.changes(cursor)) {
      for (const record of page.records) keep(hub, record)
      cursor = page.cursor
    }
  }
  const troubled = (): Promise<unknown> => readOn().catch((error: unknown) => t.match(error, { code: 'vendor_error' }))
  await Promise.all([troubled(), vendor.many(150)])
  for (const request of inbox.requests) for (const record of believed(source, channel, request)) keep(hub, record)
  await troubled()
  vendor.faults.clear()
  await readOn()
  const shown = (rows: Iterable<{ version: number | null; deletedAt: Date | null }>, ids: string[]): unknown[] =>
    [...rows].map(({ version, deletedAt }, at) => [ids[at], version, deletedAt]).sort()
  const truth = told(vendor, now())
  t.strictSame(
    shown(hub.values(), [...hub.keys()]),
    shown(
      truth,
      truth.map(({ id }) => id),
    ),
  )
})

test('our own signature vector, and those beside the project where they are, are believed', async t => {
  const { channelWith } = await demo(t)
  const at = new Date(1_795_198_805_000)
  t.equal(channelWith(at, vector.secret).verify(requestOf(vector.headers, vector.body)), 'evt_9002')
  t.throws(() => channelWith(at, vector.secret).verify(requestOf(vector.headers, vector.body.replace('88', '89'))))
  const folder = new URL('../../../shared/fixtures/salestools/', import.meta.url)
  if (!existsSync(folder))
    return void t.comment('the vendor fixtures are not beside the project: their vectors are not checked')
  const given = JSON.parse(readFileSync(new URL('signature-vectors.json', folder), 'utf8')) as {
    [name: string]: string
  }
  const body = readFileSync(new URL('webhook.order.updated.json', folder), 'utf8')
  const then = new Date(Number(given['webhook-timestamp']) * 1000)
  t.equal(channelWith(then, given['secret'] ?? '').verify(requestOf(given, body)), given['webhook-id'])
})

test('the row that the README shows reads as it says', t => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  const row = /```json row\n(.*?)```/s.exec(readme)?.[1] ?? ''
  t.match(orderRow.parse(JSON.parse(row)), {
    number: 'S-7001',
    owed: { minor: 12_000 },
    customer: { phones: { length: 2 }, address: { street: 'Unit 3, 12 High St', postcode: '2042' } },
  })
  t.end()
})

test('it asks nobody but the vendor, and every wrong setting is named', t => {
  const good = { url: 'https://sales.example.test:8443/hub', token: 't', webhookSecrets: 'whsec_YQ==, whsec_Yg==' }
  const options = salestools.options.parse(good)
  t.strictSame(salestools.http?.(options), { hosts: ['sales.example.test:8443'], perSecond: 10, concurrency: 2 })
  t.strictSame(options.webhookSecrets, ['whsec_YQ==', 'whsec_Yg=='], 'several in one text')
  const read = salestools.options.safeParse({ url: 'nowhere', token: '', webhookSecrets: [], pageSize: 1000 })
  t.strictSame(read.error?.issues.map(issue => issue.path[0]).sort(), ['pageSize', 'token', 'url', 'webhookSecrets'])
  t.end()
})

async function start(setting: SourceSetting): Promise<SourceRig> {
  const vendor = await salestoolsSimulator.start(setting)
  const { source, channel } = adapter(vendor, { now: setting.now, more: { pageSize: 10 } })
  const first = vendor.orders().find(({ deletedAt }) => deletedAt === null)?.id ?? ''
  return {
    ...{ source, channel, faults: vendor.faults, signsTime: true, readsDeleted: true, namesPairs: false },
    externalIds: () => told(vendor, setting.now()).map(({ id }) => id),
    change: () => ({ externalId: first, delivered: vendor.change(first, { status: 'ready' }).delivered }),
    remove: () => ({ externalId: first, delivered: vendor.remove(first).delivered }),
    spoil() {
      vendor.spoil(first)
      return first
    },
    sendUnknown: () => vendor.send('moon.full', { id: 1 }),
    close: vendor.close,
  }
}

/** Tombstones are told of for thirty days. */
function told(vendor: RunningSalestools, now: Date): ReturnType<RunningSalestools['orders']> {
  const oldest = now.getTime() - 30 * day
  return vendor.orders().filter(({ deletedAt }) => deletedAt === null || deletedAt.getTime() >= oldest)
}

type Made = Pick<SourceRig, 'source' | 'channel'> & { kit: TestKit }

function adapter(vendor: RunningSalestools, { now, more = {} }: { now(): Date; more?: object }): Made {
  const given = { ...salestoolsSimulator.options, ...vendor.options, pageSize: 20, perSecond: 1000, ...more }
  const options = salestools.options.parse(given)
  const limits = salestools.http?.(options)
  const kit = testKit('salestools', now, limits ? { limits } : {})
  const { source, channels } = salestools.create(options, kit)
  if (!source || !channels?.['webhooks']) throw new Error('salestools provides no source')
  return { source, channel: channels['webhooks'], kit }
}

const now = (): Date => new Date('2026-11-20T10:00:00Z')

interface Demo extends Made {
  vendor: RunningSalestools
  inbox: Receiver
  channelWith(at: Date, secret: string): SourceRig['channel']
}

async function demo(t: { teardown(end: () => unknown): void }, more: object = {}): Promise<Demo> {
  const inbox = await receiver(t, now)
  const world = worldOf({ seed: 3, now: now(), people: 150 })
  const setting = { publicUrl: inbox.publicUrl, adapter: 'salestools', world, seed: 3, now }
  const vendor = await salestoolsSimulator.start(setting)
  t.teardown(vendor.close)
  const channelWith = (at: Date, secret: string): SourceRig['channel'] =>
    adapter(vendor, { now: () => at, more: { webhookSecrets: [secret] } }).channel
  return { ...adapter(vendor, { now, more }), vendor, inbox, channelWith }
}

/** As the hub stores: a version above the known one. */
function keep(hub: Map<string, Record>, record: Record): void {
  if ((record.version ?? 0) > (hub.get(record.externalId)?.version ?? 0)) hub.set(record.externalId, record)
}

/** What the hub would take from a delivery: nothing, when it does not believe it. */
function believed(source: SourcePort, channel: SourceRig['channel'], request: WebhookRequest): Record[] {
  try {
    channel.verify(request)
  } catch {
    return []
  }
  return (source.webhook?.(request) ?? []).filter(item => 'externalId' in item)
}

function requestOf(headers: { readonly [name: string]: string }, body: string): WebhookRequest {
  return {
    ...{
      adapter: 'salestools',
      channel: 'webhooks',
      method: 'POST',
      url: 'http://127.0.0.1/webhooks/salestools/webhooks',
    },
    ...{ headers, body: Buffer.from(body), receivedAt: now() },
  }
}
