import { messageOf, VendorError } from '../model/errors.ts'
import type { Courier, EventsPort, HubEvent, IsOurs, Listener } from '../ports/events.ts'
import type { Log } from '../ports/kit.ts'
import type { Store, Tx } from '../ports/store.ts'
import {
  eventOf,
  giveBack,
  listenersTo,
  markDone,
  relay,
  turnOf,
  type Listeners,
  type OutboxRow,
} from './outbox-rows.ts'
import type { Parcel } from './parcels.ts'
import { setBack, TakenOver } from './queue.ts'

/** How an outbox is worked off. */
export interface OutboxWork {
  store: Store
  /** Where leases are renewed. Default: `store`. */
  pulse?: Store
  log: Log
  now(): Date
  listeners: Listeners
  couriers: ReadonlyMap<string, Courier>
  /** Who carries every event beyond the hub. */
  events?: EventsPort | undefined
}

/** Carries rows out: events to their listeners, commands to their couriers. */
export function carryOutbox(work: OutboxWork) {
  const { store, log } = work
  const carryOne = (row: OutboxRow, isOurs: IsOurs): Promise<boolean> => carried(work, row, isOurs)

  /** All of it in one transaction. @returns false when nothing of it was done */
  const carryTogether = async ({ rows }: Parcel<OutboxRow>): Promise<boolean> => {
    if (rows.length < 2 || rows[0]?.kind === 'command') return false
    try {
      await deliver(work, rows)
      return true
    } catch (error) {
      log.debug({ subscriber: rows[0]?.subscriber, error: messageOf(error) }, 'events are delivered one by one')
      return false
    }
  }
  /** One row after the other. What comes after one of its turn that failed has to wait for it, and is given back. */
  const carryEach = async (parcel: Parcel<OutboxRow>, isOurs: IsOurs): Promise<void> => {
    const stuck = new Set<string>()
    for (const row of [...parcel.rows]) {
      if (stuck.has(turnOf(row))) continue
      const isThrough = await carryOne(row, isOurs)
      parcel.rows = parcel.rows.filter(other => other !== row)
      if (!isThrough && row.key !== '') stuck.add(turnOf(row))
    }
    await giveBack(store, parcel.rows)
  }
  return {
    carryOne,
    carry: async (parcel: Parcel<OutboxRow>, isOurs: IsOurs): Promise<void> => {
      if (!(await carryTogether(parcel))) await carryEach(parcel, isOurs)
    },
  }
}

/** Carries one row. @returns whether its turn goes on: it was done, or is dead */
async function carried(work: OutboxWork, row: OutboxRow, isOurs: IsOurs): Promise<boolean> {
  const { store, log, now, couriers } = work
  try {
    if (row.kind === 'command') await command(work, row, isOurs)
    else await deliver(work, [row])
    return true
  } catch (error) {
    if (error instanceof TakenOver) return false
    const facts = { outboxId: row.id, topic: row.topic, subscriber: row.subscriber, error: messageOf(error) }
    const onDead = row.kind === 'command' ? couriers.get(row.topic)?.failed(row.data, error) : undefined
    const isDead = await setBack(store, 'outbox', now(), { ...setbackOf(row, error), onDead })
    if (isDead) log.error(facts, 'outbox row is dead')
    else log.warn(facts, 'outbox row will be tried again')
    return isDead
  }
}

async function command({ store, now, couriers }: OutboxWork, row: OutboxRow, isOurs: IsOurs): Promise<void> {
  const courier = couriers.get(row.topic)
  if (!courier) throw new Error(`nobody carries ${row.topic} commands`)
  const effect = await courier.carry(row.data, row.attempts, isOurs)
  await store.transact(async tx => {
    if ((await markDone(tx, [row], now())) === 1) await effect(tx)
  })
}

/** Delivers events of one subscriber, in their order, and writes down that they are. @throws TakenOver when another worker has one of them */
async function deliver(work: OutboxWork, rows: readonly OutboxRow[]): Promise<void> {
  const { store, now, events } = work
  const isRelayed = rows[0]?.subscriber === relay
  if (isRelayed) await events?.publish(rows.map(row => ({ ...eventOf(row), key: row.key })))
  await store.transact(async tx => {
    // What a listener writes need not wait for the mark: without it, all of it is rolled back.
    const [marked] = await Promise.all([markDone(tx, rows, now()), isRelayed ? null : tellAll(work, tx, rows)])
    if (marked < rows.length) throw new TakenOver()
  })
}

async function tellAll({ listeners }: OutboxWork, tx: Tx, rows: readonly OutboxRow[]): Promise<void> {
  for (const { topic, subscriber, events } of runsOf(rows)) {
    const listener = listenersTo(listeners, topic).get(subscriber)
    if (!listener) throw new Error(`${subscriber} does not listen to ${topic}`)
    await tell(listener, tx, events)
  }
}

/** Events of one topic that come right after one another. */
function runsOf(rows: readonly OutboxRow[]): { topic: string; subscriber: string; events: HubEvent[] }[] {
  const runs: { topic: string; subscriber: string; events: HubEvent[] }[] = []
  for (const row of rows) {
    const event = row.beside ? { ...eventOf(row), beside: row.beside } : eventOf(row)
    const last = runs.at(-1)
    if (last?.topic === row.topic) last.events.push(event)
    else runs.push({ topic: row.topic, subscriber: row.subscriber, events: [event] })
  }
  return runs
}

async function tell(listener: Listener, tx: Tx, events: readonly HubEvent[]): Promise<void> {
  if ('many' in listener) return listener.many(tx, events)
  const hear = 'hear' in listener ? listener.hear : listener
  for (const event of events) await hear(tx, event)
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
