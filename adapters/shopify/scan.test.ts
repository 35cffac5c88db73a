import { test } from 'tap'
import type { Page } from '@switchboard/core'
import { positionAt } from './cursor.ts'
import { rebased } from './scan.ts'
import { idsIn, pagesOf, pulled, testShop, thrownBy } from './test-shop.ts'

test('orders and customers come together, each page in the order of their changes', async t => {
  const { source, vendor } = await testShop(t)
  const pages = await pagesOf(source, null)
  t.strictSame(
    idsIn(pages).sort(),
    vendor
      .rows()
      .map(row => row.externalId)
      .sort(),
  )
  const kinds = pages.map(page => new Set(page.records.map(record => record.kind)))
  t.ok(
    kinds.some(kind => kind.size === 2),
    'a page has both',
  )
  t.match(
    pages.flatMap(page => page.records).find(record => record.kind === 'contact' && record.facts['note']),
    { externalId: /^gid:\/\/shopify\/Customer\/\d+$/, people: [{ role: 'customer' }], facts: { since: /^20/ } },
  )
})

test("a customer's record names the same person, by the same id, as their orders", async t => {
  const { source } = await testShop(t)
  const records = (await pagesOf(source, null)).flatMap(page => page.records)
  const contacts = new Map(records.flatMap(one => (one.kind === 'contact' ? [[one.externalId, one.people[0]]] : [])))
  const buyers = records.flatMap(one =>
    one.kind === 'order' ? one.people.filter(({ role }) => role === 'customer') : [],
  )
  t.ok(buyers.length > 20)
  for (const buyer of buyers) t.equal(contacts.get(buyer.externalId ?? '')?.externalId, buyer.externalId)
})

test('a shop that throttles with status 200 says how long to wait, and the read goes on after it', async t => {
  const { source, vendor, wait } = await testShop(t)
  vendor.drain()
  const error = await thrownBy(() => pagesOf(source, null))
  t.match(
    error,
    { code: 'vendor_error', retryable: true, vendorCode: 'THROTTLED', retryAfterMs: 280 },
    '28 points at 100 a second',
  )
  wait(280)
  t.ok((await source.changes(null)[Symbol.asyncIterator]().next()).value?.records.length > 0)
})

test('a read that would cost more than there is stops before the next page, and goes on there', async t => {
  const { source, vendor, wait } = await testShop(t)
  vendor.drain()
  wait(300)
  const { pages, waits } = await pulled({ source, wait }, null)
  t.ok(waits.length > 2, 'it has to wait again and again')
  t.ok(waits.every(ms => ms > 0 && ms <= 280))
  t.strictSame(
    idsIn(pages).sort(),
    vendor
      .rows()
      .map(row => row.externalId)
      .sort(),
    'every row, and none twice',
  )
  t.ok(vendor.faults.get().status429 === 0)
})

test('a shop that throttles with status 429 is asked again when it said', async t => {
  const { source, vendor, kit } = await testShop(t)
  vendor.faults.set({ retryAfterSeconds: 0 })
  vendor.faults.force('status429', 2)
  t.equal(idsIn(await pagesOf(source, null)).length, vendor.rows().length)
  t.equal(kit.lines.filter(line => line.phrase === 'vendor is asked again').length, 2)
})

test('a 429 that does not say how long to wait still makes the read wait', async t => {
  const { source, vendor } = await testShop(t)
  vendor.hideRetryAfter()
  vendor.faults.set({ status429: 1 })
  t.match(await thrownBy(() => pagesOf(source, null)), { retryable: true, retryAfterMs: 5000, vendorStatus: 429 })
})

