import fc from 'fast-check'
import { test } from 'tap'
import type { Page } from '@switchboard/core'
import { linesOf } from './bulk-file.ts'
import { idsIn, pagesOf, pulled, testShop, thrownBy, type TestShop } from './test-shop.ts'

test('the first read is by bulk operations, one collection after the other, and gives the same as reading by pages', async t => {
  const shop = await testShop(t, { options: { bulk: true } })
  const { pages, waits } = await pulled(shop, null)
  t.strictSame([waits, shop.vendor.bulkCount()], [[], 2])
  t.ok(pages.every(page => page.records.length <= 40))
  const paged = await testShop(t)
  const byId = (all: Page[]): object =>
    Object.fromEntries(all.flatMap(page => page.records).map(record => [record.externalId, record]))
  t.strictSame(byId(pages), byId(await pagesOf(paged.source, null)))
  t.equal(new Set(idsIn(pages)).size, idsIn(pages).length, 'none twice')
})

test('after it, what changed since the operations began is read by pages', async t => {
  const shop = await testShop(t, { options: { bulk: true } })
  const { order } = shop.vendor.place({ isGuest: true })
  shop.wait(60_000)
  const { pages } = await pulled(shop, null)
  shop.wait(60_000)
  const { order: later } = shop.vendor.place({ isGuest: true })
  const next = await pulled(shop, pages.at(-1)?.cursor ?? null)
  t.strictSame(
    idsIn(next.pages).sort(),
    [order, later].map(({ id }) => `gid://shopify/Order/${id}`),
  )
  t.equal(shop.vendor.bulkCount(), 2, 'and in bulk no more')
})

test('what changes while the file is written is not missed', async t => {
  const shop = await testShop(t, { options: { bulk: true } })
  shop.vendor.setBulk({ takesMs: 3_600_000 })
  const pages: Page[] = []
  await thrownBy(async () => {
    for await (const page of shop.source.changes(null)) pages.push(page)
  })
  shop.wait(1_800_000)
  const { order } = shop.vendor.place({ isGuest: true })
  shop.wait(1_800_000)
  shop.vendor.setBulk({ takesMs: 0 })
  const rest = await pulled(shop, pages.at(-1)?.cursor ?? null)
  t.ok(idsIn(rest.pages).includes(`gid://shopify/Order/${order.id}`))
  t.equal(new Set(idsIn(rest.pages)).size, shop.vendor.rows().length)
})

test('while an operation runs the read waits, ever longer, and each look keeps its id', async t => {
  const shop = await testShop(t, { options: { bulk: true } })
  shop.vendor.setBulk({ takesMs: 300_000 })
  const { pages, waits } = await pulled(shop, null)
  t.strictSame(waits.slice(0, 3), [2000, 2000, 2000])
  t.ok(waits.length > 10 && waits.every(ms => ms >= 2000 && ms <= 30_000))
  t.equal(Math.max(...waits), 30_000)
  t.equal(new Set(idsIn(pages)).size, shop.vendor.rows().length)
  t.equal(shop.vendor.bulkCount(), 2, 'no operation was begun twice')
})

test('a read that was killed goes on in the same file, at the same line', async t => {
  const shop = await testShop(t, { options: { bulk: true } })
  const read: Page[] = []
  for (let page = await nextPage(shop, null); page; page = await nextPage(shop, page.cursor)) read.push(page)
  t.ok(read.length > 8)
  t.strictSame(
    idsIn(read).sort(),
    shop.vendor
      .rows()
      .map(row => row.externalId)
      .sort(),
    'every row, and none twice',
  )
  t.equal(shop.vendor.bulkCount(), 2)
})

test('a shop where another operation runs, or that begins none, is read by pages', async t => {
  const shop = await testShop(t, { options: { bulk: true } })
  shop.vendor.setBulk({ isBusy: true })
  const { pages } = await pulled(shop, null)
  t.equal(new Set(idsIn(pages)).size, shop.vendor.rows().length)
  t.match(
    shop.kit.lines.filter(({ phrase }) => /begins no bulk operation/.test(phrase)),
    [{ facts: { collection: 'orders', reason: /already in progress/ } }, { facts: { collection: 'customers' } }],
  )
  t.equal(shop.vendor.bulkCount(), 0)
  shop.vendor.setBulk({ isBusy: false })
  await pulled(shop, pages.at(-1)?.cursor ?? null)
  t.equal(shop.vendor.bulkCount(), 0, 'what was read needs none')
})

for (const outcome of ['FAILED', 'CANCELED', 'EXPIRED'] as const)
  test(`an operation that ends as ${outcome} is given up, and its rows are read by pages`, async t => {
    const shop = await testShop(t, { options: { bulk: true } })
    shop.vendor.setBulk({ outcome })
    const { pages } = await pulled(shop, null)
    t.strictSame(
      idsIn(pages).sort(),
      shop.vendor
        .rows()
        .map(row => row.externalId)
        .sort(),
    )
  })

