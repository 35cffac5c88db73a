import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultsOf } from '@switchboard/test-simulators/faults'
import { serve, type SimulatorReply, type SimulatorRequest } from '@switchboard/test-simulators/server'
import type { ReadingRig, RigChange } from './source-rig.ts'

/** A row as the vendor has it. */
export type FixtureRow = Readonly<Record<string, unknown>>

/** What the fixtures do not tell by themselves: where things are, and how the vendor pages. */
export interface FixtureList {
  /** Where the list is, such as `/bookings`. */
  path: string
  /** The answers of the vendor, in order: see `fixturePages`. */
  pages: readonly unknown[]
  /** The field of an answer that holds the rows; empty where the answer is the list. */
  rows: string
  /** The field of a row that holds its id. */
  id: string
  /** The field of a row that holds the time of its last change. */
  changedAt: string
  /** The field of a row that holds the time it was deleted. Without, a deleted row is gone. */
  deletedAt?: string
  /** What a request asks for, by its query. */
  asked(query: URLSearchParams): Asked
  /** A page as the vendor wraps it; `next` is opaque, and null on the last one. */
  answer(rows: FixtureRow[], next: string | null): object
  /** A time as the vendor writes it. Default: ISO 8601, or a number where the fixture has one (seconds, or milliseconds when it is that large). */
  time?(at: Date): unknown
}

/** What a request asks for: the rows changed at `since` or later, after those before `next`. */
export interface Asked {
  since: string | null
  next: string | null
  limit: number
}

/** How a fixture is served. */
export interface FixtureSettings extends FixtureList {
  now(): Date
  /** How often each row is served, with ids and times of its own; 1: as it stands. Default: so often that there are some pages. */
  copies?: number
}

/** A vendor that runs on loopback, made of fixtures. All but the source of a rig for `sourceContract`. */
export interface FixtureVendor extends Omit<ReadingRig, 'source'> {
  url: string
  /** It answers requests that carry this in any header. */
  token: string
}

/** The files `fixtures/page-*.json` of an adapter's folder, in the order of their numbers. */
export function fixturePages(folder: string): unknown[] {
  const files = globSync('fixtures/page-*.json', { cwd: folder })
  const numberOf = (file: string): number => Number(/(\d+)\.json$/.exec(file)?.[1] ?? 0)
  const ordered = files.toSorted((one, other) => numberOf(one) - numberOf(other))
  return ordered.map(file => JSON.parse(readFileSync(join(folder, file), 'utf8')))
}

/** So many rows make more than three pages of ten. */
const enough = 48
const token = 'fixture-token'

/**
 * Serves the rows of fixtures as a vendor with a list by time of change does, with the faults of answers, and lets rows change.
 * Two rows changed at the same time, now and then, so that a cursor which leaves one out is found out.
 * @throws RangeError when the fixtures have no rows, or rows without id and time
 */
export async function fixtureVendor(settings: FixtureSettings): Promise<FixtureVendor> {
  const faults = faultsOf(1)
  const stock = stockOf(settings)
  const [first] = stock.rows as [Stocked]
  const list = (request: SimulatorRequest): SimulatorReply =>
    faults.strikes('tokenExpired') || !isKnown(request)
      ? { status: 401, body: { message: 'the token is not valid' } }
      : { body: pageOf(settings, stock, settings.asked(request.url.searchParams)) }
  const server = await serve({ faults, routes: [{ method: 'GET', path: settings.path, handle: list }] })
  return {
    ...{ url: server.url, token, faults, close: server.close },
    readsDeleted: settings.deletedAt !== undefined,
    externalIds: () => stock.rows.map(({ id }) => String(id)),
    change: () => changed(settings, stock, first),
    remove: () => removed(settings, stock, first),
    spoil() {
      first.row = { ...first.row, [settings.changedAt]: 'no time at all' }
      return String(first.id)
    },
  }
}

/** The rows of a fixture vendor. */
interface Stock {
  rows: Stocked[]
  /** Writes a time as the fixtures do. */
  time(at: Date): unknown
}

interface Stocked {
  id: string | number
  at: number
  row: FixtureRow
}

