import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** A webhook as it arrived. */
export interface Arrived {
  channel: string
  /** The address it came to, as the vendor signed it. */
  url: string
  headers: Readonly<Record<string, string>>
  fields: Readonly<Record<string, string>>
}

/** An answer: TwiML, a status, or nothing for so long. */
export type Reply = string | number | { afterMs: number }

/** What a test of the simulator lets it talk to: an address that keeps what comes and answers as told. */
export interface TwimlHub {
  publicUrl: string
  arrived: Arrived[]
  /** What came to a channel, oldest first. */
  to(channel: string): Arrived[]
  /** Goes away, as a process that is killed; what comes finds nobody. */
  stop(): Promise<void>
  /** Is back at the same address. */
  restart(): Promise<void>
}

/** Music for ever. */
export const music = '<Response><Play loop="0">https://example.test/music.mp3</Play></Response>'

/** A hub whose answers are told by channel; music unless told otherwise. It ends with the test. */
export async function twimlHub(
  t: { teardown(end: () => unknown): void },
  answer: (request: Arrived) => Reply = () => music,
): Promise<TwimlHub> {
  const arrived: Arrived[] = []
  const closing = new AbortController()
  const serverOf = (): Server =>
    createServer(async (message, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of message) chunks.push(chunk as Buffer)
      const url = hub.publicUrl + message.url
      const request = {
        url,
        channel: new URL(url).pathname.split('/')[3] ?? '',
        headers: message.headers as Record<string, string>,
        fields: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())),
      }
      arrived.push(request)
      const reply = answer(request)
      if (typeof reply === 'object')
        await wait(reply.afterMs, undefined, { signal: closing.signal }).catch(() => undefined)
      response.writeHead(typeof reply === 'number' ? reply : 200, { 'content-type': 'text/xml' })
      response.end(typeof reply === 'string' ? reply : '')
    })
  let server = serverOf()
  const listen = (port: number): Promise<void> => new Promise(resolve => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const hub: TwimlHub = {
    publicUrl: `http://127.0.0.1:${port}`,
    arrived,
    to: channel => arrived.filter(request => request.channel === channel),
    async stop() {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
    async restart() {
      server = serverOf()
      await listen(port)
    },
  }
  t.teardown(async () => {
    closing.abort()
    await hub.stop()
  })
  return hub
}

/** What `look` finds, as soon as it does. @throws when that is not within five seconds */
export async function until<T>(look: () => T | undefined | false | null, what: string): Promise<T> {
  for (let left = 1000; left > 0; left--) {
    const found = look()
    if (found !== undefined && found !== false && found !== null) return found
    await wait(5)
  }
  throw new Error(`${what} did not come`)
}
