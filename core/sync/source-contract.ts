import { z } from 'zod'
import { HubError, VendorError } from '../model/errors.ts'
import type { Record, RecordHead, Unreadable } from '../model/record.ts'
import { minute } from '../model/time.ts'
import type { Kit } from '../ports/kit.ts'
import type { Page, SourceHealth, SourcePort } from '../ports/source.ts'
import type { Channel, WebhookRequest } from '../ports/webhook.ts'
import { verifyStandardWebhook } from './standard-webhook.ts'

/** One vendor that speaks Hub Source Contract v1: where it is, and how its rows read. */
export interface SourceContract<Row extends ContractRow> {
  kit: Pick<Kit, 'http' | 'log' | 'now'>
  /** The vendor's base; the routes of the contract are under its `/v1/`. */
  url: string
  token: string
  /** Several while one replaces another. */
  webhookSecrets: readonly string[]
  /** Rows in a page, at most 100. */
  pageSize: number
  /** What the rows are called in the path: `appointments`, `orders`. */
  collection: string
  /** What one is called in the webhooks' types: `appointment` in `appointment.updated`. */
  noun: string
  row: z.ZodType<Row>
  /** A row in our words; what every row has alike is done. */
  toRecord(row: Row, head: Omit<RecordHead, 'people'>): Record
}

/** What every row of the contract has. A row's schema extends `contractRow`. */
export type ContractRow = z.output<typeof contractRow>

/** A time as the contract writes it (RFC 3339). */
export const contractTime = z.iso.datetime({ offset: true }).transform(text => new Date(text))

/** The fields every row of the contract has. */
export const contractRow = z.object({
  id: z.string().min(1),
  version: z.int(),
  updated_at: contractTime,
  deleted_at: contractTime.nullish().transform(at => at ?? null),
})

const pageShape = z.object({ data: z.array(z.unknown()), next_cursor: z.string().nullish(), has_more: z.boolean() })
const deliveryShape = z.object({ type: z.string(), timestamp: contractTime, data: z.unknown().optional() })
const healthShape = z.object({ status: z.string(), now: contractTime })

/** Above this, somebody should set a clock: signatures are only good for five minutes. */
const skewWorthSayingMs = minute

/** Before any row: where a read goes on that found nothing readable. */
const beginning = '1970-01-01T00:00:00.000Z'

/** A source that speaks Hub Source Contract v1, and the channel its webhooks come in by. */
export function contractSource<Row extends ContractRow>(
  contract: SourceContract<Row>,
): { source: SourcePort; channel: Channel } {
  const { kit, webhookSecrets } = contract
  return {
    source: {
      changes: cursor => changes(contract, cursor),
      webhook: request => readDelivery(contract, request),
      read: externalId => readOne(contract, externalId),
      health: () => health(contract),
    },
    channel: { port: 'source', verify: request => verifyStandardWebhook(request, webhookSecrets, kit.now()) },
  }
}

/**
 * Rows changed since the cursor, oldest first. The durable cursor is `updated_at` of the last row, which the vendor takes as
 * inclusive; its own cursor is only used within one read. When the vendor says that one expired (410), all is read from the
 * beginning, once.
 */
async function* changes<Row extends ContractRow>(
  contract: SourceContract<Row>,
  cursor: string | null,
): AsyncIterable<Page> {
  try {
    yield* pages(contract, cursor)
  } catch (error) {
    if (!isGone(error)) throw error
    contract.kit.log.warn({ collection: contract.collection }, 'cursor expired; all is read again')
    yield* pages(contract, null)
  }
}

async function* pages<Row extends ContractRow>(
  contract: SourceContract<Row>,
  since: string | null,
): AsyncIterable<Page> {
  let cursor = since ?? beginning
  for (let next: string | null = null, isMore = true; isMore;) {
    const page: z.output<typeof pageShape> = await ask(contract, pagePath(contract, since, next), pageShape)
    const rows = readRows(contract, page.data)
    cursor = rows.records.reduce((last, { updatedAt }) => later(last, updatedAt), cursor)
    if (page.data.length > 0) yield { ...rows, cursor }
    isMore = page.has_more
    if (isMore && (!page.next_cursor || page.next_cursor === next))
      throw new VendorError(`${contract.collection}: there is said to be more, but the cursor does not move on`)
    next = page.next_cursor ?? null
  }
}

