import type { WorldBooking } from './bookings.ts'
import type { Faults } from './faults.ts'
import { jsonOf, type SimulatorReply, type SimulatorRequest, type SimulatorRoute } from './server.ts'
import { garbled, restRow, rpcRow } from './simplybookme-rows.ts'
import type { Tokens } from './simplybookme-tokens.ts'
import type { Subscription } from './simplybookme-callbacks.ts'

/** What both APIs of the simulated vendor answer from. */
export interface Company {
  company: string
  userLogin: string
  userPassword: string
  bookings: Map<string, WorldBooking>
  /** Ids of bookings that come out garbled. */
  spoiled: ReadonlySet<string>
  subscriptions: Subscription[]
  tokens: Tokens
  faults: Faults
  /** What REST does with webhooks: nothing at all, or it lists them and takes no new ones. */
  webhooks: 'served' | 'refused' | 'unserved'
  /** What the clock on the company's wall shows. */
  wallNow(): string
  /** The vendor's clock, as its answers tell it. */
  now(): Date
  /** A row comes or goes between two pages of a list. */
  shift(): void
  /** Told before each page of a list but the first. */
  beforePage(page: number): void
}

type Handle = (request: SimulatorRequest) => SimulatorReply

/** REST v2 under `/rest/admin/`, JSON-RPC under `/rpc/`. */
export function apiRoutes(company: Company): SimulatorRoute[] {
  const dated =
    (handle: Handle): Handle =>
    request => {
      const reply = handle(request)
      return { ...reply, headers: { date: company.now().toUTCString(), ...reply.headers } }
    }
  const guarded =
    (handle: Handle): Handle =>
    request =>
      isAdmitted(company, request, 'x-token') ? handle(request) : refusal(401, 'Access token is expired or invalid')
  const get = (path: string, handle: Handle): SimulatorRoute => ({
    method: 'GET',
    path: `/rest/admin/${path}`,
    handle: dated(guarded(handle)),
  })
  const post = (path: string, handle: Handle): SimulatorRoute => ({ method: 'POST', path, handle: dated(handle) })
  return [
    post('/rest/admin/auth', request => login(company, request)),
    post('/rest/admin/auth/refresh-token', request => renewal(company, request)),
    get('bookings', request => list(company, request)),
    get('bookings/:id', ({ params }) => one(company, params['id'] ?? '')),
    get('webhooks', () =>
      company.webhooks !== 'unserved' ? { body: company.subscriptions } : refusal(404, 'Not found'),
    ),
    post(
      '/rest/admin/webhooks',
      guarded(request => subscribe(company, request)),
    ),
    post('/rpc/login', request => rpcLogin(company, request)),
    post('/rpc/admin/', request => rpcAdmin(company, request)),
  ]
}

/** The fault `tokenExpired` ends every token there is: logging in again helps. */
function isAdmitted({ company, tokens, faults }: Company, { headers }: SimulatorRequest, header: string): boolean {
  if (faults.strikes('tokenExpired')) tokens.expire()
  return headers['x-company-login'] === company && tokens.isGood(headers[header])
}

function refusal(code: number, message: string): SimulatorReply {
  return { status: code, body: { code, message } }
}

function login({ company, userLogin, userPassword, tokens }: Company, request: SimulatorRequest): SimulatorReply {
  const given = (jsonOf(request) ?? {}) as { company?: string; login?: string; password?: string }
  const isRight = given.company === company && given.login === userLogin && given.password === userPassword
  return isRight ? pair(company, tokens.grant()) : refusal(403, 'Wrong login or password')
}

function renewal({ company, tokens }: Company, request: SimulatorRequest): SimulatorReply {
  const given = (jsonOf(request) ?? {}) as { company?: string; refresh_token?: string }
  const granted = given.company === company ? tokens.refresh(given.refresh_token ?? '') : null
  return granted ? pair(company, granted) : refusal(403, 'Refresh token is not known')
}

function pair(company: string, { token, refreshToken }: ReturnType<Tokens['grant']>): SimulatorReply {
  return { body: { token, refresh_token: refreshToken, company, domain: 'simplybook.me' } }
}

