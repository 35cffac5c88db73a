import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'tap'
import { httpClient } from '../http/client.ts'
import type { Log } from '../ports/kit.ts'
import type { Page, SourcePort } from '../ports/source.ts'
import { contractRow, contractSource } from './source-contract.ts'

test('the first read asks for everything, later ones for what changed since the last row, inclusive', async t => {
  const { source, asked } = await vendor(t, [{ data: [row('a', 1), row('b', 2)], has_more: false }])
  const [page] = await pagesOf(source, null)
  t.strictSame(
    page?.records.map(record => record.externalId),
    ['a', 'b'],
  )
  t.equal(page?.cursor, '2026-11-20T00:00:02.000Z')
  await pagesOf(source, page?.cursor ?? null)
  t.strictSame(asked, ['/v1/things?limit=50', '/v1/things?limit=50&updated_since=2026-11-20T00%3A00%3A02.000Z'])
})

test("the vendor's own cursor leads from page to page; empty pages are passed over", async t => {
  const { source, asked } = await vendor(t, [
    { data: [], next_cursor: 'one', has_more: true },
    { data: [row('a', 1)], next_cursor: 'two', has_more: true },
    { data: [], next_cursor: null, has_more: false },
  ])
  const pages = await pagesOf(source, null)
  t.equal(pages.length, 1)
  t.strictSame(asked, ['/v1/things?limit=50', '/v1/things?limit=50&cursor=one', '/v1/things?limit=50&cursor=two'])
})

test('a page of nothing but unreadable rows is handed on, and the cursor stays where it was', async t => {
  const { source } = await vendor(t, [{ data: [{ id: 'x', version: 1 }, 'y'], has_more: false }])
  const [page] = await pagesOf(source, '2026-11-19T00:00:00.000Z')
  t.strictSame(
    page?.unreadable.map(unreadable => unreadable.externalId),
    ['x', null],
  )
  t.equal(page?.cursor, '2026-11-19T00:00:00.000Z')
  const [first] = await pagesOf((await vendor(t, [{ data: ['y'], has_more: false }])).source, null)
  t.equal(first?.cursor, '1970-01-01T00:00:00.000Z')
})

test('a vendor that says there is more, and gives no way to it, is an error and not a loop', async t => {
  const same = { data: [row('a', 1)], next_cursor: 'same', has_more: true }
  await t.rejects(pagesOf((await vendor(t, [same, same, same])).source, null), /does not move on/)
  await t.rejects(pagesOf((await vendor(t, [{ data: [], has_more: true }])).source, null), /does not move on/)
})

test('an answer that is not the contract names the place', async t => {
  const { source } = await vendor(t, [{ rows: [] }])
  await t.rejects(pagesOf(source, null), /unexpected at data/)
})

/** Answers with these bodies in turn, the last one for ever. */
async function vendor(
  t: { teardown(end: () => unknown): void },
  bodies: object[],
): Promise<{ source: SourcePort; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(bodies[Math.min(asked.length, bodies.length) - 1]))
  })
  const url = await listening(server)
  t.teardown(() => server.close())
  const now = (): Date => new Date('2026-11-20T10:00:00Z')
  const { source } = contractSource({
    kit: { now, log, http: httpClient({ name: 'things', log, now }) },
    ...{
      url: `${url}/`,
      token: 't',
      webhookSecrets: ['whsec_YQ=='],
      pageSize: 50,
      collection: 'things',
      noun: 'thing',
    },
    row: contractRow,
    toRecord: (_, head) => ({ kind: 'contact', ...head, people: [], facts: {} }),
  })
  return { source, asked }
}

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }

function row(id: string, seconds: number): object {
  return { id, version: 1, updated_at: `2026-11-20T00:00:0${seconds}Z` }
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
