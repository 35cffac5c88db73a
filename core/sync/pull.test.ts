import t, { type Test } from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { VendorError } from '../model/errors.ts'
import type { Record } from '../model/record.ts'
import { silentLog } from '../hub/log.ts'
import type { Page, SourcePort } from '../ports/source.ts'
import { openStore, type OpenStore } from '../store/open.ts'
import { pull } from './pull.ts'
import { storeRecords } from './records.ts'

const now = (): Date => new Date()

async function opened(t: Test): Promise<OpenStore> {
  const store = await openStore({ url: (await testDatabase(t)).url, log: silentLog() })
  t.teardown(() => store.close())
  return store
}

function order(externalId: string, version: number | null, second: number, status = 'paid'): Record {
  return {
    ...{ kind: 'order', externalId, version, updatedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)), deletedAt: null },
    people: [{ role: 'customer', email: 'ana@example.test' }],
    facts: { number: `#${externalId}`, placedAt: '2026-01-01T00:00:00Z', total: null, status },
  } as Record
}

function pages(...all: Page[]): SourcePort {
  return {
    async *changes(cursor) {
      for (const page of all) if (cursor === null || page.cursor > cursor) yield page
    },
  }
}

const settings = (store: OpenStore, source: SourcePort) => ({
  ...{ store, source, now, name: 'shop', signal: new AbortController().signal },
  events: { publish: async () => undefined },
})

t.test('a pull that fails half way keeps the pages it read, and the next one goes on behind them', async t => {
  const store = await opened(t)
  const first = { records: [order('1', 1, 1)], unreadable: [], cursor: 'a' }
  const second = { records: [order('2', 1, 2)], unreadable: [], cursor: 'b' }
  const broken: SourcePort = {
    async *changes() {
      yield first
      throw new VendorError('the vendor went away', { retryable: true })
    },
  }
  await t.rejects(pull(settings(store, broken)), VendorError)
  t.same(await store.read(tx => tx.sql`select external_id from source_record`), [{ external_id: '1' }])
  t.match(await pull(settings(store, pages(first, second))), { pages: 1, rows: 1, changed: 1 })
})

t.test('a row that cannot be read is kept with its error, and the rest of the page goes on', async t => {
  const store = await opened(t)
  const unreadable = [{ externalId: '7', error: 'total: not an amount', row: { total: 'a lot' } }]
  const result = await pull(settings(store, pages({ records: [order('1', 1, 1)], unreadable, cursor: 'a' })))
  t.match(result, { rows: 2, changed: 1, unreadable: 1 })
  t.match(await store.read(tx => tx.sql`select external_id, error, "row" from source_unreadable`), [
    { external_id: '7', error: 'total: not an amount', row: { total: 'a lot' } },
  ])
})

t.test('an older version never overwrites a newer one, by version or by time', async t => {
  const store = await opened(t)
  const keep = async (record: Record): Promise<number> =>
    (await store.transact(tx => storeRecords(tx, { source: 'shop', now: now() }, [record]))).length
  t.equal(await keep(order('v', 3, 5)), 1)
  t.equal(await keep(order('v', 2, 9, 'stale')), 0)
  t.equal(await keep(order('v', 4, 1, 'fresh')), 1)
  t.equal(await keep(order('t', null, 5)), 1)
  t.equal(await keep(order('t', null, 4, 'stale')), 0)
  t.equal(await keep(order('t', null, 6, 'fresh')), 1)
  const rows = await store.read(tx => tx.sql<{ status: string }>`select facts->>'status' as status from source_record`)
  t.same(rows, [{ status: 'fresh' }, { status: 'fresh' }])
})

t.test('reading the same page again changes nothing, and what changed is dirty', async t => {
  const store = await opened(t)
  const page = { records: [order('1', null, 1), order('1', null, 2), order('2', null, 2)], unreadable: [], cursor: 'a' }
  t.equal((await pull(settings(store, pages(page)))).changed, 2)
  await store.transact(tx => tx.sql`delete from source_dirty`)
  t.same(await store.transact(tx => storeRecords(tx, { source: 'shop', now: now() }, page.records)), [])
  t.same(await store.read(tx => tx.sql`select record_id from source_dirty`), [])
})

t.test('two instances never read one source at once', async t => {
  const store = await opened(t)
  let free: () => void = () => undefined
  const gate = new Promise<void>(resolve => (free = resolve))
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const slow: SourcePort = {
    async *changes() {
      begin()
      await gate
      yield { records: [order('1', 1, 1)], unreadable: [], cursor: 'a' }
    },
  }
  const first = pull(settings(store, slow))
  await begun
  await t.rejects(pull(settings(store, slow)), { code: 'conflict' })
  free()
  t.match(await first, { changed: 1 })
})

t.test('a vendor that asks us to wait is waited for, and the pull goes on at the page', async t => {
  const store = await opened(t)
  const cursors: (string | null)[] = []
  const throttled: SourcePort = {
    async *changes(cursor) {
      cursors.push(cursor)
      if (cursor === null) yield { records: [order('1', 1, 1)], unreadable: [], cursor: 'a' }
      if (cursors.length < 3) throw new VendorError('throttled', { retryable: true, retryAfterMs: 5 })
      yield { records: [order('2', 1, 2)], unreadable: [], cursor: 'b' }
    },
  }
  t.match(await pull(settings(store, throttled)), { pages: 2, changed: 2 })
  t.same(cursors, [null, 'a', 'a'])
})

t.test('a vendor that is never ready is given up, and what was read stays', async t => {
  const store = await opened(t)
  const busy: SourcePort = {
    async *changes(cursor) {
      if (cursor === null) yield { records: [order('1', 1, 1)], unreadable: [], cursor: 'a' }
      throw new VendorError('throttled', { retryable: true, retryAfterMs: 1 })
    },
  }
  await t.rejects(pull(settings(store, busy)), { message: 'throttled' })
  t.equal((await store.read(tx => tx.sql`select id from source_record`)).length, 1)
})

t.test('people the vendor hid this time stay as we know them; people it no longer names go', async t => {
  const store = await opened(t)
  const keep = async (record: Record): Promise<number> =>
    (await store.transact(tx => storeRecords(tx, { source: 'shop', now: now() }, [record]))).length
  const people = [
    { role: 'customer' as const, email: 'ana@example.test' },
    { role: 'shipping' as const, phones: ['0491 570 156'] },
  ]
  await keep({ ...order('1', null, 1), people })
  await keep({ ...order('1', null, 2), people: [], hidden: ['customer'] })
  const known = await store.read(tx => tx.sql<{ people: object[] }>`select people from source_record`)
  t.same(known[0]?.people, [{ role: 'customer', email: 'ana@example.test' }])
  t.equal(await keep({ ...order('2', null, 1), people: [], hidden: ['customer'] }), 1, 'also when we knew nobody')
})
