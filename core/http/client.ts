import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleAll,
  handleWhen,
  retry,
} from 'cockatiel'
import type { Registry } from 'prom-client'
import { HubError, messageOf, VendorError } from '../model/errors.ts'
import { second } from '../model/time.ts'
import type { CachePort } from '../ports/cache.ts'
import type { Http, HttpAnswer, HttpLimits, HttpRequest, Log } from '../ports/kit.ts'
import { noAnswer, startCall, type Call } from './call.ts'
import { histogram } from './metrics.ts'
import { turnstile, type Rate } from './rate.ts'
import { readJson, readStatus, type Asked, type Reading } from './reading.ts'

/** How one vendor is spoken to. */
export interface ClientSettings {
  /** The vendor's entry: names it in errors, logs and metrics. */
  name: string
  log: Log
  now(): Date
  /** Aborted when the hub stops. */
  signal?: AbortSignal
  /** Where `switchboard_vendor_request_seconds` is counted. Default: nowhere. */
  metrics?: Registry
  /** Hosts it may ask, with their port when it is not the scheme's own; `*.example.com` stands for every host under it. Default: any. */
  allow?: readonly string[]
  rate?: Rate
  /** A place where all hubs count what they send. Default: each counts for itself. */
  sharedCache?: () => CachePort | null
  /** When it is left alone for a while. */
  breaker?: HttpLimits['breaker']
}

type Read<T> = (answer: HttpAnswer, asked: Asked) => Reading<T>

/** The one way out to a vendor. Follows no redirect; repeats, at most three times, only what is surely safe to repeat. */
export function httpClient(settings: ClientSettings): Http {
  const { log, now } = settings
  const ask = line(settings)
  const exchange = async <T>(request: HttpRequest, read: Read<T>): Promise<Reading<T>> => {
    const call = startCall(request, settings)
    const attempt = async (): Promise<Reading<T>> => {
      const { title, isIdempotent } = call
      return read(await ask(call), { title, isIdempotent, now: now() })
    }
    try {
      return await Promise.race([repeating(call, log).execute(attempt, call.signal), call.cut])
    } finally {
      call.end()
    }
  }
  return {
    send: async request => (await exchange(request, readStatus)).answer,
    json: async (request, schema) => {
      const headers = { accept: 'application/json', ...request.headers }
      const read = await exchange({ ...request, headers }, (answer, asked) => readJson(answer, asked, schema))
      if (read.trouble) throw read.trouble
      return read.value
    },
  }
}

/** Decides what is worth a repetition, and how long to wait before it: as the vendor says, else growing and jittered. */
function repeating(call: Call, log: Log): ReturnType<typeof retry> {
  let waitMs = 0
  let attempts = 0
  const isWorth = (trouble: unknown): boolean => {
    if (!(trouble instanceof VendorError) || !trouble.retryable || trouble.outcomeUnknown) return false
    const jitter = 0.5 + Math.random() / 2
    waitMs = trouble.retryAfterMs === undefined ? jitter * 250 * 2 ** attempts : trouble.retryAfterMs + jitter * 100
    attempts += 1
    return waitMs < call.remainingMs()
  }
  const troubleOf = (reading: unknown): unknown => (reading as Reading<unknown>).trouble
  // The deadline's own timer keeps the process alive; a pause that was cut short need not.
  const policy = retry(
    handleWhen(isWorth).orWhenResult(reading => isWorth(troubleOf(reading))),
    { maxAttempts: 3, backoff: new DelegateBackoff(() => waitMs) },
  ).dangerouslyUnref()
  policy.onRetry(reason => {
    const trouble = 'error' in reason ? reason.error : troubleOf(reason.value)
    log.warn({ reason: messageOf(trouble), waitMs: Math.round(reason.delay) }, 'vendor is asked again')
  })
  return policy
}

/** The line to a vendor: its turn, the breaker, the network. */
function line(settings: ClientSettings): (call: Call) => Promise<HttpAnswer> {
  const { name, log, metrics } = settings
  const pauseMs = settings.breaker?.pauseMs ?? 30 * second
  const inTurn = turnstile(settings.rate ?? {}, settings.sharedCache && { key: name, cache: settings.sharedCache })
  // A breaker for each host: one that is down keeps nobody from the others.
  const breakers = new Map<string, ReturnType<typeof circuitBreaker>>()
  const breakerOf = (host: string): ReturnType<typeof circuitBreaker> => {
    const known = breakers.get(host)
    if (known) return known
    const failures = new ConsecutiveBreaker(settings.breaker?.failures ?? 5)
    const breaker = circuitBreaker(handleAll, { halfOpenAfter: pauseMs, breaker: failures })
    breaker.onBreak(() =>
      log.warn({ vendor: name, host, pauseMs }, 'vendor does not answer; nothing is sent for a while'),
    )
    breaker.onReset(() => log.info({ vendor: name, host }, 'vendor answers again'))
    breakers.set(host, breaker)
    return breaker
  }
  const fetched = fetching(name, log, metrics)
  return async call => {
    call.isSent = false
    try {
      return await inTurn(() => {
        if (!call.isWanted())
          throw new HubError('unavailable', `${call.title} was not sent: it is not ours to do any more`)
        return breakerOf(call.url.host).execute(() => fetched(call), call.signal)
      }, call.signal)
    } catch (error) {
      if (error instanceof HubError) throw error
      if (!(error instanceof BrokenCircuitError)) throw noAnswer(call, error)
      throw new VendorError(`${call.title} was not sent: the vendor has not been answering`, {
        cause: error,
        retryable: true,
        retryAfterMs: pauseMs,
      })
    }
  }
}

function fetching(name: string, log: Log, metrics: Registry | undefined): (call: Call) => Promise<HttpAnswer> {
  const seconds = metrics && histogram(metrics, vendorRequests)
  return async call => {
    const stop = seconds?.startTimer({ vendor: name, method: call.init.method })
    let status = 'none'
    try {
      call.isSent = true
      const response = await fetch(call.url, call.init)
      const answer = {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        ...(call.isBinary ? await bytesOf(response) : { body: await response.text() }),
      }
      call.isSent = false
      status = String(answer.status)
      return answer
    } finally {
      const took = stop?.({ status })
      log.debug({ request: call.title, status, seconds: took }, 'vendor was asked')
    }
  }
}

async function bytesOf(response: Response): Promise<{ body: string; bytes: Buffer }> {
  return { body: '', bytes: Buffer.from(await response.arrayBuffer()) }
}

const vendorRequests = {
  name: 'switchboard_vendor_request_seconds',
  help: 'How long vendors take to answer, by status; "none" is no answer.',
  labelNames: ['vendor', 'method', 'status'],
} as const
