import { test } from 'tap'
import { VendorError, type Page, type Record, type SourceNews, type WebhookRequest } from '@switchboard/core'
import { faultNames } from '@switchboard/test-simulators/faults'
import { simulatedApp } from '@switchboard/test-simulators/shopify'
import { testShop, type TestShop } from './test-shop.ts'

const shaky = {
  ...Object.fromEntries(faultNames.map(name => [name, 0.1])),
  delayMs: 5,
  slowMs: 5,
  retryAfterSeconds: 0,
}

test('under every fault at once, and many changes, the rows come to be what the shop has', async t => {
  const options = { token: undefined, ...simulatedApp, bulk: true, pageSize: 50, listEveryHours: 0 }
  const shop = await testShop(t, { options, people: 40 })
  const hub = hubOf(shop)
  await hub.pull()
  shop.vendor.faults.set(shaky)
  shop.wait(60_000)
  const { externalIds, deletedIds } = await shop.vendor.many(200)
  t.ok(externalIds.length > 100 && deletedIds.length > 20)
  await hub.hear()
  for (let round = 0; round < 3; round++) {
    shop.wait(60_000)
    await hub.pull()
  }
  const wanted = shop.vendor.rows().map(({ externalId, updatedAt }) => [externalId, updatedAt.toISOString()])
  const alive = [...hub.rows.values()].filter(({ deletedAt }) => !deletedAt)
  t.strictSame(alive.map(({ externalId, updatedAt }) => [externalId, updatedAt.toISOString()]).sort(), wanted.sort())
  for (const id of deletedIds) t.notOk(alive.some(({ externalId }) => externalId === id))
  t.ok(hub.refused > 0, 'somebody tried')
})

interface SmallHub {
  rows: Map<string, Record>
  /** Deliveries whose signature was wrong. */
  refused: number
  /** Acts on every delivery, each once. */
  hear(): Promise<void>
  /** Reads until there is nothing left, however often the shop fails. */
  pull(): Promise<void>
}

/** What the hub makes of a source, in memory: newer replaces older, what is missing from two listings is gone. */
function hubOf({ source, channel, inbox, now, wait }: TestShop): SmallHub {
  const heard = new Set<string>()
  const missing = new Map<string, number>()
  let cursor: string | null = null
  const keep = (record: Record): void => {
    const known = hub.rows.get(record.externalId)
    if (!known || record.updatedAt >= known.updatedAt) hub.rows.set(record.externalId, record)
  }
  const remove = (externalId: string): void => {
    const known = hub.rows.get(externalId)
    if (known) hub.rows.set(externalId, { ...known, deletedAt: now(), updatedAt: now() })
  }
  const act = async (item: SourceNews): Promise<void> => {
    if ('externalId' in item) return keep(item)
    if (!('hint' in item)) return
    const record = await source.read(item.hint)
    if (record) keep(record)
    else remove(item.hint)
  }
  const keepPage = (page: Page): void => {
    page.records.forEach(keep)
    cursor = page.cursor
    for (const { externalId, facts, deletedAt } of page.whole ? hub.rows.values() : []) {
      const start = new Date(String(Object(facts).placedAt ?? Object(facts).since))
      const isMeant = !deletedAt && page.whole && start >= page.whole.from && start < page.whole.to
      if (!isMeant || page.whole?.externalIds.includes(externalId)) missing.delete(externalId)
      else missing.set(externalId, (missing.get(externalId) ?? 0) + 1)
      if ((missing.get(externalId) ?? 0) > 1) remove(externalId)
    }
  }
  const hub: SmallHub = {
    rows: new Map(),
    refused: 0,
    async hear() {
      for (const request of inbox.requests) {
        const id = verified(channel.verify, request)
        if (id === null) hub.refused += 1
        if (id === null || heard.has(id)) continue
        heard.add(id)
        for (const item of source.webhook(request)) await act(item)
      }
    },
    async pull() {
      for (let isOver = false; !isOver;) {
        try {
          for await (const page of source.changes(cursor)) keepPage(page)
          isOver = true
        } catch (error) {
          if (!(error instanceof VendorError)) throw error
          wait(error.retryAfterMs ?? 1000)
        }
      }
    },
  }
  return hub
}

function verified(verify: (request: WebhookRequest) => string, request: WebhookRequest): string | null {
  try {
    return verify(request)
  } catch {
    return null
  }
}
