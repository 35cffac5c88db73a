import type { ProfileId } from '../model/id.ts'
import type { BookingFacts } from '../model/record.ts'
import type { Tx } from './store.ts'

/** Who is calling, as staff see it before they pick up. An unknown caller has no profile and no name, and what the number alone tells. */
export interface Caller {
  profileId: ProfileId | null
  displayName: string | null
  phone: string | null
  /** From the number alone: the country or region, where it can be told. */
  place: string | null
  /** How sure we are that it is this person, 0 to 1. */
  confidence: number
  /** Why we think so, in words, the strongest first. */
  reasons: string[]
  /** Others who share this phone or an email with the caller. */
  household: { profileId: ProfileId; displayName: string; shares: string[] }[]
  /** The last three, newest first. */
  orders: CallerOrder[]
  /** The next one, then the last one. */
  bookings: CallerBooking[]
  promises: unknown[]
  notes: unknown[]
}

export interface CallerOrder {
  number: string
  placedAt: string
  /** Decimal text in major units, such as "398.00". */
  total: { amount: string; currency: string } | null
  status: string
  source: string
  /** When the source last told us about it. */
  asOf: string
  /** Who sold it, by the name the source has. Default: not told. */
  soldBy?: string | null
}

export interface CallerBooking extends BookingFacts {
  when: 'next' | 'last'
  source: string
  asOf: string
}

/** A person who has a phone number or an email address. */
export interface Holding {
  profileId: ProfileId
  displayName: string
  /** How sure we are that whoever uses it is this person, 0 to 1. */
  confidence: number
}

/** A person, and how they can be reached. */
export interface Reachable {
  /** Of whoever they were merged into, when they were. */
  profileId: ProfileId
  displayName: string
  /** In E.164, the most used first. */
  phones: string[]
  /** Canonical addresses (`canonicalEmail`), the most used first. */
  emails: string[]
}

/** Finds people. */
export interface Directory {
  /** The card for the screen-pop, from a phone as the vendor wrote it (null when withheld). Never throws for a strange number. */
  card(tx: Tx, phone: string | null): Promise<Caller>
  /** Who has this phone number or email address, the likeliest first, at most six; nobody for a strange one. Default: cannot be known. */
  holders?(tx: Tx, handle: string): Promise<Holding[]>
  /** How these people can be reached, in any order; there is none for an id that is no profile's. Default: cannot be known. */
  reach?(tx: Tx, profileIds: readonly string[]): Promise<Reachable[]>
  /** Phones of those who are likely to call, in E.164: whoever was seen last first. Default: cannot be known. */
  likely?(tx: Tx, limit: number): Promise<string[]>
}
