import { z } from 'zod'
import { HubError, VendorError } from '../model/errors.ts'
import type { Record } from '../model/record.ts'
import { secret, secrets } from '../model/secret.ts'
import { minute } from '../model/time.ts'
import type { SourceHealth, SourcePort } from '../ports/source.ts'
import type { Channel, WebhookRequest } from '../ports/webhook.ts'
import { ask, bodyOf, hasStatus, type ContractVendor } from './source-contract-ask.ts'
import { readChanges } from './source-contract-pages.ts'
import { contractTime, recordOf, type ContractRow, type SourceContract } from './source-contract-row.ts'
import { verifyStandardWebhook } from './standard-webhook.ts'

export { contractRow, contractText, contractTime } from './source-contract-row.ts'
export type { ContractRow, SourceContract } from './source-contract-row.ts'

/** The options of an adapter for a vendor that speaks the contract. */
export const contractOptions = z.object({
  /** Where the contract is served; its routes are under `/v1/`. */
  url: z.url(),
  token: secret(),
  /** Standard Webhooks secrets (`whsec_…`); two while one replaces the other. */
  webhookSecrets: secrets(),
  /** Rows asked for at a time. */
  pageSize: z.int().min(1).max(100).default(100),
  /** How far each read goes back behind the last change seen, for rows that show up late. */
  overlapMinutes: z.number().min(0).default(5),
  /** Requests begun in a second. */
  perSecond: z.number().positive().default(10),
  /** Requests under way at once. */
  concurrency: z.int().min(1).default(2),
})

const deliveryShape = z.object({ type: z.string(), timestamp: contractTime, data: z.unknown().optional() })
const healthShape = z.object({ status: z.string(), now: contractTime })

/** Above this, somebody should set a clock: signatures are only good for five minutes. */
const skewWorthSayingMs = minute

/** A source that speaks Hub Source Contract v1, and the channel its webhooks come in by. The contract is written out in adapters/appointjet/README.md. */
export function contractSource<Row extends ContractRow>(
  contract: SourceContract<Row>,
): { source: SourcePort; channel: Channel } {
  const { kit, webhookSecrets } = contract
  return {
    source: {
      changes: cursor => readChanges(contract, cursor),
      webhook: request => readDelivery(contract, request),
      read: externalId => readOne(contract, externalId),
      health: () => health(contract),
      cursorAt: time => time.toISOString(),
    },
    channel: { port: 'source', verify: request => verifyStandardWebhook(request, webhookSecrets, kit.now()) },
  }
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

/** 404: the vendor never had it. 410: it was deleted; a tombstone where the answer has the row, else null. */
async function readOne<Row extends ContractRow>(
  contract: SourceContract<Row>,
  externalId: string,
): Promise<Record | null> {
  const path = `${contract.collection}/${encodeURIComponent(externalId)}`
  try {
    return recordOf(contract, await ask(contract, path, contract.row))
  } catch (error) {
    if (hasStatus(error, 404)) return null
    if (hasStatus(error, 410)) return tombstoneIn(contract, await bodyOf(contract, path))
    throw error
  }
}

/** The row is the whole answer, or the `data` of problem details. */
function tombstoneIn<Row extends ContractRow>(contract: SourceContract<Row>, body: unknown): Record | null {
  const { data } = z.object({ data: z.unknown() }).safeParse(body).data ?? {}
  const row = contract.row.safeParse(data ?? body).data
  return row ? recordOf(contract, row, row.deleted_at ?? row.updated_at) : null
}

async function health(vendor: ContractVendor): Promise<SourceHealth> {
  const { status, now } = await ask(vendor, 'health', healthShape)
  if (status !== 'ok') throw new VendorError(`the vendor says of itself: ${status}`, { retryable: true })
  const skewMs = now.getTime() - vendor.kit.now().getTime()
  if (Math.abs(skewMs) > skewWorthSayingMs) vendor.kit.log.warn({ skewMs }, "the vendor's clock differs from ours")
  return { skewMs }
}
