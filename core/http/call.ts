import { HubError, VendorError } from '../model/errors.ts'
import type { HttpRequest } from '../ports/kit.ts'
import { scrub } from './redact.ts'

/** One request to a vendor with all its repetitions: what is sent, and until when. */
export interface Call {
  url: URL
  init: RequestInit & { method: string }
  /** Such as `shopify: POST shop.example/orders`: for errors and logs. */
  title: string
  isIdempotent: boolean
  isBinary: boolean
  isWanted: () => boolean
  /** Aborted at the deadline, and when the hub stops. */
  signal: AbortSignal
  /** Whether the present attempt was handed to the network and has no answer yet. */
  isSent: boolean
  remainingMs(): number
  /** Rejects when `signal` is aborted, also while nothing is under way. */
  cut: Promise<never>
  /** Lets go of the timer. */
  end(): void
}

const defaultTimeoutMs = 15_000

/** Makes a request ready to be sent, and starts its time. @throws VendorError when its address is none, or not on the allow-list */
export function startCall(
  request: HttpRequest,
  settings: { name: string; allow?: readonly string[] | undefined; signal?: AbortSignal | undefined },
): Call {
  const { name, allow } = settings
  const method = request.method ?? 'GET'
  const url = allowedUrl(request.url, name, allow)
  const time = startTime(request.timeoutMs ?? defaultTimeoutMs, settings.signal)
  const call: Call = {
    ...time,
    url,
    init: { method, ...contentOf(request), redirect: 'manual', signal: time.signal },
    title: `${name}: ${method} ${scrub(url.host + url.pathname)}`,
    isIdempotent: request.idempotent ?? ['GET', 'PUT', 'DELETE'].includes(method),
    isBinary: request.isBinary ?? false,
    isWanted: request.isWanted ?? (() => true),
    isSent: false,
    cut: new Promise((_, reject) => {
      time.signal.addEventListener('abort', () => reject(noAnswer(call, time.signal.reason)), { once: true })
    }),
  }
  call.cut.catch(() => {})
  return call
}

/** The address, when it may be asked: a link in a vendor's answer is data from outside, and would be sent our token. */
function allowedUrl(text: string | URL, name: string, allow: readonly string[] | undefined): URL {
  const url = URL.parse(String(text))
  if (!url || !/^https?:$/.test(url.protocol)) throw new VendorError(`${name}: there is no http address to ask`)
  if (!allow || allow.some(host => isHost(url.host, host))) return url
  throw new VendorError(`${name}: ${url.host} is not one of its hosts (${allow.join(', ')})`)
}

function isHost(host: string, allowed: string): boolean {
  return allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) : host === allowed
}

/** A stopwatch, not a clock: the hub's time may be moved, how long a vendor takes may not. */
function startTime(timeoutMs: number, stop: AbortSignal | undefined): Pick<Call, 'signal' | 'remainingMs' | 'end'> {
  const startedAt = performance.now()
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  return {
    signal: stop ? AbortSignal.any([deadline.signal, stop]) : deadline.signal,
    remainingMs: () => timeoutMs - (performance.now() - startedAt),
    end: () => clearTimeout(timer),
  }
}

function contentOf({ headers, body, bearer }: HttpRequest): { headers: Headers; body?: string } {
  const sent = new Headers(headers)
  const fill = (name: string, value: string): void => void (sent.has(name) || sent.set(name, value))
  fill('user-agent', 'switchboard')
  if (bearer !== undefined) fill('authorization', `Bearer ${bearer}`)
  if (body === undefined || typeof body === 'string')
    return body === undefined ? { headers: sent } : { headers: sent, body }
  const isForm = body instanceof URLSearchParams
  fill('content-type', isForm ? 'application/x-www-form-urlencoded' : 'application/json')
  return { headers: sent, body: isForm ? body.toString() : JSON.stringify(body) }
}

/** Failures before a byte of the request could reach the vendor. */
const unsent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** The error for a request that got no answer. Unless it surely never left, one that may have acted has an unknown outcome. */
export function noAnswer(call: Call, error: unknown): VendorError {
  const reason = call.signal.aborted ? call.signal.reason : error
  const cause = reason instanceof Error && reason.cause !== undefined ? reason.cause : reason
  const code = codeOf(cause)
  return new VendorError(`${call.title} got no answer: ${code || wordsOf(cause)}`, {
    cause: reason,
    retryable: true,
    outcomeUnknown: call.isSent && !call.isIdempotent && !unsent.has(code),
  })
}

function codeOf(cause: unknown): string {
  const code: unknown = Reflect.get(Object(cause), 'code')
  return typeof code === 'string' ? code : ''
}

function wordsOf(cause: unknown): string {
  if (cause instanceof HubError) return cause.message
  return cause instanceof Error && cause.name !== 'AbortError' ? cause.message : 'the hub is stopping'
}
