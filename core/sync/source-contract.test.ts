import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'tap'
import { z } from 'zod'
import { testDatabase } from '@switchboard/test-postgres'
import { httpClient } from '../http/client.ts'
import { silentLog } from '../hub/log.ts'
import type { Person, PersonRole } from '../model/person.ts'
import type { Log } from '../ports/kit.ts'
import type { Page, SourcePort } from '../ports/source.ts'
import type { WebhookRequest } from '../ports/webhook.ts'
import { openStore } from '../store/open.ts'
import { storeRecords } from './records.ts'
import { contractRow, contractSource } from './source-contract.ts'

const now = (): Date => new Date('2026-11-20T10:00:00Z')
/** Half an hour before. */
const lately = '2026-11-20T09:30:00.000Z'

test('the first read asks for everything, later ones for what changed since the last row, less the overlap', async t => {
  const { source, asked } = await vendor(t, [page([row('a', 1), row('b', 2)])])
  const [first] = await pagesOf(source, null)
  t.strictSame(idsIn(first), ['a', 'b'])
  t.equal(first?.cursor, '2026-11-20T08:55:02.000Z', 'five minutes before row b')
  await pagesOf(source, first?.cursor ?? null)
  t.strictSame(asked, ['/v1/things?limit=50', '/v1/things?limit=50&updated_since=2026-11-20T08%3A55%3A02.000Z'])
})

test('a row from the future does not carry the cursor with it: a vendor may set its clock right again', async t => {
  const ahead = { ...row('a', 1), updated_at: '2026-11-21T00:00:00Z' }
  const [read] = await pagesOf((await vendor(t, [page([ahead])])).source, null)
  t.equal(read?.cursor, '2026-11-20T09:55:00.000Z')
})

test('the cursor never goes back, nor stays where nothing happens until the vendor has forgotten that time', async t => {
  const { source } = await vendor(t, [page([row('a', 1)])])
  t.equal((await pagesOf(source, '2026-11-20T08:59:00.000Z'))[0]?.cursor, '2026-11-20T08:59:00.000Z')
  const quiet = await vendor(t, [page([])])
  const [empty] = await pagesOf(quiet.source, '2026-10-01T00:00:00.000Z')
  t.match(empty, { records: [], cursor: '2026-11-13T10:00:00.000Z' }, 'a week before the read')
  t.strictSame(await pagesOf(quiet.source, empty?.cursor ?? null), [], 'and no page when there is nothing to say')
})

test('a read can begin at any time', async t => {
  const { source, asked } = await vendor(t, [page([])])
  await pagesOf(source, source.cursorAt?.(new Date('2026-11-19T12:00:00Z')) ?? null)
  t.strictSame(asked, ['/v1/things?limit=50&updated_since=2026-11-19T12%3A00%3A00.000Z'])
})

test("the vendor's own cursor leads from page to page; empty pages are passed over", async t => {
  const { source, asked } = await vendor(t, [page([], 'one'), page([row('a', 1)], 'two'), page([])])
  t.strictSame((await pagesOf(source, null)).flatMap(idsIn), ['a'])
  t.strictSame(asked, ['/v1/things?limit=50', '/v1/things?limit=50&cursor=one', '/v1/things?limit=50&cursor=two'])
})

test('a read that was killed goes on at its page, in the same scan', async t => {
  const { source, asked } = await vendor(t, [page([row('a', 1)], 'one'), page([row('b', 2)])])
  const cursor = await firstCursor(source, lately)
  t.strictSame((await pagesOf(source, cursor)).flatMap(idsIn), ['b'])
  t.equal(asked[1], '/v1/things?limit=50&updated_since=2026-11-20T09%3A30%3A00.000Z&cursor=one')
})

