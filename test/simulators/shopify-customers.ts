import { randomOf, seedOf, type Random } from './random.ts'
import { accountOf } from './orders.ts'
import { orderGid, type Truth, type World, type WorldAccount, type WorldOrder } from './world.ts'
import { written } from './writing.ts'

/** Somebody with an account in the shop. */
export interface ShopCustomer extends WorldAccount {
  /** What staff wrote down. */
  note: string | null
  tags: string[]
  createdAt: Date
  updatedAt: Date
}

const dayMs = 86_400_000

const notes = [
  'Prefers a call after five.',
  'Sleeves taken in by two centimetres.',
  'Wants to see the ivory veil next time.',
  'Paid the deposit in cash.',
  'Brings her own shoes to the fitting.',
]
const tags = ['bride', 'bridesmaid', 'newsletter', 'vip', 'alterations']

/**
 * The customers of a world's shop, oldest change first, and who they really are: whoever ordered by account, and some who left their
 * name and never ordered.
 */
export function shopCustomers(world: World): { rows: ShopCustomer[]; truth: Truth[] } {
  const buyers = buyersOf(world)
  const lookers = lookersOf(world)
  const all = [...buyers, ...lookers].toSorted(
    (one, other) => one.row.updatedAt.getTime() - other.row.updatedAt.getTime() || (one.row.id < other.row.id ? -1 : 1),
  )
  return {
    rows: all.map(({ row }) => row),
    truth: all.map(({ row, person }) => ({
      ...{ source: 'shopify', externalId: customerGid(row.id), role: 'customer', person },
    })),
  }
}

/** The shop's own name for a customer, as the adapter knows it. */
export function customerGid(id: string): string {
  return `gid://shopify/Customer/${id}`
}

interface Known {
  row: ShopCustomer
  person: string
}

function buyersOf(world: World): Known[] {
  const random = randomOf(seedOf(world.seed, 'shopify customers'))
  const persons = new Map(
    world.truth.flatMap(({ source, externalId, role, person }) =>
      source === 'shopify' && role === 'customer' ? [[externalId, person]] : [],
    ),
  )
  const known = new Map<string, Known>()
  for (const order of world.orders.toSorted((one, other) => one.placedAt.getTime() - other.placedAt.getTime())) {
    if (!order.customer) continue
    const before = known.get(order.customer.id)
    const person = persons.get(orderGid(order.id)) ?? `customer_${order.customer.id}`
    if (before) before.row.updatedAt = order.placedAt
    else known.set(order.customer.id, { person, row: customerOf(random, order.customer, order) })
  }
  return [...known.values()]
}

function customerOf(random: Random, customer: WorldAccount, { placedAt }: WorldOrder): ShopCustomer {
  return { ...customer, ...remarks(random), createdAt: placedAt, updatedAt: placedAt }
}

/** Those who signed up and did not order: one in twelve. */
function lookersOf({ seed, people, madeFor }: World): Known[] {
  const random = randomOf(seedOf(seed, 'shopify lookers'))
  return people.flatMap((person, index) => {
    const isOne = random.chance(1 / 12)
    const since = new Date(madeFor.getTime() - random.int(1, 700) * dayMs - random.int(1, 86_399) * 1000)
    const account = accountOf(written(random, person), person.home, 5_000_000_000_000 + index)
    const row = { ...account, ...remarks(random), createdAt: since, updatedAt: since }
    return isOne ? [{ row, person: person.id }] : []
  })
}

function remarks(random: Random): Pick<ShopCustomer, 'note' | 'tags'> {
  const note = random.pick(notes)
  const isNoted = random.chance(0.2)
  return { note: isNoted ? note : null, tags: tags.filter(() => random.chance(0.1)) }
}
