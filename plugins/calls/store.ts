import {
  Conflict,
  type CallId,
  type LegId,
  type LegRef,
  type ProfileId,
  type StaffId,
  type Tx,
} from '@switchboard/core'
import { sql } from 'kysely'
import {
  callColumns,
  legColumns,
  toCall,
  toLegColumns,
  type CallColumns,
  type LegColumns,
  type StoredCall,
} from './rows.ts'
import type { Call } from './state.ts'

export type { StoredCall } from './rows.ts'

/** One line of a call's trail. */
export interface TrailRow {
  seq: number
  at: Date
  event: string
  from: string
  to: string
  because: string
  data: unknown
}

/** Others wait for whoever has a call: a transaction whose process sleeps on it for so long, in milliseconds, is ended by the database. */
const briefly = sql`set_config('idle_in_transaction_session_timeout', '6000', true)`

// By name: a statement that reads whole rows cannot be prepared.
const [callFields, legFields] = [sql.raw(callColumns), sql.raw(legColumns)]

/** The call with its legs, locked until the transaction ends: nobody else acts on it meanwhile. Null when there is none. */
export async function lockCall(tx: Tx, id: CallId): Promise<StoredCall | null> {
  const [[row], legs] = await Promise.all([
    tx.sql<CallColumns>`select ${callFields}, ${briefly} from call where id = ${id} for update`,
    legsOf(tx, [id]),
  ])
  return row ? toCall(row, legs) : null
}

/** The call with its legs as they are now. Null when there is none. */
export async function readCall(tx: Tx, id: CallId): Promise<StoredCall | null> {
  const [call] = await readCalls(tx, [id])
  return call ?? null
}

/** These calls with their legs, newest first. */
export async function readCalls(tx: Tx, ids: readonly CallId[]): Promise<StoredCall[]> {
  const [rows, legs] = await Promise.all([
    tx.sql<CallColumns>`select ${callFields} from call where id = any(${ids}::uuid[]) order by id desc`,
    legsOf(tx, ids),
  ])
  return rows.map(row => toCall(row, legs))
}

/** A page of calls with their legs, newest first: those older than `before`. */
export async function pageOfCalls(tx: Tx, limit: number, before: string | null): Promise<StoredCall[]> {
  const rows = await tx.sql<{ id: CallId }>`
    select id from call where ${before}::uuid is null or id < ${before}::uuid order by id desc limit ${limit}`
  return readCalls(
    tx,
    rows.map(({ id }) => id),
  )
}

async function legsOf(tx: Tx, ids: readonly CallId[]): Promise<LegColumns[]> {
  return tx.sql<LegColumns>`select ${legFields} from call_leg where call_id = any(${ids}::uuid[]) order by id`
}

/** Which leg a vendor's report is about: by the vendor's id, else by ours. Null when it is none of ours. */
export async function findLeg(tx: Tx, ref: LegRef): Promise<{ callId: CallId; legId: LegId } | null> {
  const [leg] = await tx.sql<{ id: LegId; call_id: CallId }>`
    select id, call_id from call_leg
    where vendor_id = ${ref.vendorId} or (id = ${ref.legId}::uuid and call_id = ${ref.callId}::uuid)
    order by vendor_id is distinct from ${ref.vendorId} limit 1`
  return leg ? { callId: leg.call_id, legId: leg.id } : null
}

/** Lets only one transaction at a time look for, and then perhaps make, the call of this vendor's leg. */
export async function lockVendorLeg(tx: Tx, vendorId: string): Promise<void> {
  await tx.sql`select pg_advisory_xact_lock(hashtextextended(${vendorId}, 500)), ${briefly}`
}

/** A call whose timer ran out. */
export interface Due {
  id: CallId
  timer: 'ring' | 'wait' | 'check'
  at: Date
  /** When the vendor was last asked about the call. */
  inspectedAt: Date | null
}

/** Whether the timer of any call ran out. */
export async function isAnyDue(tx: Tx, now: Date): Promise<boolean> {
  const rows = await tx.sql`select 1 from call where due_at <= ${now} limit 1`
  return rows.length > 0
}

/** A call whose timer ran out, locked; calls that others have in hand are passed over, and so are `except`. Null when there is none. */
export async function lockDue(tx: Tx, now: Date, except: readonly CallId[]): Promise<Due | null> {
  const [row] = await tx.sql<Due>`
    select id, due_for as timer, due_at as at, inspected_at as "inspectedAt", ${briefly} from call
    where due_at <= ${now} and not (id = any(${except}::uuid[]))
    order by due_at, id limit 1 for update skip locked`
  return row ?? null
}

/** Notes that the vendor is about to be asked about a call. */
export async function noteInspected(tx: Tx, id: CallId, now: Date): Promise<void> {
  await tx.sql`update call set inspected_at = ${now} where id = ${id}`
}

/**
 * Takes the calls that are not over, or have a leg that is not, and that nobody has asked the vendor about since `since`. One that somebody
 * acts on at this very moment is taken unmarked: to ask twice does no harm, to leave it out would.
 */
