import {
  after,
  HubError,
  makeBed,
  messageOf,
  newId,
  second,
  VendorError,
  type Bed,
  type Consuming,
  type EventsPort,
  type Hub,
  type KeyedEvent,
} from '@switchboard/core'
import { gathered } from './gathered.ts'
import { advance, append, arrive, eventsAfter, fail, hold, letGo, type Hold, type LoggedEvent } from './store.ts'

/** How consumers are given events. */
export interface Giving {
  /** An event whose reader gives no sign of life for so long goes to another. */
  handSeconds: number
  /** The pause after the first failure; each further one is twice as long, up to 30 s. */
  firstRetrySeconds: number
}

/** The part of the hub this needs. */
export type LogHub = Pick<Hub, 'store' | 'signals' | 'log' | 'now' | 'signal'>

/** The channel on which hubs hint that the log has grown. */
const channel = 'event-log'

/** After so many failures of its reader an event is passed over. */
const maxAttempts = 10

/** Carries events through a table of the hub's own database. */
export function carryEvents(hub: LogHub, giving: Giving): EventsPort {
  const { store, signals, now } = hub
  const beds = new Set<Bed>()
  const wake = (): void => beds.forEach(bed => bed.wake())
  signals.hear(channel, wake)
  const keep = (events: KeyedEvent[]): Promise<void> =>
    orAway(
      store.transact(async tx => {
        await append(tx, events, now())
        signals.send(tx, channel)
        tx.afterCommit(wake)
      }),
    )
  return {
    publish: gathered(200, keep),
    consume: async (consumer, handle) => {
      if (!/^[\w-]{1,100}$/.test(consumer)) throw new HubError('bad_request', `"${consumer}" is no name for a consumer`)
      await orAway(store.transact(tx => arrive(tx, consumer)))
      const bed = makeBed()
      beds.add(bed)
      const reading = read({ hub, giving, consumer, handle, bed, holder: newId() })
      return {
        stop: async () => {
          beds.delete(bed)
          bed.leave()
          await reading
        },
      } satisfies Consuming
    },
  }
}

async function orAway(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    throw new VendorError(`event log: ${messageOf(error)}`, { cause: error, retryable: true })
  }
}

/** One reader of one consumer. */
interface Reader {
  hub: LogHub
  giving: Giving
  consumer: string
  holder: string
  bed: Bed
  handle(event: KeyedEvent): Promise<void>
}

async function read(reader: Reader): Promise<void> {
  const { hub, bed, consumer, holder } = reader
  while (!bed.isLeft() && !hub.signal.aborted) {
    const restMs = await round(reader).catch((error: unknown) => {
      hub.log.debug({ consumer, error: messageOf(error) }, 'events cannot be read yet')
      return 250
    })
    await bed.nap(restMs)
  }
  await hub.store.transact(tx => letGo(tx, { consumer, holder })).catch(() => undefined)
}

/** Reads what there is. @returns how long to rest unless woken */
async function round(reader: Reader): Promise<number> {
  const { hub, bed } = reader
  const progress = await hub.store.transact(tx => hold(tx, holdOf(reader)))
  if (!progress) return idleMs(hub)
  const waitMs = progress.dueAt ? progress.dueAt.getTime() - hub.now().getTime() : 0
  if (waitMs > 0) return Math.min(waitMs, (reader.giving.handSeconds * second) / 3)
  const events = await hub.store.read(tx => eventsAfter(tx, progress.position, { limit: 50 }))
  const { through, dueAt } = await giveAll(reader, events, progress.attempts)
  const isOurs = await hub.store.transact(async tx => {
    if (through !== null && !(await advance(tx, holdOf(reader), through))) return false
    if (dueAt) await fail(tx, holdOf(reader), dueAt)
    return true
  })
  if (!isOurs) return idleMs(hub)
  return events.length > 0 || bed.isLeft() ? 0 : idleMs(hub)
}

/** Without hints it looks often. */
function idleMs({ signals }: LogHub): number {
  return signals.isLive() ? second : 250
}

function holdOf({ hub, giving, consumer, holder }: Reader): Hold {
  const now = hub.now()
  return { consumer, holder, now, until: after(now, giving.handSeconds * second) }
}

/** How far a reader came: through this position, and, when the event after it failed, when that is due again. */
interface Given {
  through: string | null
  dueAt: Date | null
}

/** How long what was handled may go without being noted: so much is repeated after a crash. */
const unnotedMs = 250

async function giveAll(reader: Reader, events: readonly LoggedEvent[], attempts: number): Promise<Given> {
  const { hub, giving, bed } = reader
  const since = performance.now()
  const alive = setInterval(
    () => {
      hub.store.transact(tx => hold(tx, holdOf(reader))).catch(() => undefined)
    },
    (giving.handSeconds * second) / 3,
  ).unref()
  let through: string | null = null
  try {
    for (const [index, event] of events.entries()) {
      if (bed.isLeft() || performance.now() - since > unnotedMs) break
      const dueAt = await give(reader, event, index === 0 ? attempts : 0)
      if (dueAt) return { through, dueAt }
      through = event.position
    }
    return { through, dueAt: null }
  } finally {
    clearInterval(alive)
  }
}

/** @returns null when the reader is through with it; else when it is due again */
async function give(
  { hub, giving, consumer, handle }: Reader,
  event: LoggedEvent,
  attempts: number,
): Promise<Date | null> {
  try {
    const { position: _, ...told } = event
    await handle(told)
    return null
  } catch (error) {
    const facts = { consumer, event: event.name, eventId: event.id, error: messageOf(error) }
    if (attempts + 1 >= maxAttempts) {
      hub.log.error(facts, 'event is passed over')
      return null
    }
    hub.log.warn(facts, 'event will be read again')
    return after(hub.now(), Math.min(giving.firstRetrySeconds * 2 ** attempts, 30) * second)
  }
}
