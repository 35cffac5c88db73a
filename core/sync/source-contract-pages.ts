import { z } from 'zod'
import { VendorError } from '../model/errors.ts'
import type { Record, Unreadable } from '../model/record.ts'
import { minute } from '../model/time.ts'
import type { Page } from '../ports/source.ts'
import { ask, hasStatus } from './source-contract-ask.ts'
import { readRows, type ContractRow, type SourceContract } from './source-contract-row.ts'
import { cursorAfter, cursorIn, isInOrder, passed, scanOf, type Scan } from './source-contract-scan.ts'

const pageShape = z.object({ data: z.array(z.unknown()), next_cursor: z.string().nullish(), has_more: z.boolean() })

type PageAnswer = z.output<typeof pageShape>

/** Later than anything starts. */
const endOfTime = new Date('9999-12-31T00:00:00Z')

/**
 * Rows changed since the cursor, oldest first. A finished read's cursor is a time; in the middle of a read it also holds the vendor's
 * own cursor, so that a killed read goes on at its page. When that has expired, the read goes on from the last change it saw. When the
 * vendor no longer knows what changed since then (410), all is read again, once.
 */
export async function* readChanges<Row extends ContractRow>(
  contract: SourceContract<Row>,
  cursor: string | null,
): AsyncIterable<Page> {
  let scan = scanOf(cursor, contract.kit.now())
  let listing = listingOf(scan)
  let canReadAll = true
  let told = cursor
  for (const seen = new Set<string>(); ;) {
    const asked = await askPage(contract, scan, canReadAll)
    if ('scan' in asked) {
      scan = asked.scan
      listing = isWhole(scan) ? listingOf(scan) : listing
      canReadAll &&= !isWhole(scan)
      seen.clear()
      continue
    }
    const rows = readRows(contract, asked.page.data)
    const { has_more: isMore, data } = asked.page
    const isStuck = isStandingStill(asked.page, seen)
    scan = stepped(contract, scan, rows.records, asked.page)
    list(listing, rows)
    const page = pageOf(contract, { scan, rows, isLast: !isMore, isStuck, listing })
    if (data.length > 0 || isNews(page, told, isMore)) yield page
    if (data.length > 0) told = page.cursor
    if (isStuck)
      throw new VendorError(`${contract.collection}: there is said to be more, but the cursor does not move on`)
    if (scan.next === null) return
    seen.add(scan.next)
  }
}

/** There is said to be more, and the cursor to it was given before, or is none. */
function isStandingStill({ has_more: isMore, next_cursor: next }: PageAnswer, seen: ReadonlySet<string>): boolean {
  return isMore && (!next || seen.has(next))
}

/** An empty last page is worth handing on when the cursor moved. */
function isNews(page: Page, told: string | null, isMore: boolean): boolean {
  return !isMore && told !== null && page.cursor !== told
}

/** One page; or, when the vendor no longer takes its cursor or the time asked for, where to begin anew. */
async function askPage<Row extends ContractRow>(
  contract: SourceContract<Row>,
  scan: Scan,
  canReadAll: boolean,
): Promise<{ page: PageAnswer } | { scan: Scan }> {
  try {
    return { page: await ask(contract, pagePath(contract, scan), pageShape) }
  } catch (error) {
    const again = begunAnew(contract, scan, error, canReadAll)
    if (!again) throw error
    return { scan: again }
  }
}

/** Cursors that are no longer taken, in the words of vendors who do not know the contract's 410. */
const refusals = [400, 404, 410, 422]

function begunAnew<Row extends ContractRow>(
  { kit, collection }: SourceContract<Row>,
  scan: Scan,
  error: unknown,
  canReadAll: boolean,
): Scan | null {
  const { from, next, last } = scan
  if (next !== null && last !== null && last !== from && hasStatus(error, ...refusals)) {
    kit.log.info({ collection, since: last }, 'cursor expired; the read goes on from the last change')
    return { ...scan, from: last, next: null }
  }
  if (!canReadAll || isWhole(scan) || !hasStatus(error, 410)) return null
  kit.log.warn({ collection, since: from }, 'cursor expired; all is read again')
  return scanOf(null, kit.now())
}

function pagePath({ collection, pageSize }: { collection: string; pageSize: number }, { from, next }: Scan): string {
  const query = new URLSearchParams({ limit: String(pageSize) })
  if (from !== null) query.set('updated_since', from)
  if (next !== null) query.set('cursor', next)
  return `${collection}?${query}`
}

function stepped<Row extends ContractRow>(
  { kit, collection }: SourceContract<Row>,
  scan: Scan,
  records: readonly Record[],
  page: PageAnswer,
): Scan {
  const times = records.map(({ updatedAt }) => updatedAt)
  if (!isInOrder(scan, times))
    kit.log.warn({ collection }, 'rows do not come oldest change first; a read that is cut off begins anew')
  return passed(scan, times, page.has_more ? (page.next_cursor ?? null) : null)
}

/** What a page is made from. */
interface Step {
  scan: Scan
  rows: { records: Record[]; unreadable: Unreadable[] }
  isLast: boolean
  /** The vendor's cursor leads nowhere: the next read asks by time. */
  isStuck: boolean
  listing: Listing | null
}

function pageOf<Row extends ContractRow>(
  { overlapMinutes }: SourceContract<Row>,
  { scan, rows, isLast, isStuck, listing }: Step,
): Page {
  if (!isLast) return { ...rows, cursor: cursorIn(isStuck ? { ...scan, from: scan.last, next: null } : scan) }
  const whole = listing?.isSure && { from: new Date(0), to: endOfTime, externalIds: [...listing.ids] }
  return { ...rows, cursor: cursorAfter(scan, overlapMinutes * minute), ...(whole ? { whole } : {}) }
}

/** Every row of a read of everything, in this process: what we have besides is gone at the vendor, its tombstone too. */
interface Listing {
  ids: Set<string>
  /** False once a row came without an id. */
  isSure: boolean
}

function listingOf(scan: Scan): Listing | null {
  return isWhole(scan) ? { ids: new Set(), isSure: true } : null
}

function isWhole({ from, next }: Scan): boolean {
  return from === null && next === null
}

function list(listing: Listing | null, { records, unreadable }: Step['rows']): void {
  if (!listing) return
  for (const { externalId } of [...records, ...unreadable])
    if (externalId === null) listing.isSure = false
    else listing.ids.add(externalId)
}