test('when the cursor expired meanwhile, the read goes on from the last change it saw', async t => {
  for (const status of [410, 400, 404]) {
    const { source, asked, log } = await vendor(t, [
      page([row('a', 1)], 'one'),
      { status },
      page([row('a', 1), row('b', 2)]),
    ])
    t.strictSame((await pagesOf(source, null)).flatMap(idsIn), ['a', 'a', 'b'], `${status}`)
    t.equal(asked[2], '/v1/things?limit=50&updated_since=2026-11-20T09%3A00%3A01.000Z')
    t.match(log, [{ phrase: 'cursor expired; the read goes on from the last change' }])
  }
})

test('when the vendor no longer knows what changed since then, all is read again, and the log says so', async t => {
  const { source, asked, log } = await vendor(t, [{ status: 410 }, page([row('a', 1)])])
  const [read] = await pagesOf(source, '2026-09-01T00:00:00.000Z')
  t.equal(asked[1], '/v1/things?limit=50')
  t.equal(read?.cursor, '2026-11-20T08:55:01.000Z', 'and the next read begins lately')
  t.match(log, [{ phrase: 'cursor expired; all is read again', facts: { since: '2026-09-01T00:00:00.000Z' } }])
})

test('a vendor that answers 410 to everything is an error and not a loop', async t => {
  const { source, asked } = await vendor(t, [{ status: 410 }])
  await t.rejects(pagesOf(source, lately), { code: 'vendor_error', vendorStatus: 410 })
  t.equal(asked.length, 2)
  const fickle = await vendor(t, [
    page([row('a', 1)], 'one'),
    { status: 410 },
    { status: 410 },
    page([row('a', 1)], 'one'),
    { status: 410 },
  ])
  await t.rejects(pagesOf(fickle.source, null), { code: 'vendor_error', vendorStatus: 410 })
})

test('a whole read in one go lists all there is, so that what the vendor forgot can be found; others do not', async t => {
  const bodies = [page([row('a', 1)], 'one'), page([{ id: 'x' }]), page([row('a', 1)])]
  const { source } = await vendor(t, bodies)
  const pages = await pagesOf(source, null)
  t.strictSame(pages[0]?.whole, undefined)
  t.strictSame(pages[1]?.whole?.externalIds, ['a', 'x'], 'unreadable rows are there too')
  t.strictSame((await pagesOf(source, pages[1]?.cursor ?? null))[0]?.whole, undefined)
  const nameless = await vendor(t, [page([row('a', 1), { version: 1 }])])
  t.strictSame((await pagesOf(nameless.source, null))[0]?.whole, undefined, 'a row without an id may be any')
  const cut = await vendor(t, [page([row('a', 1)], 'one'), page([row('b', 2)])])
  const [rest] = await pagesOf(cut.source, await firstCursor(cut.source, null))
  t.strictSame(rest?.whole, undefined, 'the first part was read before')
})

test('a page of nothing but unreadable rows is handed on, and the cursor stays where it was', async t => {
  const { source } = await vendor(t, [page([{ id: 'x', version: 1 }, 'y'])])
  const [read] = await pagesOf(source, lately)
  t.strictSame(
    read?.unreadable.map(unreadable => unreadable.externalId),
    ['x', null],
  )
  t.equal(read?.cursor, lately)
  const [first] = await pagesOf((await vendor(t, [page(['y'])])).source, null)
  t.equal(first?.cursor, '1970-01-01T00:00:00.000Z')
})

test('rows out of order are said so, and a read that is cut off then begins anew', async t => {
  const { source, log } = await vendor(t, [page([row('b', 2), row('a', 1)], 'one'), { status: 410 }, page([])])
  await pagesOf(source, lately)
  t.match(log, [{ phrase: /^rows do not come oldest change first/ }, { phrase: 'cursor expired; all is read again' }])
})

