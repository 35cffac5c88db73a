import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'

/** A hub behind the proxy: where it answers over HTTP, and where its gateway listens. */
export interface Backend {
  port: number
  gatewayPort: number
}

/** What stands in front of the hubs of a rollout and sends traffic to those that say they are ready. */
export interface FrontDoor {
  url: string
  gatewayUrl: string
  /** Requests that no hub answered, or that a hub answered with 5xx. */
  errors(): string[]
  close(): Promise<void>
}

const everyMs = 200
const patienceMs = 8_000

/**
 * A small reverse proxy: asks each hub's `/health`, sends requests to a ready one, holds them for a while when none is there, and tries
 * another when one refuses the connection. Nothing is kept alive towards a hub, so no request goes down a connection that is just closing.
 */
export async function startFrontDoor(backends: readonly Backend[]): Promise<FrontDoor> {
  const errors: string[] = []
  const watch = watchHealth(backends)
  const web = createServer((incoming, answer) => void forward({ incoming, answer, watch, errors }))
  web.keepAliveTimeout = 65_000
  const sockets = new Set<Socket>()
  const gateway = createTcpServer(client => {
    for (const socket of [client, tunnel(client, watch.ready())]) {
      if (!socket) continue
      sockets.add(socket)
      socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket))
    }
  })
  const [port, gatewayPort] = [await listening(web), await listening(gateway)]
  return {
    url: `http://127.0.0.1:${port}`,
    gatewayUrl: `ws://127.0.0.1:${gatewayPort}/gateway`,
    errors: () => [...errors],
    close: async () => {
      watch.stop()
      for (const socket of sockets) socket.destroy()
      web.closeAllConnections()
      await Promise.all([web, gateway].map(server => new Promise(done => server.close(done))))
    },
  }
}

/** Which hubs are ready, looked at again and again. The one that has become ready last is asked first. */
interface Watch {
  ready(): Backend[]
  stop(): void
}

function watchHealth(backends: readonly Backend[]): Watch {
  let ready: Backend[] = []
  const look = async (backend: Backend): Promise<void> => {
    const isReady = await fetch(`http://127.0.0.1:${backend.port}/health`, { signal: AbortSignal.timeout(1_000) }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady === ready.includes(backend)) return
    ready = isReady ? [backend, ...ready] : ready.filter(one => one !== backend)
  }
  const timers = backends.map(backend => setInterval(() => void look(backend), everyMs))
  return { ready: () => ready, stop: () => timers.forEach(timer => clearInterval(timer)) }
}

interface Errand {
  incoming: IncomingMessage
  answer: ServerResponse
  watch: Watch
  errors: string[]
}

async function forward({ incoming, answer, watch, errors }: Errand): Promise<void> {
  const body = Buffer.concat(await incoming.toArray())
  const until = performance.now() + patienceMs
  for (let last = 'no hub is ready'; ;) {
    for (const { port } of watch.ready()) {
      const done = await pass(incoming, body, port, answer)
      if (done === null) continue
      last = done
      if (answer.statusCode >= 500) errors.push(`${incoming.method} ${incoming.url} was answered ${answer.statusCode}`)
      if (last === 'answered') return
    }
    if (last !== 'no hub is ready' || performance.now() > until) {
      errors.push(`${incoming.method} ${incoming.url}: ${last}`)
      return void answer.writeHead(502).end()
    }
    await new Promise(wake => setTimeout(wake, 50))
  }
}

/** Asks one hub. @returns null when it did not take the connection, so that another may be asked; else what became of it */
function pass(incoming: IncomingMessage, body: Buffer, port: number, answer: ServerResponse): Promise<string | null> {
  const { method, url: path, headers } = incoming
  return new Promise(resolve => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers: { ...headers, connection: 'close' } })
    asked.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED' ? null : error.message))
    asked.once('response', response => {
      const { connection: _, ...kept } = response.headers
      answer.writeHead(response.statusCode ?? 502, kept)
      response.pipe(answer)
      response.once('end', () => resolve('answered'))
      response.once('error', error => resolve(error.message))
    })
    asked.end(body)
  })
}

function tunnel(client: Socket, ready: readonly Backend[]): Socket | null {
  const [backend] = ready
  if (!backend) {
    client.destroy()
    return null
  }
  const server = connect(backend.gatewayPort, '127.0.0.1')
  client.pipe(server).pipe(client)
  client.once('close', () => server.destroy())
  server.once('close', () => client.destroy())
  return server
}

async function listening(server: ReturnType<typeof createServer | typeof createTcpServer>): Promise<number> {
  await new Promise<void>(open => server.listen(0, '127.0.0.1', open))
  return (server.address() as AddressInfo).port
}
