import { VendorError, z, type HttpRequest } from '@switchboard/core'
import type { Account, Bookings, Listing, Window } from './account.ts'
import { rowOf } from './account.ts'
import { rpcBooking } from './booking.ts'
import { dayAfter } from './local-time.ts'
import { clockOf, jsonOf } from './rest.ts'
import { tokensOf, type WithToken } from './tokens.ts'

/** A call by JSON-RPC 2.0. */
interface Call {
  method: string
  params: unknown[]
}

type Ask = <T>(call: Call, shape: z.ZodType<T>) => Promise<T>

const envelope = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.union([z.number(), z.string()]).nullish(), message: z.string().nullish() }).nullish(),
})

/** Bookings by JSON-RPC, as an administrator. */
export function rpcApi(account: Account): Bookings {
  const withToken = rpcTokens(account)
  const ask: Ask = (call, shape) =>
    withToken(async token => {
      const answer = await account.kit.http.json(adminRequest(account, call, token), envelope)
      return resultOf(answer, call, shape)
    })
  return {
    shape: rpcBooking,
    list: window => listWindow(window, account, ask),
    one: id => oneBooking(id, ask),
    clock: () => withToken(token => rpcClock(account, token)),
  }
}

/** A window of more days than this is asked for in parts. The small one is one request. */
const partDays = 92

/**
 * `getBookings` gives a span of days at once, without pages, so nothing can shift; but it does not say whether the last day counts.
 * So each part is asked for up to the day after its last, and the parts overlap. A booking that is moved from one part to another just
 * between the two requests is the next read's.
 */
async function* listWindow({ from, to }: Window, { kit }: Account, ask: Ask): AsyncGenerator<Listing> {
  const ids = new Set<string>()
  for (let first = from; first < to;) {
    const end = dayAfter(first, partDays)
    const behind = end < to ? end : to
    const askedAt = kit.now()
    const filter = { date_from: first, date_to: behind, booking_type: 'all' }
    const rows = (await ask({ method: 'getBookings', params: [filter] }, z.array(z.unknown()))).map(rowOf)
    for (const { id } of rows) if (id !== null) ids.add(id)
    yield { rows, askedAt, total: null, whole: behind === to ? [...ids] : null }
    first = behind
  }
}

/** How the vendor says that there is no such booking is not documented; anything else is an error, for what is not there counts as deleted. */
const notThere = /not found|does not exist/i

async function oneBooking(id: string, ask: Ask): Promise<unknown> {
  try {
    const booking = await ask({ method: 'getBookingDetails', params: [id] }, z.unknown())
    return booking || null
  } catch (error) {
    if (error instanceof VendorError && error.vendorStatus === 200 && notThere.test(error.message)) return null
    throw error
  }
}

/** Asks for the list of services, for the `Date` of the answer: in whole seconds. */
async function rpcClock(account: Account, token: string): Promise<Date | null> {
  const call = { method: 'getEventList', params: [] }
  const { status, headers, body } = await account.kit.http.send(adminRequest(account, call, token))
  const answer = envelope.safeParse(jsonOf(body))
  if (status !== 200) throw new VendorError(`SimplyBook.me answers ${status}`, { vendorStatus: status })
  if (!answer.success) throw new VendorError('SimplyBook.me answers with something unexpected')
  resultOf(answer.data, call, z.unknown())
  return clockOf(headers)
}

/** Words in which the vendor refuses a token. */
const denied = /access denied|token|not authori[sz]ed|expired/i

/** The result of an answer. Errors come with status 200, in `error`, which is to be looked at first. @throws VendorError; a refused token is one with 401 */
function resultOf<T>({ error, result }: z.output<typeof envelope>, { method }: Call, shape: z.ZodType<T>): T {
  if (error) {
    const message = error.message ?? 'without a reason'
    throw new VendorError(`SimplyBook.me refused ${method}: ${message}`, {
      vendorStatus: denied.test(message) ? 401 : 200,
      ...(error.code != null && { vendorCode: String(error.code) }),
    })
  }
  const read = shape.safeParse(result)
  if (read.success) return read.data
  throw new VendorError(`SimplyBook.me answered something unexpected to ${method}: ${z.prettifyError(read.error)}`)
}

function adminRequest({ rpcUrl, company }: Account, call: Call, token: string): HttpRequest {
  return {
    ...post(`${rpcUrl.replace(/\/$/, '')}/admin/`, call),
    headers: { 'x-company-login': company, 'x-user-token': token },
  }
}

/** Every call made here only reads. */
function post(url: string, call: Call): HttpRequest {
  return { url, method: 'POST', body: { jsonrpc: '2.0', ...call, id: 1 }, idempotent: true }
}

function rpcTokens(account: Account): WithToken {
  const { company, userLogin, userPassword, rpcUrl, kit } = account
  const call = { method: 'getUserToken', params: [company, userLogin, userPassword] }
  return tokensOf({
    key: `rpc token of ${userLogin} at ${company}`,
    kit,
    async login() {
      const answer = await kit.http.json(post(`${rpcUrl.replace(/\/$/, '')}/login`, call), envelope)
      return { token: resultOf(answer, call, z.string().min(1)), refreshToken: null }
    },
  })
}
