import type { SimulatorReply } from './server.ts'
import { rfc2822, type Callback, type Exchange } from './twilio-model.ts'

/** One operation of the REST API. */
export interface Resource {
  method: 'GET' | 'POST' | 'DELETE'
  /** Under the account. `:name` takes in a `.json` at its end. */
  path: string
  /** Default 200. */
  status?: 200 | 201 | 204
  handle(ask: Ask): object
}

/** What the API answers instead of a file: where it is. */
export interface Elsewhere {
  elsewhere: string
}

/** A request for a resource. */
export interface Ask {
  exchange: Exchange
  form: URLSearchParams
  params: Readonly<Record<string, string>>
  url: URL
}

/** A row as the API writes it. */
export type Row = Readonly<Record<string, unknown>>

/** Thrown to answer with an error in the vendor's envelope. */
export class Refusal extends Error {
  readonly reply: SimulatorReply
  constructor(status: number, code: number, message: string) {
    super(message)
    this.reply = problem(status, code, message)
  }
}

/** An error in the vendor's envelope; the codes are listed at https://www.twilio.com/docs/api/errors. */
export function problem(status: number, code: number, message: string): SimulatorReply {
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } }
}

/** There is no such thing. */
export function notFound(path: string): Refusal {
  return new Refusal(404, 20404, `The requested resource ${path} was not found`)
}

/** What a parameter of the path names, from a map by SID. @throws Refusal 20404 */
export function named<T>({ params, url }: Ask, name: string, rows: ReadonlyMap<string, T>): T {
  const row = rows.get(paramOf(params, name))
  if (row === undefined) throw notFound(url.pathname)
  return row
}

/** A parameter of the path, without the `.json` at its end. */
export function paramOf(params: Ask['params'], name: string): string {
  return (params[name] ?? '').replace(/\.json$/, '')
}

/**
 * A page of a list, filtered by the query's fields in `filters` (`FriendlyName` filters `friendly_name`). `next_page_uri` is relative, and
 * null at the end. Pages are counted, so rows that come in on top while somebody reads push others onto the next page; the fault
 * `shiftedPage` does the same.
 */
export function listOf(
  { url, exchange }: Ask,
  plural: string,
  rows: readonly Row[],
  filters: readonly string[],
): object {
  const query = url.searchParams
  const size = Math.min(Math.max(Number(query.get('PageSize') ?? 50), 1), 1000)
  const page = Number(query.get('Page') ?? 0)
  const shift = Number(query.get('Shift') ?? 0) + (page > 0 && exchange.faults.strikes('shiftedPage') ? 1 : 0)
  const start = Math.max(page * size - shift, 0)
  const kept = rows.filter(row => filters.every(name => !query.has(name) || row[snake(name)] === query.get(name)))
  const shown = kept.slice(start, start + size)
  const uriOf = (number: number): string => {
    const at = new URLSearchParams({ ...Object.fromEntries(query), PageSize: String(size), Page: String(number) })
    if (shift > 0) at.set('Shift', String(shift))
    return `${url.pathname}?${at}`
  }
  return {
    [plural]: shown,
    page,
    page_size: size,
    start,
    end: start + Math.max(shown.length - 1, 0),
    uri: uriOf(page),
    first_page_uri: uriOf(0),
    previous_page_uri: page > 0 ? uriOf(page - 1) : null,
    next_page_uri: start + size < kept.length ? uriOf(page + 1) : null,
  }
}

/** A parameter's name as answers write it: `FriendlyName` is `friendly_name`. */
export function snake(name: string): string {
  return name.replace(/(?<!^)[A-Z]/g, letter => `_${letter}`).toLowerCase()
}

/** What every row begins with. */
export function heading({ accountSid }: Exchange, path: string, at: { createdAt: Date; updatedAt?: Date }): Row {
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    date_created: rfc2822(at.createdAt),
    date_updated: rfc2822(at.updatedAt ?? at.createdAt),
    uri: `/2010-04-01/Accounts/${accountSid}/${path}.json`,
  }
}

/** Where a request has something reported, by the name of the field; null for nowhere. */
export function callbackIn(form: URLSearchParams, name: string, usual: string[]): Callback | null {
  const url = form.get(name)
  const events = form.getAll(`${name}Event`).flatMap(each => each.split(' '))
  return url ? { url, events: new Set(events.length > 0 ? events : usual) } : null
}
