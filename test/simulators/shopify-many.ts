import type { Delivered } from './deliver.ts'
import { randomOf, seedOf, type Random } from './random.ts'
import { customerGid } from './shopify-customers.ts'
import type { ManyChanges, ShopChanges } from './shopify-controls.ts'
import { orderGid, type World } from './world.ts'

/** How many webhooks are on their way at once. */
const atOnce = 16

/**
 * Makes that many changes, always the same of one seed and world: orders and customers come, change and go. The demo caller's stay as
 * they are. Ends when the last webhook was answered or given up.
 */
export async function manyChanges(shop: ShopChanges, world: World, count: number, seed: number): Promise<ManyChanges> {
  const random = randomOf(seedOf(seed, `${count} changes`))
  const touched = new Set<string>()
  const deleted = new Set<string>()
  const demo = new Set(world.orders.filter(order => order.email === world.demoCaller.email).map(({ id }) => id))
  const pools: Pools = {
    orders: shop.orders().flatMap(({ id }) => (demo.has(id) ? [] : [id])),
    loose: shop.customers().flatMap(({ id }) => (id.startsWith('5') ? [id] : [])),
    people: world.people.flatMap(({ firstName, lastName, email }) => (email ? [{ firstName, lastName, email }] : [])),
  }
  let delivered = 0
  for (let done = 0; done < count; done += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, count - done) }, () => oneChange(shop, random, pools))
    for (const { externalId, isGone } of some) {
      touched.add(externalId)
      if (isGone) deleted.add(externalId)
    }
    const outcomes = await Promise.all(some.map(change => change.delivered))
    delivered += outcomes.filter(({ status }) => status !== null && status < 300).length
  }
  return { changes: count, externalIds: [...touched], deletedIds: [...deleted], delivered }
}

interface Pools {
  orders: string[]
  /** Customers without orders: only they can be deleted. */
  loose: string[]
  people: { firstName: string; lastName: string; email: string }[]
}

interface OneChange {
  externalId: string
  isGone: boolean
  delivered: Promise<Delivered>
}

function oneChange(shop: ShopChanges, random: Random, pools: Pools): OneChange {
  const kind = random.next()
  if (kind < 0.2) return placed(shop, random, pools)
  if (kind < 0.6) return ordered(shop, random, pools)
  if (kind < 0.7) return cancelled(shop, random, pools)
  if (kind < 0.8) return joined(shop, random, pools)
  return kind < 0.95 ? altered(shop, random, pools) : left(shop, random, pools)
}

function placed(shop: ShopChanges, random: Random, { orders, people }: Pools): OneChange {
  const { order, delivered } = shop.place({ ...random.pick(people), isGuest: true, dollars: random.int(50, 900) })
  orders.push(order.id)
  return { externalId: orderGid(order.id), isGone: false, delivered }
}

function ordered(shop: ShopChanges, random: Random, { orders }: Pools): OneChange {
  const id = random.pick(orders)
  const fulfillment = random.pick(['UNFULFILLED', 'PARTIALLY_FULFILLED', 'FULFILLED'] as const)
  const { delivered } = shop.change(id, { dollars: random.int(50, 900), fulfillment })
  return { externalId: orderGid(id), isGone: false, delivered }
}

function cancelled(shop: ShopChanges, random: Random, { orders }: Pools): OneChange {
  const id = taken(orders, random)
  return { externalId: orderGid(id), isGone: true, delivered: shop.remove(id).delivered }
}

function joined(shop: ShopChanges, random: Random, { loose, people }: Pools): OneChange {
  const { customer, delivered } = shop.join(random.pick(people))
  loose.push(customer.id)
  return { externalId: customerGid(customer.id), isGone: false, delivered }
}

function altered(shop: ShopChanges, random: Random, pools: Pools): OneChange {
  const id = random.pick(pools.loose)
  const { delivered } = shop.changeCustomer(id, { note: `Fitting ${random.int(1, 999)}`, ...random.pick(pools.people) })
  return { externalId: customerGid(id), isGone: false, delivered }
}

function left(shop: ShopChanges, random: Random, pools: Pools): OneChange {
  if (pools.loose.length < 2) return joined(shop, random, pools)
  const id = taken(pools.loose, random)
  return { externalId: customerGid(id), isGone: true, delivered: shop.removeCustomer(id).delivered }
}

function taken(ids: string[], random: Random): string {
  const [id = ''] = ids.splice(random.int(0, ids.length - 1), 1)
  return id
}