test('people whom the shop will not show are not taken for gone', async t => {
  const { source, vendor, kit } = await testShop(t)
  const seen = (await pagesOf(source, null)).flatMap(page => page.records)
  vendor.hidePii(true)
  const veiled = (await pagesOf(source, null)).flatMap(page => page.records)
  t.strictSame(
    veiled.map(({ externalId, facts }) => [externalId, facts]),
    seen.map(({ externalId, facts }) => [externalId, facts]),
    'the rows themselves are there',
  )
  t.ok(seen.every(({ hidden }) => hidden === undefined))
  const hidden = { order: ['billing', 'contact', 'customer', 'shipping'], contact: ['customer'] }
  for (const record of veiled) {
    t.strictSame([record.people, record.hidden?.toSorted()], [[], hidden[record.kind as 'order' | 'contact']])
  }
  t.ok(kit.lines.some(({ level, phrase }) => level === 'warn' && /does not show who/.test(phrase)))
})

test('a shop that no longer takes its own cursor is read on from the last change seen', async t => {
  const { source, vendor } = await testShop(t, { people: 120 })
  const pages: Page[] = []
  for await (const page of source.changes(null)) {
    pages.push(page)
    if (pages.length === 3) vendor.expireCursors()
  }
  const ids = idsIn(pages)
  t.equal(new Set(ids).size, vendor.rows().length, 'nothing is missed')
  t.ok(ids.length < vendor.rows().length * 1.5, 'and not everything is read again')
})

test('so is one whose cursor was lost between two reads', async t => {
  const { source, vendor } = await testShop(t)
  const pages = await pagesOf(source, null)
  const [first, second] = pages as [Page, Page]
  vendor.expireCursors()
  const rest = await pagesOf(source, second.cursor)
  t.strictSame(
    [...new Set(idsIn([first, second, ...rest]))].sort(),
    vendor
      .rows()
      .map(row => row.externalId)
      .sort(),
  )
  t.ok(idsIn(rest).length < vendor.rows().length - 20)
})

test('a shop that never takes its cursors, and so never gets on, is an error and not a loop', async t => {
  const { source, vendor } = await testShop(t, { options: { overlapMinutes: 60 * 24 * 365 * 5 } })
  const stubborn = async (): Promise<void> => {
    for await (const page of source.changes(null)) if (page) vendor.expireCursors()
  }
  await t.rejects(stubborn(), /Invalid cursor/)
})

test('each read goes back some minutes behind the last change, for rows that showed up late', async t => {
  const { source, vendor, wait } = await testShop(t)
  wait(3_600_000)
  vendor.place({ isGuest: true })
  const cursor = (await pagesOf(source, null)).at(-1)?.cursor ?? null
  wait(9 * 60_000)
  const early = vendor.place({ isGuest: true }).order
  wait(60_000)
  vendor.place({ isGuest: true })
  const after = await pagesOf(source, cursor)
  t.equal(idsIn(after).filter(id => id.includes('/Order/')).length, 3)
  const last = after.at(-1)?.cursor ?? null
  t.ok(idsIn(await pagesOf(source, last)).some(id => id.endsWith(early.id)))
})

test('a change that is told with a time to come does not hide those that follow it', async t => {
  const { source, vendor, wait } = await testShop(t)
  vendor.faults.set({ clockSkew: 1, skewMs: 3_600_000 })
  vendor.place({ isGuest: true })
  vendor.faults.clear()
  const cursor = (await pagesOf(source, null)).at(-1)?.cursor ?? null
  wait(60_000)
  const { order } = vendor.place({ isGuest: true })
  t.ok(idsIn(await pagesOf(source, cursor)).includes(`gid://shopify/Order/${order.id}`))
})

test('a cursor of orders alone reads orders on from it, and customers from the first', async t => {
  const { source, vendor, now } = await testShop(t)
  const ids = idsIn(await pagesOf(source, now().toISOString()))
  t.equal(ids.filter(id => id.includes('/Order/')).length, 0)
  t.equal(ids.filter(id => id.includes('/Customer/')).length, vendor.customers().length)
})

