import { newId, type CallId, type CallerPromise, type ProfileId, type StaffId, type Tx } from '@switchboard/core'
import { sql } from 'kysely'

/** What somebody asked for, weakest first: a promise that was asked for twice is for the stronger of the two. */
export const reasons = ['missed', 'voicemail', 'callback'] as const

/** Why somebody waits for us. */
export type Reason = CallerPromise['reason']

/** Somebody waits for us to call back. */
export interface OpenPromise {
  id: string
  number: string
  reason: Reason
  asked: number
  callId: CallId
  lastCallId: CallId
  line: string
  ownerId: StaffId | null
  /** Of the call that opened it, once it is known. */
  profileId: ProfileId | null
  waitsSince: Date
  dueAt: Date
  openedAt: Date
  closedAt: Date | null
  closedBecause: string | null
}

const columns = sql`promise.id, promise.number, promise.reason, promise.asked, promise.call_id as "callId",
  promise.last_call_id as "lastCallId", promise.line, promise.owner_id as "ownerId", promise.waits_since as "waitsSince",
  promise.due_at as "dueAt", promise.opened_at as "openedAt", promise.closed_at as "closedAt",
  promise.closed_because as "closedBecause",
  (select profile_id from call where call.id = promise.call_id) as "profileId"`

/** What opens a promise, or joins the open one. */
export interface Wish {
  number: string
  /** The number as the vendor wrote it. */
  from: string
  callId: CallId
  line: string
  ownerId: StaffId | null
  reason: Reason
  since: Date
  dueAt: Date
  /** When the caller was gone: whoever got through after it keeps the promise. */
  endedAt: Date
}

/**
 * Opens a promise, or joins the one that is open for this number: it counts the call once, keeps the earlier place and due time, the
 * stronger reason and the first owner. Null when there is nothing to promise: they got through meanwhile, or what this call asked for was kept.
 */
export async function openOrJoin(tx: Tx, wish: Wish, now: Date): Promise<OpenPromise | null> {
  const { number, from, callId, line, ownerId, reason, since, dueAt, endedAt } = wish
  const [row] = await tx.sql<{ id: string }>`
    insert into call_promise as promise (id, number, reason, asked, call_id, last_call_id, line, owner_id, waits_since, due_at,
      opened_at, changed_at)
    select ${newId()}::uuid, ${number}, ${reason}, 1, ${callId}::uuid, ${callId}::uuid, ${line}, ${ownerId}::uuid,
      ${since}::timestamptz, ${dueAt}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
    where not exists (select 1 from call_promise where last_call_id = ${callId} and closed_at is not null)
      and not exists (select 1 from call where caller_from in (${from}, ${number}) and answered_at > ${endedAt})
    on conflict (number) where closed_at is null do update set
      asked = promise.asked + case when promise.last_call_id = excluded.last_call_id then 0 else 1 end,
      last_call_id = excluded.last_call_id,
      reason = case when ${strength('excluded')} > ${strength('promise')} then excluded.reason else promise.reason end,
      owner_id = coalesce(promise.owner_id, excluded.owner_id),
      waits_since = least(promise.waits_since, excluded.waits_since),
      due_at = least(promise.due_at, excluded.due_at), changed_at = excluded.changed_at
    returning id`
  return row ? readPromise(tx, row.id) : null
}

function strength(of: 'excluded' | 'promise') {
  return sql`array_position(${reasons}::text[], ${sql.ref(`${of}.reason`)})`
}

/** Whoever got through: by any of these numbers, or as this person. */
export interface Reached {
  numbers: readonly string[]
  profileId: string | null
}

/** Closes what was promised to whoever was reached. @returns what was closed by it */
export async function closeFor(tx: Tx, reached: Reached, because: string, now: Date): Promise<OpenPromise[]> {
  return tx.sql<OpenPromise>`
    update call_promise as promise set closed_at = ${now}, closed_because = ${because}, changed_at = ${now}
    where closed_at is null and (number = any(${reached.numbers}::text[])
      or call_id in (select id from call where profile_id = ${reached.profileId}::uuid))
    returning ${columns}`
}

/** What a person changes by hand. */
export interface Change {
  doneBecause?: string | undefined
  ownerId?: StaffId | null | undefined
  dueAt?: Date | undefined
}

/** Changes an open promise. Null when it is not open. */
export async function changePromise(tx: Tx, id: string, change: Change, now: Date): Promise<OpenPromise | null> {
  const { doneBecause, ownerId, dueAt } = change
  const [row] = await tx.sql<OpenPromise>`
    update call_promise as promise set changed_at = ${now},
      closed_at = case when ${doneBecause !== undefined} then ${now}::timestamptz end, closed_because = ${doneBecause ?? null},
      owner_id = case when ${ownerId !== undefined} then ${ownerId ?? null}::uuid else owner_id end,
      due_at = coalesce(${dueAt ?? null}::timestamptz, due_at)
    where id = ${id} and closed_at is null returning ${columns}`
  return row ?? null
}

/** The promise with this id; null when there is none. */
export async function readPromise(tx: Tx, id: string): Promise<OpenPromise | null> {
  const [row] = await tx.sql<OpenPromise>`select ${columns} from call_promise promise where id = ${id}`
  return row ?? null
}

/** Which promises are listed. */
export interface Wanted {
  state: 'open' | 'closed' | 'all'
  /** Only those of this member of staff. */
  ownerId?: string | undefined
  limit: number
}

/** Promises: open ones in the order in which people began to wait, then closed ones, newest first. */
export async function listPromises(tx: Tx, { state, ownerId, limit }: Wanted): Promise<OpenPromise[]> {
  return tx.sql<OpenPromise>`
    select ${columns} from call_promise promise
    where (${state} = 'all' or (closed_at is null) = (${state} = 'open'))
      and (${ownerId ?? null}::uuid is null or owner_id = ${ownerId ?? null}::uuid)
    order by closed_at desc nulls first, waits_since, id limit ${limit}`
}

/** What is promised to this number. */
export async function promisesTo(tx: Tx, number: string): Promise<OpenPromise[]> {
  return tx.sql<OpenPromise>`
    select ${columns} from call_promise promise where number = ${number} and closed_at is null`
}
