import type { ZodType } from 'zod'

/** What every part is handed. Nothing else reaches the clock, the network or the log. */
export interface Kit {
  log: Log
  http: Http
  /** The time. Tests and drills move it. */
  now(): Date
  /** Aborted when the hub begins to stop: pass it on to whatever waits. */
  signal: AbortSignal
}

/** Facts first, then a fixed lower-case phrase. `info`: something happened to a person or a call; `warn`: we coped; `error`: someone must look. */
export interface Log {
  debug(facts: object, phrase: string): void
  info(facts: object, phrase: string): void
  warn(facts: object, phrase: string): void
  error(facts: object, phrase: string): void
  /** The same log with `facts` on every line. */
  child(facts: object): Log
}

/** The one way out to vendors: it times out, retries what is safe, honours `Retry-After`, limits and breaks. Parts never sleep or retry. */
export interface Http {
  /**
   * Sends a request and returns the answer whatever its status.
   * @throws VendorError when no answer came (`outcomeUnknown` for requests that may have acted)
   */
  send(request: HttpRequest): Promise<HttpAnswer>
  /**
   * Sends a request and parses a JSON answer.
   * @throws VendorError for a status outside 200-299, for HTML or broken JSON, and where `schema` does not fit
   */
  json<T>(request: HttpRequest, schema: ZodType<T>): Promise<T>
}

/** A request to a vendor. */
export interface HttpRequest {
  url: string | URL
  /** Default GET. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, URLSearchParams as a form, text as it is. */
  body?: object | URLSearchParams | string
  /** Sent as `Authorization: Bearer`. */
  bearer?: string
  /** Whether repeating does no harm. Default: true for GET, PUT and DELETE. */
  idempotent?: boolean
  /** Reads the answer as bytes, into `bytes`, and leaves `body` empty. Default: as text. */
  isBinary?: boolean
  /** Asked right before each attempt is sent; false: it is not sent, and the request fails. Default: it is sent. */
  isWanted?: () => boolean
  /** For the whole request with its retries: default 15 s. */
  timeoutMs?: number
}

/** A vendor's answer; header names are lower-case. */
export interface HttpAnswer {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
  /** What came, when the request asked for bytes. */
  bytes?: Buffer
}

/** What the way out to one vendor is limited to. */
export interface HttpLimits {
  /** Hosts it may ask, with their port when it is not the scheme's own; `*.example.com` stands for every host under it. */
  hosts: readonly string[]
  /** Requests begun in a second, spread evenly. Default: as many as come. */
  perSecond?: number
  /** Requests under way at once. Default 20. */
  concurrency?: number
  /** After so many requests in a row without an answer (default 5) nothing is sent for a while (default 30 s), then one to try. */
  breaker?: { failures?: number; pauseMs?: number }
}
