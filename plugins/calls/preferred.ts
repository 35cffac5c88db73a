import { day, hour, minute, type StaffId } from '@switchboard/core'

/** After so many days, a tie to somebody counts half. */
const halfLifeDays = 30
/** What counts less is forgotten. */
const leastScore = 0.1
/** No more people are rung before the others because the caller knows them. */
const most = 2

/** Somebody the caller knows, and how: the reason, in words, with the score. */
export interface Preferred {
  staffId: StaffId
  name: string
  /** 1: assigned, or just now; halves every thirty days. */
  score: number
  because: string
}

/** Everything that ties somebody outside to staff. */
export interface Ties {
  /** Whose they are, as somebody decided. */
  assigned: { staffId: StaffId; by: string } | null
  /** The last conversation with each. */
  talks: { staffId: StaffId; at: Date }[]
  /** The last message of each to them. */
  messages?: { staffId: StaffId; at: Date }[]
  /** What they bought, from whom by name. */
  orders?: { soldBy?: string | null; placedAt: string }[]
  /** Appointments, with whom by name (who fitted them, too); past or to come. */
  bookings: { with: string | null; startsAt: string; status: string }[]
}

/** Whom a caller would rather speak with, the closest first: who is assigned to them, else whom they last had to do with. Pure. */
export function prefer(ties: Ties, staff: readonly { id: StaffId; name: string }[], at: Date): Preferred[] {
  const nameOf = new Map(staff.map(({ id, name }) => [id, name]))
  const assignee = ties.assigned && nameOf.get(ties.assigned.staffId)
  if (ties.assigned && assignee !== null && assignee !== undefined) {
    const because = `${assignee} is assigned to them, by ${ties.assigned.by}`
    return [{ staffId: ties.assigned.staffId, name: assignee, score: 1, because }]
  }
  const { talks, messages = [] } = ties
  const learned = [
    ...metIn(talks, nameOf, { at, verb: 'spoke with' }),
    ...metIn(messages, nameOf, { at, verb: 'wrote to' }),
    ...ordersIn(ties, staff, at),
    ...bookingsIn(ties, staff, at),
  ]
  const best = new Map<StaffId, Preferred>()
  for (const one of learned.toSorted((a, b) => b.score - a.score))
    if (one.score >= leastScore && !best.has(one.staffId)) best.set(one.staffId, one)
  return [...best.values()].slice(0, most)
}

function metIn(
  met: Ties['talks'],
  nameOf: ReadonlyMap<StaffId, string>,
  { at, verb }: { at: Date; verb: string },
): Preferred[] {
  return met.flatMap(({ staffId, at: then }) => {
    const name = nameOf.get(staffId)
    if (name === undefined) return []
    const score = decayed(at.getTime() - then.getTime())
    return [{ staffId, name, score, because: reason(`${name} ${verb} them ${ago(then, at)}`, score) }]
  })
}

function ordersIn({ orders = [] }: Ties, staff: readonly { id: StaffId; name: string }[], at: Date): Preferred[] {
  return orders.flatMap(({ soldBy, placedAt }) => {
    const person = personNamed(soldBy ?? null, staff)
    const then = new Date(placedAt)
    if (!person || Number.isNaN(then.getTime()) || then > at) return []
    const score = decayed(at.getTime() - then.getTime())
    const { id: staffId, name } = person
    return [{ staffId, name, score, because: reason(`${name} sold them something ${ago(then, at)}`, score) }]
  })
}

function bookingsIn({ bookings }: Ties, staff: readonly { id: StaffId; name: string }[], at: Date): Preferred[] {
  return bookings.flatMap(booking => {
    const person = personNamed(booking.with, staff)
    const startsAt = new Date(booking.startsAt)
    if (!person || Number.isNaN(startsAt.getTime()) || /cancel/i.test(booking.status)) return []
    const score = decayed(Math.abs(at.getTime() - startsAt.getTime()))
    const verb = startsAt > at ? 'has' : 'had'
    const because = reason(`${person.name} ${verb} an appointment with them ${ago(startsAt, at)}`, score)
    return [{ staffId: person.id, name: person.name, score, because }]
  })
}

/** The one member of staff who goes by a name in another system: the whole name, or the first name of one person only. */
export function personNamed<Person extends { name: string }>(
  name: string | null,
  staff: readonly Person[],
): Person | null {
  if (!name) return null
  const wanted = wordsOf(name)
  const whole = staff.filter(person => wordsOf(person.name).join(' ') === wanted.join(' '))
  const first = staff.filter(person => {
    const own = wordsOf(person.name)
    return own[0] === wanted[0] && (own.length === 1 || wanted.length === 1)
  })
  const [found, ...others] = whole.length > 0 ? whole : first
  return others.length === 0 ? (found ?? null) : null
}

function wordsOf(name: string): string[] {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
}

function decayed(ms: number): number {
  return 0.5 ** (Math.max(ms, 0) / day / halfLifeDays)
}

function reason(said: string, score: number): string {
  return `${said} (${score.toFixed(2)})`
}

function ago(then: Date, at: Date): string {
  const ms = at.getTime() - then.getTime()
  const long = lengthOf(Math.abs(ms))
  return ms >= 0 ? `${long} ago` : `in ${long}`
}

function lengthOf(ms: number): string {
  const [count, unit] = ms >= day ? [ms / day, 'day'] : ms >= hour ? [ms / hour, 'hour'] : [ms / minute, 'minute']
  const whole = Math.floor(count)
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`
}