test('a file that can no longer be had, or lies where nobody may be asked, is given up', async t => {
  const gone = await testShop(t, { options: { bulk: true } })
  gone.vendor.expireFiles()
  t.equal(idsIn((await pulled(gone, null)).pages).length, gone.vendor.rows().length)
  const elsewhere = await testShop(t, { options: { bulk: true } })
  elsewhere.vendor.setBulk({ host: 'files.example' })
  t.equal(idsIn((await pulled(elsewhere, null)).pages).length, elsewhere.vendor.rows().length)
  t.match(
    elsewhere.kit.lines.find(({ phrase }) => /came to nothing/.test(phrase)),
    { facts: { reason: /files\.example is not one of its hosts/ } },
  )
})

test('a bulk read under every fault of answers comes to every row', async t => {
  const shop = await testShop(t, { options: { bulk: true, pageSize: 5 }, people: 20 })
  shop.vendor.faults.set({ truncatedJson: 0.2, htmlError: 0.1 })
  const all = new Set<string>()
  for (let cursor: string | null = null, tries = 0; all.size < shop.vendor.rows().length && tries < 40; tries++)
    await thrownBy(async () => {
      for await (const page of shop.source.changes(cursor)) {
        for (const id of idsIn([page])) all.add(id)
        cursor = page.cursor
      }
    })
  t.equal(all.size, shop.vendor.rows().length)
})

test('customers that the app may not see are not read from a file, which would not say so', async t => {
  const shop = await testShop(t, { options: { bulk: true } })
  shop.vendor.hidePii(true)
  const { pages } = await pulled(shop, null)
  t.equal(shop.vendor.bulkCount(), 0)
  t.ok(pages.flatMap(page => page.records).every(({ hidden }) => hidden?.length))
})

test('a garbled row of a file is kept with its error, and the others are read', async t => {
  const shop = await testShop(t, { options: { bulk: true } })
  const spoiled = shop.vendor.orders()[3]?.id ?? ''
  shop.vendor.spoil(spoiled)
  const { pages } = await pulled(shop, null)
  t.match(
    pages.flatMap(page => page.unreadable),
    [{ externalId: `gid://shopify/Order/${spoiled}`, error: /createdAt/ }],
  )
  t.equal(new Set(idsIn(pages)).size, shop.vendor.rows().length - 1)
})

test('an empty shop is read in bulk once, and then by pages', async t => {
  const shop = await testShop(t, { options: { bulk: true } })
  for (const { id } of shop.vendor.orders()) void shop.vendor.remove(id)
  for (const { id } of shop.vendor.customers()) void shop.vendor.removeCustomer(id)
  const { pages } = await pulled(shop, null)
  t.equal(idsIn(pages).length, 0)
  await pulled(shop, pages.at(-1)?.cursor ?? null)
  t.equal(shop.vendor.bulkCount(), 2)
})

test('however a file is cut into chunks, also within a letter, its lines come once each', t => {
  const line = fc.string({ unit: 'grapheme', maxLength: 12 }).map(text => text.replaceAll(/\s/g, '_'))
  const property = fc.property(
    fc.array(line, { minLength: 1 }),
    fc.boolean(),
    fc.integer({ min: 60, max: 90 }),
    readsAll,
  )
  fc.assert(property, { numRuns: 300 })
  t.pass('300 files')
  t.end()
})

test('a row that is cut within a letter is not whole, though what stands for the letter has as many bytes as are missing', async t => {
  const file = Buffer.from('{"a":1}\n{"b":"𐀀"}')
  const cut = file.subarray(0, file.length - 3)
  t.same(
    linesOf(cut.toString(), 0, Buffer.byteLength(cut.toString())).map(({ text }) => text),
    ['{"a":1}'],
  )
})

function readsAll(lines: string[], isEnded: boolean, chunk: number): boolean {
  const file = Buffer.from(lines.map(text => `{${text}}`).join('\n') + (isEnded ? '\n' : ''))
  const read: string[] = []
  for (let at = 0; at < file.length;) {
    const some = linesOf(file.subarray(at, at + chunk).toString(), at, file.length)
    read.push(...some.map(({ text }) => text))
    const end = some.at(-1)?.end
    if (end === undefined) return Math.max(...lines.map(text => Buffer.byteLength(text))) > chunk - 4
    at = end
  }
  return read.join('\n') === lines.map(text => `{${text}}`).join('\n')
}

/** One page, and then the reader dies; null once all was read in bulk. */
async function nextPage({ source }: TestShop, cursor: string | null): Promise<Page | null> {
  if (cursor !== null && JSON.parse(cursor).customers.since !== null) return null
  for await (const page of source.changes(cursor)) return page
  return null
}