test('a vendor that says there is more, and gives no way to it, is an error and not a loop', async t => {
  const same = page([row('a', 1)], 'same')
  await t.rejects(pagesOf((await vendor(t, [same])).source, null), /does not move on/)
  await t.rejects(pagesOf((await vendor(t, [{ data: [], has_more: true }])).source, null), /does not move on/)
  const round = [page([row('a', 1)], 'one'), page([row('a', 1)], 'two'), page([row('a', 1)], 'one')]
  await t.rejects(pagesOf((await vendor(t, round)).source, null), /does not move on/)
  const { source, asked } = await vendor(t, [{ data: [row('a', 1)], has_more: true }, page([row('a', 1), row('b', 2)])])
  const cursor = await firstCursor(source, null)
  t.strictSame((await pagesOf(source, cursor)).flatMap(idsIn), ['a', 'b'], 'the next read asks by time')
  t.equal(asked[1], '/v1/things?limit=50&updated_since=2026-11-20T09%3A00%3A01.000Z')
})

test('an answer that is not the contract names the place', async t => {
  const { source } = await vendor(t, [{ rows: [] }])
  await t.rejects(pagesOf(source, null), /unexpected at data/)
})

test('a refused token is said to be one, and is not asked with again', async t => {
  for (const status of [401, 403]) {
    const { source, asked } = await vendor(t, [{ status }])
    const refusal = {
      code: 'vendor_error',
      message: /the token is not accepted/,
      retryable: false,
      vendorStatus: status,
    }
    await t.rejects(pagesOf(source, null), refusal)
    await t.rejects(healthOf(source), refusal)
    await t.rejects(async () => source.read?.('a'), refusal)
    t.equal(asked.length, 3)
  }
})

test('a deleted row that is asked for is a tombstone where the answer has the row', async t => {
  const gone = { ...row('a', 3), deleted_at: '2026-11-20T09:00:03Z' }
  const answers = [
    { status: 410, ...gone },
    { status: 410, type: 'urn:deleted', title: 'Deleted', data: row('a', 3) },
  ]
  for (const answer of answers)
    t.match(await (await vendor(t, [answer])).source.read?.('a'), {
      ...{ externalId: 'a', version: 1, deletedAt: new Date('2026-11-20T09:00:03Z') },
    })
  t.equal(await (await vendor(t, [{ status: 410, title: 'Deleted' }])).source.read?.('a'), null)
  t.equal(await (await vendor(t, [{ status: 404 }])).source.read?.('a'), null)
})

test('a vendor that is not well says so itself', async t => {
  const { source } = await vendor(t, [{ status: 200, now: now().toISOString() }])
  await t.rejects(healthOf(source), VendorTrouble)
  const sick = await vendor(t, [{ health: 'restoring', now: now().toISOString() }])
  await t.rejects(healthOf(sick.source), { code: 'vendor_error', message: /restoring/, retryable: true })
})

test('a webhook about a deleted row is a tombstone, also when only its type says so', async t => {
  const { source } = await vendor(t, [page([])])
  const told = (type: string, data: object): unknown =>
    source.webhook?.(delivery({ id: 'evt_1', type, timestamp: '2026-11-20T09:00:09Z', data }))
  t.match(told('thing.deleted', row('a', 1)), [{ deletedAt: new Date('2026-11-20T09:00:09Z') }])
  const deletedAt = '2026-11-20T09:00:05Z'
  t.match(told('thing.updated', { ...row('a', 1), deleted_at: deletedAt }), [{ deletedAt: new Date(deletedAt) }])
  t.match(told('thing.reinvented', row('a', 1)), [{ externalId: 'a', deletedAt: null }], 'a change we have no word for')
  t.strictSame(told('moon.full', {}), [])
})

