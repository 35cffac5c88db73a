import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
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
  await open(server, port, host)
  server.on('error', error => log?.error({ error }, 'connection could not be taken'))
  const drain = draining(server)
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

function open(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(cannotOpen(port, error))
    server.once('error', fail)
    // When a network is back, all clients of a house come at once: who finds the queue full would try again only after seconds.
    server.listen({ port, host, backlog: 4_096 }, () => {
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
function draining(server: Server): () => Promise<void> {
  const underWay = new Set<ServerResponse>()
  let closed: Promise<void> | null = null
  server.prependListener('request', (_, response) => {
    underWay.add(response)
    response.shouldKeepAlive &&= closed === null
    response.once('close', () => {
      underWay.delete(response)
      if (closed) setImmediate(() => server.closeIdleConnections())
    })
  })
  return () => {
    if (closed) return closed
    closed = new Promise(resolve => server.close(() => resolve()))
    for (const response of underWay) response.shouldKeepAlive = false
    server.closeIdleConnections()
    return closed
  }
}
