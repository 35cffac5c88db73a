import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebhookRequest } from '@switchboard/core'

/** Where a simulated vendor's webhooks arrive in a test: keeps each request as the hub's edge would hand it on. */
export interface Receiver {
  /** What to give the simulator as the hub's public address. */
  publicUrl: string
  /** Everything that arrived, oldest first. */
  requests: WebhookRequest[]
  /** Answers the next requests with these statuses, one each, and all after them with 200. */
  answerWith(...statuses: number[]): void
}

/** Starts a receiver on loopback; it ends with the test. */
export async function receiver(t: { teardown(end: () => unknown): void }, now: () => Date): Promise<Receiver> {
  const requests: WebhookRequest[] = []
  const statuses: number[] = []
  const server = createServer(async (message, response) => {
    requests.push(await requestOf(message, publicUrl, now()))
    response.writeHead(statuses.shift() ?? 200).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return { publicUrl, requests, answerWith: (...next) => void statuses.push(...next) }
}

async function requestOf(message: IncomingMessage, publicUrl: string, receivedAt: Date): Promise<WebhookRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  const [, , adapter = '', channel = ''] = (message.url ?? '').split(/[/?]/)
  return {
    ...{ adapter, channel, receivedAt },
    method: message.method ?? '',
    url: publicUrl + message.url,
    headers: Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(chunks),
  }
}
