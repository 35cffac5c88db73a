import { messageOf, VendorError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import type { Courier, Events, HubEvent, Listener, Outbox } from '../ports/events.ts'
import type { Log } from '../ports/kit.ts'
import type { Store, Tx } from '../ports/store.ts'
import { leaseUntil, runQueue, setBack, type Queue } from './queue.ts'

/** Who listens to an event, by plugin. */
export type Listeners = ReadonlyMap<string, ReadonlyMap<string, Listener>>

/** The sending side: rows written in the sender's transaction, and whoever carries them woken after its commit. */
export function openOutbox(settings: { now(): Date; listeners: Listeners; wake(tx: Tx): void }): Events & Outbox {
  const { now, listeners, wake } = settings
  // What a transaction sends is written by one statement at its end: a call that moves sends half a dozen rows.
  const sent = new WeakMap<Tx, object[]>()
  const put = (tx: Tx, rows: OutboxInsert[]): void => {
    if (rows.length === 0) return
    const waiting = sent.get(tx)
    const made = rows.map(row => ({ ...row, id: newId(), made_at: now(), due_at: now() }))
    if (waiting) return void waiting.push(...made)
    wake(tx)
    sent.set(tx, made)
    tx.beforeCommit(async () => {
      sent.delete(tx)
      await tx.sql`
        insert into outbox (id, kind, topic, subscriber, key, data, made_at, due_at)
        select * from jsonb_to_recordset(${JSON.stringify(made)}::jsonb) as row (
          id uuid, kind text, topic text, subscriber text, key text, data jsonb, made_at timestamptz, due_at timestamptz)`
    })
  }
  return {
    publish: async (tx, name, data) => {
      const subscribers = [...(listeners.get(name)?.keys() ?? [])]
      const key = keyOf(data)
      put(
        tx,
        subscribers.map(subscriber => ({ kind: 'event', topic: name, subscriber, key, data })),
      )
    },
    send: async (tx, topic, key, data) => put(tx, [{ kind: 'command', topic, subscriber: topic, key, data }]),
  }
}

interface OutboxInsert {
  kind: 'event' | 'command'
  topic: string
  subscriber: string
  key: string
  data: object
}

/** Events about one call, or else one staff member, reach each listener in order; others are free to overtake. */
function keyOf(data: { callId?: unknown; staffId?: unknown }): string {
  const key = data.callId ?? data.staffId
  return typeof key === 'string' ? key : ''
}

interface OutboxRow extends OutboxInsert {
  id: string
  made_at: Date
  attempts: number
}

/** Delivers events to listeners and commands to couriers: at least once, and one at a time, in order, for each key. */
export function workOutbox(settings: {
  store: Store
  log: Log
  now(): Date
  listeners: Listeners
  couriers: ReadonlyMap<string, Courier>
}): Queue {
  const { store, log, now, listeners, couriers } = settings
  const subscribers = [
    ...new Set([...[...listeners.values()].flatMap(byPlugin => [...byPlugin.keys()]), ...couriers.keys()]),
  ]

  const finish = (row: OutboxRow, effect: (tx: Tx) => Promise<void>): Promise<void> =>
    store.transact(async tx => {
      const marked = await tx.sql<{
        id: string
      }>`update outbox set done_at = ${now()}, leased_until = null, error = null
        where id = ${row.id} and done_at is null and attempts = ${row.attempts} returning id`
      if (marked.length === 1) await effect(tx)
    })
  const carry = async (row: OutboxRow): Promise<void> => {
    if (row.kind === 'command') {
      const courier = couriers.get(row.topic)
      if (!courier) throw new Error(`nobody carries ${row.topic} commands`)
      return finish(row, await courier.carry(row.data, row.attempts))
    }
    const listener = listeners.get(row.topic)?.get(row.subscriber)
    if (!listener) throw new Error(`${row.subscriber} does not listen to ${row.topic}`)
    return finish(row, tx => listener(tx, eventOf(row)))
  }
  const handle = async (row: OutboxRow): Promise<void> => {
    try {
      await carry(row)
    } catch (error) {
      const facts = { outboxId: row.id, topic: row.topic, subscriber: row.subscriber, error: messageOf(error) }
      const onDead = row.kind === 'command' ? couriers.get(row.topic)?.failed(row.data, error) : undefined
      const isDead = await setBack(store, 'outbox', now(), { ...setbackOf(row, error), onDead })
      if (isDead) log.error(facts, 'outbox row is dead')
      else log.warn(facts, 'outbox row will be tried again')
    }
  }
  return runQueue<OutboxRow>({
    store,
    table: 'outbox',
    log,
    now,
    concurrency: 16,
    idleMs: 250,
    handle,
    claim: limit => claim(store, now(), subscribers, limit),
  })
}

function setbackOf(row: OutboxRow, error: unknown) {
  const vendor = error instanceof VendorError ? error : null
  return {
    id: row.id,
    attempts: row.attempts,
    error,
    isFinal: vendor !== null && !vendor.retryable && !vendor.outcomeUnknown,
    waitMs: vendor?.retryAfterMs,
  }
}

function eventOf(row: OutboxRow): HubEvent {
  return { id: row.id, name: row.topic, data: row.data, at: row.made_at }
}

/** A row is free when it is due, nobody has it, and nothing older of its key is still to do. */
function claim(store: Store, now: Date, subscribers: string[], limit: number): Promise<OutboxRow[]> {
  return store.read(
    tx => tx.sql<OutboxRow>`
      update outbox set leased_until = ${leaseUntil(now)}, attempts = attempts + 1
      where id in (
        select id from outbox row
        where done_at is null and dead_at is null and due_at <= ${now} and subscriber = any(${subscribers})
          and (leased_until is null or leased_until < ${now})
          and (key = '' or not exists (
            select 1 from outbox older where older.subscriber = row.subscriber and older.key = row.key and older.id < row.id
              and older.done_at is null and older.dead_at is null))
        order by id limit ${limit} for update skip locked)
      returning id, kind, topic, subscriber, key, data, made_at, attempts`,
  )
}
