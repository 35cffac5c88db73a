import type { HubEvent, Listener } from '../ports/events.ts'
import type { Store, Tx } from '../ports/store.ts'
import { briefly, leaseUntil } from './queue.ts'

/** Who listens to an event, by plugin; under `call.*`, to every event of that noun. */
export type Listeners = ReadonlyMap<string, ReadonlyMap<string, Listener>>

/** Who listens to an event: to its name, or to every event of its noun (`call.*`). */
export function listenersTo(listeners: Listeners, name: string): ReadonlyMap<string, Listener> {
  const ofNoun = listeners.get(`${name.split('.', 1)[0]}.*`)
  const byName = listeners.get(name)
  return ofNoun && byName ? new Map([...ofNoun, ...byName]) : (byName ?? ofNoun ?? new Map())
}

/** Stands in the outbox for the port that carries events beyond the hub; no plugin can have this name. */
export const relay = '@events'

/** What is put into the outbox: for one subscriber, or one courier. */
export interface OutboxInsert {
  kind: 'event' | 'command'
  topic: string
  subscriber: string
  key: string
  data: object
}

/** A row that somebody has in hand. */
export interface OutboxRow extends OutboxInsert {
  id: string
  made_at: Date
  attempts: number
  /** Only of one that was handed over at the commit. */
  beside?: object | undefined
}

/** Whose turn comes one after the other: rows of one subscriber and key. */
export function turnOf({ subscriber, key }: Pick<OutboxInsert, 'subscriber' | 'key'>): string {
  return `${subscriber} ${key}`
}

/** The event that a row tells of. */
export function eventOf(row: OutboxRow): HubEvent {
  return { id: row.id, name: row.topic, data: row.data, at: row.made_at }
}

/** Marks rows as delivered, unless another worker took one over meanwhile. @returns how many it marked */
export async function markDone(tx: Tx, rows: readonly OutboxRow[], now: Date): Promise<number> {
  const [ids, attempts] = [rows.map(({ id }) => id), rows.map(row => row.attempts)]
  const marked = await tx.sql<{ id: string }>`
    update outbox set done_at = ${now}, leased_until = null, error = null
    from unnest(${ids}::uuid[], ${attempts}::int[]) as mine (id, attempts)
    where outbox.id = mine.id and done_at is null and outbox.attempts = mine.attempts returning outbox.id, ${briefly}`
  return marked.length
}

/** Rows of one turn that are claimed together. */
const turnSize = 16

/** What a worker may claim. */
export interface ClaimWish {
  subscribers: string[]
  /** Subscribers and topics (`floodOf`) whose rows without a key are left to others. */
  floods: string[]
  /** Subscribers and topics whose rows are left for now. */
  busy: string[]
  /** Turns, and rows without one. */
  limit: number
  inHand: readonly string[]
}

/**
 * Claims rows, oldest first. A row is free when it is due, nobody has it, and nothing older of its turn is still to do; events that wait for such
 * a one, and are free but for that, come with it.
 * @returns the rows, and whether that was all there is
 */
export async function claim(
  store: Store,
  now: Date,
  { subscribers, floods, busy, limit, inHand }: ClaimWish,
): Promise<{ rows: OutboxRow[]; isAll: boolean }> {
  const claimed = await store.read(
    tx => tx.sql<OutboxRow & { isHead: boolean }>`
      with head as (
        select id, kind, subscriber, key from outbox row
        where done_at is null and dead_at is null and due_at <= ${now} and subscriber = any(${subscribers})
          and (leased_until is null or leased_until < ${now})
          and not id = any(${inHand}::uuid[])
          and not (key = '' and subscriber || ' ' || topic = any(${floods}))
          and not subscriber || ' ' || topic = any(${busy})
          and (key = '' or not exists (
            select 1 from outbox older where older.subscriber = row.subscriber and older.key = row.key and older.id < row.id
              and older.done_at is null and older.dead_at is null))
        order by id limit ${limit} for update skip locked),
      next as (
        select next.id from head cross join lateral (
          select id, bool_and(is_free) over (order by id) as is_reached from (
            select id, due_at <= ${now} and (leased_until is null or leased_until < ${now})
              and not id = any(${inHand}::uuid[]) as is_free
            from outbox later where later.subscriber = head.subscriber and later.key = head.key and later.id > head.id
              and done_at is null and dead_at is null
            order by id limit ${turnSize}) later) next
        where head.kind = 'event' and head.key <> '' and is_reached)
      update outbox set leased_until = ${leaseUntil(now)}, attempts = attempts + 1
      where id = any(array(select id from head union all select id from next)) and (leased_until is null or leased_until < ${now})
      returning id, kind, topic, subscriber, key, data, made_at, attempts, id in (select id from head) as "isHead"`,
  )
  const rows = claimed.toSorted((one, other) => (one.id < other.id ? -1 : 1))
  return { rows, isAll: rows.filter(({ isHead }) => isHead).length < limit }
}

/** Gives rows back that were claimed and not begun. */
export async function giveBack(store: Store, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return
  const [ids, attempts] = [rows.map(({ id }) => id), rows.map(row => row.attempts)]
  await store.transact(
    tx => tx.sql`
      update outbox set leased_until = null, attempts = outbox.attempts - 1
      from unnest(${ids}::uuid[], ${attempts}::int[]) as mine (id, attempts)
      where outbox.id = mine.id and done_at is null and outbox.attempts = mine.attempts`,
  )
}

const floodSize = 200

/** Claims rows of these subscribers and topics (`floodOf`), to be delivered together. */
export function claimFloods(store: Store, now: Date, names: string[]): Promise<OutboxRow[]> {
  return store.read(
    tx => tx.sql<OutboxRow>`
      update outbox set leased_until = ${leaseUntil(now)}, attempts = attempts + 1
      where id in (
        select id from outbox row
        where done_at is null and dead_at is null and due_at <= ${now} and key = ''
          and subscriber || ' ' || topic = any(${names}) and (leased_until is null or leased_until < ${now})
        order by id limit ${floodSize} for update skip locked)
      returning id, kind, topic, subscriber, key, data, made_at, attempts`,
  )
}
