import { test } from 'tap'
import type { Page, SourcePort, VendorError } from '@switchboard/core'
import { testKit, type TestKit } from '@switchboard/test-contracts/kit'
import { shopifySimulator, type RunningShopify } from '@switchboard/test-simulators/shopify'
import { worldOf } from '@switchboard/test-simulators/world'
import { shopify } from './shopify.ts'

test('a shop that throttles with status 200 says how long to wait, and the read goes on after it', async t => {
  const { source, vendor, wait } = await demo(t)
  vendor.drain()
  const error = await pagesOf(source, null).then(
    () => null,
    (thrown: unknown) => thrown as VendorError,
  )
  t.match(error, { code: 'vendor_error', retryable: true, vendorCode: 'THROTTLED' })
  t.equal(error?.retryAfterMs, 240, '24 points at 100 a second')
  wait(240)
  t.ok((await firstPage(source)).records.length > 0)
})

test('a shop that throttles with status 429 is asked again when it said', async t => {
  const { source, vendor, kit } = await demo(t)
  vendor.faults.set({ retryAfterSeconds: 0 })
  vendor.faults.force('status429', 2)
  const pages = await pagesOf(source, null)
  t.equal(pages.flatMap(page => page.records).length, vendor.orders().length)
  t.equal(kit.lines.filter(line => line.phrase === 'vendor is asked again').length, 2)
})

test('people whom the shop will not show are not taken for gone', async t => {
  const { source, vendor, kit } = await demo(t)
  const seen = (await firstPage(source)).records[0]
  vendor.hidePii(true)
  const veiled = (await firstPage(source)).records[0]
  t.equal(veiled?.externalId, seen?.externalId)
  t.ok(seen?.people.length)
  t.strictSame([veiled?.people, veiled?.hidden?.toSorted()], [[], ['billing', 'contact', 'customer', 'shipping']])
  t.strictSame(veiled?.facts, seen?.facts, 'the order itself is there')
  t.ok(kit.lines.some(({ level, phrase }) => level === 'warn' && /does not show who ordered/.test(phrase)))
})

test('a shop that no longer takes its own cursor is read on from the last change seen', async t => {
  const { source, vendor } = await demo(t)
  const pages: Page[] = []
  for await (const page of source.changes(null)) {
    pages.push(page)
    if (pages.length === 3) vendor.expireCursors()
  }
  const ids = pages.flatMap(page => page.records.map(record => record.externalId))
  t.equal(new Set(ids).size, vendor.orders().length, 'nothing is missed')
  t.ok(ids.length < vendor.orders().length * 1.5, 'and not everything is read again')

  const stubborn = async (): Promise<void> => {
    for await (const page of source.changes(null)) if (page) vendor.expireCursors()
  }
  await t.rejects(stubborn(), /Invalid cursor/, 'a shop that never takes its cursors is an error, not a loop')
})

test('each read goes back some minutes behind the last change, for orders that showed up late', async t => {
  const { source, vendor, wait } = await demo(t)
  wait(3_600_000)
  vendor.place()
  const cursor = (await pagesOf(source, null)).at(-1)?.cursor ?? null
  wait(9 * 60_000)
  const early = vendor.place().order
  wait(60_000)
  vendor.place()
  const after = await pagesOf(source, cursor)
  t.equal(after.flatMap(page => page.records).length, 3)
  const last = after.at(-1)?.cursor ?? null
  t.equal(
    (await pagesOf(source, last)).flatMap(page => page.records).some(record => record.externalId.endsWith(early.id)),
    true,
  )
})

test('a vendor that sends half an answer or a page of HTML is retried, and its orders arrive', async t => {
  const { source, vendor } = await demo(t)
  for (const fault of ['truncatedJson', 'htmlError', 'cut'] as const) vendor.faults.force(fault)
  const pages = await pagesOf(source, null)
  t.equal(pages.flatMap(page => page.records).length, vendor.orders().length)
})

test('a shop that stops sending webhooks after eight failures in a row does so silently', async t => {
  const { vendor } = await demo(t)
  const { delivered } = vendor.place()
  t.match(await delivered, { attempts: 9, status: null }, 'nobody listens there')
  t.notOk(vendor.isSubscribed())
  t.strictSame(await vendor.place().delivered, { attempts: 0, status: null })
})

test('every wrong setting is named', t => {
  const given = { shop: 'my shop', token: '', webhookSecrets: '', apiVersion: 'latest', pageSize: 0, url: 'nowhere' }
  const read = shopify.options.safeParse(given)
  t.strictSame(read.error?.issues.map(issue => issue.path[0]).sort(), Object.keys(given).sort())
  const { webhookSecrets, apiVersion } = shopify.options.parse({
    shop: 'a.example',
    token: 't',
    webhookSecrets: 'one, two',
  })
  t.strictSame([webhookSecrets, apiVersion], [['one', 'two'], '2026-07'])
  t.end()
})

interface Demo {
  source: SourcePort
  vendor: RunningShopify
  kit: TestKit
  wait(ms: number): void
}

async function demo(t: { teardown(end: () => unknown): void }): Promise<Demo> {
  let at = Date.parse('2026-11-20T10:00:00Z')
  const now = (): Date => new Date(at)
  const world = worldOf({ seed: 5, now: now(), people: 120 })
  const nobody = 'http://127.0.0.1:9'
  const vendor = await shopifySimulator.start({
    publicUrl: nobody,
    adapter: 'shop',
    world,
    seed: 5,
    now,
    speed: 1_000_000,
  })
  t.teardown(vendor.close)
  const kit = testKit('shop', now)
  const options = shopify.options.parse({ ...shopifySimulator.options, ...vendor.options, pageSize: 40 })
  const { source } = shopify.create(options, kit)
  if (!source) throw new Error('shopify provides no source')
  return { source, vendor, kit, wait: ms => void (at += ms) }
}

async function pagesOf(source: SourcePort, cursor: string | null): Promise<Page[]> {
  const pages: Page[] = []
  for await (const page of source.changes(cursor)) pages.push(page)
  return pages
}

async function firstPage(source: SourcePort): Promise<Page> {
  for await (const page of source.changes(null)) return page
  throw new Error('there is no page')
}
