import type { Bucket } from './shopify-bucket.ts'
import type { SimulatorReply, SimulatorRequest } from './server.ts'
import type { Question } from './shopify-question.ts'
import { customerGid, type ShopCustomer } from './shopify-customers.ts'
import { customerNode, orderNode, protectedFields } from './shopify-rows.ts'
import type { ShopWebhooks } from './shopify-webhooks.ts'
import { orderGid, type WorldOrder } from './world.ts'

/** What the API of the simulated shop answers from. */
export interface ShopState {
  orders: Map<string, WorldOrder>
  customers: Map<string, ShopCustomer>
  /** Global ids of rows that come out garbled. */
  spoiled: Set<string>
  /** Whether the app may see who its customers are. */
  isPiiHidden: boolean
  /** What the app may do. */
  scopes: Set<string>
  /** The version the shop answers with; null: the one that was asked for. */
  servedVersion: string | null
  /** Cursors made before do not count any more. */
  generation: number
  /** Whether the next cursor that comes is refused: a seeded draw. */
  isShifted(): boolean
  /** More than this, one question may not cost. */
  mostCost: number
  /** What the app may no longer subscribe to. */
  refusedTopics: Set<string>
  /** Fields whose next answer does not arrive. */
  lost: Set<string>
  bucket: Bucket
  bulk: ShopBulk
  webhooks: ShopWebhooks
  now(): Date
}

/** A row of either kind, as the API lists it. */
export interface ShopRow {
  gid: string
  type: 'Order' | 'Customer'
  createdAt: Date
  updatedAt: Date
  node(): object
}

export type CollectionName = 'orders' | 'customers'

/** Orders older than this are shown to few apps. */
const windowMs = 60 * 86_400_000

/** Every row of a collection that the app may see. */
export function rowsOf(state: ShopState, name: CollectionName): ShopRow[] {
  if (name === 'customers') return [...state.customers.values()].map(customerRow)
  const from = state.scopes.has('read_all_orders') ? 0 : state.now().getTime() - windowMs
  return [...state.orders.values()].filter(({ placedAt }) => placedAt.getTime() >= from).map(orderRow)
}

/** One row by its global id; null when the shop has none, or does not show it. */
export function rowOf(state: ShopState, gid: string): ShopRow | null {
  const name = gid.startsWith('gid://shopify/Order/') ? 'orders' : 'customers'
  return rowsOf(state, name).find(row => row.gid === gid) ?? null
}

/** A row as the app gets it: garbled, or without what it may not see. */
export function shownNode(row: ShopRow, { spoiled, isPiiHidden }: ShopState): object {
  if (spoiled.has(row.gid)) return { ...row.node(), createdAt: 'yesterday' }
  const denied = isPiiHidden ? protectedFields[row.type].map(field => [field, null]) : []
  return { ...row.node(), ...Object.fromEntries(denied) }
}

/** What is said beside a row whose fields were denied. `path` leads to the row. */
export function denials(row: ShopRow, path: readonly (string | number)[]): object[] {
  return protectedFields[row.type].map(field => ({
    message: `This app is not approved to access the ${field} field.`,
    path: [...path, field],
    extensions: { code: 'ACCESS_DENIED' },
  }))
}

function orderRow(order: WorldOrder): ShopRow {
  const { placedAt: createdAt, updatedAt } = order
  return { gid: orderGid(order.id), type: 'Order', createdAt, updatedAt, node: () => orderNode(order) }
}

function customerRow(customer: ShopCustomer): ShopRow {
  const { createdAt, updatedAt } = customer
  return { gid: customerGid(customer.id), type: 'Customer', createdAt, updatedAt, node: () => customerNode(customer) }
}

/** How bulk operations go. */
export interface BulkWish {
  /** How long one runs, by the shop's clock. Default 0: it is done when it is looked at. */
  takesMs?: number
  outcome?: 'COMPLETED' | 'FAILED' | 'CANCELED' | 'EXPIRED'
  /** Whether somebody else's operation is in the way. */
  isBusy?: boolean
  /** Where the files are said to be; null: at the shop itself. */
  host?: string | null
}

/** The bulk operations of one shop, one at a time. */
export interface ShopBulk {
  /** Changes how they go from now on. */
  set(wish: BulkWish): void
  /** Every operation that was begun, by its id. */
  begun: ReadonlyMap<string, Operation>
  /** `bulkOperationRunQuery`. */
  run(state: ShopState, question: Question): object
  /** One operation as the API tells of it; null when there is none of this id. */
  look(id: string, host: string): object | null
  /** The file of an operation, whole or the bytes asked for. */
  file(request: SimulatorRequest): SimulatorReply
  /** The files can no longer be had: a week has gone. */
  expire(): void
}

/** One bulk operation. */
export interface Operation {
  of: CollectionName
  createdAt: Date
  doneAt: Date
  /** Not guessable: it is in the file's address. */
  key: string
  /** Rows as JSON lines, without a letter beyond ASCII: as many bytes as characters. */
  file: string
}
