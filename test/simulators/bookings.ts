import { createHash } from 'node:crypto'
import { randomOf, seedOf, type Random } from './random.ts'
import { stylists, visits } from './shop.ts'
import type { World, WorldPerson } from './world.ts'
import { written } from './writing.ts'

/** A booking as SimplyBook.me keeps it: times on the wall of the company, and a client with one field for the name. */
export interface WorldBooking {
  /** Digits. */
  id: string
  code: string
  hash: string
  status: 'confirmed' | 'pending' | 'canceled'
  /** `2026-12-01 09:30:00`, of no zone. */
  start: string
  end: string
  recorded: string
  service: { id: number; name: string; duration: number }
  provider: { id: number; name: string }
  client: BookingClient
  comment: string | null
}

/** A client of the company, as somebody typed them in. */
export interface BookingClient {
  id: number
  name: string
  email: string | null
  phone: string | null
}

/** Who the client of a booking really is. Bookings of one person have the same `person`. */
export interface BookingTruth {
  source: 'simplybookme'
  externalId: string
  role: 'client'
  person: string
}

/** What the booking system knew on the day the world was made. */
export interface BookingBook {
  /** By id. */
  bookings: WorldBooking[]
  truth: BookingTruth[]
}

const dayMs = 86_400_000
const firstId = 240_001

/** The bookings of a world: every other person has one, some under two accounts; of the last two years, and the next three months. */
export function bookingsOf(world: World): BookingBook {
  const random = randomOf(seedOf(world.seed, 'bookings'))
  const book: BookingBook = { bookings: [], truth: [] }
  const add = (draft: Omit<WorldBooking, 'id' | 'code' | 'hash'>, person: string): void => {
    const id = String(firstId + book.bookings.length)
    book.bookings.push({ id, ...keysOf(world.seed, id), ...draft })
    book.truth.push({ source: 'simplybookme', externalId: id, role: 'client', person })
  }
  let accounts = 5000
  for (const person of world.people) {
    let client = clientOf(random, person, ++accounts)
    for (let left = countOf(random); left > 0; left--) {
      add(visitOf(random, { client, now: world.madeFor, days: random.int(-730, 90) }), person.id)
      if (random.chance(0.3)) client = clientOf(random, person, ++accounts)
    }
  }
  add(demoBooking(world, random), 'person_demo')
  return book
}

function countOf(random: Random): number {
  const weight = random.next()
  return weight < 0.62 ? 0 : weight < 0.9 ? 1 : 2
}

/** What the vendor hands out with each booking. */
export function keysOf(seed: number, id: string): Pick<WorldBooking, 'code' | 'hash'> {
  const hash = createHash('md5').update(`${seed} booking ${id}`).digest('hex')
  return { code: hash.slice(0, 9), hash }
}

const titles = ['Ms', 'Mrs', 'Mr', 'Dr', 'Miss'] as const

/** One field, and everybody fills it in their way: with a title, the family name first, or the first name only. */
export function clientOf(random: Random, person: WorldPerson, id: number): BookingClient {
  const { firstName, lastName, name, email, phone } = written(random, person)
  const whole = name ?? `${firstName} ${lastName}`
  const way = random.next()
  const title = random.pick(titles)
  return { id, name: way < 0.06 ? `${title} ${whole}` : way < 0.1 ? turned(whole) : whole, email, phone }
}

function turned(name: string): string {
  const [first = '', ...rest] = name.trim().split(' ')
  return rest.length > 0 ? `${rest.join(' ')}, ${first}` : first
}

/** A visit some days from now, in opening hours. */
export function visitOf(
  random: Random,
  { client, now, days }: { client: BookingClient; now: Date; days: number },
): Omit<WorldBooking, 'id' | 'code' | 'hash'> {
  const visit = random.int(0, visits.length - 1)
  const { type: name, minutes: duration } = visits[visit] ?? { type: 'Visit', minutes: 60 }
  const provider = random.int(0, stylists.length - 1)
  const start = new Date(Math.floor(now.getTime() / dayMs + days) * dayMs + random.int(18, 33) * (dayMs / 48))
  const recorded = Math.min(start.getTime() - random.int(2, 60) * dayMs, now.getTime() - random.int(1, 20) * dayMs)
  return {
    status: random.chance(0.08) ? 'canceled' : random.chance(0.1) ? 'pending' : 'confirmed',
    start: wall(start),
    end: wall(new Date(start.getTime() + duration * 60_000)),
    recorded: wall(new Date(recorded)),
    service: { id: visit + 1, name, duration },
    provider: { id: provider + 1, name: stylists[provider]?.name ?? '' },
    client,
    comment: random.chance(0.1) ? 'Bringing my mother' : null,
  }
}

/** The demo caller was there once, long ago: what she has now is with the others. */
function demoBooking({ demoCaller, madeFor }: World, random: Random): Omit<WorldBooking, 'id' | 'code' | 'hash'> {
  const { firstName, lastName, email } = demoCaller
  const client = { id: 4999, name: `${firstName} ${lastName}`, email, phone: '0491 570 156' }
  return { ...visitOf(random, { client, now: madeFor, days: -203 }), status: 'confirmed' }
}

/** A time of no zone: what the clock on the wall shows. */
function wall(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ')
}

/** What the clock on the wall of a zone shows at a moment. */
export function wallTime(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at)
}

/** `start` and its visit's end, from what somebody wished for: a moment with a zone, or a time on the wall. */
export function slotFrom(wish: string, minutes: number, timeZone: string): Pick<WorldBooking, 'start' | 'end'> {
  const isMoment = /(Z|[+-]\d\d:?\d\d)$/.test(wish)
  const start = isMoment ? wallTime(new Date(wish), timeZone) : wish.replace('T', ' ').padEnd(19, ':00')
  const end = new Date(new Date(`${start.replace(' ', 'T')}Z`).getTime() + minutes * 60_000)
  return { start, end: wall(end) }
}
