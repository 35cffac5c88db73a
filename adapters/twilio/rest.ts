import { VendorError, type AdapterKit, type HttpAnswer, type HttpRequest, type z } from '@switchboard/core'
import type { Options } from './options.ts'

/** The REST API of one account, authorised. Paths are under the account. Each throws VendorError. */
export interface Rest {
  ask<T>(path: string, schema: z.ZodType<T>, request?: Partial<HttpRequest>): Promise<T>
  /** The pages of a list, as many as are taken. */
  pages<Page extends Paged>(path: string, schema: z.ZodType<Page>): AsyncIterable<Page>
  /** The rows of all pages of a list. */
  all<Page extends Paged, Row>(path: string, schema: z.ZodType<Page>, rowsOf: (page: Page) => Row[]): Promise<Row[]>
  /** A file of the account. @throws VendorError; retryable where it is not there yet */
  file(path: string): Promise<{ body: Buffer; contentType: string }>
  /** The vendor's clock minus ours, in milliseconds; null when it does not tell the time. */
  skewMs(): Promise<number | null>
}

/** What every page of a list says. The next page's address is relative, and stays on our host whatever it says. */
export interface Paged {
  next_page_uri?: string | null | undefined
}

/** See https://www.twilio.com/docs/usage/api. Any of the tokens authorises; the one that last did is tried first. */
export function restOf({ url, accountSid, authTokens }: Options, { http, now }: AdapterKit): Rest {
  const account = `/2010-04-01/Accounts/${accountSid}`
  let tokens = authTokens

  /** Refused credentials mean that nothing was done, so the other tokens may be tried whatever the request. */
  async function authorised<T>(work: (headers: Record<string, string>) => Promise<T>): Promise<T> {
    let refusal: unknown
    for (const token of tokens) {
      try {
        const done = await work({ authorization: `Basic ${Buffer.from(`${accountSid}:${token}`).toString('base64')}` })
        tokens = [token, ...tokens.filter(other => other !== token)]
        return done
      } catch (error) {
        if (!(error instanceof VendorError) || error.vendorStatus !== 401) throw error
        refusal = error
      }
    }
    throw refusal
  }

  const askPath = <T>(path: string, schema: z.ZodType<T>, request: Partial<HttpRequest> = {}): Promise<T> =>
    authorised(headers => http.json({ url: new URL(path, url), ...request, headers }, schema)).catch(rethrow)

  const bytesAt = (address: URL, headers: Record<string, string> = {}): Promise<HttpAnswer> =>
    http.send({ url: address, headers, isBinary: true, timeoutMs: 60_000 })

  /** Files may be on another host, behind an address that is signed: what authorises us here stays here. */
  async function fileAt(address: URL): Promise<{ body: Buffer; contentType: string }> {
    const answer = await authorised(async headers => {
      const first = await bytesAt(address, headers)
      if (first.status === 401) throw unwell(401)
      return first
    })
    const elsewhere = moved.has(answer.status) ? URL.parse(answer.headers['location'] ?? '', address.href) : null
    return elsewhere ? fileIn(await bytesAt(safe(elsewhere, url)), elsewhere) : fileIn(answer, address)
  }

  async function* pages<Page extends Paged>(path: string, schema: z.ZodType<Page>): AsyncIterable<Page> {
    for (let next: string | null = account + path; next !== null;) {
      const page: Page = await askPath(next, schema)
      yield page
      next = page.next_page_uri ? pathOf(page.next_page_uri, url) : null
    }
  }

  return {
    ask: (path, schema, request) => askPath(account + path, schema, request),
    pages,
    async all(path, schema, rowsOf) {
      const rows = []
      for await (const page of pages(path, schema)) rows.push(...rowsOf(page))
      return rows
    },
    file: path => fileAt(new URL(account + path, url)),
    skewMs: () =>
      authorised(async headers => {
        const answer = await http.send({ url: new URL(`${account}.json`, url), headers })
        if (answer.status !== 200) throw unwell(answer.status)
        const theirs = Date.parse(answer.headers['date'] ?? '')
        return Number.isNaN(theirs) ? null : theirs - now().getTime()
      }),
  }
}

function pathOf(address: string, base: string): string {
  const { pathname, search } = new URL(address, base)
  return pathname + search
}

const moved: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** An address in an answer, when it is asked for no less safely than the API. */
function safe(address: URL, base: string): URL {
  if (address.protocol === 'https:' || address.protocol === new URL(base).protocol) return address
  throw new VendorError(`twilio leads to ${address.host} by ${address.protocol}`)
}

function fileIn({ status, headers, bytes }: HttpAnswer, { pathname }: URL): { body: Buffer; contentType: string } {
  if (status === 404) throw notYet(pathname)
  if (status !== 200 || !bytes) throw unwell(status)
  return { body: bytes, contentType: headers['content-type'] ?? 'application/octet-stream' }
}

/** A file may be told of before every one of Twilio's servers has it. */
function notYet(path: string): VendorError {
  return new VendorError(`twilio has no ${path} yet`, { retryable: true, vendorStatus: 404 })
}

function unwell(status: number): VendorError {
  const retryable = status === 429 || status >= 500
  return new VendorError(`twilio answered ${status}`, { retryable, vendorStatus: status })
}

/** Twilio answers 412 while another change of the same thing is under way: to be tried again, which is not what 412 means elsewhere. */
function rethrow(error: unknown): never {
  if (!(error instanceof VendorError) || error.vendorStatus !== 412) throw error
  const { vendorStatus, vendorCode, retryAfterMs } = error
  throw new VendorError(error.message, { cause: error, retryable: true, vendorStatus, vendorCode, retryAfterMs })
}
