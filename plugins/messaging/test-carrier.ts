import { createHash } from 'node:crypto'
import {
  defineAdapter,
  VendorError,
  z,
  type Message,
  type MessageEvent,
  type MessagePage,
  type MessagingPort,
  type OutboundMessage,
  type Sent,
} from '@switchboard/core'

/** A messenger that exists only here: it takes what is sent, and has lists of what happened. */
export interface Carrier {
  taken: { message: OutboundMessage; key: string; externalId: string }[]
  /** What the next send meets: `lost` is taken and its answer lost, `gone` is not taken and its answer lost. */
  next: (VendorError | 'lost' | 'gone')[]
  /** What reading gives, in pages. */
  history: MessageEvent[][]
  files: Map<string, string>
  kept: Message[]
  /** Whether what is written down in its own conversations gets a name: `K1`, `K2` and so on. */
  isEchoing: boolean
}

/** The adapter `texts`, which sends and receives by way of a carrier. */
export function vendor(carrier: Carrier) {
  const port: MessagingPort = {
    begins: ['sms', 'email'],
    receive: ({ body }) => (JSON.parse(body.toString()) as MessageEvent[]).map(revive),
    send: async (message, key) => send(carrier, message, key),
    find: async (_message, key) => sentAs(carrier, key),
    keep: async message => {
      carrier.kept.push(message)
      return { externalId: carrier.isEchoing ? `K${carrier.kept.length}` : null, status: 'sent' }
    },
    changes: cursor => pages(carrier, Number(cursor ?? 0)),
    media: async url => ({ body: Buffer.from(carrier.files.get(url) ?? ''), contentType: 'image/png' }),
  }
  return defineAdapter({
    ...{ name: 'texts', options: z.object({}), provides: ['messaging'] },
    create: () => ({
      messaging: port,
      channels: {
        events: { port: 'messaging', verify: ({ body }) => createHash('sha256').update(body).digest('hex') },
      },
    }),
  })
}

function revive(event: MessageEvent): MessageEvent {
  const at = new Date(event.at)
  return event.type === 'message'
    ? { ...event, at, message: { ...event.message, at: new Date(event.message.at) } }
    : { ...event, at }
}

function send(carrier: Carrier, message: OutboundMessage, key: string): Sent {
  const trouble = carrier.next.shift()
  if (trouble instanceof VendorError) throw trouble
  const unknown = new VendorError('no answer came', { retryable: true, outcomeUnknown: true, retryAfterMs: 1 })
  if (trouble === 'gone') throw unknown
  const externalId = `OUT${carrier.taken.length + 1}`
  carrier.taken.push({ message, key, externalId })
  if (trouble === 'lost') throw unknown
  return { externalId, status: 'queued' }
}

function sentAs(carrier: Carrier, key: string): Sent | null {
  const found = carrier.taken.find(one => one.key === key)
  return found ? { externalId: found.externalId, status: 'sent' } : null
}

async function* pages({ history }: Carrier, from: number): AsyncIterable<MessagePage> {
  for (const [index, events] of history.entries())
    if (index >= from) yield { events, unreadable: [], cursor: String(index + 1) }
}
