import type { MessageTrouble } from './message.ts'

/** Every stable error code, with the HTTP status it is answered with. Codes are part of the API: add, never rename. */
export const codes = {
  bad_request: 400,
  bad_body: 400,
  unauthenticated: 401,
  webhook_rejected: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  answered_elsewhere: 409,
  idempotency_conflict: 409,
  opted_out: 409,
  quiet_hours: 409,
  gone: 410,
  body_too_large: 413,
  bad_option: 422,
  too_many_requests: 429,
  internal: 500,
  vendor_error: 502,
  unavailable: 503,
} as const

export type Code = keyof typeof codes

/** What a `HubError` may carry besides its message. */
export interface ErrorFacts {
  cause?: unknown
  /** Where the mistake is: a settings path, a field, a file and line. */
  at?: string
  /** Each mistake on its own, when there are several. */
  issues?: Issue[]
}

/** One mistake with its place. */
export interface Issue {
  path: string
  message: string
}

/** An error whose message is meant for the person who can act on it: it says what to do. */
export class HubError extends Error {
  readonly code: Code
  readonly status: number
  readonly at: string | undefined
  readonly issues: Issue[]

  constructor(code: Code, message: string, facts: ErrorFacts = {}) {
    super(message, { cause: facts.cause })
    this.name = new.target.name
    this.code = code
    this.status = codes[code]
    this.at = facts.at
    this.issues = facts.issues ?? []
  }
}

/** A setting is missing or wrong. `issues` holds every mistake found, not only the first. */
export class OptionError extends HubError {
  constructor(issues: Issue[], facts: ErrorFacts = {}) {
    super('bad_option', issues.map(({ path, message }) => `${path}: ${message}`).join('\n'), { ...facts, issues })
  }
}

/** A delivery that its adapter does not believe: a bad, missing or stale signature. Nothing of it is stored. */
export class WebhookRejected extends HubError {
  /** Answered with this instead of 401 where the vendor expects it (Twilio: 403). */
  override readonly status: number

  constructor(message: string, facts: ErrorFacts & { status?: 401 | 403 } = {}) {
    super('webhook_rejected', message, facts)
    this.status = facts.status ?? 401
  }
}

/** A vendor did not answer, or answered with an error. */
export class VendorError extends HubError {
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /** How long the vendor asked us to wait. */
  readonly retryAfterMs: number | undefined
  /** The vendor may have acted although we got no answer: ask before repeating. */
  readonly outcomeUnknown: boolean
  /** The HTTP status the vendor answered with, when it answered. */
  readonly vendorStatus: number | undefined
  /** The vendor's own error code, when it gave one. */
  readonly vendorCode: string | undefined
  /** Why a message was not taken, for what carries messages. */
  readonly because: MessageTrouble['because'] | undefined

  constructor(message: string, facts: ErrorFacts & VendorFacts = {}) {
    super('vendor_error', message, facts)
    this.retryable = facts.retryable ?? false
    this.retryAfterMs = facts.retryAfterMs
    this.outcomeUnknown = facts.outcomeUnknown ?? false
    this.vendorStatus = facts.vendorStatus
    this.vendorCode = facts.vendorCode
    this.because = facts.because
  }
}

/** What is known of a vendor's failure. */
export interface VendorFacts {
  retryable?: boolean
  retryAfterMs?: number | undefined
  outcomeUnknown?: boolean
  vendorStatus?: number | undefined
  vendorCode?: string | undefined
  because?: MessageTrouble['because'] | undefined
}

/** There is no such thing, or the asker may not know that there is. */
export class NotFound extends HubError {
  constructor(what: string, facts: ErrorFacts = {}) {
    super('not_found', `${what} was not found`, facts)
  }
}

/** The change does not fit the present state; read again and decide anew. */
export class Conflict extends HubError {
  constructor(message: string, facts: ErrorFacts = {}) {
    super('conflict', message, facts)
  }
}

/** The asker is known and may not do this. */
export class Forbidden extends HubError {
  constructor(message: string, facts: ErrorFacts = {}) {
    super('forbidden', message, facts)
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
