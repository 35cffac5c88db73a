import type { OutboxInsert } from './outbox-rows.ts'
import type { Parcel } from './parcels.ts'

/** Parcels in hand at once of a subscriber who hears of many at once: what comes beyond waits, and then goes together. */
const crowd = 4

/** Counts what is in hand of subscribers who hear of many at once, and tells when there is room again for what had to wait. */
export function makeCrowds(carriesTogether: (row: OutboxInsert) => boolean) {
  const inHand = new Map<string, number>()
  const waiting = new Set<string>()
  let tell: () => void = () => undefined
  const isFull = (row: OutboxInsert): boolean => carriesTogether(row) && (inHand.get(row.subscriber) ?? 0) >= crowd
  const count = (subscriber: string, more: number): void =>
    void inHand.set(subscriber, (inHand.get(subscriber) ?? 0) + more)
  return {
    isFull,
    /** Who is full now. What waits for them is looked for once there is room. */
    full: (): Set<string> => {
      const full = new Set([...inHand].flatMap(([subscriber, parcels]) => (parcels >= crowd ? [subscriber] : [])))
      full.forEach(subscriber => waiting.add(subscriber))
      return full
    },
    /** Has a row that waits looked for once there is room. @returns false when nothing has to wait */
    willSee: (row: OutboxInsert): boolean => {
      if (!isFull(row)) return false
      waiting.add(row.subscriber)
      return true
    },
    onRoom: (told: () => void): void => void (tell = told),
    /** Counts a parcel while it is carried. */
    during: async <Row extends OutboxInsert>(
      { rows: [first] }: Parcel<Row>,
      work: () => Promise<void>,
    ): Promise<void> => {
      if (!first || !carriesTogether(first)) return work()
      const { subscriber } = first
      count(subscriber, 1)
      try {
        await work()
      } finally {
        count(subscriber, -1)
        if (waiting.delete(subscriber)) tell()
      }
    },
  }
}
