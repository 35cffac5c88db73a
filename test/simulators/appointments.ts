import { stylists, visits } from './shop.ts'
import type { Market, Named } from './orders.ts'
import type { WorldPerson } from './people.ts'
import type { Random } from './random.ts'
import { written, wrotePhone, type Written } from './writing.ts'

/** An appointment in the shop, in no vendor's words. */
export interface WorldAppointment {
  id: string
  /** Counts the changes, from 1. */
  version: number
  status: 'booked' | 'confirmed' | 'cancelled' | 'no_show' | 'completed'
  type: string
  startsAt: Date
  endsAt: Date
  timeZone: string
  location: { id: string; name: string }
  staff: { id: string; name: string }
  primary: Attendee
  partner: Attendee | null
  notes: string | null
  createdAt: Date
  updatedAt: Date
  deletedAt: Date | null
}

/** Somebody who comes along, as written down; the id is the booking system's, when it knows them. */
export interface Attendee extends Written {
  id: string | null
}

/** An appointment before it has its id, with the truth about it. */
export interface DraftAppointment {
  appointment: Omit<WorldAppointment, 'id'>
  named: Named
}

/** The only shop there is. */
export const shopPlace = {
  location: { id: 'loc_1', name: 'Marrickville' },
  timeZone: 'Australia/Sydney',
} as const

const dayMs = 86_400_000

/** Everybody's appointments: the last two years, and the next three months. */
export function appointmentsOf(market: Market): DraftAppointment[] {
  return market.people.flatMap(person => {
    const weight = market.random.next()
    const count = weight < 0.55 ? 0 : weight < 0.85 ? 1 : weight < 0.97 ? 2 : 3
    return Array.from({ length: count }, () => appointmentOf(market, person))
  })
}

/** An appointment `days` from now (before now when negative), within opening hours in Sydney, summer and winter. */
export function slotOf(
  random: Random,
  now: Date,
  days: number,
): Pick<WorldAppointment, 'type' | 'startsAt' | 'endsAt'> {
  const { type, minutes } = random.pick(visits)
  const midnight = Math.floor(now.getTime() / dayMs + days) * dayMs
  // 23:00 to 05:00 UTC is 9 or 10 in the morning to 3 or 4 in the afternoon.
  const startsAt = new Date(midnight + random.int(-2, 10) * (dayMs / 48))
  return {
    type,
    startsAt,
    endsAt: new Date(startsAt.getTime() + minutes * 60_000),
  }
}

function appointmentOf(market: Market, person: WorldPerson): DraftAppointment {
  const { random, now } = market
  const slot = slotOf(random, now, random.int(-730, 90))
  const bookedMs = slot.startsAt.getTime() - random.int(2, 60) * dayMs
  const recentMs = now.getTime() - random.int(dayMs / 12, 60 * dayMs)
  const createdAt = new Date(bookedMs < now.getTime() ? bookedMs : recentMs)
  const lastChangeMs = Math.min(slot.endsAt.getTime(), now.getTime() - dayMs / 12)
  const updatedAt = new Date(random.int(createdAt.getTime(), Math.max(createdAt.getTime(), lastChangeMs)))
  const partner = partnerOf(market, person)
  return {
    appointment: {
      version: random.int(1, 5),
      status: statusOf(random, slot.startsAt < now),
      ...slot,
      ...shopPlace,
      staff: random.pick(stylists),
      primary: attendee(random, person),
      partner: partner && companion(random, partner, person),
      notes: random.chance(0.1) ? 'Running a little late' : null,
      createdAt,
      updatedAt,
      deletedAt: random.chance(0.01) ? updatedAt : null,
    },
    named: [
      { role: 'primary', person: person.id },
      ...(partner ? [{ role: 'partner' as const, person: partner.id }] : []),
    ],
  }
}

function statusOf(random: Random, isPast: boolean): WorldAppointment['status'] {
  const isOff = random.chance(0.08)
  const usual = random.pick(
    isPast ? (['completed', 'completed', 'completed', 'no_show'] as const) : (['booked', 'confirmed'] as const),
  )
  return isOff ? 'cancelled' : usual
}

/** One in three brings somebody: their other half where they have one. */
function partnerOf({ random, people, byId }: Market, person: WorldPerson): WorldPerson | null {
  const brings = random.chance(0.35)
  const stranger = random.pick(people)
  if (!brings) return null
  const partner = byId.get(person.partnerId ?? '') ?? stranger
  return partner.id === person.id ? null : partner
}

function attendee(random: Random, person: WorldPerson): Attendee {
  const isKnown = random.chance(0.5)
  return {
    ...written(random, person),
    id: isKnown ? `prs_${person.id.replace('person_', '')}` : null,
  }
}

/** Who comes along mostly gives the phone of who booked, or none. */
function companion(random: Random, partner: WorldPerson, booker: WorldPerson): Attendee {
  const own = attendee(random, partner)
  const way = random.next()
  if (way < 0.4) return { ...own, email: null, phone: null }
  if (way < 0.8 && booker.phone) return { ...own, email: null, phone: wrotePhone(random, booker.phone) }
  return own
}
