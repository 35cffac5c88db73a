import type { HubEvent, Listener } from '../ports/events.ts'
import type { Store, Tx } from '../ports/store.ts'
import { briefly, leaseUntil } from './queue.ts'

/** Who listens to an event, by plugin; under `call.*`, to every event of that noun. */
export type Listeners = ReadonlyMap<string, ReadonlyMap<string, Listener>>

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

/** Another worker has taken the row over: what this one did is undone. */
export class TakenOver extends Error {}

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

/** A row is free when it is due, nobody has it, and nothing older of its key is still to do. */
export function claim(
  store: Store,
  now: Date,
  {
    subscribers,
    floods,
    limit,
    inHand,
  }: { subscribers: string[]; floods: string[]; limit: number; inHand: readonly string[] },
): Promise<OutboxRow[]> {
  return store.read(
    tx => tx.sql<OutboxRow>`
      update outbox set leased_until = ${leaseUntil(now)}, attempts = attempts + 1
      where id in (
        select id from outbox row
        where done_at is null and dead_at is null and due_at <= ${now} and subscriber = any(${subscribers})
          and (leased_until is null or leased_until < ${now})
          and not id = any(${inHand}::uuid[])
          and not (key = '' and subscriber || ' ' || topic = any(${floods}))
          and (key = '' or not exists (
            select 1 from outbox older where older.subscriber = row.subscriber and older.key = row.key and older.id < row.id
              and older.done_at is null and older.dead_at is null))
        order by id limit ${limit} for update skip locked)
      returning id, kind, topic, subscriber, key, data, made_at, attempts`,
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
