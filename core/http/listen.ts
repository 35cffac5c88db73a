import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net'
import { HubError } from '../model/errors.ts'
import { second } from '../model/time.ts'
import type { Log } from '../ports/kit.ts'
import { problemOf, writeProblem } from './problem.ts'
import { requestIdOf } from './request-id.ts'

/** An open port. */
export interface Listening {
  /** The port it got, also where any free one was asked for. */
  port: number
  /** Where it is reached from this machine; no slash at the end. */
  url: string
  /** From here on requests go to `handler`; before, everything is answered 503. */
  serve(handler: RequestListener): void
  /** Takes no new connections, lets every request under way finish and then its connection end. */
  drain(): Promise<void>
  /** Ends every connection at once. */
  close(): Promise<void>
}

/**
 * Opens a port at once, so that its number is known before anything is served.
 * @param port 0 for any free one
 * @param host default: every address of the machine
 * @throws HubError unavailable when the port is taken, or not ours to take
 */
export async function listen(port: number, host?: string, log?: Log): Promise<Listening> {
  let handler: RequestListener = starting
  const server = createServer((request, response) => handler(request, response))
  // Longer than a load balancer's 60 s: else it sends a request down a connection that we are just closing.
  server.keepAliveTimeout = 65 * second
  const doors = await openDoors(server, port, host)
  for (const door of doors) door.on('error', error => log?.error({ error }, 'connection could not be taken'))
  const drain = draining(server, doors)
  const opened = server.address() as AddressInfo
  return {
    port: opened.port,
    url: `http://${host ?? '127.0.0.1'}:${opened.port}`,
    serve: next => {
      handler = next
    },
    drain,
    close: () => {
      const closed = drain()
      server.closeAllConnections()
      return closed
    },
  }
}

/**
 * So many sockets listen on the port, where the system spreads connections over them. Node takes one connection a socket in each turn of its
 * event loop (libuv since 1.45), so that with one, however little there is to do for each, a crowd would wait for as many turns as it has heads.
 */
const listeners = process.platform === 'linux' ? 8 : 1

/** @returns everything that listens, the server itself first */
async function openDoors(server: Server, port: number, host: string | undefined): Promise<TcpServer[]> {
  // Those who share a port agree to; another hub would, too, and is not to be let in.
  if (listeners > 1 && port !== 0) await tryAlone(port, host)
  await open(server, port, host)
  const { port: found } = server.address() as AddressInfo
  const others = Array.from({ length: listeners - 1 }, () => {
    const other = createTcpServer({ allowHalfOpen: true, noDelay: true })
    return other.on('connection', socket => server.emit('connection', socket))
  })
  await Promise.all(others.map(other => open(other, found, host)))
  return [server, ...others]
}

async function tryAlone(port: number, host: string | undefined): Promise<void> {
  const alone = createTcpServer()
  await open(alone, port, host, false)
  await new Promise(resolve => alone.close(resolve))
}

function open(server: TcpServer, port: number, host: string | undefined, isShared = listeners > 1): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(cannotOpen(port, error))
    server.once('error', fail)
    // When a network is back, all clients of a house come at once: who finds the queue full would try again only after seconds.
    server.listen({ port, host, backlog: 4_096, ...(isShared && { reusePort: true }) }, () => {
      server.off('error', fail)
      resolve()
    })
  })
}

function cannotOpen(port: number, error: NodeJS.ErrnoException): HubError {
  const reasons: Record<string, string> = { EADDRINUSE: 'is taken by another program', EACCES: 'is not ours to open' }
  const reason = reasons[error.code ?? ''] ?? `cannot be opened (${error.message})`
  const advice = 'stop the other program or choose another port; PORT=0 picks a free one'
  return new HubError('unavailable', `port ${port} ${reason}: ${advice}`, { cause: error, at: 'PORT' })
}

const starting: RequestListener = (request, response) => {
  const requestId = requestIdOf(request.headers['x-request-id'])
  response.setHeader('x-request-id', requestId)
  request.resume()
  if (request.url === '/health/live') response.writeHead(200).end()
  else if (request.url === '/health')
    response
      .writeHead(503, { 'content-type': 'application/json' })
      .end(JSON.stringify({ status: 'starting', reasons: ['the parts are being started'] }))
  else writeProblem(response, problemOf(new HubError('unavailable', 'the hub is starting; try again soon'), requestId))
}

/** Keeps book of what is under way, so that each connection can be told to end with its answer. */
function draining(server: Server, doors: readonly TcpServer[]): () => Promise<void> {
  const underWay = new Set<ServerResponse>()
  let closed: Promise<unknown> | null = null
  server.prependListener('request', (_, response) => {
    underWay.add(response)
    response.shouldKeepAlive &&= closed === null
    response.once('close', () => {
      underWay.delete(response)
      if (closed) setImmediate(() => server.closeIdleConnections())
    })
  })
  return async () => {
    if (!closed) {
      closed = Promise.all(doors.map(door => new Promise<unknown>(resolve => door.close(resolve))))
      for (const response of underWay) response.shouldKeepAlive = false
      server.closeIdleConnections()
    }
    await closed
  }
}