test('a read can begin at any time', async t => {
  const { source, vendor } = await testShop(t)
  const from = new Date('2026-06-01T00:00:00Z')
  const pages = await pagesOf(source, source.cursorAt(from))
  t.strictSame(
    idsIn(pages).sort(),
    vendor
      .rows()
      .filter(({ updatedAt }) => updatedAt.getTime() >= from.getTime() - 600_000)
      .map(row => row.externalId)
      .sort(),
  )
})

test('a question that is too dear is asked for fewer rows', async t => {
  const { source, vendor } = await testShop(t)
  vendor.limitCost(16)
  const pages = await pagesOf(source, null)
  t.equal(idsIn(pages).length, vendor.rows().length)
  t.ok(
    pages.every(({ records }) => records.length <= 10),
    'twice five',
  )
  vendor.limitCost(1)
  t.match(await thrownBy(() => pagesOf(source, null)), { vendorCode: 'MAX_COST_EXCEEDED', retryable: false })
})

test('what the app may not read is left out, and read from its first row once it may', async t => {
  const { source, vendor, kit } = await testShop(t)
  vendor.allow(['read_orders', 'read_all_orders'])
  const pages = await pagesOf(source, null)
  t.equal(idsIn(pages).length, vendor.orders().length)
  t.ok(kit.lines.some(({ phrase }) => /may not read all/.test(phrase)))
  vendor.allow(['read_orders', 'read_all_orders', 'read_customers'])
  const more = idsIn(await pagesOf(source, pages.at(-1)?.cursor ?? null))
  t.equal(more.filter(id => id.includes('/Customer/')).length, vendor.customers().length)
  vendor.allow([])
  t.match(await thrownBy(() => pagesOf(source, null)), { vendorCode: 'ACCESS_DENIED' })
})

test('without access to all orders only those of the last 60 days come', async t => {
  const { source, vendor, now } = await testShop(t)
  vendor.allow(['read_orders', 'read_customers'])
  const from = now().getTime() - 60 * 86_400_000
  const recent = vendor.orders().filter(({ placedAt }) => placedAt.getTime() >= from)
  t.ok(recent.length > 0 && recent.length < vendor.orders().length)
  t.equal(idsIn(await pagesOf(source, null)).filter(id => id.includes('/Order/')).length, recent.length)
})

test('a vendor that sends half an answer or a page of HTML is retried, and its rows arrive', async t => {
  const { source, vendor } = await testShop(t)
  for (const fault of ['truncatedJson', 'htmlError', 'cut'] as const) vendor.faults.force(fault)
  t.equal(idsIn(await pagesOf(source, null)).length, vendor.rows().length)
})

test('a long question is put anew before the shop refuses to go on, as long as that gets on', t => {
  const far = { since: '2026-01-01T00:00:00.000Z', after: 'x', last: '2026-02-01T00:00:00.000Z', rows: 20_000 }
  t.strictSame(rebased(far, 10), positionAt('2026-02-01T00:00:00.000Z'))
  t.strictSame(rebased({ ...far, since: null }, 10), positionAt('2026-02-01T00:00:00.000Z'))
  const few = { ...far, rows: 19_999 }
  t.equal(rebased(few, 10), few)
  const stuck = { ...far, last: '2026-01-01T00:09:00.000Z' }
  t.equal(rebased(stuck, 10), stuck, 'all within the overlap: it would begin at the same row')
  t.end()
})

test('one row can be read by its id', async t => {
  const { source, vendor } = await testShop(t)
  const [order, customer] = [vendor.orders()[0], vendor.customers()[0]]
  t.match(await source.read(`gid://shopify/Order/${order?.id}`), { kind: 'order', facts: { number: order?.number } })
  t.match(await source.read(`gid://shopify/Customer/${customer?.id}`), { kind: 'contact' })
  t.equal(await source.read('gid://shopify/Order/1'), null)
  vendor.hidePii(true)
  t.match(await source.read(`gid://shopify/Customer/${customer?.id}`), { people: [], hidden: ['customer'] })
  vendor.spoil(order?.id ?? '')
  await t.rejects(source.read(`gid://shopify/Order/${order?.id}`), /cannot be read/)
})