function stockOf({ now, copies, time, ...list }: FixtureSettings): Stock {
  const rows = list.pages.flatMap(page => rowsOf(page, list.rows))
  if (rows.length === 0) throw new RangeError('the fixtures have no rows')
  const times = copies ?? Math.ceil(enough / rows.length)
  const write = time ?? writerFor(rows[0]?.[list.changedAt])
  const last = now().getTime() - 3_600_000
  const copy = (nth: number) => (row: FixtureRow, index: number) => {
    const [id, writtenAt] = [row[list.id], row[list.changedAt]]
    if (typeof id !== 'string' && typeof id !== 'number')
      throw new RangeError(`a row has no ${list.id}: ${JSON.stringify(row)}`)
    if (times === 1) return { id, at: timeOf(writtenAt), row }
    const at = last - Math.floor((times * rows.length - nth * rows.length - index) / 2) * 60_000
    return { id: idOf(id, nth), at, row: { ...row, [list.id]: idOf(id, nth), [list.changedAt]: write(new Date(at)) } }
  }
  return { rows: Array.from({ length: times }, (_, nth) => rows.map(copy(nth))).flat(), time: write }
}

/** Answers about other things, such as a token, have none. */
function rowsOf(page: unknown, field: string): FixtureRow[] {
  const rows: unknown = field === '' ? page : Object(page)[field]
  return Array.isArray(rows) ? rows : []
}

/** The same shape of id, and another for each copy. */
function idOf(id: string | number, nth: number): string | number {
  if (nth === 0) return id
  if (typeof id === 'number') return id + nth * 10 ** String(id).length
  const isUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(id)
  return isUuid ? nth.toString(16).padStart(8, '0') + id.slice(8) : `${id}${String(nth).padStart(3, '0')}`
}

function timeOf(written: unknown): number {
  const isNumber = typeof written === 'number' || /^\d+(\.\d+)?$/.test(String(written))
  const at = isNumber ? Number(written) * (Number(written) > 1e11 ? 1 : 1000) : Date.parse(String(written))
  if (Number.isNaN(at)) throw new RangeError(`${JSON.stringify(written)} is no time: give \`time\`, and ISO 8601 rows`)
  return at
}

function writerFor(sample: unknown): (at: Date) => unknown {
  if (typeof sample !== 'number') return at => at.toISOString()
  return at => (sample > 1e11 ? at.getTime() : at.getTime() / 1000)
}

function isKnown({ headers }: SimulatorRequest): boolean {
  return Object.values(headers).some(value => value.includes(token))
}

/** Goes on behind the last row of the page before, by time and id: a row that changes meanwhile comes again, and none is skipped. */
function pageOf({ answer }: FixtureSettings, { rows }: Stock, { since, next, limit }: Asked): object {
  const behind = next === null ? null : (JSON.parse(Buffer.from(next, 'base64url').toString()) as Stocked)
  const wanted = rows
    .filter(row => (since === null || row.at >= timeOf(since)) && (behind === null || byChange(row, behind) > 0))
    .sort(byChange)
  const page = wanted.slice(0, limit || enough)
  const last = page.at(-1)
  const place = last && JSON.stringify({ at: last.at, id: last.id })
  const isMore = wanted.length > page.length
  const rest = isMore && place ? Buffer.from(place).toString('base64url') : null
  return answer(
    page.map(({ row }) => row),
    rest,
  )
}

function byChange(one: Pick<Stocked, 'at' | 'id'>, other: Pick<Stocked, 'at' | 'id'>): number {
  return one.at - other.at || (one.id < other.id ? -1 : Number(one.id > other.id))
}

const nothingSent = { attempts: 0, status: null }

function changed({ now, changedAt }: FixtureSettings, { time }: Stock, stocked: Stocked): RigChange {
  stocked.at = now().getTime()
  stocked.row = { ...stocked.row, [changedAt]: time(now()) }
  return { externalId: String(stocked.id), delivered: Promise.resolve(nothingSent) }
}

function removed(settings: FixtureSettings, stock: Stock, stocked: Stocked): RigChange {
  const { deletedAt, now } = settings
  if (deletedAt !== undefined) stocked.row = { ...stocked.row, [deletedAt]: stock.time(now()) }
  else stock.rows = stock.rows.filter(other => other !== stocked)
  return changed(settings, stock, stocked)
}
