import { appointmentsOf, shopPlace, slotOf, type DraftAppointment, type WorldAppointment } from './appointments.ts'
import {
  addressOf,
  goodsOf,
  internalOrders,
  ordersOf,
  type DraftOrder,
  type Market,
  type Named,
  type WorldOrder,
} from './orders.ts'
import { homeOf, wrotePlace } from './homes.ts'
import { peopleOf, type WorldPerson } from './people.ts'
import { randomOf, seedOf } from './random.ts'

export type { WorldAppointment, Attendee } from './appointments.ts'
export { homeOf } from './homes.ts'
export type { WorldPerson } from './people.ts'
export type { WorldAccount, WorldAddress, WorldOrder } from './orders.ts'

/** A demo shop for wedding clothes: what its web shop and its booking system know, and who the people really are. */
export interface World {
  /** The start of the day the world was made for, in UTC: all its times count from there. */
  madeFor: Date
  seed: number
  shop: { name: string; domain: string; email: string; phone: string }
  /** Everybody there is: other vendors of the same business draw their rows from them. */
  people: readonly WorldPerson[]
  /** By the time of their last change, oldest first. */
  orders: WorldOrder[]
  /** By the time of their last change, oldest first. */
  appointments: WorldAppointment[]
  /** Somebody to ring with: at least three orders, and an appointment to come. */
  demoCaller: DemoCaller
  /** Who each person named in a row really is. Rows of one person have the same `person`. */
  truth: Truth[]
}

/** The customer who rings in the demo. */
export interface DemoCaller {
  firstName: string
  lastName: string
  email: string
  /** E.164. */
  phone: string
}

/** Who somebody named in a row really is. `externalId` is the adapter's. */
export interface Truth {
  source: 'shopify' | 'appointjet'
  externalId: string
  role: Named[number]['role']
  person: string
}

/** What a world is made from. */
export interface WorldSettings {
  seed: number
  now: Date
  /** Default 2,500, which gives about 4,000 orders and 1,500 appointments. */
  people?: number
}

const dayMs = 86_400_000

const shop = {
  name: 'Lumen & Lace',
  domain: 'lumen-and-lace.myshopify.example',
  email: 'frontdesk@lumen-and-lace.example.com',
  phone: '(02) 5550 1234',
}

/** In the range the Australian authority keeps for fiction. */
const sarah: WorldPerson = {
  id: 'person_demo',
  firstName: 'Sarah',
  nicknames: [],
  lastName: 'Whitlock',
  email: 'sarah.whitlock@example.com',
  phone: { e164: '+61491570156', national: '0491570156' },
  home: homeOf('sarah.whitlock@example.com'),
  partnerId: null,
}

/** Makes the demo shop: the same seed and day give the same world, to the letter. */
export function worldOf({ seed, now, people: size = 2500 }: WorldSettings): World {
  const madeFor = new Date(Math.floor(now.getTime() / dayMs) * dayMs)
  const people = peopleOf(randomOf(seedOf(seed, 'people')), size)
  const byId = new Map(people.map(person => [person.id, person]))
  const marketOf = (part: string): Market => ({
    random: randomOf(seedOf(seed, part)),
    people,
    byId,
    now: madeFor,
  })
  const drafts = [
    ...ordersOf(marketOf('orders')),
    ...internalOrders(marketOf('internal'), Math.round(size * 0.12), shop),
    ...demoOrders(marketOf('demo orders')),
  ]
  const orders = numbered(drafts)
  const appointments = listed([
    ...appointmentsOf(marketOf('appointments')),
    demoAppointment(marketOf('demo appointment')),
  ])
  return {
    ...{ madeFor, seed, shop, people },
    orders: orders.map(({ row }) => row).sort(byChange),
    appointments: appointments.map(({ row }) => row).sort(byChange),
    demoCaller: {
      firstName: sarah.firstName,
      lastName: sarah.lastName,
      email: sarah.email ?? '',
      phone: sarah.phone?.e164 ?? '',
    },
    truth: [...orders.flatMap(truthOf('shopify', orderGid)), ...appointments.flatMap(truthOf('appointjet', id => id))],
  }
}

