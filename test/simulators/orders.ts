import { wrotePlace, type Home, type WrittenPlace } from './homes.ts'
import { wares } from './shop.ts'
import type { WorldPerson } from './people.ts'
import { personOf } from './people.ts'
import { randomOf, type Random } from './random.ts'
import { barely, written, type Written } from './writing.ts'

/** An order of the shop, in no vendor's words. */
export interface WorldOrder {
  /** Digits; too many for a double to hold. */
  id: string
  /** What the customer quotes: "#1001". */
  number: string
  placedAt: Date
  updatedAt: Date
  cancelledAt: Date | null
  financial: 'PAID' | 'PARTIALLY_PAID' | 'PENDING' | 'REFUNDED'
  fulfillment: 'UNFULFILLED' | 'PARTIALLY_FULFILLED' | 'FULFILLED'
  total: { amount: string; currency: string }
  lines: { title: string; quantity: number; price: string }[]
  /** How to reach whoever placed it. */
  email: string | null
  phone: string | null
  /** Null for guests. */
  customer: WorldAccount | null
  billing: WorldAddress | null
  shipping: WorldAddress | null
}

/** Somebody's account in the shop. */
export interface WorldAccount extends Written {
  /** Digits. */
  id: string
  /** The default address; null where they never gave one. */
  place: WrittenPlace | null
}

/** Where a bill or a parcel goes. */
export interface WorldAddress extends Omit<Written, 'email'>, WrittenPlace {}

/** Who the people of an order really are, by role. */
export type Named = {
  role: 'customer' | 'billing' | 'shipping' | 'primary' | 'partner'
  person: string
}[]

/** An order before it has its number, with the truth about it. */
export interface DraftOrder {
  order: Omit<WorldOrder, 'id' | 'number'>
  named: Named
}

/** What orders are drawn from. */
export interface Market {
  random: Random
  people: readonly WorldPerson[]
  byId: ReadonlyMap<string, WorldPerson>
  now: Date
}

const dayMs = 86_400_000

/** An account under that number. Nine in ten have a default address, written once. */
export function accountOf(who: Written, home: Home, number: number): WorldAccount {
  const own = randomOf(number)
  const place = wrotePlace(own, home)
  return { ...who, id: String(number), place: own.chance(0.9) ? place : null }
}

/** What everybody ordered in the last two years. */
export function ordersOf(market: Market): DraftOrder[] {
  return market.people.flatMap((person, index) => ordersBy(market, person, index))
}

/** Orders that staff typed in for walk-ins: many names on the shop's own email and phone. */
export function internalOrders(market: Market, count: number, desk: { email: string; phone: string }): DraftOrder[] {
  const { random, now } = market
  const names = Array.from({ length: Math.ceil(count / 5) }, (_, index) => personOf(random, index, new Set()))
  return Array.from({ length: count }, () => {
    const walkIn = random.pick(names)
    const billing = {
      ...addressOf(random, written(random, { ...walkIn, phone: null }), walkIn.home),
      phone: desk.phone,
    }
    const order = {
      ...goodsOf(random, momentIn(random, now, 730), now),
      ...desk,
      customer: null,
      billing,
      shipping: null,
    }
    return {
      order,
      named: [{ role: 'billing', person: `walkin_${walkIn.id}` }],
    }
  })
}

/** What an order is about and when, without its people. */
export function goodsOf(
  random: Random,
  placedAt: Date,
  now: Date,
): Pick<WorldOrder, 'placedAt' | 'updatedAt' | 'cancelledAt' | 'financial' | 'fulfillment' | 'total' | 'lines'> {
  const lines = Array.from({ length: random.int(1, 3) }, () => {
    const { title, dollars } = random.pick(wares)
    return {
      title,
      quantity: title.startsWith('Bridesmaid') ? random.int(1, 4) : 1,
      price: `${dollars}.00`,
    }
  })
  const dollars = lines.reduce((sum, line) => sum + Number(line.price) * line.quantity, 0)
  const isCancelled = random.chance(0.04)
  const isOld = now.getTime() - placedAt.getTime() > 40 * dayMs
  const updatedMs = Math.min(placedAt.getTime() + random.int(0, 30 * 24 * 3600) * 1000, now.getTime() - dayMs / 12)
  return {
    placedAt,
    updatedAt: new Date(Math.max(updatedMs, placedAt.getTime())),
    cancelledAt: isCancelled ? placedAt : null,
    financial: isCancelled ? 'REFUNDED' : random.pick(isOld ? ['PAID'] : ['PAID', 'PARTIALLY_PAID', 'PENDING']),
    fulfillment: isCancelled
      ? 'UNFULFILLED'
      : random.pick(isOld ? ['FULFILLED'] : ['UNFULFILLED', 'PARTIALLY_FULFILLED', 'FULFILLED']),
    total: { amount: `${dollars}.00`, currency: 'AUD' },
    lines,
  }
}

