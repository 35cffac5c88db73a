import { byChange, type ContractRow } from './contract-rows.ts'
import type { FaultSettings } from './faults.ts'
import type { SimulatorReply, SimulatorRequest, SimulatorRoute } from './server.ts'

/** What the API of a simulated vendor with Hub Source Contract v1 answers from. */
export interface Shelf<Row extends ContractRow> {
  collection: string
  rows: ReadonlyMap<string, Row>
  /** A row as it goes over the wire, garbled where that was asked for. */
  wire(row: Row): object
  /** Cursors made before have expired. */
  generation: number
  token: string
  now(): Date
}

/** How long a deleted row is told about. What changed since before that is not told: something deleted would be missing. */
const tombstoneMs = 30 * 86_400_000

/** The reading half of the contract: a list, one row, the health probe. */
export function contractRoutes<Row extends ContractRow>(
  shelf: Shelf<Row>,
  isTokenExpired: () => boolean,
): SimulatorRoute[] {
  const guarded = (handle: (request: SimulatorRequest) => SimulatorReply) => (request: SimulatorRequest) =>
    !isTokenExpired() && request.headers['authorization'] === `Bearer ${shelf.token}`
      ? handle(request)
      : problem(401, 'about:blank', 'Unauthorized')
  const health = (): SimulatorReply => ({ body: { status: 'ok', now: shelf.now().toISOString() } })
  return [
    { method: 'GET', path: `/v1/${shelf.collection}`, handle: guarded(request => list(shelf, request)) },
    { method: 'GET', path: `/v1/${shelf.collection}/:id`, handle: guarded(request => one(shelf, request)) },
    { method: 'GET', path: '/v1/health', handle: guarded(health) },
  ]
}

/** The contract's 429: seconds in `Retry-After`, and problem details. */
export function tooMany({ retryAfterSeconds }: FaultSettings): SimulatorReply {
  const reply = problem(429, 'about:blank', 'Too many requests')
  return { ...reply, headers: { ...reply.headers, 'retry-after': String(retryAfterSeconds) } }
}

function list<Row extends ContractRow>(shelf: Shelf<Row>, { url }: SimulatorRequest): SimulatorReply {
  const wish = wishIn(url.searchParams)
  if ('status' in wish) return wish
  const from = wish.cursor === null ? null : placeOf(wish.cursor, shelf.generation)
  if (from === 'expired') return problem(410, 'urn:cursor-expired', 'The cursor has expired')
  const oldest = shelf.now().getTime() - tombstoneMs
  if (from === null && wish.since !== null && wish.since < oldest)
    return problem(410, 'urn:cursor-expired', 'Deletions are told of for 30 days; read everything')
  const rows = [...shelf.rows.values()]
    .filter(row => isAsked(row, wish.since, from) && (row.deletedAt === null || row.deletedAt.getTime() >= oldest))
    .sort(byChange)
  const page = rows.slice(0, wish.limit)
  const last = page.at(-1)
  const hasMore = rows.length > wish.limit
  const next = hasMore && last ? cursorOf(last, shelf.generation) : null
  return { body: { data: page.map(row => shelf.wire(row)), next_cursor: next, has_more: hasMore } }
}

interface Wish {
  limit: number
  since: number | null
  cursor: string | null
}

function wishIn(query: URLSearchParams): Wish | (SimulatorReply & { status: number }) {
  const limit = Number(query.get('limit') ?? 50)
  const since = query.get('updated_since')
  const time = since === null ? null : Date.parse(since)
  if (!(limit >= 1 && limit <= 100)) return problem(400, 'urn:bad-limit', 'limit must be from 1 to 100')
  if (Number.isNaN(time)) return problem(400, 'urn:bad-time', 'updated_since must be an RFC 3339 time')
  return { limit, since: time, cursor: query.get('cursor') }
}

function isAsked({ updatedAt, id }: ContractRow, since: number | null, from: Place | null): boolean {
  const at = updatedAt.getTime()
  const isBehind = from === null || at > from.updatedAt || (at === from.updatedAt && id > from.id)
  return isBehind && (since === null || at >= since)
}

/** A deleted row is told of with itself, as long as it has a tombstone. */
function one<Row extends ContractRow>(shelf: Shelf<Row>, { params }: SimulatorRequest): SimulatorReply {
  const row = shelf.rows.get(params['id'] ?? '')
  const age = row?.deletedAt ? shelf.now().getTime() - row.deletedAt.getTime() : 0
  if (!row || age > tombstoneMs) return problem(404, 'about:blank', 'Not found')
  return row.deletedAt ? problem(410, 'urn:deleted', 'Deleted', { data: shelf.wire(row) }) : { body: shelf.wire(row) }
}

function problem(
  status: number,
  type: string,
  title: string,
  more: object = {},
): Required<SimulatorReply> & { status: number } {
  return { status, headers: { 'content-type': 'application/problem+json' }, body: { type, title, status, ...more } }
}

interface Place {
  updatedAt: number
  id: string
}

function cursorOf({ updatedAt, id }: ContractRow, generation: number): string {
  return Buffer.from(JSON.stringify([generation, updatedAt.getTime(), id])).toString('base64url')
}

function placeOf(cursor: string, generation: number): Place | 'expired' {
  const [made, updatedAt, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [number, number, string]
  return made === generation ? { updatedAt, id } : 'expired'
}
