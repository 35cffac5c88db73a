import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { HubError, WebhookRejected, z, type PersonRole, type Record, type WebhookRequest } from '@switchboard/core'
import { toRecord } from './order.ts'
import { orderBody, time } from './shape.ts'

/**
 * Checks that Shopify sent this: `X-Shopify-Hmac-Sha256` is base64 of HMAC-SHA256 over the raw body with the app's client secret.
 * Shopify signs no time, so an old delivery cannot be told from a late one; the id keeps it from acting twice.
 * @returns event id, topic and subscription: one event is delivered once for each
 * @throws WebhookRejected
 */
export function verifyDelivery({ headers, body }: WebhookRequest, shop: string, secrets: readonly string[]): string {
  const given = Buffer.from(headers['x-shopify-hmac-sha256'] ?? '', 'base64')
  if (given.length === 0) throw new WebhookRejected('the delivery is not signed')
  const fits = secrets.some(secret => isSame(createHmac('sha256', secret).update(body).digest(), given))
  if (!fits) throw new WebhookRejected("the signature is wrong: check that webhookSecrets has the app's client secret")
  const from = headers['x-shopify-shop-domain']
  if (from && from.toLowerCase() !== shop.toLowerCase())
    throw new WebhookRejected(`the delivery is of another shop: ${from}`)
  const event =
    headers['x-shopify-event-id'] || headers['x-shopify-webhook-id'] || createHash('sha256').update(body).digest('hex')
  return [event, headers['x-shopify-topic'], headers['x-shopify-name']].filter(Boolean).join(':')
}

/** What a delivery says about orders. Other topics are tolerated and give nothing. @throws HubError `bad_body` when it cannot be read */
export function readDelivery(request: WebhookRequest): Record[] {
  const topic = request.headers['x-shopify-topic'] ?? ''
  if (!topic.startsWith('orders/')) return []
  const body = parseExact(request.body)
  if (topic === 'orders/delete') return [tombstone(understood(deleted, body).id, request)]
  return [toRecord(understood(orderBody, body), hiddenIn(body))]
}

const deleted = z.object({ id: z.union([z.string(), z.number()]).transform(id => `gid://shopify/Order/${id}`) })

/** A deleted order's webhook has only its number. The time is Shopify's own, so that a late update does not bring it back. */
function tombstone(externalId: string, { headers, receivedAt }: WebhookRequest): Record {
  const at = time.safeParse(headers['x-shopify-triggered-at']).data ?? receivedAt
  const facts = { number: '', placedAt: at.toISOString(), total: null, status: 'deleted' }
  return { kind: 'order', externalId, version: null, updatedAt: at, deletedAt: at, people: [], facts }
}

const everybody: PersonRole[] = ['customer', 'billing', 'shipping', 'contact']
const shown = z.object({ customer: z.object({ email: z.string().nullable() }).nullish() })

/** An app without access to customers' data gets orders whose customer is an id and nothing else: no field `email`, not even an empty one. */
function hiddenIn(body: unknown): PersonRole[] {
  return shown.safeParse(body).success ? [] : everybody
}

function understood<T>(shape: z.ZodType<T>, given: unknown): T {
  const read = shape.safeParse(given)
  if (read.success) return read.data
  throw new HubError('bad_body', `the delivery cannot be read: ${z.prettifyError(read.error)}`, { cause: read.error })
}

type ExactReviver = (key: string, value: unknown, context: { source?: string }) => unknown

/** JSON with whole numbers that a double cannot hold as text: Shopify's ids may be so large. */
function parseExact(body: Buffer): unknown {
  const exact: ExactReviver = (_, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^\d+$/.test(source ?? '') ? source : value
  try {
    return JSON.parse(body.toString('utf8'), exact as (key: string, value: unknown) => unknown)
  } catch (cause) {
    throw new HubError('bad_body', 'the delivery is not JSON', { cause })
  }
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