/** A home, with whoever is written there. */
export function addressOf(random: Random, { firstName, lastName, name, phone }: Written, home: Home): WorldAddress {
  return { firstName, lastName, name, phone, ...wrotePlace(random, home) }
}

function ordersBy(market: Market, person: WorldPerson, index: number): DraftOrder[] {
  const { random, now } = market
  const weight = random.next()
  const count = weight < 0.15 ? 0 : weight < 0.6 ? 1 : weight < 0.82 ? 2 : weight < 0.94 ? 3 : random.int(4, 6)
  const account = accountOf(written(random, person), person.home, 7_000_000_000_000 + index)
  const firstAt = momentIn(random, now, 730)
  const lastMs = now.getTime() - dayMs / 4
  return Array.from({ length: count }, (_, nth) => {
    const later = nth === 0 ? 0 : random.int(dayMs, 200 * dayMs)
    const placedAt = wholeSecond(Math.min(firstAt.getTime() + later, lastMs - nth * 60_000))
    const people = random.chance(0.03) ? tillSale(market, person) : sale(market, person, account)
    return {
      order: { ...goodsOf(random, placedAt, now), ...people.order },
      named: people.named,
    }
  })
}

type SalePeople = {
  order: Pick<WorldOrder, 'email' | 'phone' | 'customer' | 'billing' | 'shipping'>
  named: Named
}

/** A walk-in at the till leaves little behind. */
function tillSale({ random }: Market, person: WorldPerson): SalePeople {
  const { email, phone, ...names } = barely(random, person)
  const billing = phone === null ? null : addressOf(random, { ...names, phone, email }, person.home)
  const named: Named = [{ role: billing ? 'billing' : 'customer', person: person.id }]
  return {
    order: { email, phone: null, customer: null, billing, shipping: null },
    named,
  }
}

/** A sale in the web shop: by account or as a guest, sometimes paid by one and sent to another. Guests pay for themselves. */
function sale(market: Market, person: WorldPerson, account: WorldAccount): SalePeople {
  const { random } = market
  const way = random.next()
  const isGuest = way > 0.85
  const newcomer = accountOf(written(random, person), person.home, 8_000_000_000_000 + random.int(0, 999_999_999))
  const buyer = way < 0.6 ? account : newcomer
  const own = random.chance(0.75) ? buyer : written(random, person)
  const [billing, payer] = sentTo(market, person, own, isGuest ? 0 : 0.06)
  const [shipping, recipient] = sentTo(market, person, own, 0.1)
  const isPickedUp = random.chance(0.1)
  const contact = { email: buyer.email, phone: isGuest ? buyer.phone : null }
  const named: Named = [
    { role: 'customer', person: person.id },
    { role: 'billing', person: payer },
    { role: 'shipping', person: recipient },
  ]
  const absent = [isGuest ? 'customer' : '', isPickedUp ? 'shipping' : '']
  return {
    order: { ...contact, customer: isGuest ? null : buyer, billing, shipping: isPickedUp ? null : shipping },
    named: named.filter(({ role }) => !absent.includes(role)),
  }
}

/** An address, and whose it is: the person's own, or with this probability somebody else's. */
function sentTo(market: Market, person: WorldPerson, own: Written, probability: number): [WorldAddress, string] {
  const who = other(market, person, probability)
  return [addressOf(market.random, who === person ? own : written(market.random, who), who.home), who.id]
}

/** The person, or with this probability somebody else: the partner if there is one. */
function other({ random, people, byId }: Market, person: WorldPerson, probability: number): WorldPerson {
  const isOther = random.chance(probability)
  const stranger = random.pick(people)
  if (!isOther) return person
  return byId.get(person.partnerId ?? '') ?? stranger
}

function momentIn(random: Random, now: Date, days: number): Date {
  return wholeSecond(now.getTime() - random.int(dayMs / 4, days * dayMs))
}

function wholeSecond(ms: number): Date {
  return new Date(Math.floor(ms / 1000) * 1000)
}
