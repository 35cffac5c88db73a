import { wrotePlace } from './homes.ts'
import { goodsOf } from './orders.ts'
import { wrotePhone, written } from './writing.ts'
import type { Phone, WorldPerson } from './people.ts'
import { randomOf, seedOf, type Random } from './random.ts'
import type { World } from './world.ts'

/** An order of the shop's own sales tool: taken on the telephone or at the counter, the customer typed in by whoever had a hand free. */
export interface SalesOrder {
  id: string
  /** What staff call it: "S-1001". */
  number: string
  /** Counts the changes, from 1. */
  version: number
  status: SalesStatus
  /** The counter notes the day, the telephone the time too. */
  way: 'phone' | 'counter'
  orderedAt: Date
  total: { amount: string; currency: string }
  balanceDue: { amount: string; currency: string }
  /** Null for a cash sale. */
  customer: SalesCustomer | null
  /** Who sold it; null when nobody noted that. */
  soldBy: { id: string; name: string } | null
  lines: { title: string; quantity: number; price: string }[]
  updatedAt: Date
  deletedAt: Date | null
}

export type SalesStatus = 'open' | 'confirmed' | 'in_alterations' | 'ready' | 'collected' | 'cancelled'

/** A customer as they are in the tool: the name in one field, and all the phones they ever gave. */
export interface SalesCustomer {
  id: string | null
  name: string
  email: string | null
  phones: string[]
  /** Where the parcel goes; null for whoever picks it up. */
  address: SalesAddress | null
}

/** An address as the tool has it: the street with the unit in one text. */
export interface SalesAddress {
  street: string
  city: string
  region: string
  postcode: string
  country: string
}

/** Who the customer of an order really is: a person of the world. */
export interface SalesTruth {
  source: 'salestools'
  externalId: string
  role: 'customer'
  person: string
}

const dayMs = 86_400_000
/** Orders older than this were copied from the paper books in one evening, so they all changed last at one moment. */
const paperDays = 480

/**
 * The sales tool's orders, about 1,500 of 2,500 people, and who they are of; by the time of their last change, oldest first. The
 * same world gives the same orders, to the letter. The demo caller has none.
 */
export function salesOrdersOf(world: World): { orders: SalesOrder[]; truth: SalesTruth[] } {
  const random = randomOf(seedOf(world.seed, 'salestools'))
  const byId = new Map(world.people.map(person => [person.id, person]))
  const drafts = world.people.flatMap(person => ordersBy({ random, world, byId }, person))
  const numbered = drafts
    .toSorted((one, other) => one.order.orderedAt.getTime() - other.order.orderedAt.getTime())
    .map(({ order, person }, index) => ({
      order: { ...numberedAs(index + 1), ...order } satisfies SalesOrder,
      person,
    }))
  const truth = numbered.flatMap(({ order: { id, customer }, person }) =>
    customer ? [{ source: 'salestools' as const, externalId: id, role: 'customer' as const, person }] : [],
  )
  const orders = numbered.map(({ order }) => order)
  return { orders: orders.toSorted((one, other) => one.updatedAt.getTime() - other.updatedAt.getTime()), truth }
}

/** The tool's nth order: who sold it is drawn apart, as the tool's other facts do not depend on it. */
function numberedAs(nth: number): Pick<SalesOrder, 'id' | 'number' | 'soldBy'> {
  const id = idOf(nth)
  const random = randomOf(seedOf(nth, 'who sold it'))
  return { id, number: `S-${1000 + nth}`, soldBy: random.chance(0.7) ? random.pick(sellers) : null }
}

/** Who works in the shop, as the tool knows them. */
const sellers = ['Priya Nair', 'Tom Becker', 'Lea Fontaine'].map((name, index) => ({ id: `stf_${index + 1}`, name }))

/** The tool's id of its nth order. */
export function idOf(nth: number): string {
  return `ord_${String(nth).padStart(6, '0')}`
}

/** Somebody as staff type them in: "Jane Smith", "Smith, Jane", "Mrs Jane Smith"; with several phones, often without an email. */
export function salesCustomer(
  random: Random,
  person: WorldPerson,
  { seed, partner }: { seed: number; partner: WorldPerson | undefined },
): SalesCustomer {
  const name = nameOf(random, person)
  const [hasEmail, isKnown] = [random.chance(0.6), random.chance(0.4)]
  const { email } = written(random, person)
  return {
    id: isKnown ? `cst_${person.id.replace('person_', '')}` : null,
    name,
    email: hasEmail ? email : null,
    phones: phonesOf(random, person, { seed, partner }),
    address: addressOf(randomOf(seedOf(seed, `${name} at home`)), person),
  }
}

