import { z, type Person, type Record } from '@switchboard/core'
import { momentOf } from './local-time.ts'

/** A booking, read from either API. */
export interface Booking {
  id: string
  /** Local to the company, `2026-12-01 09:30:00`. */
  starts: string
  ends: string | null
  /** In the vendor's words. */
  status: string | null
  isConfirmed: boolean | null
  service: string | null
  provider: string | null
  location: string | null
  /** Null where the vendor does not show the client. */
  client: Client | null
}

/** A client of the company. The vendor has one field for the whole name. */
export interface Client {
  id: string | null
  name: string | null
  email: string | null
  phone: string | null
}

/** Text of the vendor; empty text is none. */
const text = z
  .string()
  .nullish()
  .transform(given => (given?.trim() ? given : null))

const id = z.union([z.string().min(1), z.int()]).transform(String)
const named = z.object({ name: text }).nullish()

const restClient = z.object({ id: id.nullish(), name: text, email: text, phone: text })

/** A booking of REST v2. */
export const restBooking = z
  .object({
    id,
    start_datetime: z.string(),
    end_datetime: text,
    status: text,
    is_confirmed: z.boolean().nullish(),
    service: named,
    provider: named,
    location: named,
    client_id: id.nullish(),
    client: restClient.nullish(),
  })
  .transform((row): Booking => ({
    ...{ id: row.id, starts: row.start_datetime, ends: row.end_datetime, status: row.status },
    isConfirmed: row.is_confirmed ?? null,
    service: row.service?.name ?? null,
    provider: row.provider?.name ?? null,
    location: row.location?.name ?? null,
    client: clientOf(row.client_id ?? null, row.client),
  }))

/** A client whose id is all that came is one that the API's user may not see: null. A booking of nobody has a client without anything. */
function clientOf(id: string | null, client: z.output<typeof restClient> | null | undefined): Client | null {
  if (!client) return id ? null : { id: null, name: null, email: null, phone: null }
  const { name, email, phone } = client
  return { id: client.id ?? id, name: name ?? null, email: email ?? null, phone: phone ?? null }
}

/** Yes and no as JSON-RPC writes them: `"1"`, `"0"`. */
const flag = z
  .union([z.boolean(), z.string(), z.number()])
  .nullish()
  .transform(given => (given === null || given === undefined ? null : given === true || String(given) === '1'))

/** A booking of JSON-RPC: the list writes `client`, `event` and `unit` as text. */
export const rpcBooking = z
  .object({
    id,
    start_date: z.string(),
    end_date: text,
    status: text,
    is_confirm: flag,
    event: text,
    unit: text,
    client_id: id.nullish(),
    client: text,
    client_email: text,
    client_phone: text,
  })
  .transform((row): Booking => ({
    ...{ id: row.id, starts: row.start_date, ends: row.end_date, status: row.status, isConfirmed: row.is_confirm },
    ...{ service: row.event, provider: row.unit, location: null },
    client: { id: row.client_id ?? null, name: row.client, email: row.client_email, phone: row.client_phone },
  }))

/** The booking in the hub's words, as it was at `askedAt`; a reason in words where its times cannot be understood. */
export function toRecord(booking: Booking, timeZone: string, askedAt: Date): Record | { error: string } {
  const startsAt = momentOf(booking.starts, timeZone)
  const endsAt = booking.ends === null ? null : momentOf(booking.ends, timeZone)
  if (!startsAt) return { error: `it starts at "${booking.starts}", which is no time` }
  if (booking.ends !== null && !endsAt) return { error: `it ends at "${booking.ends}", which is no time` }
  return {
    ...{ kind: 'booking', externalId: booking.id, version: null, updatedAt: askedAt, deletedAt: null },
    isObserved: true,
    people: peopleOf(booking.client),
    ...(booking.client ? {} : { hidden: ['client'] }),
    facts: {
      title: booking.service ?? 'Booking',
      startsAt: startsAt.toISOString(),
      endsAt: endsAt?.toISOString() ?? null,
      timeZone,
      status: statusOf(booking),
      with: booking.provider,
      location: booking.location,
    },
  }
}

/** The name stays in its one field as somebody wrote it: which part is the family name would be a guess, and guesses are the matching's. */
function peopleOf(client: Client | null): Person[] {
  if (!client || !(client.name || client.email || client.phone)) return []
  const { id: externalId, name, email, phone } = client
  return [{ role: 'client', externalId, name, email, phones: phone ? [phone] : [] }]
}

/** A status we do not know is passed on in its own words. */
function statusOf({ status, isConfirmed }: Booking): string {
  const word = status?.toLowerCase().replaceAll('_', ' ')
  if (word === 'canceled') return 'cancelled'
  return word ?? (isConfirmed === false ? 'not confirmed' : 'confirmed')
}