test('somebody who is taken off a row is no longer named by it; the row stays, and so does everybody else', async t => {
  const store = await openStore({ url: (await testDatabase(t)).url, log: silentLog() })
  t.teardown(() => store.close())
  const { source } = await vendor(t, [page([])])
  const tell = async (version: number, partner: object | null): Promise<string[]> => {
    const data = { ...row('a', version), version, primary: { name: 'Ana' }, partner }
    const records = source.webhook?.(delivery({ type: 'thing.updated', timestamp: lately, data })) ?? []
    return store.transact(tx =>
      storeRecords(
        tx,
        { source: 'things', now: now() },
        records.filter(item => 'externalId' in item),
      ),
    )
  }
  t.strictSame(await tell(1, { name: 'Tendai' }), ['a'])
  t.strictSame(await tell(2, null), ['a'])
  t.strictSame(await tell(1, { name: 'Tendai' }), [], 'the older version, once more')
  const rows = await store.read(tx => tx.sql`select external_id, deleted_at, version::int, people from source_record`)
  t.strictSame(rows, [{ external_id: 'a', deleted_at: null, version: 2, people: [{ role: 'primary', name: 'Ana' }] }])
})

/** An error of the vendor's, whatever it says. */
const VendorTrouble = { code: 'vendor_error' }

function page(data: unknown[], next: string | null = null): object {
  return { data, next_cursor: next, has_more: next !== null }
}

/** A row that changed some seconds after nine. */
function row(id: string, seconds: number): object {
  return { id, version: 1, updated_at: `2026-11-20T09:00:0${seconds}Z` }
}

const thing = contractRow.extend({
  primary: z.object({ name: z.string() }).nullish(),
  partner: z.object({ name: z.string() }).nullish(),
})

/** Answers with these bodies in turn, the last one for ever; `status` is also the answer's, `health` the status in the body. */
async function vendor(
  t: { teardown(end: () => unknown): void },
  bodies: object[],
): Promise<{ source: SourcePort; asked: string[]; log: { phrase: string; facts: object }[] }> {
  const asked: string[] = []
  const lines: { phrase: string; facts: object }[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const { status, health, ...body } = bodies[Math.min(asked.length, bodies.length) - 1] as Answer
    response.writeHead(status ?? 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ ...body, ...(health === undefined ? {} : { status: health }) }))
  })
  const url = await listening(server)
  t.teardown(() => server.close())
  const keep = (facts: object, phrase: string): void => void lines.push({ facts, phrase })
  const log: Log = { ...quiet, info: keep, warn: keep, child: () => log }
  const { source } = contractSource({
    kit: { now, log, http: httpClient({ name: 'things', log: quiet, now }) },
    ...{ url: `${url}/`, token: 't', webhookSecrets: ['whsec_YQ=='], pageSize: 50, overlapMinutes: 5 },
    ...{ collection: 'things', noun: 'thing', row: thing },
    toRecord: ({ primary, partner }, head) => {
      const people = [...named('primary', primary), ...named('partner', partner)]
      return { kind: 'contact', ...head, people, facts: {} }
    },
  })
  return { source, asked, log: lines }
}

type Answer = { status?: number; health?: string }

function named(role: PersonRole, who: { name: string } | null | undefined): Person[] {
  return who ? [{ role, name: who.name }] : []
}

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet }

function delivery(body: object): WebhookRequest {
  return {
    ...{ adapter: 'things', channel: 'webhooks', method: 'POST', url: 'http://127.0.0.1/webhooks/things/webhooks' },
    ...{ headers: {}, body: Buffer.from(JSON.stringify(body)), receivedAt: now() },
  }
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function pagesOf(source: SourcePort, cursor: string | null): Promise<Page[]> {
  const pages: Page[] = []
  for await (const page of source.changes(cursor)) pages.push(page)
  return pages
}

async function healthOf(source: SourcePort): Promise<unknown> {
  return source.health?.()
}

/** The cursor of the first page of a read that is killed then. */
async function firstCursor(source: SourcePort, cursor: string | null): Promise<string> {
  for await (const page of source.changes(cursor)) return page.cursor
  throw new Error('there was no page')
}

function idsIn(page: Page | undefined): string[] {
  return page?.records.map(record => record.externalId) ?? []
}
