import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type Test } from 'tap'
import { fixturePages, fixtureVendor, type FixtureSettings, type FixtureVendor } from './fixture-vendor.ts'

interface Answer {
  rows: { id: string | number; at: string | number; gone?: unknown }[]
  next: string | null
}

/** A vendor of two rows that counts time in seconds, and a way to ask it. */
async function stand(t: Test, more: Partial<FixtureSettings> = {}) {
  const vendor = await fixtureVendor({
    path: '/list',
    pages: [{ rows: [{ id: 7, at: 1_700_000_000 }] }, { token: 'x' }, { rows: [{ id: 12, at: 1_700_000_060.5 }] }],
    ...{ rows: 'rows', id: 'id', changedAt: 'at' },
    asked: query => ({ since: query.get('since'), next: query.get('next'), limit: 10 }),
    answer: (rows, next) => ({ rows, next }),
    now: () => new Date('2026-11-20T10:00:00Z'),
    ...more,
  })
  t.teardown(() => vendor.close())
  return { vendor, read: (since?: string | number) => readAll(vendor, since) }
}

async function readAll(vendor: FixtureVendor, since: string | number = ''): Promise<Answer['rows']> {
  const rows: Answer['rows'] = []
  for (let next: string | null = ''; next !== null;) {
    const query = new URLSearchParams({ ...(since && { since: String(since) }), ...(next && { next }) })
    const answer = await fetch(`${vendor.url}/list?${query}`, { headers: { 'x-api-key': vendor.token } })
    const page = (await answer.json()) as Answer
    rows.push(...page.rows)
    next = page.next
  }
  return rows
}

test('with one copy the rows are served as they stand', async t => {
  const { read } = await stand(t, { copies: 1 })
  t.strictSame(await read(), [
    { id: 7, at: 1_700_000_000 },
    { id: 12, at: 1_700_000_060.5 },
  ])
  t.strictSame(await read(1_700_000_060.5), [{ id: 12, at: 1_700_000_060.5 }], 'since a time means that time too')
})

test('copies have ids of their own, in the shape of the first, and times in order, two of them the same', async t => {
  const { vendor, read } = await stand(t)
  const rows = await read()
  t.equal(rows.length, 48)
  t.strictSame(rows.map(({ id }) => String(id)).sort(), vendor.externalIds().sort())
  t.equal(new Set(rows.map(({ id }) => id)).size, 48)
  const times = rows.map(({ at }) => Number(at))
  t.strictSame(
    times,
    times.toSorted((one, other) => one - other),
  )
  t.ok(new Set(times).size < 30, 'so that a cursor in the midst of two is met')
  const uuid = '0190a6b0-7e1c-7000-8000-000000000001'
  const named = await stand(t, { pages: [{ rows: [{ id: uuid, at: '2026-01-01T00:00:00Z' }] }] })
  for (const { id, at } of await named.read()) {
    t.match(id, /^[0-9a-f]{8}-7e1c-7000-8000-000000000001$/)
    t.equal(new Date(at).toISOString(), at, 'in the way of the fixture')
  }
})

test('a row that changes or is deleted comes last, and one without a trace is gone', async t => {
  const { vendor, read } = await stand(t, { deletedAt: 'gone' })
  const { externalId } = vendor.change()
  t.match((await read()).at(-1), { id: Number(externalId), at: Date.parse('2026-11-20T10:00:00Z') / 1000 })
  vendor.remove()
  t.match((await read()).at(-1), { gone: Date.parse('2026-11-20T10:00:00Z') / 1000 })
  const silent = await stand(t)
  silent.vendor.remove()
  t.equal((await silent.read()).length, 47)
  t.strictSame([vendor.readsDeleted, silent.vendor.readsDeleted], [true, false])
})

test('it answers nobody without its token, and nobody at all while the token has expired', async t => {
  const { vendor } = await stand(t)
  t.equal((await fetch(`${vendor.url}/list`)).status, 401)
  vendor.faults.force('tokenExpired')
  t.equal((await fetch(`${vendor.url}/list`, { headers: { authorization: `Bearer ${vendor.token}` } })).status, 401)
})

test('fixtures that cannot be served say why', async t => {
  await t.rejects(stand(t, { pages: [] }), { message: /no rows/ })
  await t.rejects(stand(t, { pages: [{ rows: [{ at: 1 }] }] }), { message: /has no id/ })
  await t.rejects(stand(t, { copies: 1, pages: [{ rows: [{ id: 1, at: 'soon' }] }] }), { message: /is no time/ })
})

test('the pages of a folder are read in the order of their numbers', t => {
  const folder = t.testdir({})
  mkdirSync(join(folder, 'fixtures'))
  for (const nth of [1, 2, 10]) writeFileSync(join(folder, `fixtures/page-${nth}.json`), String(nth))
  writeFileSync(join(folder, 'fixtures/other.json'), '0')
  t.strictSame(fixturePages(folder), [1, 2, 10])
  t.end()
})
