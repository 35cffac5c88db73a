import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { faultNames, type FaultName, type Faults, type FaultSettings } from './faults.ts'

/** A request as it came. */
export interface SimulatorRequest {
  method: string
  url: URL
  /** What the `:name` parts of the route's path matched. */
  params: Readonly<Record<string, string>>
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>
  /** The raw bytes. */
  body: Buffer
}

/** An answer. Bytes and text are sent as they are, any other object as JSON; the default status is 200. */
export interface SimulatorReply {
  status?: number
  headers?: Readonly<Record<string, string>>
  body?: object | string
}

/** One route. Those under `/simulator/` are for driving it and never fail on purpose. */
export interface SimulatorRoute {
  method: string
  /** Such as `/v1/appointments/:id`. */
  path: string
  handle(request: SimulatorRequest): SimulatorReply | Promise<SimulatorReply>
}

/** What a simulator's server is made of. */
export interface ServerSettings {
  routes: readonly SimulatorRoute[]
  faults: Faults
  /** Default 0: any free port. */
  port?: number
  /** Resolves when a request, such as `GET /orders?page=2 ` with its body, has arrived. Default: at once. */
  transit?: (what: string) => Promise<unknown>
  /** The vendor's own 429. Default: a bare one with `Retry-After`. */
  tooMany?: (settings: FaultSettings) => SimulatorReply
}

/** Serves routes on 127.0.0.1, with the faults of answers and `/simulator/faults`: GET shows them, PUT sets them, POST to one makes it happen once. */
export async function serve(settings: ServerSettings): Promise<{ url: string; close(): Promise<void> }> {
  const routes = [...settings.routes, ...faultRoutes(settings.faults)]
  const server = createServer((message, response) => {
    respond({ ...settings, routes }, message, response).catch(error => fail(response, error))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port ?? 0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => closed(server),
  }
}

/** The JSON a request carries. @throws SyntaxError */
export function jsonOf(request: SimulatorRequest): unknown {
  return JSON.parse(request.body.toString('utf8') || 'null')
}

async function respond(settings: ServerSettings, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await requestOf(message)
  const found = routeOf(settings.routes, request)
  const isControl = request.url.pathname.startsWith('/simulator/')
  const { pathname, search } = request.url
  if (!isControl) await settings.transit?.(`${request.method} ${pathname}${search} ${request.body.toString()}`)
  if (!isControl && (await spoiled(settings, response))) return
  const reply = found
    ? await found.route.handle({ ...request, params: found.params })
    : { status: 404, body: 'not found' }
  if (!isControl && (await withheld(settings.faults, response))) return
  send(response, reply, !isControl && settings.faults.strikes('truncatedJson'))
}

/** Keeps an answer back, or late, when a fault strikes: what was asked for is done. @returns whether it is never sent */
async function withheld(faults: Faults, response: ServerResponse): Promise<boolean> {
  const [isCut, isLate] = [faults.strikes('unanswered'), faults.strikes('answeredLate')]
  if (isLate) await wait(faults.get().lateMs, undefined, { ref: false })
  if (isCut) response.socket?.destroy()
  return isCut
}

/** Answers with a fault, when one strikes. Every fault draws once, so that switching one on does not move the others. */
async function spoiled(settings: ServerSettings, response: ServerResponse): Promise<boolean> {
  const { faults } = settings
  const struck = spoiling.filter(name => faults.strikes(name))
  if (struck.includes('slow')) await wait(faults.get().slowMs, undefined, { ref: false })
  const [worst] = struck.filter(name => name !== 'slow')
  if (worst === 'cut') response.socket?.destroy()
  else if (worst) send(response, fault(worst, settings))
  return worst !== undefined
}

/** The worst first: one answer can only fail in one way. */
const spoiling = ['cut', 'slow', 'status429', 'status5xx', 'htmlError'] as const

function fault(name: FaultName, { faults, tooMany = bareTooMany }: ServerSettings): SimulatorReply {
  if (name === 'status429') return tooMany(faults.get())
  if (name === 'status5xx') return { status: 503, body: 'upstream connect error' }
  return { headers: { 'content-type': 'text/html' }, body: '<html><h1>We are sorry</h1></html>' }
}

function bareTooMany({ retryAfterSeconds }: FaultSettings): SimulatorReply {
  return {
    status: 429,
    headers: { 'retry-after': String(retryAfterSeconds) },
    body: { message: 'Too many requests' },
  }
}

function send(
  response: ServerResponse,
  { status = 200, headers = {}, body = '' }: SimulatorReply,
  truncate = false,
): void {
  const text = typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(truncate ? text.slice(0, text.length >> 1) : text)
}

function fail(response: ServerResponse, error: unknown): void {
  const isTheirs = error instanceof SyntaxError || error instanceof RangeError
  const message = error instanceof Error ? error.message : String(error)
  if (response.headersSent) response.destroy()
  else send(response, { status: isTheirs ? 400 : 500, body: { message } })
}

async function requestOf(message: IncomingMessage): Promise<SimulatorRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ])
  return {
    method: message.method ?? 'GET',
    url: new URL(message.url ?? '/', 'http://127.0.0.1'),
    params: {},
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(chunks),
  }
}

function routeOf(
  routes: readonly SimulatorRoute[],
  { method, url }: SimulatorRequest,
): { route: SimulatorRoute; params: Record<string, string> } | null {
  for (const route of routes) {
    const params = route.method === method ? matched(route.path, url.pathname) : null
    if (params) return { route, params }
  }
  return null
}

function matched(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/')
  const parts = path.split('/')
  if (wanted.length !== parts.length) return null
  const params: Record<string, string> = {}
  for (const [index, want] of wanted.entries()) {
    const part = decodeURIComponent(parts[index] ?? '')
    if (want.startsWith(':')) params[want.slice(1)] = part
    else if (want !== part) return null
  }
  return params
}

function faultRoutes(faults: Faults): SimulatorRoute[] {
  const show = (): SimulatorReply => ({ body: faults.get() })
  return [
    { method: 'GET', path: '/simulator/faults', handle: show },
    {
      method: 'PUT',
      path: '/simulator/faults',
      handle: request => {
        faults.set(jsonOf(request) as Partial<FaultSettings>)
        return show()
      },
    },
    {
      method: 'POST',
      path: '/simulator/faults/:name',
      handle({ params }) {
        const name = faultNames.find(fault => fault === params['name'])
        if (!name) throw new RangeError(`there is no fault "${params['name']}"; there are ${faultNames.join(', ')}`)
        faults.force(name)
        return show()
      },
    },
  ]
}

function closed(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
