import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { test } from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { httpClient } from '../http/client.ts'
import { silentLog } from '../hub/log.ts'
import type { Page, SourcePort } from '../ports/source.ts'
import type { WebhookRequest } from '../ports/webhook.ts'
import { cursorOf, moveCursor } from '../store/cursors.ts'
import { openStore, type OpenStore } from '../store/open.ts'
import { storeRecords } from './records.ts'
import { contractRow, contractSource } from './source-contract.ts'

/** What can happen, in any order. The clock moves by `tick`, so that many rows change in one millisecond. */
const step = fc.oneof(
  fc.record({ do: fc.constant('change' as const), row: fc.nat(11), tick: fc.nat(1) }),
  fc.record({ do: fc.constant('delete' as const), row: fc.nat(11), tick: fc.nat(1) }),
  fc.record({ do: fc.constant('deliver' as const), which: fc.nat(99) }),
  fc.record({ do: fc.constantFrom('page' as const, 'page' as const, 'kill' as const, 'expire' as const) }),
)

test('pages, webhooks, kills and restarts in any order end as exactly the newest version of each row', async t => {
  const store = await openStore({ url: (await testDatabase(t)).url, log: silentLog() })
  t.teardown(() => store.close())
  const vendor = await smallVendor(t)
  let runs = 0
  const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async steps => {
    vendor.empty()
    const hub = hubOf(store, vendor, `things_${(runs += 1)}`)
    for (const now of steps) await played(now, vendor, hub)
    await hub.readAll()
    const stored = await hub.stored()
    t.strictSame(stored, vendor.truth())
    return JSON.stringify(stored) === JSON.stringify(vendor.truth())
  })
  await fc.assert(property, { numRuns: 30, seed: 20261120 })
})

test('more rows than fit a page, all of one moment, are read all, also when the read is killed at each page', async t => {
  const store = await openStore({ url: (await testDatabase(t)).url, log: silentLog() })
  t.teardown(() => store.close())
  const vendor = await smallVendor(t)
  for (let row = 0; row < 11; row++) vendor.change(row, false, 0)
  const hub = hubOf(store, vendor, 'things')
  for (let pages = 0; pages < 4; pages++) {
    await hub.page()
    await hub.kill()
  }
  t.strictSame(await hub.stored(), vendor.truth(), 'each time it went on at its page')
  vendor.change(0, false, 1)
  await hub.readAll()
  t.strictSame(await hub.stored(), vendor.truth())
})

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function played(step: Step, vendor: SmallVendor, hub: SmallHub): Promise<void> {
  if (step.do === 'change' || step.do === 'delete') vendor.change(step.row, step.do === 'delete', step.tick)
  else if (step.do === 'deliver') await hub.deliver(step.which)
  else if (step.do === 'page') await hub.page()
  else if (step.do === 'kill') await hub.kill()
  else vendor.expire()
}

interface Row {
  id: string
  version: number
  updated_at: string
  deleted_at: string | null
}

/** A vendor with a dozen rows, three to a page; webhooks wait until they are delivered, late, twice or never. */
interface SmallVendor {
  source: SourcePort
  webhooks: WebhookRequest[]
  /** A row is made or changed, or becomes a tombstone. */
  change(row: number, isDeleted: boolean, tick: number): void
  /** Cursors it gave are no longer taken. */
  expire(): void
  empty(): void
  truth(): Row[]
}

const pageSize = 3

