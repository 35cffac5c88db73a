import { newId } from '../model/id.ts'
import type { Events, Outbox } from '../ports/events.ts'
import type { Tx } from '../ports/store.ts'
import { listenersTo, relay, type Listeners, type OutboxInsert } from './outbox-rows.ts'
import type { OutboxQueue } from './outbox-worker.ts'
import { parcelSize, parcelsOf, type Parcel } from './parcels.ts'
import { leaseUntil } from './queue.ts'

/** The sending side: rows written in the sender's transaction, and whoever carries them woken after its commit. */
export function openOutbox(settings: {
  now(): Date
  listeners: Listeners
  /** There is something to look for. `isBehind`: another hub may have in hand what comes before. */
  wake(isBehind: boolean): void
  /** Whether every event is handed on to an `EventsPort` too. Default: no. */
  isRelayed?(): boolean
  /** The worker of this hub, which is handed what it can begin with at once. Default: it finds everything by itself. */
  worker?(): OutboxQueue | undefined
}): Events & Outbox {
  const { now, listeners, wake, isRelayed, worker } = settings
  // What a transaction sends is written by one statement at its end: a call that moves sends half a dozen rows.
  const sent = new WeakMap<Tx, OutboxMade[]>()
  const put = (tx: Tx, rows: Sending[]): void => {
    if (rows.length === 0) return
    const waiting = sent.get(tx)
    const made = rows.map(row => ({ ...row, id: newId(), made_at: now(), due_at: now() }))
    if (waiting) return void waiting.push(...made)
    sent.set(tx, made)
    tx.beforeCommit(async () => {
      sent.delete(tx)
      const left = await write(tx, made, { worker: worker?.(), now: now() })
      if (left.length === 0) return
      // What waits for a row that our worker has in hand is looked for once that is done.
      tx.afterCommit(() => {
        const others = left.filter(row => worker?.()?.willSee(row) !== true)
        if (others.length > 0) wake(others.some(({ key }) => key !== ''))
      })
    })
  }
  return {
    publish: async (tx, name, data, beside) => {
      const heard = [...listenersTo(listeners, name)].filter(([, one]) => !('wants' in one) || one.wants(data))
      const subscribers = [...heard.map(([subscriber]) => subscriber), ...(isRelayed?.() ? [relay] : [])]
      const key = keyOf(data)
      put(
        tx,
        subscribers.map(subscriber => ({ kind: 'event', topic: name, subscriber, key, data, beside })),
      )
    },
    send: async (tx, topic, key, data) => put(tx, [{ kind: 'command', topic, subscriber: topic, key, data }]),
  }
}

interface Sending extends OutboxInsert {
  beside?: object | undefined
}

/** A row on its way into the outbox. */
interface OutboxMade extends Sending {
  id: string
  made_at: Date
  due_at: Date
}

/**
 * Writes rows. Those that our own worker can begin with at once, as nothing older of their turn is still to do, are written as claimed by it
 * and handed to it after the commit: a phone that is to ring does not wait until somebody looks.
 * @returns those that were not handed over
 */
async function write(
  tx: Tx,
  made: readonly OutboxMade[],
  { worker, now }: { worker: OutboxQueue | undefined; now: Date },
): Promise<OutboxMade[]> {
  const parcels = worker ? parcelsFor(worker, made) : []
  const ours = new Set(parcels.flatMap(({ rows }) => rows.map(({ id }) => id)))
  const rows = made.map(({ beside: _, ...row }) => ({ ...row, is_ours: ours.has(row.id) }))
  const claimed = await tx.sql<{ id: string }>`
    with made as (
      select row.*, is_ours and (key = '' or not exists (
        select 1 from outbox older where older.subscriber = row.subscriber and older.key = row.key
          and older.done_at is null and older.dead_at is null)) as is_claimed
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (id uuid, kind text, topic text, subscriber text, key text,
        data jsonb, made_at timestamptz, due_at timestamptz, is_ours boolean)),
    written as (
      insert into outbox (id, kind, topic, subscriber, key, data, made_at, due_at, leased_until, attempts)
      select id, kind, topic, subscriber, key, data, made_at, due_at,
        case when is_claimed then ${leaseUntil(now)}::timestamptz end, is_claimed::int from made)
    select id from made where is_claimed`
  const ids = new Set(claimed.map(({ id }) => id))
  if (!worker || ids.size === 0) return [...made]
  for (const { rows } of parcels) {
    // As they would come out of the database.
    const handed = rows.filter(({ id }) => ids.has(id)).map(row => ({ ...row, data: plain(row.data), attempts: 1 }))
    const [first] = handed
    if (first) tx.afterCommit(() => worker.take({ id: first.id, rows: handed }, now))
  }
  return made.filter(({ id }) => !ids.has(id))
}

/** As many parcels as the worker has room for. */
function parcelsFor(worker: OutboxQueue, made: readonly OutboxMade[]): Parcel<OutboxMade>[] {
  const parcels = parcelsOf(
    made.filter(row => worker.serves(row)),
    row => worker.carriesTogether(row),
  )
  return parcels.slice(0, worker.room()).map(({ id, rows }) => ({ id, rows: rows.slice(0, parcelSize) }))
}

function plain(data: object): object {
  return JSON.parse(JSON.stringify(data)) as object
}

/** Events about one call, or else one staff member, reach each listener in order; others are free to overtake. */
function keyOf(data: { callId?: unknown; staffId?: unknown }): string {
  const key = data.callId ?? data.staffId
  return typeof key === 'string' ? key : ''
}
