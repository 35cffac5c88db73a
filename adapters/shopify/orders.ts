import { VendorError, minute, z, type Page, type PersonRole, type Record, type Unreadable } from '@switchboard/core'
import { ask, type GraphqlError, type Shop } from './graphql.ts'
import { toRecord } from './order.ts'
import { orderNode } from './shape.ts'

const query = `query Orders($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $query) {
    edges {
      node {
        id name createdAt updatedAt cancelledAt displayFinancialStatus displayFulfillmentStatus email phone
        totalPriceSet { shopMoney { amount currencyCode } }
        customer {
          id firstName lastName
          defaultEmailAddress { emailAddress }
          defaultPhoneNumber { phoneNumber }
          defaultAddress { firstName lastName name phone }
        }
        billingAddress { firstName lastName name phone }
        shippingAddress { firstName lastName name phone }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}`

const orders = z.object({
  orders: z.object({
    edges: z.array(z.object({ node: z.unknown().optional() })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
  }),
})

/** How orders are read from a shop. */
export interface OrderShop extends Shop {
  pageSize: number
  overlapMinutes: number
}

/**
 * Orders changed since the cursor, oldest change first. The durable cursor is the last change seen; each read begins a few minutes
 * before it. The shop's own cursor lasts for one read: when the shop no longer takes it, the read begins anew, once, from the last
 * change seen.
 */
export async function* changedOrders(shop: OrderShop, cursor: string | null): AsyncIterable<Page> {
  let last = cursor
  let isSecondTry = false
  for (let scan: Scan | null = { since: cursor, after: null }; scan;) {
    const asked = await askOrders(shop, scan, !isSecondTry)
    if (asked) {
      const rows = readOrders(asked, shop)
      last = latest(last, rows.records)
      if (asked.data.orders.edges.length > 0) yield { ...rows, cursor: last ?? beginning }
      scan = next(scan, asked.data.orders.pageInfo)
    } else {
      isSecondTry = true
      scan = { since: last, after: null }
    }
  }
}

/** Where a read is: from which change on, and behind which row of that. */
interface Scan {
  since: string | null
  after: string | null
}

function next({ since, after }: Scan, { hasNextPage, endCursor }: PageInfo): Scan | null {
  if (!hasNextPage) return null
  if (!endCursor || endCursor === after)
    throw new VendorError('the shop says there are more orders, but its cursor does not move on')
  return { since, after: endCursor }
}

/** Where a read goes on that found nothing readable. */
const beginning = new Date(0).toISOString()

type Asked = { data: z.output<typeof orders>; errors: GraphqlError[] }
type PageInfo = Asked['data']['orders']['pageInfo']

/** One page; null when the shop no longer takes its own cursor and `mayExpire`. */
async function askOrders(shop: OrderShop, { since, after }: Scan, mayExpire: boolean): Promise<Asked | null> {
  const from = since && new Date(new Date(since).getTime() - shop.overlapMinutes * minute).toISOString()
  const variables = { first: shop.pageSize, after, query: from && `updated_at:>='${from}'` }
  try {
    return await ask(shop, { query, variables }, orders)
  } catch (error) {
    if (mayExpire && after && error instanceof VendorError && /invalid cursor/i.test(error.message)) return null
    throw error
  }
}

function readOrders({ data, errors }: Asked, { kit }: Shop): { records: Record[]; unreadable: Unreadable[] } {
  const records: Record[] = []
  const unreadable: Unreadable[] = []
  for (const [index, { node }] of data.orders.edges.entries()) {
    const own = errors.filter(({ path }) => path?.[0] === 'orders' && path.includes(index))
    const read = readOrder(node, own)
    if ('error' in read) unreadable.push(read)
    else records.push(read)
  }
  const hidden = records.filter(record => record.hidden).length
  if (hidden > 0)
    kit.log.warn({ hidden }, 'the shop does not show who ordered: the app needs access to protected customer data')
  return { records, unreadable }
}

function readOrder(node: unknown, errors: GraphqlError[]): Record | Unreadable {
  const failed = errors.find(({ code }) => code !== 'ACCESS_DENIED')
  const read = orderNode.safeParse(node)
  const id = z.object({ id: z.string() }).safeParse(node).data?.id ?? null
  if (failed) return { externalId: id, error: failed.message, row: node }
  if (!read.success) return { externalId: id, error: z.prettifyError(read.error), row: node }
  return toRecord(read.data, hiddenBy(errors))
}

/** Whom the shop hid, by the fields it denied. */
function hiddenBy(errors: GraphqlError[]): PersonRole[] {
  const fields = errors.flatMap(({ path }) => path?.filter(step => typeof step === 'string') ?? [])
  return [...new Set(fields.flatMap(field => rolesOf[field] ?? []))]
}

const rolesOf: { readonly [field: string]: PersonRole[] | undefined } = {
  customer: ['customer'],
  email: ['customer', 'contact'],
  phone: ['customer', 'contact'],
  billingAddress: ['billing'],
  shippingAddress: ['shipping'],
}

function latest(iso: string | null, records: Record[]): string | null {
  return records.reduce(
    (last, { updatedAt }) => (last && new Date(last) >= updatedAt ? last : updatedAt.toISOString()),
    iso,
  )
}
