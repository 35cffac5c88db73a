import { messageOf } from '../model/errors.ts'
import type { IsOurs, ManyListener } from '../ports/events.ts'
import type { Log } from '../ports/kit.ts'
import type { Store } from '../ports/store.ts'
import { claimFloods, eventOf, markDone, type Listeners, type OutboxRow } from './outbox-rows.ts'
import { runQueue, TakenOver, type Queue } from './queue.ts'

/** Rows of one subscriber and topic that are delivered together. */
interface Flood {
  id: string
  name: string
  rows: OutboxRow[]
}

/** The name of what one subscriber hears of one topic. */
export const floodOf = (subscriber: string, topic: string): string => `${subscriber} ${topic}`

/** Who hears of many at once, by subscriber and topic: those who may wait for others, or those who may not. */
export function manyIn(listeners: Listeners, { isUrgent }: { isUrgent: boolean }): Map<string, Flooded> {
  const all = [...listeners].flatMap(([topic, byPlugin]) =>
    [...byPlugin].flatMap(([subscriber, listener]) =>
      'many' in listener && (listener.isUrgent ?? false) === isUrgent ? [{ topic, subscriber, listener }] : [],
    ),
  )
  return new Map(all.map(one => [floodOf(one.subscriber, one.topic), one]))
}

/** A subscriber who hears of many at once. */
export interface Flooded {
  subscriber: string
  listener: ManyListener
}

/** Somebody who hears of many at once may hear of it this much later. */
const paceMs = 50

/** Delivers together what comes in floods: one transaction for all, and one after the other for each subscriber and topic. */
export function workFloods(
  { store, pulse, log, now }: { store: Store; pulse: Store | undefined; log: Log; now(): Date },
  floods: ReadonlyMap<string, Flooded>,
  single: (row: OutboxRow, isOurs: IsOurs) => Promise<unknown>,
): Queue {
  const busy = new Set<string>()
  const deliver = ({ name, rows }: Flood): Promise<void> =>
    store.transact(async tx => {
      const [marked] = await Promise.all([
        markDone(tx, rows, now()),
        floods.get(name)?.listener.many(tx, rows.map(eventOf)),
      ])
      if (marked < rows.length) throw new TakenOver()
    })
  return runQueue<Flood>({
    ...{ store, pulse, table: 'outbox', log, now },
    concurrency: 20,
    idleMs: 250,
    paceMs,
    rowsOf: flood => flood.rows,
    handle: async (flood, isOurs) => {
      try {
        await deliver(flood)
      } catch (error) {
        log.debug({ flood: flood.name, error: messageOf(error) }, 'events are delivered one by one')
        for (const row of flood.rows) await single(row, isOurs)
      } finally {
        busy.delete(flood.name)
      }
    },
    claim: async () => {
      const free = [...floods.keys()].filter(name => !busy.has(name))
      if (free.length === 0) return { rows: [], isAll: true }
      const rows = await claimFloods(store, now(), free)
      const byName = Map.groupBy(rows, ({ subscriber, topic }) => floodOf(subscriber, topic))
      for (const name of byName.keys()) busy.add(name)
      return { rows: [...byName].map(([name, rows]) => ({ id: rows[0]?.id ?? '', name, rows })), isAll: false }
    },
  })
}
