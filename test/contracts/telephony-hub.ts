import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import {
  WebhookRejected,
  type CallEvent,
  type Channel,
  type HttpReply,
  type Instruction,
  type TelephonyPort,
  type WebhookRequest,
} from '@switchboard/core'

/** A delivery that was believed. */
export interface Delivery {
  id: string
  request: WebhookRequest
  event: CallEvent
}

/** As much of a hub as a phone vendor needs: it verifies, reads and answers, and keeps what came. */
export interface TelephonyHub {
  publicUrl: string
  /** The adapter whose webhooks come in. */
  plug(telephony: TelephonyPort, channels: Readonly<Record<string, Channel>>): void
  /** What a leg that asks is told; the default is to wait. */
  answer: (event: CallEvent) => Instruction | null
  deliveries: Delivery[]
  /** Status of each answer to a delivery that was not believed. */
  rejected: number[]
  /** The first event of this type that fits; waits for it. @throws when it does not come */
  event<Type extends CallEvent['type']>(type: Type, fits?: (event: Of<Type>) => boolean): Promise<Of<Type>>
  close(): Promise<void>
}

/** An event of one type. */
export type Of<Type extends CallEvent['type'], Event = CallEvent> = Event extends { type: infer Types }
  ? Type extends Types
    ? Event
    : never
  : never

/** The name under which the adapter is plugged in. */
export const adapterName = 'phones'

/** A hub of this kind on loopback. */
export async function telephonyHub(): Promise<TelephonyHub> {
  let port: { telephony: TelephonyPort; channels: Readonly<Record<string, Channel>> } | null = null
  const server = createServer((message, response) => void respond(message, response))

  async function respond(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await requestOf(message, hub.publicUrl)
    const channel = port?.channels[request.channel]
    if (!port || !channel) return void response.writeHead(404).end()
    try {
      const delivery = { id: channel.verify(request), request, event: port.telephony.receive(request) }
      hub.deliveries.push(delivery)
      const accepted: HttpReply = channel.accepted ?? { status: 200, headers: {}, body: '' }
      const { status, headers, body } =
        channel.answer === 'now' ? port.telephony.reply(hub.answer(delivery.event)) : accepted
      response.writeHead(status, headers).end(body)
    } catch (error) {
      const status = error instanceof WebhookRejected ? error.status : 500
      hub.rejected.push(status)
      response.writeHead(status).end()
    }
  }

  const hub: TelephonyHub = {
    publicUrl: '',
    plug: (telephony, channels) => void (port = { telephony, channels }),
    answer: () => ({ do: 'wait', say: 'Thank you for calling.' }),
    deliveries: [],
    rejected: [],
    event: (type, fits = () => true) => {
      const isIt = (event: CallEvent): event is Of<typeof type> => event.type === type && fits(event as Of<typeof type>)
      return until(() => hub.deliveries.map(({ event }) => event).find(isIt), `a report of "${type}"`)
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  hub.publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return hub
}

/** What `look` finds, as soon as it does. @throws when it does not find anything for five seconds */
export async function until<T>(look: () => T | undefined | false | null, what: string): Promise<T> {
  for (let left = 1000; left > 0; left--) {
    const found = look()
    if (found !== undefined && found !== false && found !== null) return found
    await wait(5)
  }
  throw new Error(`${what} did not come`)
}

async function requestOf(message: IncomingMessage, publicUrl: string): Promise<WebhookRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  const path = message.url ?? '/'
  const [, , adapter = '', channel = ''] = path.split('?', 1)[0]?.split('/') ?? []
  return {
    adapter,
    channel,
    method: message.method ?? 'POST',
    url: publicUrl + path,
    headers: Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(chunks),
    receivedAt: new Date(),
  }
}
