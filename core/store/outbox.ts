import { messageOf, VendorError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import type { Courier, Events, EventsPort, HubEvent, IsOurs, Listener, Outbox } from '../ports/events.ts'
import type { Log } from '../ports/kit.ts'
import type { Store, Tx } from '../ports/store.ts'
import { floodOf, floodsIn, workFloods } from './floods.ts'
import {
  claim,
  eventOf,
  markDone,
  TakenOver,
  turnOf,
  type Listeners,
  type OutboxInsert,
  type OutboxRow,
} from './outbox-rows.ts'
import { bothQueues, leaseUntil, runQueue, setBack, type OpenQueue } from './queue.ts'

/** Who listens to an event: to its name, or to every event of its noun (`call.*`). */
function listenersTo(listeners: Listeners, name: string): ReadonlyMap<string, Listener> {
  const ofNoun = listeners.get(`${name.split('.', 1)[0]}.*`)
  const byName = listeners.get(name)
  return ofNoun && byName ? new Map([...ofNoun, ...byName]) : (byName ?? ofNoun ?? new Map())
}

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
        const others = left.filter(row => row.key === '' || worker?.()?.follows(turnOf(row)) !== true)
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
 * Writes rows. Those that our own worker can begin with at once, as nothing older of their key is still to do, are written as claimed by it
 * and handed to it after the commit: a phone that is to ring does not wait until somebody looks.
 * @returns those that were not handed over
 */
async function write(
  tx: Tx,
  made: readonly OutboxMade[],
  { worker, now }: { worker: OutboxQueue | undefined; now: Date },
): Promise<OutboxMade[]> {
  const ours = worker ? firstOfEach(made, worker) : new Set<string>()
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
  // As it would come out of the database.
  const handed = made.filter(({ id }) => ids.has(id)).map(row => ({ ...row, data: plain(row.data), attempts: 1 }))
  tx.afterCommit(() => handed.forEach(row => worker.take(row, now)))
  return made.filter(({ id }) => !ids.has(id))
}

/** The first of each key, as the others have to wait for it; as many as the worker has room for. */
function firstOfEach(made: readonly OutboxMade[], worker: OutboxQueue): Set<string> {
  const keys = new Set<string>()
  const first = made.filter(({ subscriber, topic, key }) => {
    const name = turnOf({ subscriber, key })
    return worker.serves(subscriber, topic, key) && (key === '' || (!keys.has(name) && keys.add(name)))
  })
  return new Set(first.slice(0, worker.room()).map(({ id }) => id))
}

function plain(data: object): object {
  return JSON.parse(JSON.stringify(data)) as object
}

/** The worker of an outbox, which can be handed rows. */
export interface OutboxQueue extends OpenQueue<OutboxRow> {
  /** Whether it delivers this one by itself: what is delivered many at once waits until they are claimed together. */
  serves(subscriber: string, topic: string, key: string): boolean
}

/** Stands in the outbox for the port that carries events beyond the hub; no plugin can have this name. */
const relay = '@events'

/** Events about one call, or else one staff member, reach each listener in order; others are free to overtake. */
function keyOf(data: { callId?: unknown; staffId?: unknown }): string {
  const key = data.callId ?? data.staffId
  return typeof key === 'string' ? key : ''
}

/** Rows in hand at once: far more than connections, as a vendor that is slow to answer commands must not keep events, or other commands, waiting. */
const hands = 64

/** Delivers events to listeners and commands to couriers: at least once, and one at a time, in order, for each key. */
export function workOutbox(settings: {
  store: Store
  /** Where leases are renewed. Default: `store`. */
  pulse?: Store
  log: Log
  now(): Date
  listeners: Listeners
  couriers: ReadonlyMap<string, Courier>
  /** Who carries every event beyond the hub. */
  events?: EventsPort | undefined
}): OutboxQueue {
  const { store, pulse, log, now, listeners, couriers, events } = settings
  const subscribers = [
    ...new Set([...[...listeners.values()].flatMap(byPlugin => [...byPlugin.keys()]), ...couriers.keys(), relay]),
  ]

  const finish = finishing(store, now)
  const carry = async (row: OutboxRow, isOurs: IsOurs): Promise<void> => {
    if (row.kind === 'command') {
      const courier = couriers.get(row.topic)
      if (!courier) throw new Error(`nobody carries ${row.topic} commands`)
      return finish(row, await courier.carry(row.data, row.attempts, isOurs))
    }
    if (row.subscriber === relay) {
      await events?.publish([{ ...eventOf(row), key: row.key }])
      return finish(row, async () => undefined)
    }
    const listener = listenersTo(listeners, row.topic).get(row.subscriber)
    if (!listener) throw new Error(`${row.subscriber} does not listen to ${row.topic}`)
    const event = row.beside ? { ...eventOf(row), beside: row.beside } : eventOf(row)
    return finish(row, tx => tell(listener, tx, event))
  }
  const handle = async (row: OutboxRow, isOurs: IsOurs): Promise<void> => {
    try {
      await carry(row, isOurs)
    } catch (error) {
      if (error instanceof TakenOver) return
      const facts = { outboxId: row.id, topic: row.topic, subscriber: row.subscriber, error: messageOf(error) }
      const onDead = row.kind === 'command' ? couriers.get(row.topic)?.failed(row.data, error) : undefined
      const isDead = await setBack(store, 'outbox', now(), { ...setbackOf(row, error), onDead })
      if (isDead) log.error(facts, 'outbox row is dead')
      else log.warn(facts, 'outbox row will be tried again')
    }
  }
  const floods = floodsIn(listeners)
  const queue = runQueue<OutboxRow>({
    ...{ store, pulse, table: 'outbox', log, now, handle },
    concurrency: hands,
    idleMs: 250,
    claimsAll: true,
    rowsOf: row => [row],
    turnOf,
    claim: (limit, inHand) => claim(store, now(), { subscribers, floods: [...floods.keys()], limit, inHand }),
  })
  const flooded = workFloods({ store, pulse, log, now }, floods, handle)
  return {
    ...queue,
    ...bothQueues(queue, flooded),
    serves: (subscriber, topic, key) =>
      subscribers.includes(subscriber) && !(key === '' && floods.has(floodOf(subscriber, topic))),
  }
}

function tell(listener: Listener, tx: Tx, event: HubEvent): Promise<void> {
  if ('many' in listener) return listener.many(tx, [event])
  return 'hear' in listener ? listener.hear(tx, event) : listener(tx, event)
}

/** Writes down what a row leads to, and that it is done. */
function finishing(store: Store, now: () => Date) {
  return (row: OutboxRow, effect: (tx: Tx) => Promise<void>): Promise<void> =>
    store.transact(async tx => {
      const marking = markDone(tx, [row], now())
      if (row.kind === 'command') return void ((await marking) === 1 && (await effect(tx)))
      // What a listener writes need not wait for the mark: without it, all of it is rolled back.
      const [marked] = await Promise.all([marking, effect(tx)])
      if (marked === 0) throw new TakenOver()
    })
}

function setbackOf(row: OutboxRow, error: unknown) {
  const vendor = error instanceof VendorError ? error : null
  return {
    id: row.id,
    attempts: row.attempts,
    error,
    isFinal: vendor !== null && !vendor.retryable && !vendor.outcomeUnknown,
    isPatient: row.subscriber === relay,
    waitMs: vendor?.retryAfterMs,
  }
}
