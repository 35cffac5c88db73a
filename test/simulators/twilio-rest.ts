import type { FaultSettings, Faults } from './faults.ts'
import type { SimulatorReply, SimulatorRequest, SimulatorRoute } from './server.ts'
import type { Exchange } from './twilio-model.ts'
import { calls } from './twilio-rest-calls.ts'
import { conferences } from './twilio-rest-conferences.ts'
import { numbers } from './twilio-rest-numbers.ts'
import { recordings } from './twilio-rest-recordings.ts'
import { texts } from './twilio-rest-texts.ts'
import { notFound, paramOf, problem, Refusal, type Resource } from './twilio-resource.ts'

/** Who may ask: user names with their passwords (the account and its API keys). */
export type Credentials = ReadonlyMap<string, string>

/** The REST API of one account. */
export function restRoutes(exchange: Exchange, credentials: Credentials, faults: Faults): SimulatorRoute[] {
  const isLetIn = (request: SimulatorRequest): boolean =>
    isKnown(request, credentials) && !faults.strikes('tokenExpired')
  return [itself, ...calls, ...conferences, ...recordings, ...numbers, ...texts].map(resource => ({
    method: resource.method,
    path: `/2010-04-01/Accounts/:account${resource.path && `/${resource.path}`}`,
    handle: request => {
      const reply = isLetIn(request) ? answered(exchange, resource, request) : problem(401, 20003, 'Authenticate')
      return { ...reply, headers: { ...reply.headers, date: dateOf(exchange) } }
    },
  }))
}

/** The account itself. */
const itself: Resource = {
  method: 'GET',
  path: '',
  handle: ({ exchange }) => ({ sid: exchange.accountSid, status: 'active', type: 'Full', friendly_name: 'Simulated' }),
}

/** The vendor's clock, which `clockSkew` puts ahead of ours. What it notes on its rows is right all the same. */
function dateOf({ now, faults }: Exchange): string {
  return new Date(now().getTime() + (faults.strikes('clockSkew') ? faults.get().skewMs : 0)).toUTCString()
}

/** The vendor's 429: too many requests at once. Nothing was done. */
export function tooMany({ retryAfterSeconds }: FaultSettings): SimulatorReply {
  return { ...problem(429, 20429, 'Too Many Requests'), headers: { 'retry-after': String(retryAfterSeconds) } }
}

function isKnown(request: SimulatorRequest, credentials: Credentials): boolean {
  const basic = request.headers['authorization']?.match(/^Basic (.+)$/)?.[1] ?? ''
  const [user = '', password] = Buffer.from(basic, 'base64').toString('utf8').split(':')
  return password !== undefined && credentials.get(user) === password
}

function answered(
  exchange: Exchange,
  { method, path, status = 200, handle }: Resource,
  request: SimulatorRequest,
): SimulatorReply {
  const { params, url } = request
  try {
    if (paramOf(params, 'account') !== exchange.accountSid) throw notFound(url.pathname)
    const form = new URLSearchParams(request.body.toString('utf8'))
    const body = handle({ exchange, form, params, url })
    if (method !== 'GET') note(exchange, `${method} ${path}`, { params, form, body })
    if ('elsewhere' in body) return { status: 307, headers: { location: String(body.elsewhere) } }
    if (body instanceof Buffer) return { headers: { 'content-type': 'audio/mpeg' }, body }
    return status === 204 ? { status } : { status, body }
  } catch (error) {
    if (error instanceof Refusal) return error.reply
    throw error
  }
}

/** Keeps what was done, so that those who drive the simulator can tell what was done twice. */
function note(
  { clock, performed }: Exchange,
  what: string,
  { params, form, body }: { params: SimulatorRequest['params']; form: URLSearchParams; body: object },
): void {
  const made = 'call_sid' in body && typeof body.call_sid === 'string' ? body.call_sid : null
  const callSid = made ?? params['sid']?.replace(/\.json$/, '') ?? null
  performed.push({ atMs: Math.round(clock.elapsed()), what, callSid, form: Object.fromEntries(form) })
}
