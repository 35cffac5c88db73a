import { setTimeout as pause } from 'node:timers/promises'
import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  jetstreamManager,
  StorageType,
  type Consumer,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream'
import { nanos } from '@nats-io/transport-node'
import {
  day,
  HubError,
  messageOf,
  minute,
  second,
  z,
  type Consuming,
  type EventsPort,
  type KeyedEvent,
  type Log,
} from '@switchboard/core'
import { away, type Line } from './connection.ts'

/** How events are kept. */
export interface Keeping {
  /** The stream's name; subjects are `<stream>.events.<event>`. */
  stream: string
  keepDays: number
  replicas: number
  /** An event whose reader gives no sign of life for so long goes to another. */
  handSeconds: number
  /** The pause after the first failure; each further one is twice as long, up to 30 s. */
  firstRetrySeconds: number
}

/** For so long an id that comes again is known. */
const rememberedMs = 20 * minute

/** After so many failures of its reader an event is passed over. */
const maxAttempts = 10

const Text = z.object({
  id: z.string(),
  name: z.string(),
  key: z.string(),
  data: z.unknown(),
  at: z.iso.datetime().transform(at => new Date(at)),
})

/** Hands events to the stream, one after the other: their order holds whatever fails in between. */
export function publisher(line: Line, keeping: Keeping): EventsPort['publish'] {
  let isReady = false
  return async events => {
    try {
      const connection = await line.get()
      if (!isReady) await ready(await jetstreamManager(connection), keeping)
      isReady = true
      const client = jetstream(connection)
      for (const event of events)
        await client.publish(`${keeping.stream}.events.${event.name}`, JSON.stringify(event), { msgID: event.id })
    } catch (error) {
      isReady = false
      throw away(error)
    }
  }
}

/** Reads on from where this consumer stopped. The stream gives out one event at a time, so that order holds with several readers too. */
export async function consume(
  { line, keeping, log }: { line: Line; keeping: Keeping; log: Log },
  name: string,
  handle: (event: KeyedEvent) => Promise<void>,
): Promise<Consuming> {
  if (!/^[\w-]{1,100}$/.test(name)) throw new HubError('bad_request', `"${name}" is no name for a consumer`)
  const find = async (): Promise<Consumer> => {
    const connection = await line.get()
    const manager = await jetstreamManager(connection)
    await ready(manager, keeping)
    await begin(manager, name, keeping)
    return jetstream(connection).consumers.get(keeping.stream, name)
  }
  let consumer: Consumer | null = await find().catch((error: unknown) => Promise.reject(away(error)))
  let isStopped = false
  const read = async (): Promise<void> => {
    while (!isStopped && !line.isClosed()) {
      try {
        consumer ??= await find()
        const message = await consumer.next({ expires: second })
        if (message) await inHand(message, { line, handle, keeping, log, name })
      } catch (error) {
        consumer = null
        log.debug({ consumer: name, error: messageOf(error) }, 'events cannot be read yet')
        await pause(200)
      }
    }
  }
  const reading = read()
  return {
    stop: () => {
      isStopped = true
      return reading
    },
  }
}

/** Makes the stream unless it is there; one that is there stays as whoever runs NATS has set it. */
async function ready(manager: JetStreamManager, { stream, keepDays, replicas }: Keeping): Promise<void> {
  if (await found(() => manager.streams.info(stream))) return
  await manager.streams.add({
    name: stream,
    subjects: [`${stream}.events.>`],
    storage: StorageType.File,
    max_age: nanos(keepDays * day),
    duplicate_window: nanos(rememberedMs),
    num_replicas: replicas,
  })
}

async function begin(manager: JetStreamManager, name: string, { stream, handSeconds }: Keeping): Promise<void> {
  if (await found(() => manager.consumers.info(stream, name))) return
  await manager.consumers.add(stream, {
    durable_name: name,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.New,
    ack_wait: nanos(handSeconds * second),
    max_ack_pending: 1,
  })
}

async function found(look: () => Promise<unknown>): Promise<boolean> {
  try {
    await look()
    return true
  } catch (error) {
    if (/not found/.test(messageOf(error))) return false
    throw error
  }
}

interface Hand {
  line: Line
  handle(event: KeyedEvent): Promise<void>
  keeping: Keeping
  log: Log
  name: string
}

/** One event: taken off the stream once it is handled, else to be had again after a pause. */
async function inHand(message: JsMsg, { line, handle, keeping, log, name }: Hand): Promise<void> {
  const alive = setInterval(() => line.isClosed() || message.working(), (keeping.handSeconds * second) / 3).unref()
  try {
    await handle(Text.parse(JSON.parse(message.string())))
    message.ack()
  } catch (error) {
    const attempts = message.info.deliveryCount
    const facts = { consumer: name, subject: message.subject, attempts, error: messageOf(error) }
    if (attempts < maxAttempts) {
      log.warn(facts, 'event will be read again')
      return message.nak(Math.min(keeping.firstRetrySeconds * 2 ** (attempts - 1), 30) * second)
    }
    log.error(facts, 'event is passed over')
    message.term()
  } finally {
    clearInterval(alive)
  }
}
