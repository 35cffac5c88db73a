import { VendorError, z, type HttpRequest } from '@switchboard/core'
import type { Account, Bookings, Listing, Window } from './account.ts'
import { restBooking } from './booking.ts'
import { dayAfter } from './local-time.ts'
import { listPages, type Answered, type Place } from './pages.ts'
import { tokensOf, type Token, type WithToken } from './tokens.ts'

/** REST v2, as an administrator. */
export interface Rest extends Bookings {
  /** Sends one request with a good token. @throws VendorError */
  ask<T>(request: RestRequest, shape: z.ZodType<T>): Promise<T>
}

/** A request by its path under `/admin/`. */
export type RestRequest = Omit<HttpRequest, 'url' | 'headers'> & { path: string }

const count = z.coerce.number().int().nonnegative()
const page = z.object({
  data: z.array(z.unknown()),
  metadata: z.object({ items_count: count, page: count.min(1), on_page: count.min(1) }),
})

/** Bookings by REST v2. */
export function restApi(account: Account): Rest {
  const withToken = restTokens(account)
  const ask: Rest['ask'] = (request, shape) =>
    withToken(token => account.kit.http.json(restRequest(account, request, token), shape))
  return {
    ask,
    shape: restBooking,
    list: window => listWindow(window, account, ask),
    async one(id) {
      try {
        return await ask({ path: `bookings/${encodeURIComponent(id)}` }, z.unknown())
      } catch (error) {
        if (error instanceof VendorError && error.vendorStatus === 404) return null
        throw error
      }
    },
    clock: () => withToken(token => restClock(account, token)),
  }
}

/**
 * The API filters by one day, or by what is to come, or not at all; never by a span, and never by the time of change. So the full window
 * is the whole list (one request for each hundred bookings, where day by day would be a thousand), and the small one is a few days up
 * to today, one by one, and what is to come: together a handful of requests.
 */
async function* listWindow(window: Window, account: Account, ask: Rest['ask']): AsyncGenerator<Listing> {
  const filters = window.isFull ? [{}] : [...daysUntil(window).map(day => ({ 'filter[date]': day })), upcoming]
  const ids: string[] = []
  for (const [index, filter] of filters.entries()) {
    const isLast = index === filters.length - 1
    for await (const listing of listPages(place => askPage(place, filter, { account, ask }), account.pageSize)) {
      if (listing.whole) ids.push(...listing.whole)
      const whole = listing.whole && isLast ? ids : null
      yield { ...listing, whole, total: window.isFull ? listing.total : null }
    }
  }
}

const upcoming = { 'filter[upcoming_only]': '1' }

function daysUntil({ from, today }: Window): string[] {
  const days: string[] = []
  for (let day = from; day <= today; day = dayAfter(day, 1)) days.push(day)
  return days
}

async function askPage(
  { page: number, size }: Place,
  filter: Readonly<Record<string, string>>,
  { account, ask }: { account: Account; ask: Rest['ask'] },
): Promise<Answered> {
  const askedAt = account.kit.now()
  const query = new URLSearchParams({ ...filter, page: String(number), on_page: String(size) })
  const { data: rows, metadata } = await ask({ path: `bookings?${query}` }, page)
  return { rows, askedAt, total: metadata.items_count, page: metadata.page, size: metadata.on_page }
}

/** Asks for one booking, for the `Date` of the answer: in whole seconds. */
async function restClock(account: Account, token: string): Promise<Date | null> {
  const request = restRequest(account, { path: 'bookings?page=1&on_page=1' }, token)
  const { status, headers, body } = await account.kit.http.send(request)
  if (status !== 200) throw new VendorError(`SimplyBook.me answers ${status}`, { vendorStatus: status })
  if (!page.safeParse(jsonOf(body)).success) throw new VendorError('SimplyBook.me answers with something unexpected')
  return clockOf(headers)
}

/** The JSON in a body; undefined where there is none. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** The vendor's clock by an answer's headers. */
export function clockOf(headers: Readonly<Record<string, string>>): Date | null {
  const at = new Date(headers['date'] ?? '')
  return Number.isNaN(at.getTime()) ? null : at
}

function restRequest({ restUrl, company }: Account, { path, ...request }: RestRequest, token: string): HttpRequest {
  return {
    ...request,
    url: `${restUrl.replace(/\/$/, '')}/admin/${path}`,
    headers: { 'x-company-login': company, 'x-token': token },
  }
}

const granted = z.object({ token: z.string().nullish(), refresh_token: z.string().nullish() })

function restTokens(account: Account): WithToken {
  const { company, userLogin, userPassword, restUrl, kit } = account
  const post = async (path: string, body: object): Promise<Omit<Token, 'gotAt'>> => {
    const url = `${restUrl.replace(/\/$/, '')}/admin/${path}`
    const answer = await kit.http.json({ url, method: 'POST', body, idempotent: true }, granted)
    if (!answer.token)
      throw new VendorError('the login gave no token: the user must be one that may sign in without a second factor')
    return { token: answer.token, refreshToken: answer.refresh_token ?? null }
  }
  return tokensOf({
    key: `rest token of ${userLogin} at ${company}`,
    kit,
    login: () => post('auth', { company, login: userLogin, password: userPassword }),
    refresh: refreshToken => post('auth/refresh-token', { company, refresh_token: refreshToken }),
  })
}