/** Half of them have things sent. */
function addressOf(random: Random, { home }: WorldPerson): SalesAddress | null {
  const { street, unit, city, region, zip: postcode, country } = wrotePlace(random, home)
  const isSent = random.chance(0.5)
  return isSent ? { street: unit ? `${street}, ${unit}` : street, city, region, postcode, country } : null
}

interface Shop {
  random: Random
  world: World
  byId: ReadonlyMap<string, WorldPerson>
}

type Draft = { order: Omit<SalesOrder, 'id' | 'number' | 'soldBy'>; person: string }

function ordersBy({ random, world, byId }: Shop, person: WorldPerson): Draft[] {
  const weight = random.next()
  const count = weight < 0.54 ? 0 : weight < 0.88 ? 1 : weight < 0.98 ? 2 : 3
  const partner = byId.get(person.partnerId ?? '')
  return Array.from({ length: count }, () => {
    const customer = salesCustomer(random, person, { seed: world.seed, partner })
    const isCash = random.chance(0.02)
    return { order: { ...saleOf(random, world.madeFor), customer: isCash ? null : customer }, person: person.id }
  })
}

function saleOf(random: Random, now: Date): Omit<Draft['order'], 'customer'> {
  const orderedAt = new Date(now.getTime() - random.int(dayMs / 4, 730 * dayMs))
  const { total, lines, cancelledAt } = goodsOf(random, orderedAt, now)
  const ageDays = (now.getTime() - orderedAt.getTime()) / dayMs
  const status = cancelledAt ? 'cancelled' : statusOf(random, ageDays)
  const changedMs = Math.min(orderedAt.getTime() + random.int(0, 40 * dayMs), now.getTime() - random.int(1, dayMs / 4))
  const wasPaper = ageDays > paperDays
  const updatedAt = new Date(wasPaper ? now.getTime() - (paperDays - 1) * dayMs : changedMs)
  return {
    ...{ version: random.int(1, 4), status, way: random.chance(0.55) ? 'phone' : 'counter', orderedAt, total, lines },
    balanceDue: { ...total, amount: `${dueOf(random, Number(total.amount), status)}.00` },
    updatedAt,
    deletedAt: random.chance(0.01) && !wasPaper ? updatedAt : null,
  }
}

function statusOf(random: Random, ageDays: number): SalesStatus {
  if (ageDays > 200) return 'collected'
  return random.pick(ageDays > 60 ? ['in_alterations', 'ready', 'collected'] : ['open', 'confirmed', 'in_alterations'])
}

/** Half is paid when it is ordered, the rest when it is ready. */
function dueOf(random: Random, dollars: number, status: SalesStatus): number {
  const isPaid = random.chance(0.3)
  if (status === 'collected' || status === 'cancelled' || isPaid) return 0
  return status === 'open' ? dollars : Math.floor(dollars / 2)
}

function nameOf(random: Random, person: WorldPerson): string {
  const { firstName, lastName, name } = written(random, person)
  const way = random.next()
  const title = random.pick(['Mrs', 'Ms', 'Mr', 'Miss', 'Dr'])
  if (firstName === null || lastName === null) return name ?? ''
  if (way < 0.4) return `${firstName} ${lastName}`
  if (way < 0.75) return `${lastName}, ${firstName}`
  if (way < 0.93) return `${title} ${firstName} ${lastName}`
  return `${lastName.toUpperCase()}, ${title} ${firstName}`
}

/** A mobile, perhaps the phone at home, perhaps that of the other half. */
function phonesOf(
  random: Random,
  { id, phone }: WorldPerson,
  { seed, partner }: { seed: number; partner: WorldPerson | undefined },
): string[] {
  const own = phone && random.chance(0.93) ? [wrotePhone(random, phone)] : []
  const home = random.chance(0.18) ? [wrotePhone(random, homeOf(seed, id))] : []
  const theirs = random.chance(0.4) && partner?.phone ? [wrotePhone(random, partner.phone)] : []
  return [...new Set([...own, ...home, ...theirs])]
}

/** The landline at somebody's home, the same whenever it is asked for. */
function homeOf(seed: number, person: string): Phone {
  const random = randomOf(seedOf(seed, `home of ${person}`))
  const national = `0${random.pick(['2', '3', '7', '8'])}9${String(random.int(0, 9_999_999)).padStart(7, '0')}`
  return { e164: `+61${national.slice(1)}`, national }
}