function list(company: Company, { url }: SimulatorRequest): SimulatorReply {
  const query = url.searchParams
  const page = Number(query.get('page') ?? 1)
  const size = Number(query.get('on_page') ?? 10)
  if (!(page >= 1 && size >= 1 && size <= 100)) return refusal(400, 'on_page must be from 1 to 100')
  if (page > 1) company.beforePage(page)
  if (page > 1 && company.faults.strikes('shiftedPage')) company.shift()
  const wallNow = company.wallNow()
  const rows = [...company.bookings.values()].filter(row => isAskedFor(row, query, wallNow)).sort(byStart)
  const start = (page - 1) * size
  const metadata = {
    ...{ items_count: rows.length, pages_count: Math.ceil(rows.length / size), page, on_page: size },
  }
  return { body: { data: rows.slice(start, start + size).map(row => wire(company, row, restRow)), metadata } }
}

function isAskedFor({ start, status }: WorldBooking, query: URLSearchParams, wallNow: string): boolean {
  const day = query.get('filter[date]')
  const wanted = query.get('filter[status]')
  const isUpcoming = query.get('filter[upcoming_only]') !== '1' || start >= wallNow
  return isUpcoming && (day === null || start.startsWith(day)) && (wanted === null || status === wanted)
}

function byStart(one: WorldBooking, other: WorldBooking): number {
  return one.start === other.start ? Number(one.id) - Number(other.id) : one.start < other.start ? -1 : 1
}

function one(company: Company, id: string): SimulatorReply {
  const booking = company.bookings.get(id)
  return booking ? { body: wire(company, booking, restRow) } : refusal(404, 'Booking was not found')
}

function wire({ spoiled }: Company, row: WorldBooking, writing: (row: WorldBooking) => object): object {
  return spoiled.has(row.id) ? { ...writing(row), ...garbled } : writing(row)
}

function subscribe({ webhooks, subscriptions }: Company, request: SimulatorRequest): SimulatorReply {
  if (webhooks === 'unserved') return refusal(404, 'Not found')
  const { event, url } = (jsonOf(request) ?? {}) as Partial<Subscription>
  if (webhooks === 'refused') return refusal(402, `The plan does not allow ${url}`)
  if (!event || !url) return refusal(422, 'event and url are required')
  subscriptions.push({ event, url })
  return { status: 201, body: { id: subscriptions.length, event, url } }
}

interface Call {
  method?: string
  params?: unknown[]
}

function rpcLogin({ company, userLogin, userPassword, tokens }: Company, request: SimulatorRequest): SimulatorReply {
  const { method, params = [] } = (jsonOf(request) ?? {}) as Call
  if (method !== 'getUserToken') return rpcError(-32601, `There is no method ${method}`)
  const isRight = params[0] === company && params[1] === userLogin && params[2] === userPassword
  return isRight ? rpcResult(tokens.grant().token) : rpcError(-32600, 'Wrong login or password')
}

/** Errors of JSON-RPC come with status 200. */
function rpcAdmin(company: Company, request: SimulatorRequest): SimulatorReply {
  if (!isAdmitted(company, request, 'x-user-token')) return rpcError(-32600, 'Access denied')
  const { method, params = [] } = (jsonOf(request) ?? {}) as Call
  if (method === 'getEventList') return rpcResult({})
  if (method === 'getBookings') return rpcResult(within(company, params[0] as Partial<Span>))
  if (method !== 'getBookingDetails') return rpcError(-32601, `There is no method ${method}`)
  const booking = company.bookings.get(String(params[0]))
  if (!booking) return rpcError(-32000, 'Booking not found')
  return rpcResult({ ...wire(company, booking, rpcRow), additional_fields: [] })
}

interface Span {
  date_from: string
  date_to: string
}

/** Whether the last day counts is not documented: here it does not, which is the harder of the two. */
function within(company: Company, { date_from: from = '', date_to: to = '' }: Partial<Span>): object[] {
  const rows = [...company.bookings.values()].filter(({ start }) => start >= from && start < to)
  return rows.sort(byStart).map(row => wire(company, row, rpcRow))
}

function rpcResult(result: unknown): SimulatorReply {
  return { body: { jsonrpc: '2.0', result, id: 1 } }
}

function rpcError(code: number, message: string): SimulatorReply {
  return { body: { jsonrpc: '2.0', error: { code, message, data: null }, id: 1 } }
}
