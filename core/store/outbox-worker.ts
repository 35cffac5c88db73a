import { carryOutbox, type OutboxWork } from './carry-outbox.ts'
import { makeCrowds } from './crowds.ts'
import { floodOf, manyIn, workFloods } from './floods.ts'
import { claim, relay, turnOf, type OutboxInsert, type OutboxRow } from './outbox-rows.ts'
import { parcelsOf, type Parcel } from './parcels.ts'
import { bothQueues, runQueue, type Queue } from './queue.ts'

/** The worker of an outbox, which can be handed rows. */
export interface OutboxQueue extends Queue {
  /** How many parcels it could take in hand now. */
  room(): number
  /** Takes rows in hand that were written with a lease taken at `claimedAt`. */
  take(parcel: Parcel<OutboxRow>, claimedAt: Date): void
  /** Whether it takes this one by itself: what comes in floods waits until it is claimed together, and so does what comes faster than it is heard. */
  serves(row: OutboxInsert): boolean
  /** Whether this one goes with those of other turns. */
  carriesTogether(row: OutboxInsert): boolean
  /** Has a row that was not handed over looked for once what it waits for is done. @returns false when that is not in our hands */
  willSee(row: OutboxInsert): boolean
}

/** Parcels in hand at once: far more than connections, as a vendor that is slow to answer commands must not keep events, or other commands, waiting. */
const hands = 64

/** Delivers events to listeners and commands to couriers: at least once, and one at a time, in order, for each key. */
export function workOutbox(settings: OutboxWork): OutboxQueue {
  const { store, pulse, log, now, listeners, couriers } = settings
  const subscribers = [
    ...new Set([...[...listeners.values()].flatMap(byPlugin => [...byPlugin.keys()]), ...couriers.keys(), relay]),
  ]
  const floods = manyIn(listeners, { isUrgent: false })
  const many = new Map([...floods, ...manyIn(listeners, { isUrgent: true })])
  const isFlood = (row: OutboxInsert): boolean => row.key === '' && floods.has(floodOf(row.subscriber, row.topic))
  const carriesTogether = (row: OutboxInsert): boolean =>
    row.subscriber === relay || many.has(floodOf(row.subscriber, row.topic))
  const crowds = makeCrowds(carriesTogether)
  const { carry, carryOne } = carryOutbox(settings)

  const queue = runQueue<Parcel<OutboxRow>>({
    ...{ store, pulse, table: 'outbox', log, now },
    concurrency: hands,
    idleMs: 250,
    handle: (parcel, isOurs) => crowds.during(parcel, () => carry(parcel, isOurs)),
    rowsOf: parcel => parcel.rows,
    turnsOf: parcel => parcel.rows.filter(({ key }) => key !== '').map(turnOf),
    claim: async (limit, inHand) => {
      const full = crowds.full()
      const { rows, isAll } = await claim(store, now(), {
        subscribers: subscribers.filter(name => !(name === relay && full.has(relay))),
        floods: [...floods.keys()],
        busy: [...many].flatMap(([name, { subscriber }]) => (full.has(subscriber) ? [name] : [])),
        ...{ limit, inHand },
      })
      return { rows: parcelsOf(rows, carriesTogether), isAll }
    },
  })
  crowds.onRoom(() => queue.wake())
  return {
    ...queue,
    ...bothQueues(queue, workFloods({ store, pulse, log, now }, floods, carryOne)),
    carriesTogether,
    serves: row => subscribers.includes(row.subscriber) && !isFlood(row) && !crowds.isFull(row),
    willSee: row => crowds.willSee(row) || (row.key !== '' && queue.follows(turnOf(row))),
  }
}
