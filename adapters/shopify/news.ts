import { z, type PersonRole, type Record, type SourceNews, type WebhookRequest } from '@switchboard/core'
import { idNumber, parseExact, understood } from './body.ts'
import { customerBody } from './customer-shape.ts'
import { toContact } from './customer.ts'
import { shopHeaders } from './headers.ts'
import { toRecord } from './order.ts'
import { customerGid, customerRedaction, dataRequest, orderGid, shopRedaction, uninstalled } from './privacy.ts'
import { orderBody, time } from './shape.ts'

/** The topics that a shop is asked to tell us. Those of privacy are set up with the app, and are not listed by the shop. */
export const topics = [
  'orders/create',
  'orders/updated',
  'orders/paid',
  'orders/cancelled',
  'orders/fulfilled',
  'orders/delete',
  'customers/create',
  'customers/update',
  'customers/delete',
  'app/uninstalled',
] as const

/** A delivery with its time. */
interface Told {
  body: unknown
  /** When it happened, by the shop's clock; else when it came. */
  at: Date
}

/** What each topic says. */
const readers: { readonly [topic: string]: ((told: Told) => SourceNews) | undefined } = {
  ...Object.fromEntries(
    ['create', 'updated', 'paid', 'cancelled', 'fulfilled', 'partially_fulfilled'].map(name => [
      `orders/${name}`,
      order,
    ]),
  ),
  ...Object.fromEntries(['create', 'update', 'enable', 'disable'].map(name => [`customers/${name}`, customer])),
  'orders/delete': ({ body, at }) => deletedOrder(orderGid(understood(deleted, body).id), at),
  'customers/delete': ({ body, at }) => deletedContact(customerGid(understood(deleted, body).id), at),
  'customers/data_request': ({ body }) => dataRequest(body),
  'customers/redact': ({ body, at }) => customerRedaction(body, at),
  'shop/redact': ({ at }) => shopRedaction(at),
}

/** What a delivery says. Other topics are tolerated and give nothing. @throws HubError `bad_body` when it cannot be read */
export function readDelivery(request: WebhookRequest, shop: string): SourceNews[] {
  const { family, get } = shopHeaders(request)
  const topic = get('topic') ?? ''
  const at = time.safeParse(get('triggered-at')).data ?? request.receivedAt
  if (family === 'events') return eventNews(get('resource-id') ?? '', get('action'), at)
  if (topic === 'app/uninstalled') return [uninstalled(shop)]
  const read = readers[topic]
  return read ? [read({ body: parseExact(request.body), at })] : []
}

function order({ body }: Told): Record {
  return toRecord(understood(orderBody, body), hiddenIn(body))
}

const everybody: PersonRole[] = ['customer', 'billing', 'shipping', 'contact']
const shown = z.object({ customer: z.object({ email: z.string().nullable() }).nullish() })

/** An app without access to customers' data gets orders whose customer is an id and nothing else: no field `email`, not even an empty one. */
function hiddenIn(body: unknown): PersonRole[] {
  return shown.safeParse(body).success ? [] : everybody
}

/** What staff wrote about a customer is not in every version of the delivery: without it, the shop is to be asked. */
const telling = ['note', 'tags', 'email'] as const

function customer({ body }: Told): SourceNews {
  const account = understood(customerBody, body)
  const isFull = telling.every(field => Object.hasOwn(Object(body), field))
  return isFull ? toContact(account) : { hint: account.id }
}

/** A deletion's webhook has only a number. */
const deleted = z.object({ id: idNumber })

/** The time is Shopify's own, so that a late update does not bring it back. */
function deletedOrder(externalId: string, at: Date): Record {
  const facts = { number: '', placedAt: at.toISOString(), total: null, status: 'deleted' }
  return { kind: 'order', externalId, version: null, updatedAt: at, deletedAt: at, people: [], facts }
}

function deletedContact(externalId: string, at: Date): Record {
  return { kind: 'contact', externalId, version: null, updatedAt: at, deletedAt: at, people: [], facts: {} }
}

/** The Events preview names the row; what became of it is asked. */
function eventNews(gid: string, action: string | undefined, at: Date): SourceNews[] {
  const type = /^gid:\/\/shopify\/(Order|Customer)\/\d+$/.exec(gid)?.[1]
  if (!type) return []
  if (action !== 'delete') return [{ hint: gid }]
  return [type === 'Order' ? deletedOrder(gid, at) : deletedContact(gid, at)]
}