function pagePath(
  { collection, pageSize }: { collection: string; pageSize: number },
  since: string | null,
  next: string | null,
): string {
  const query = new URLSearchParams({ limit: String(pageSize) })
  if (since !== null) query.set('updated_since', since)
  if (next !== null) query.set('cursor', next)
  return `${collection}?${query}`
}

function later(iso: string, at: Date): string {
  return new Date(iso) < at ? at.toISOString() : iso
}

function readRows<Row extends ContractRow>(
  contract: SourceContract<Row>,
  rows: readonly unknown[],
): { records: Record[]; unreadable: Unreadable[] } {
  const records: Record[] = []
  const unreadable: Unreadable[] = []
  for (const row of rows) {
    const read = contract.row.safeParse(row)
    if (read.success) records.push(recordOf(contract, read.data))
    else unreadable.push({ externalId: idOf(row), error: z.prettifyError(read.error), row })
  }
  return { records, unreadable }
}

function idOf(row: unknown): string | null {
  const id = z.object({ id: z.string() }).safeParse(row)
  return id.success ? id.data.id : null
}

function recordOf<Row extends ContractRow>(
  contract: SourceContract<Row>,
  row: Row,
  deletedAt = row.deleted_at,
): Record {
  return contract.toRecord(row, { externalId: row.id, version: row.version, updatedAt: row.updated_at, deletedAt })
}

/** Deliveries about other things than our rows are tolerated: they give nothing. */
function readDelivery<Row extends ContractRow>(contract: SourceContract<Row>, { body }: WebhookRequest): Record[] {
  const delivery = understood(deliveryShape, parseJson(body))
  if (!delivery.type.startsWith(`${contract.noun}.`)) return []
  const row = understood(contract.row, delivery.data)
  const isDeleted = delivery.type === `${contract.noun}.deleted`
  return [recordOf(contract, row, row.deleted_at ?? (isDeleted ? delivery.timestamp : null))]
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw new HubError('bad_body', 'the delivery is not JSON', { cause })
  }
}

function understood<T>(shape: z.ZodType<T>, given: unknown): T {
  const read = shape.safeParse(given)
  if (read.success) return read.data
  throw new HubError('bad_body', `the delivery cannot be read: ${z.prettifyError(read.error)}`, { cause: read.error })
}

/** 404: the vendor never had it; 410: it was deleted. */
async function readOne<Row extends ContractRow>(
  contract: SourceContract<Row>,
  externalId: string,
): Promise<Record | null> {
  try {
    const row = await ask(contract, `${contract.collection}/${encodeURIComponent(externalId)}`, contract.row)
    return recordOf(contract, row)
  } catch (error) {
    if (isGone(error) || (error instanceof VendorError && error.vendorStatus === 404)) return null
    throw error
  }
}

async function health({
  kit,
  ...contract
}: Pick<SourceContract<ContractRow>, 'kit' | 'url' | 'token'>): Promise<SourceHealth> {
  const { now } = await ask({ kit, ...contract }, 'health', healthShape)
  const skewMs = now.getTime() - kit.now().getTime()
  if (Math.abs(skewMs) > skewWorthSayingMs) kit.log.warn({ skewMs }, "the vendor's clock differs from ours")
  return { skewMs }
}

function ask<T>(
  { kit, url, token }: Pick<SourceContract<ContractRow>, 'kit' | 'url' | 'token'>,
  path: string,
  shape: z.ZodType<T>,
): Promise<T> {
  return kit.http.json({ url: `${url.replace(/\/$/, '')}/v1/${path}`, bearer: token }, shape)
}

function isGone(error: unknown): boolean {
  return error instanceof VendorError && error.vendorStatus === 410
}
