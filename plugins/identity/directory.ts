import {
  amountOf,
  canonicalEmail,
  cleanEmail,
  cleanPhone,
  isId,
  placeOf,
  type BookingFacts,
  type Caller,
  type CallerBooking,
  type CallerOrder,
  type Directory,
  type OrderFacts,
  type Region,
} from '@switchboard/core'
import { emailKeyOf, phoneKeyOf } from './pipeline/candidate.ts'
import { loadCard, loadHolders, loadLikely, type Holder, type Recent, type RecentRow } from './card-store.ts'
import { findProfiles } from './profile-store.ts'

/** Nobody is known beyond doubt. */
const mostConfidence = 0.99
/** As many others on the phone or email are named. */
const mostHousehold = 5

/** Finds people by phone or email. `region` is where a number without a country code is from. */
export function makeDirectory({ region, now }: { region: string; now(): Date }): Directory {
  return {
    card: async (tx, phone) => {
      const e164 = cleanPhone(phone, region as Region)
      if (e164 === null) return { ...unknown, phone: phone?.trim() || null }
      const { holders, ...recent } = await loadCard(tx, phoneKeyOf(e164), now())
      const [best, ...others] = holders
      if (!best) return { ...unknown, phone: e164, place: placeOf(e164), reasons: ['no record has this number'] }
      return describe({ e164, best, others, recent })
    },
    holders: async (tx, handle) => {
      const key = keyOf(handle, region as Region)
      if (key === null) return []
      const found = await loadHolders(tx, key)
      return found.map(one => ({
        profileId: one.profileId,
        displayName: one.displayName,
        confidence: confidenceIn(one),
      }))
    },
    reach: async (tx, profileIds) =>
      (await findProfiles(tx, profileIds.filter(isId))).map(({ id, displayName, phones, emails }) => ({
        ...{ profileId: id, displayName, phones },
        emails: [...new Set(emails.map(canonicalEmail))],
      })),
    likely: loadLikely,
  }
}

/** The key that a phone number or an email address is found by; null when it is neither. */
function keyOf(handle: string, region: Region): string | null {
  const email = handle.includes('@') ? cleanEmail(handle) : null
  if (email !== null) return emailKeyOf(canonicalEmail(email))
  const phone = cleanPhone(handle, region)
  return phone && phoneKeyOf(phone)
}

const unknown: Caller = {
  profileId: null,
  displayName: null,
  phone: null,
  place: null,
  confidence: 0,
  reasons: [],
  household: [],
  orders: [],
  bookings: [],
  promises: [],
  notes: [],
}

interface Found {
  e164: string
  best: Holder
  others: Holder[]
  recent: Recent
}

function describe({ e164, best, others, recent }: Found): Caller {
  return {
    profileId: best.profileId,
    displayName: best.displayName,
    phone: e164,
    place: placeOf(e164),
    confidence: confidenceIn(best),
    reasons: reasonsFor(best),
    household: householdOf(others, recent),
    orders: recent.orders.map(orderOf),
    bookings: [...recent.next.map(row => bookingOf(row, 'next')), ...recent.last.map(row => bookingOf(row, 'last'))],
    promises: [],
    notes: [],
  }
}

/** The part of the phone's records that are theirs, times how sure it is that these records are one person's. */
function confidenceIn({ recordsOnPhone, recordsOfAll, confidence }: Holder): number {
  return Math.round((recordsOnPhone / recordsOfAll) * confidence * mostConfidence * 100) / 100
}

function reasonsFor({ recordsOnPhone, recordCount, sharers, confidence, isSampled }: Holder): string[] {
  const many = isSampled ? `${recordsOnPhone} or more` : recordsOnPhone
  const theirs = recordCount === 1 ? 'their only record' : `${many} of their ${recordCount} records`
  const shared =
    sharers === 0 ? 'nobody else has it' : `shared with ${sharers} other ${sharers === 1 ? 'person' : 'people'}`
  const certainty = Math.min(99.9, confidence * 100).toFixed(1)
  const link = confidence < 1 ? [`their records belong together with at least ${certainty} % certainty`] : []
  return [`this phone is on ${theirs}`, shared, ...link]
}

/** Others who share something: those on the phone first, each once with all that they share. */
export function householdOf(others: Holder[], { related }: Recent): Caller['household'] {
  const all = [...others.map(({ profileId, displayName }) => ({ profileId, displayName, shares: 'phone' })), ...related]
  const byProfile = Map.groupBy(all, ({ profileId }) => profileId)
  return [...byProfile].slice(0, mostHousehold).map(([profileId, of]) => ({
    profileId,
    displayName: of[0]!.displayName,
    shares: [...new Set(of.map(({ shares }) => shares))],
  }))
}

function orderOf({ facts, source, asOf }: RecentRow<OrderFacts>): CallerOrder {
  const { number, placedAt, total, status, soldBy } = facts
  return {
    ...(soldBy ? { soldBy } : {}),
    number,
    placedAt,
    status,
    source,
    asOf,
    total: total && { amount: amountOf(total), currency: total.currency },
  }
}

function bookingOf({ facts, source, asOf }: RecentRow<BookingFacts>, when: CallerBooking['when']): CallerBooking {
  return { ...facts, when, source, asOf }
}
