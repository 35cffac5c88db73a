import { VendorError, type Channel, type Page, type SourcePort } from '@switchboard/core'
import { testKit, type TestKit } from '@switchboard/test-contracts/kit'
import { receiver, type Receiver } from '@switchboard/test-contracts/receiver'
import { shopifySimulator, type RunningShopify } from '@switchboard/test-simulators/shopify'
import { worldOf } from '@switchboard/test-simulators/world'
import { shopify } from './shopify.ts'

/** The adapter and its simulated shop, with a clock that the test moves. */
export interface TestShop {
  source: Required<SourcePort>
  channel: Channel
  vendor: RunningShopify
  kit: TestKit
  inbox: Receiver
  now(): Date
  wait(ms: number): void
}

/** How a test's shop is to be. */
export interface TestShopSettings {
  /** Put over the adapter's options; a token that is undefined is left out. */
  options?: object
  /** Default 60. */
  people?: number
  faults?: object
}

type Teardown = { teardown(end: () => unknown): void }

/** Starts a shop for one test. Unless told otherwise it reads pages of 40 rows at most, and not in bulk. */
export async function testShop(
  t: Teardown,
  { options = {}, people = 60, faults = {} }: TestShopSettings = {},
): Promise<TestShop> {
  let at = Date.parse('2026-11-20T10:00:00Z')
  const now = (): Date => new Date(at)
  const inbox = await receiver(t, now)
  const world = worldOf({ seed: 5, now: now(), people })
  const { publicUrl } = inbox
  const vendor = await shopifySimulator.start({ publicUrl, adapter: 'shop', world, seed: 5, now, faults, speed: 1e6 })
  t.teardown(vendor.close)
  const given = { ...shopifySimulator.options, ...vendor.options, pageSize: 20, bulk: false, ...options }
  const parsed = shopify.options.parse(given)
  const kit = testKit('shop', now, { publicUrl, limits: shopify.http?.(parsed) })
  const { source, channels } = shopify.create(parsed, kit)
  const channel = channels?.['webhooks']
  if (!source || !channel) throw new Error('shopify provides no source')
  return { source: source as Required<SourcePort>, channel, vendor, kit, inbox, now, wait: ms => void (at += ms) }
}

/** All pages of one read. */
export async function pagesOf(source: SourcePort, cursor: string | null): Promise<Page[]> {
  const pages: Page[] = []
  for await (const page of source.changes(cursor)) pages.push(page)
  return pages
}

/** The external ids of all records in pages. */
export function idsIn(pages: readonly Page[]): string[] {
  return pages.flatMap(page => page.records.map(record => record.externalId))
}

/** What the hub does with a source that asks for time: it keeps each page, waits, and goes on at the last one's cursor. */
export async function pulled(
  { source, wait }: Pick<TestShop, 'source' | 'wait'>,
  cursor: string | null,
): Promise<{ pages: Page[]; waits: number[] }> {
  const pages: Page[] = []
  const waits: number[] = []
  for (let inARow = 0, from = cursor; ;) {
    const before = pages.length
    try {
      for await (const page of source.changes(from)) {
        pages.push(page)
        from = page.cursor
      }
      return { pages, waits }
    } catch (error) {
      if (!(error instanceof VendorError) || !error.retryable || error.retryAfterMs === undefined) throw error
      inARow = pages.length > before ? 1 : inARow + 1
      if (inARow > 5 || error.retryAfterMs > 60_000) throw error
      waits.push(error.retryAfterMs)
      wait(error.retryAfterMs)
    }
  }
}

/** What was thrown. */
export async function thrownBy(work: () => Promise<unknown>): Promise<VendorError | null> {
  return work().then(
    () => null,
    (error: unknown) => error as VendorError,
  )
}
