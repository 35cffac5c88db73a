import { addressOf } from './orders.ts'
import { randomOf, seedOf } from './random.ts'
import type { ShopCustomer } from './shopify-customers.ts'
import type { SimulatorSettings } from './simulator.ts'
import { homeOf, type WorldOrder } from './world.ts'

/** What an order is to be like; everything is optional. */
export interface OrderWish {
  firstName?: string
  lastName?: string
  email?: string
  phone?: string
  dollars?: number
  financial?: WorldOrder['financial']
  fulfillment?: WorldOrder['fulfillment']
  isCancelled?: boolean
  /** Without an account. */
  isGuest?: boolean
}

/** What a customer is to be like; everything is optional. */
export interface CustomerWish {
  firstName?: string
  lastName?: string
  email?: string
  phone?: string
  note?: string
  tags?: string[]
}

/** The next number of a new order, and the ids that follow from it. */
export interface Counter {
  orderId: bigint
  number: number
}

/** A counter that goes on where a world's orders end. */
export function counterOf(orders: Iterable<WorldOrder>): Counter {
  const counter = { orderId: 0n, number: 1000 }
  for (const { id, number } of orders) {
    if (BigInt(id) > counter.orderId) counter.orderId = BigInt(id)
    counter.number = Math.max(counter.number, Number(number.slice(1)))
  }
  return counter
}

/** The time of a change: whole seconds, and of one row never the same twice, whatever the clock does. */
export function changeTime(now: Date, before?: Date): Date {
  const at = Math.floor(now.getTime() / 1000) * 1000
  return new Date(Math.max(at, before ? before.getTime() + 1000 : 0))
}

/** An order after a change. */
export function changedOrder(order: WorldOrder, wish: OrderWish, now: Date): WorldOrder {
  return { ...wished(order, wish, now), updatedAt: changeTime(now, order.updatedAt) }
}

/** A new order; by default the demo caller's, for one veil. */
export function newOrder(
  { world, seed }: SimulatorSettings,
  counter: Counter,
  now: Date,
  { isGuest = false, ...wish }: OrderWish = {},
): WorldOrder {
  counter.orderId += 37n
  const number = (counter.number += 1)
  const { firstName, lastName, email, phone } = { ...world.demoCaller, ...wish }
  const who = { firstName, lastName, name: null, email, phone }
  const address = addressOf(randomOf(seedOf(seed, `order ${number}`)), who, homeOf(email))
  const placedAt = changeTime(now)
  const order: WorldOrder = {
    ...{ id: String(counter.orderId), number: `#${number}`, placedAt, updatedAt: placedAt, cancelledAt: null },
    ...{ financial: 'PAID', fulfillment: 'UNFULFILLED', total: { amount: '390.00', currency: 'AUD' } },
    lines: [{ title: 'Cathedral veil', quantity: 1, price: '390.00' }],
    ...{ email, phone: isGuest ? phone : null, customer: isGuest ? null : { ...who, id: `9${number}`, place: null } },
    ...{ billing: address, shipping: address },
  }
  return wished(order, wish, now)
}

/** A new customer. */
export function newCustomer(id: string, wish: CustomerWish, now: Date): ShopCustomer {
  const at = changeTime(now)
  const nobody = {
    firstName: null,
    lastName: null,
    name: null,
    email: null,
    phone: null,
    place: null,
    note: null,
    tags: [],
  }
  return { ...nobody, ...given(wish), id, createdAt: at, updatedAt: at }
}

/** A customer after a change. */
export function changedCustomer(customer: ShopCustomer, wish: CustomerWish, now: Date): ShopCustomer {
  const name = wish.firstName === undefined ? customer.name : null
  return { ...customer, ...given(wish), name, updatedAt: changeTime(now, customer.updatedAt) }
}

function wished(order: WorldOrder, wish: OrderWish, now: Date): WorldOrder {
  const { firstName, lastName, email, phone, dollars, financial, fulfillment, isCancelled } = wish
  const names = given({ firstName, lastName, phone, name: firstName === undefined ? undefined : null })
  return {
    ...order,
    ...given({ financial, fulfillment, email }),
    cancelledAt: isCancelled ? changeTime(now) : order.cancelledAt,
    total: { ...order.total, ...given({ amount: dollars?.toFixed(2) }) },
    customer: order.customer && { ...order.customer, ...names, ...given({ email }) },
    billing: order.billing && { ...order.billing, ...names },
  }
}

/** Only the fields that were wished for. */
function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