export async function takeUnfinished(tx: Tx, now: Date, since: Date): Promise<CallId[]> {
  const rows = await tx.sql<{ id: CallId }>`
    with due as materialized (
      select id from call
      where (ended_at is null or id in (select call_id from call_leg where ended_at is null))
        and (inspected_at is null or inspected_at <= ${since})),
    marked as (
      update call set inspected_at = ${now}
      where id in (select id from call where id in (select id from due) for update skip locked))
    select id from due order by id`
  return rows.map(({ id }) => id)
}

/** The calls that ring this member of staff, or have them, newest first. */
export async function liveCallsOf(tx: Tx, staffId: StaffId): Promise<StoredCall[]> {
  const rows = await tx.sql<{ call_id: CallId }>`
    select distinct call_id from call_leg where staff_id = ${staffId} and ended_at is null and not is_ending`
  return readCalls(
    tx,
    rows.map(row => row.call_id),
  )
}

/** The line of the newest call; null before the first. */
export async function lastLine(tx: Tx): Promise<string | null> {
  const [row] = await tx.sql<{ line: string }>`select line_to as line from call order by id desc limit 1`
  return row?.line ?? null
}

/** Notes who called. */
export async function nameCaller(tx: Tx, id: CallId, profileId: ProfileId): Promise<void> {
  await tx.sql`update call set profile_id = ${profileId} where id = ${id} and profile_id is null
    and not exists (select 1 from call_note where call_id = ${id} and kind = 'wrongCaller')`
}

/** Writes a call, its legs, and what is new of its trail. @throws Conflict when somebody else wrote it meanwhile */
export async function saveCall(tx: Tx, call: StoredCall, trail: TrailRow[]): Promise<void> {
  const { due } = call
  const lastSeq = trail.at(-1)?.seq ?? call.lastSeq
  const writing = tx.sql`
    insert into call (id, adapter, direction, state, caller_from, line_to, accepted_by, recording, recorded, transfer, queued_at,
      created_at, entered_at, answered_at, ended_at, outcome, due_at, due_for, version, last_seq)
    values (${call.id}, ${call.adapter}, ${call.direction}, ${JSON.stringify(call.state)}::jsonb, ${call.from}, ${call.line},
      ${call.acceptedBy}, ${jsonOrNull(call.recording)}::jsonb, ${call.recorded}, ${jsonOrNull(call.transfer)}::jsonb,
      ${call.queuedAt}, ${call.createdAt}, ${call.enteredAt}, ${call.answeredAt},
      ${call.endedAt}, ${call.outcome}, ${due?.at ?? null}, ${due?.for ?? null}, ${call.version + 1}, ${lastSeq})
    on conflict (id) do update set state = excluded.state, accepted_by = excluded.accepted_by,
      recording = excluded.recording, recorded = excluded.recorded, transfer = excluded.transfer,
      queued_at = excluded.queued_at, entered_at = excluded.entered_at, answered_at = excluded.answered_at,
      ended_at = excluded.ended_at, outcome = excluded.outcome, due_at = excluded.due_at, due_for = excluded.due_for,
      version = excluded.version, last_seq = excluded.last_seq
      where call.version = ${call.version}
    returning id`
  const [written] = await Promise.all([writing, saveLegs(tx, call), addTrail(tx, call.id, trail)])
  if (written.length === 0) throw new Conflict(`call ${call.id} was changed by somebody else`)
}

async function saveLegs(tx: Tx, call: Call): Promise<void> {
  const rows = call.legs.map(leg => toLegColumns(call.id, leg))
  await tx.sql`
    insert into call_leg select * from jsonb_populate_recordset(null::call_leg, ${JSON.stringify(rows)}::jsonb)
    on conflict (id) do update set vendor_id = excluded.vendor_id, status = excluded.status, sequence = excluded.sequence,
      is_held = excluded.is_held, is_muted = excluded.is_muted, ends_on_exit = excluded.ends_on_exit, part = excluded.part,
      in_conference = excluded.in_conference, conference = excluded.conference, told = excluded.told, turn = excluded.turn,
      is_ending = excluded.is_ending, has_spoken = excluded.has_spoken, reason = excluded.reason,
      changed_at = excluded.changed_at, ended_at = excluded.ended_at`
}

async function addTrail(tx: Tx, callId: CallId, trail: TrailRow[]): Promise<void> {
  if (trail.length === 0) return
  const values = trail.map(
    row => sql`(${callId}::uuid, ${row.seq}::int, ${row.at}::timestamptz, ${row.event}::text, ${row.from}::text,
      ${row.to}::text, ${row.because}::text, ${JSON.stringify(row.data)}::jsonb)`,
  )
  await tx.sql`insert into call_event (call_id, seq, at, event, from_state, to_state, because, data) values ${sql.join(values)}`
}

/** A call's trail, from the beginning. */
export async function trailOf(tx: Tx, callId: CallId): Promise<TrailRow[]> {
  return tx.sql<TrailRow>`select seq, at, event, from_state as "from", to_state as "to", because, data
    from call_event where call_id = ${callId} order by seq`
}

function jsonOrNull(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value)
}
