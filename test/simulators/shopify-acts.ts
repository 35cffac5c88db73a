import { changedCustomer, changedOrder, changeTime, counterOf, newCustomer, newOrder } from './shopify-changes.ts'
import type { CustomerChange, OrderChange, ShopChanges } from './shopify-controls.ts'
import type { ShopCustomer } from './shopify-customers.ts'
import { customerBody, orderBody, redactedBody, redactedCustomerBody } from './shopify-rows.ts'
import type { ShopState } from './shopify-state.ts'
import type { SimulatorSettings } from './simulator.ts'
import type { WorldOrder } from './world.ts'

/** How rows of a shop come, change and go, each with its webhook. `now`: the shop's own clock. */
export function changesOf(settings: SimulatorSettings, state: ShopState, now: () => Date): ShopChanges {
  const { orders, customers, webhooks } = state
  const counter = counterOf(orders.values())
  let joined = 0
  const tellOrder = (topic: string, order: WorldOrder): OrderChange => {
    orders.set(order.id, order)
    const payload = state.isPiiHidden ? redactedBody(order) : orderBody(order)
    return { order, delivered: webhooks.send(topic, payload, { at: later(now(), order.updatedAt) }) }
  }
  const tellCustomer = (topic: string, customer: ShopCustomer): CustomerChange => {
    customers.set(customer.id, customer)
    const payload = state.isPiiHidden ? redactedCustomerBody(customer) : customerBody(customer)
    return { customer, delivered: webhooks.send(topic, payload, { at: later(now(), customer.updatedAt) }) }
  }
  return {
    orders: () => [...orders.values()],
    customers: () => [...customers.values()],
    place(wish) {
      const change = tellOrder('orders/create', newOrder(settings, counter, now(), wish))
      const { customer } = change.order
      if (customer) void tellCustomer('customers/create', { ...newCustomer(customer.id, {}, now()), ...customer })
      return change
    },
    change: (id, wish) =>
      tellOrder(wish.isCancelled ? 'orders/cancelled' : 'orders/updated', changedOrder(known(orders, id), wish, now())),
    remove(id) {
      const order = known(orders, id)
      orders.delete(id)
      return { order, delivered: webhooks.send('orders/delete', { id: `#${id}` }, { at: gone(now(), order) }) }
    },
    join(wish = {}) {
      joined += 1
      return tellCustomer('customers/create', newCustomer(String(4_000_000_000_000 + joined), wish, now()))
    },
    changeCustomer: (id, wish) =>
      tellCustomer('customers/update', changedCustomer(known(customers, id, 'customer'), wish, now())),
    removeCustomer(id) {
      const customer = known(customers, id, 'customer')
      customers.delete(id)
      return { customer, delivered: webhooks.send('customers/delete', { id: `#${id}` }, { at: gone(now(), customer) }) }
    },
  }
}

/** A row by its number. @throws RangeError when there is none */
export function known<Row>(rows: ReadonlyMap<string, Row>, id: string, what = 'order'): Row {
  const row = rows.get(id)
  if (row === undefined) throw new RangeError(`there is no ${what} ${id}`)
  return row
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other
}

/** A deletion is later than every change before it. */
function gone(now: Date, { updatedAt }: { updatedAt: Date }): Date {
  return later(now, changeTime(now, updatedAt))
}
