import { appointmentRow } from './appointjet-rows.ts'
import type { SimulatorReply, SimulatorRequest, SimulatorRoute } from './server.ts'
import type { WorldAppointment } from './world.ts'

/** What the API of the simulated booking system answers from. */
export interface Book {
  appointments: ReadonlyMap<string, WorldAppointment>
  /** Ids of appointments that come out garbled. */
  spoiled: ReadonlySet<string>
  /** Cursors made before have expired. */
  generation: number
  token: string
  now(): Date
}

/** How long a deleted row is told about. */
const tombstoneMs = 30 * 86_400_000

/** The reading half of the contract: a list, one row, the health probe. */
export function listRoutes(book: Book, isExpired: () => boolean): SimulatorRoute[] {
  const guarded = (handle: (request: SimulatorRequest) => SimulatorReply) => (request: SimulatorRequest) =>
    !isExpired() && request.headers['authorization'] === `Bearer ${book.token}`
      ? handle(request)
      : problem(401, 'about:blank', 'Unauthorized')
  return [
    { method: 'GET', path: '/v1/appointments', handle: guarded(request => list(book, request)) },
    { method: 'GET', path: '/v1/appointments/:id', handle: guarded(request => one(book, request)) },
    {
      method: 'GET',
      path: '/v1/health',
      handle: guarded(() => ({ body: { status: 'ok', now: book.now().toISOString() } })),
    },
  ]
}

function list(book: Book, { url }: SimulatorRequest): SimulatorReply {
  const limit = Number(url.searchParams.get('limit') ?? 50)
  if (!(limit >= 1 && limit <= 100)) return problem(400, 'urn:bad-limit', 'limit must be from 1 to 100')
  const cursor = url.searchParams.get('cursor')
  const from = cursor === null ? null : placeOf(cursor, book.generation)
  if (cursor !== null && from === null) return problem(410, 'urn:cursor-expired', 'The cursor has expired')
  const since = url.searchParams.get('updated_since')
  const rows = [...book.appointments.values()]
    .filter(
      row => (since === null || row.updatedAt >= new Date(since)) && isBehind(row, from) && !isForgotten(row, book),
    )
    .sort(byChange)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const hasMore = rows.length > limit
  const next = hasMore && last ? cursorOf(last, book.generation) : null
  return { body: { data: page.map(row => rowOf(row, book)), next_cursor: next, has_more: hasMore } }
}

function one(book: Book, { params }: SimulatorRequest): SimulatorReply {
  const row = book.appointments.get(params['id'] ?? '')
  if (!row) return problem(404, 'about:blank', 'Not found')
  return row.deletedAt ? problem(410, 'urn:deleted', 'Deleted') : { body: rowOf(row, book) }
}

function rowOf(row: WorldAppointment, { spoiled }: Book): object {
  return spoiled.has(row.id) ? { ...appointmentRow(row), version: 'three', starts_at: null } : appointmentRow(row)
}

function isForgotten({ deletedAt }: WorldAppointment, { now }: Book): boolean {
  return deletedAt !== null && now().getTime() - deletedAt.getTime() > tombstoneMs
}

function problem(status: number, type: string, title: string): SimulatorReply {
  return { status, headers: { 'content-type': 'application/problem+json' }, body: { type, title, status } }
}

interface Place {
  updatedAt: number
  id: string
}

function cursorOf({ updatedAt, id }: WorldAppointment, generation: number): string {
  return Buffer.from(JSON.stringify([generation, updatedAt.getTime(), id])).toString('base64url')
}

function placeOf(cursor: string, generation: number): Place | null {
  const [made, updatedAt, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [number, number, string]
  return made === generation ? { updatedAt, id } : null
}

function isBehind({ updatedAt, id }: WorldAppointment, from: Place | null): boolean {
  return (
    from === null || updatedAt.getTime() > from.updatedAt || (updatedAt.getTime() === from.updatedAt && id > from.id)
  )
}

function byChange(one: WorldAppointment, other: WorldAppointment): number {
  return one.updatedAt.getTime() - other.updatedAt.getTime() || (one.id < other.id ? -1 : 1)
}
