import { test } from 'tap'
import type { Page } from '@switchboard/core'
import { pulled, testShop, type TestShop } from './test-shop.ts'

const day = 86_400_000

test('once a day the ids of everything are listed, span by span, without a gap or an overlap', async t => {
  const shop = await testShop(t, { people: 400 })
  const first = await pulled(shop, null)
  t.strictSame(wholeOf(first.pages), [], 'the first read has just seen everything')
  shop.wait(day - 1)
  const soon = await pulled(shop, cursorOf(first.pages))
  t.strictSame(wholeOf(soon.pages), [])
  shop.wait(1)
  const next = await pulled(shop, cursorOf(soon.pages))
  const spans = wholeOf(next.pages)
  t.ok(spans.length > 1)
  t.strictSame(
    spans.flatMap(span => span.externalIds).sort(),
    shop.vendor
      .rows()
      .map(row => row.externalId)
      .sort(),
  )
  for (const [index, span] of spans.entries())
    t.equal(span.from.getTime(), index === 0 ? 0 : spans[index - 1]?.to.getTime())
  t.equal(spans.at(-1)?.to.getTime(), shop.now().getTime())
  t.strictSame(wholeOf((await pulled(shop, cursorOf(next.pages))).pages), [], 'and not again')
})

test('a row that was deleted without a word is not in the listing', async t => {
  const shop = await testShop(t, { options: { listEveryHours: 0 } })
  const { pages } = await pulled(shop, null)
  shop.vendor.faults.set({ drop: 1 })
  const [order, customer] = [shop.vendor.orders()[5]?.id ?? '', shop.vendor.customers()[5]?.id ?? '']
  t.match(await shop.vendor.remove(order).delivered, { attempts: 0 })
  t.match(await shop.vendor.removeCustomer(customer).delivered, { attempts: 0 })
  const [span] = wholeOf((await pulled(shop, cursorOf(pages))).pages)
  t.notOk(span?.externalIds.some(id => id.endsWith(order) || id.endsWith(customer)))
  t.equal(span?.externalIds.length, shop.vendor.rows().length)
})

test('a listing that was killed goes on at its span', async t => {
  const shop = await testShop(t, { people: 400, options: { listEveryHours: 0 } })
  let cursor = cursorOf((await pulled(shop, null)).pages)
  const ids: string[] = []
  for (let spans = 0; spans < 20;) {
    const span = await nextSpan(shop, cursor)
    if (!span.whole) break
    ids.push(...span.whole.externalIds)
    cursor = span.cursor
    spans += 1
    if (JSON.parse(cursor).listing.from === null) break
  }
  t.strictSame(
    ids.sort(),
    shop.vendor
      .rows()
      .map(row => row.externalId)
      .sort(),
  )
})

test('without access to all orders, the listing begins where they are surely shown', async t => {
  const shop = await testShop(t, { options: { listEveryHours: 0 } })
  shop.vendor.allow(['read_orders', 'read_customers'])
  const { pages } = await pulled(shop, null)
  const [span] = wholeOf((await pulled(shop, cursorOf(pages))).pages)
  t.equal(span?.from.getTime(), shop.now().getTime() - 59 * day)
})

test('where a collection may not be read, or where nobody wants it, nothing is listed', async t => {
  const shop = await testShop(t, { options: { listEveryHours: 0 } })
  shop.vendor.allow(['read_orders', 'read_all_orders'])
  const { pages } = await pulled(shop, null)
  t.strictSame(wholeOf((await pulled(shop, cursorOf(pages))).pages), [])
  const never = await testShop(t, { options: { listEveryHours: null } })
  const first = await pulled(never, null)
  t.strictSame(wholeOf((await pulled(never, cursorOf(first.pages))).pages), [])
})

function cursorOf(pages: readonly Page[]): string {
  return pages.at(-1)?.cursor ?? ''
}

function wholeOf(pages: readonly Page[]): NonNullable<Page['whole']>[] {
  return pages.flatMap(page => (page.whole ? [page.whole] : []))
}

async function nextSpan({ source }: TestShop, cursor: string): Promise<Pick<Page, 'whole' | 'cursor'>> {
  for await (const page of source.changes(cursor)) if (page.whole) return page
  return { cursor }
}