/** The shop's own name for an order, as the adapter knows it. */
export function orderGid(id: string): string {
  return `gid://shopify/Order/${id}`
}

const byChange = (one: { updatedAt: Date; id: string }, other: { updatedAt: Date; id: string }): number =>
  one.updatedAt.getTime() - other.updatedAt.getTime() || (one.id < other.id ? -1 : 1)

/** Numbers orders as they were placed. Their ids are larger than a double can tell apart, as in the shop's test deliveries. */
function numbered(drafts: DraftOrder[]): { row: WorldOrder; named: Named }[] {
  const placed = drafts.toSorted((one, other) => one.order.placedAt.getTime() - other.order.placedAt.getTime())
  return placed.map(({ order, named }, index) => ({
    row: {
      id: String(820_982_911_000_000_000n + BigInt(index) * 37n),
      number: `#${1001 + index}`,
      ...order,
    },
    named,
  }))
}

function listed(drafts: DraftAppointment[]): { row: WorldAppointment; named: Named }[] {
  return drafts.map(({ appointment, named }, index) => ({
    row: { id: `apt_${String(index + 1).padStart(6, '0')}`, ...appointment },
    named,
  }))
}

function truthOf(source: Truth['source'], idOf: (id: string) => string) {
  return ({ row, named }: { row: { id: string }; named: Named }): Truth[] =>
    named.map(({ role, person }) => ({
      source,
      externalId: idOf(row.id),
      role,
      person,
    }))
}

/**
 * Sarah's four orders. Her rows are the last that changed, so a hub that comes back after days, to a world that has
 * moved along with the calendar, reads them again.
 */
function demoOrders({ random, now }: Market): DraftOrder[] {
  const customer = {
    firstName: 'Sarah',
    lastName: 'Whitlock',
    name: null,
    email: sarah.email,
    phone: '0491 570 156',
    id: '6999999999999',
    place: wrotePlace(randomOf(0), sarah.home),
  }
  const ago = [212, 96, 31, 9]
  return ago.map((days, nth) => {
    const goods = goodsOf(random, new Date(now.getTime() - days * dayMs + 37_000 * nth), now)
    const phone = ['0491 570 156', '+61 491 570 156', '(04) 9157 0156', '61491570156'][nth] ?? null
    const address = addressOf(random, { ...customer, phone }, sarah.home)
    const isNew = days < 40
    const order: DraftOrder['order'] = {
      ...goods,
      updatedAt: new Date(now.getTime() - (ago.length - nth) * 60_000),
      cancelledAt: null,
      financial: isNew ? 'PARTIALLY_PAID' : 'PAID',
      fulfillment: isNew ? 'UNFULFILLED' : 'FULFILLED',
      email: customer.email,
      phone: null,
      customer,
      billing: address,
      shipping: address,
    }
    return {
      order,
      named: (['customer', 'billing', 'shipping'] as const).map(role => ({
        role,
        person: sarah.id,
      })),
    }
  })
}

/** Her next appointment, twelve days off. It moves along with the calendar, and a moved row has a higher version. */
function demoAppointment({ random, now }: Market): DraftAppointment {
  return {
    appointment: {
      version: Math.floor(now.getTime() / dayMs),
      status: 'confirmed',
      ...slotOf(random, now, 12),
      type: 'Final fitting',
      ...shopPlace,
      staff: { id: 'stf_2', name: 'Sam' },
      primary: {
        id: 'prs_demo',
        firstName: 'Sarah',
        lastName: 'Whitlock',
        name: null,
        email: 'Sarah.Whitlock@example.com',
        phone: '0491570156',
      },
      partner: {
        id: null,
        firstName: 'Tendai',
        lastName: 'Moyo',
        name: null,
        email: 'tendai.moyo@example.org',
        phone: null,
      },
      notes: null,
      createdAt: new Date(now.getTime() - 20 * dayMs),
      updatedAt: new Date(now.getTime() - 60_000),
      deletedAt: null,
    },
    named: [
      { role: 'primary', person: sarah.id },
      { role: 'partner', person: 'person_tendai' },
    ],
  }
}
