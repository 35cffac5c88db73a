import type { SimulatorReply } from './server.ts'
import { orderNode, protectedFields } from './shopify-rows.ts'
import type { WorldOrder } from './world.ts'

/** What the API of the simulated shop answers from. */
export interface ShopState {
  orders: ReadonlyMap<string, WorldOrder>
  /** Ids of orders that come out garbled. */
  spoiled: ReadonlySet<string>
  /** Whether the app may see customers. */
  isPiiHidden: boolean
  /** Cursors made before do not count any more. */
  generation: number
  bucket: Bucket
}

/** The leaky bucket of query cost points. */
export interface Bucket {
  /** Takes `charge` points if `requested` are there. */
  take(requested: number, charge: number): boolean
  /** Empties it. */
  drain(): void
  status(): { maximumAvailable: number; currentlyAvailable: number; restoreRate: number }
}

const restoreRate = 100
const maximumAvailable = 2000

/** A full bucket that fills by 100 points a second of the given clock. */
export function bucketOf(now: () => Date): Bucket {
  let available = maximumAvailable
  let filledAt = now().getTime()
  const fill = (): void => {
    const at = now().getTime()
    available = Math.min(maximumAvailable, available + Math.max(0, ((at - filledAt) / 1000) * restoreRate))
    filledAt = at
  }
  return {
    take(requested, charge) {
      fill()
      if (available < requested) return false
      available -= charge
      return true
    },
    drain() {
      fill()
      available = 0
    },
    status() {
      fill()
      return { maximumAvailable, currentlyAvailable: Math.floor(available), restoreRate }
    },
  }
}

/** Answers a question: the shop's name, or a page of orders by the time of their last change. */
export function answer(state: ShopState, question: { query: string; variables?: OrderVariables | undefined }): object {
  if (/\borders\b/.test(question.query)) return orderPage(state, question.variables ?? {})
  if (/\bshop\b/.test(question.query)) return { data: { shop: { name: 'Lumen & Lace' } } }
  return { errors: [{ message: 'Field is not known to this simulator', extensions: { code: 'undefinedField' } }] }
}

/** The 429 that the shop answers with; its `Retry-After` is a decimal number of seconds. */
export function throttledReply(state: ShopState, retryAfterSeconds: number): SimulatorReply {
  const headers = { 'retry-after': retryAfterSeconds.toFixed(1) }
  return { status: 429, headers, body: throttled(state, 54) }
}

interface OrderVariables {
  first?: number
  after?: string | null
  query?: string | null
}

function orderPage(state: ShopState, { first = 50, after, query }: OrderVariables): object {
  const from = after ? placeOf(after, state.generation) : null
  if (first > 250) return { errors: [{ message: 'first must be at most 250', extensions: { code: 'MAX_EXCEEDED' } }] }
  if (after && !from)
    return { data: null, errors: [{ message: 'Invalid cursor for current pagination sort.', path: ['orders'] }] }
  const rows = changedSince(state, /updated_at:>='([^']+)'/.exec(query ?? '')?.[1], from)
  const requested = 4 + Math.ceil(first / 2)
  const actual = 1 + Math.ceil(Math.min(rows.length, first) / 14)
  return state.bucket.take(requested, actual)
    ? { ...connection(state, rows, first), extensions: costOf(state, requested, actual) }
    : throttled(state, requested)
}

function connection(state: ShopState, rows: WorldOrder[], first: number): object {
  const edges = rows
    .slice(0, first)
    .map(order => ({ cursor: cursorOf(order, state.generation), node: nodeOf(order, state) }))
  const pageInfo = { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null }
  return { ...(state.isPiiHidden && { errors: edges.flatMap(denials) }), data: { orders: { edges, pageInfo } } }
}

function costOf({ bucket }: ShopState, requestedQueryCost: number, actualQueryCost: number | null): object {
  return { cost: { requestedQueryCost, actualQueryCost, throttleStatus: bucket.status() } }
}

function changedSince({ orders }: ShopState, since: string | undefined, from: Place | null): WorldOrder[] {
  const at = new Date(since ?? 0)
  return [...orders.values()].filter(order => order.updatedAt >= at && isBehind(order, from)).sort(byChange)
}

function throttled(state: ShopState, requested: number): object {
  return {
    errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
    extensions: costOf(state, requested, null),
  }
}

function nodeOf(order: WorldOrder, { spoiled, isPiiHidden }: ShopState): object {
  const node = orderNode(order)
  if (spoiled.has(order.id)) return { ...node, createdAt: 'yesterday' }
  return isPiiHidden ? { ...node, ...Object.fromEntries(protectedFields.map(field => [field, null])) } : node
}

function denials(_: unknown, index: number): object[] {
  return protectedFields.map(field => ({
    message: `This app is not approved to access the ${field} field.`,
    path: ['orders', 'edges', index, 'node', field],
    extensions: { code: 'ACCESS_DENIED' },
  }))
}

interface Place {
  updatedAt: number
  id: string
}

function cursorOf({ updatedAt, id }: WorldOrder, generation: number): string {
  return Buffer.from(JSON.stringify([generation, updatedAt.getTime(), id])).toString('base64')
}

function placeOf(cursor: string, generation: number): Place | null {
  const [made, updatedAt, id] = JSON.parse(Buffer.from(cursor, 'base64').toString()) as [number, number, string]
  return made === generation ? { updatedAt, id } : null
}

function isBehind(order: WorldOrder, from: Place | null): boolean {
  return (
    from === null ||
    order.updatedAt.getTime() > from.updatedAt ||
    (order.updatedAt.getTime() === from.updatedAt && order.id > from.id)
  )
}

function byChange(one: WorldOrder, other: WorldOrder): number {
  return one.updatedAt.getTime() - other.updatedAt.getTime() || (one.id < other.id ? -1 : 1)
}
