import { newId, type CallId, type Role, type Staff, type StaffId, type Tx, type Who } from '@switchboard/core'
import { sql } from 'kysely'
import type { Duty } from './free.ts'

/** A row of `staff`. */
export interface StaffRow extends Staff, Duty {
  lastCallAt: Date | null
  presenceSince: Date | null
  connectedSince: Date | null
  /** Since when the call has them that has them. */
  claimedAt: Date | null
}

const columns = sql`id, email, name, role, is_active as "isActive", presence as "set", clients, call_id as "callId",
  wrapup_until as "wrapupUntil", last_call_at as "lastCallAt", presence_since as "presenceSince",
  connected_since as "connectedSince", claimed_at as "claimedAt"`

/** Emails are compared and kept in lower case. */
export const emailKey = (email: string): string => email.trim().toLowerCase()

/** One person, by id or by email; also one who is not active. */
export async function readOne(tx: Tx, who: Who): Promise<StaffRow | null> {
  const by = 'id' in who ? sql`id = ${who.id}` : sql`email = ${emailKey(who.email)}`
  const [row] = await tx.sql<StaffRow>`select ${columns} from staff where ${by}`
  return row ?? null
}

/** Those of these people there are, also who are not active: no more than who they are, for that is what is asked of many. */
export function readAll(tx: Tx, those: readonly Who[]): Promise<Staff[]> {
  const ids = those.flatMap(who => ('id' in who ? who.id : []))
  const emails = those.flatMap(who => ('id' in who ? [] : emailKey(who.email)))
  return tx.sql<Staff>`select id, email, name, role, is_active as "isActive" from staff
    where id = any(${ids}::uuid[]) or email = any(${emails}::text[])`
}

/** Everybody active, or one of them: who never had a call first, then whose last call is longest ago. */
export function readActive(tx: Tx, only?: StaffId): Promise<StaffRow[]> {
  const whom = only === undefined ? sql`true` : sql`id = ${only}`
  return tx.sql<StaffRow>`select ${columns} from staff where is_active and ${whom} order by last_call_at nulls first, id`
}

/** Adds a person, or changes the name and role of the one with this email. */
export async function upsert(
  tx: Tx,
  person: { email: string; name: string; role: Role },
  now: Date,
): Promise<StaffRow | undefined> {
  const [row] = await tx.sql<StaffRow>`
    insert into staff (id, email, name, role, created_at, updated_at)
    values (${newId()}, ${emailKey(person.email)}, ${person.name}, ${person.role}, ${now}, ${now})
    on conflict (email) do update
      set name = excluded.name, role = excluded.role, updated_at = excluded.updated_at, version = staff.version + 1
    returning ${columns}`
  return row
}

/** Another for all that was ever written about people, also for what this transaction wrote and has not committed: `xmin` is who wrote a row. */
export async function stampOf(tx: Tx): Promise<string> {
  const [row] = await tx.sql<{ stamp: string }>`
    select concat(count(*), ' ', bit_xor(hashtextextended(concat(id, ' ', version, ' ', xmin), 0))) as stamp from staff`
  return row?.stamp ?? ''
}

/** Locks an active person for a change; null when there is none, or somebody else is changing them this very moment. */
export async function lockUnlessTaken(tx: Tx, id: StaffId): Promise<StaffRow | null> {
  const [row] =
    await tx.sql<StaffRow>`select ${columns} from staff where id = ${id} and is_active for update skip locked`
  return row ?? null
}

/** Locks a person for a change, waiting for whoever is changing them. */
export async function lock(tx: Tx, id: StaffId): Promise<StaffRow | null> {
  const [row] = await tx.sql<StaffRow>`select ${columns} from staff where id = ${id} for update`
  return row ?? null
}

/** Writes down which call has a person. */
export async function writeClaim(tx: Tx, id: StaffId, callId: CallId, now: Date): Promise<void> {
  await tx.sql`update staff set call_id = ${callId}, claimed_at = ${now}, updated_at = ${now}, version = version + 1
    where id = ${id}`
}

/** Lets a person go without a trace of a call: it only rang. */
export async function writeRelease(tx: Tx, id: StaffId, now: Date): Promise<void> {
  await tx.sql`update staff set call_id = null, claimed_at = null, updated_at = ${now}, version = version + 1
    where id = ${id}`
}

/** Lets a person go after a conversation. */
export async function writeSpoke(tx: Tx, id: StaffId, now: Date, wrapupUntil: Date | null): Promise<void> {
  await tx.sql`update staff set call_id = null, claimed_at = null, last_call_at = ${now}, wrapup_until = ${wrapupUntil},
    presence_since = case when ${wrapupUntil}::timestamptz is null then presence_since else ${now} end,
    updated_at = ${now}, version = version + 1 where id = ${id}`
}

/** What is written down of a person's presence. */
export type PresenceRow = Pick<StaffRow, 'set' | 'clients' | 'wrapupUntil' | 'presenceSince' | 'connectedSince'>

/** Writes down what a person set and how many of their clients are connected. */
export async function writePresence(tx: Tx, id: StaffId, row: PresenceRow, now: Date): Promise<void> {
  await tx.sql`update staff set presence = ${row.set}, clients = ${row.clients}, wrapup_until = ${row.wrapupUntil},
    presence_since = ${row.presenceSince}, connected_since = ${row.connectedSince}, updated_at = ${now},
    version = version + 1 where id = ${id}`
}

/** Changes a person. */
export async function writePerson(tx: Tx, { id, name, role, isActive }: Staff, now: Date): Promise<void> {
  await tx.sql`update staff set name = ${name}, role = ${role}, is_active = ${isActive}, updated_at = ${now},
    version = version + 1 where id = ${id}`
}

/** Whether an active admin is left besides this person; others who would take one's place wait for this transaction. */
export async function hasAdminBesides(tx: Tx, id: StaffId): Promise<boolean> {
  const rows = await tx.sql<{ id: StaffId }>`
    select id from staff where role = 'admin' and is_active order by id for update`
  return rows.some(row => row.id !== id)
}

/** Ends every wrapping up whose time is over, and tells whose. */
export function endWrapups(tx: Tx, now: Date): Promise<StaffRow[]> {
  return tx.sql<StaffRow>`
    update staff set wrapup_until = null, presence_since = ${now}, updated_at = ${now}, version = version + 1
    where id in (select id from staff where wrapup_until <= ${now} order by id for update skip locked)
    returning ${columns}`
}