async function smallVendor(t: { teardown(end: () => unknown): void }): Promise<SmallVendor> {
  const rows = new Map<string, Row>()
  const webhooks: WebhookRequest[] = []
  let at = Date.parse('2026-11-20T10:00:00Z')
  let generation = 1
  const now = (): Date => new Date(at)
  const server = createServer((request, response) => {
    const { status, body } = answer(
      new URL(request.url ?? '', 'http://127.0.0.1').searchParams,
      [...rows.values()],
      generation,
    )
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { source } = contractSource({
    kit: { now, log: silentLog(), http: httpClient({ name: 'things', log: silentLog(), now }) },
    ...{
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      token: 't',
      webhookSecrets: ['whsec_YQ=='],
    },
    ...{ pageSize, overlapMinutes: 0, collection: 'things', noun: 'thing', row: contractRow },
    toRecord: (row, head) => ({ kind: 'contact', ...head, people: [], facts: { version: row.version } }),
  })
  return {
    ...{ source, webhooks, expire: () => void (generation += 1) },
    change(number, isDeleted, tick) {
      at += tick
      const id = `row_${String(number).padStart(2, '0')}`
      const [version, time] = [(rows.get(id)?.version ?? 0) + 1, now().toISOString()]
      const row = { id, version, updated_at: time, deleted_at: isDeleted ? time : null }
      rows.set(id, row)
      webhooks.push(deliveryOf({ type: isDeleted ? 'thing.deleted' : 'thing.updated', timestamp: time, data: row }))
    },
    empty() {
      rows.clear()
      webhooks.length = 0
    },
    truth: () => [...rows.values()].sort((one, other) => (one.id < other.id ? -1 : 1)),
  }
}

function answer(query: URLSearchParams, rows: Row[], generation: number): { status: number; body: object } {
  const [made, after] = query.get('cursor')?.split('|', 2) ?? []
  if (made !== undefined && Number(made) !== generation) return { status: 410, body: { type: 'urn:cursor-expired' } }
  const keyOf = ({ updated_at: at, id }: Row): string => `${at}/${id}`
  const asked = rows
    .filter(row => row.updated_at >= (query.get('updated_since') ?? '') && keyOf(row) > (after ?? ''))
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
  const data = asked.slice(0, pageSize)
  const last = data.at(-1)
  const hasMore = asked.length > pageSize
  const next = hasMore && last ? `${generation}|${keyOf(last)}` : null
  return { status: 200, body: { data, next_cursor: next, has_more: hasMore } }
}

function deliveryOf(body: object): WebhookRequest {
  return {
    ...{ adapter: 'things', channel: 'webhooks', method: 'POST', url: 'http://127.0.0.1/webhooks/things/webhooks' },
    ...{ headers: {}, body: Buffer.from(JSON.stringify(body)), receivedAt: new Date() },
  }
}

/** The hub's side: reads page by page, each with its cursor in one transaction, and can be killed between two. */
interface SmallHub {
  page(): Promise<boolean>
  kill(): Promise<void>
  deliver(which: number): Promise<void>
  readAll(): Promise<void>
  stored(): Promise<Row[]>
}

function hubOf(store: OpenStore, { source, webhooks }: SmallVendor, name: string): SmallHub {
  const storing = { source: name, now: new Date() }
  let reading: AsyncIterator<Page> | null = null
  const page = async (): Promise<boolean> => {
    reading ??= source.changes(await store.read(tx => cursorOf(tx, name)))[Symbol.asyncIterator]()
    const { done, value } = await reading.next()
    if (done) {
      reading = null
      return false
    }
    await store.transact(async tx => {
      await storeRecords(tx, storing, value.records)
      await moveCursor(tx, name, value.cursor, storing.now)
    })
    return true
  }
  const kill = async (): Promise<void> => {
    await reading?.return?.()
    reading = null
  }
  return {
    ...{ page, kill },
    async deliver(which) {
      const request = webhooks[which % Math.max(1, webhooks.length)]
      if (!request) return
      const records = (source.webhook?.(request) ?? []).filter(item => 'externalId' in item)
      await store.transact(tx => storeRecords(tx, storing, records))
    },
    async readAll() {
      await kill()
      while (await page());
    },
    async stored() {
      const rows = await store.read(
        tx => tx.sql<{ id: string; version: number; updated_at: Date; deleted_at: Date | null }>`
          select external_id as id, version::int, updated_at, deleted_at from source_record where source = ${name} order by 1`,
      )
      return rows.map(({ updated_at: at, deleted_at: gone, ...row }) => {
        return { ...row, updated_at: at.toISOString(), deleted_at: gone?.toISOString() ?? null }
      })
    },
  }
}
