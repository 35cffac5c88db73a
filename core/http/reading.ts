import type { ZodType } from 'zod'
import { VendorError, type VendorFacts } from '../model/errors.ts'
import type { HttpAnswer } from '../ports/kit.ts'
import { issuesOf } from './issues.ts'
import { scrub } from './redact.ts'
import { retryAfterMs } from './retry-after.ts'

/** What a vendor's answer came to: a value, or the trouble with it. */
export type Reading<T> = { answer: HttpAnswer; trouble: VendorError } | { answer: HttpAnswer; trouble: null; value: T }

/** What was asked, as far as an error tells it. */
export interface Asked {
  /** Such as `shopify: POST shop.example/admin/api/graphql.json`. */
  title: string
  isIdempotent: boolean
  now: Date
}

/** Reads nothing but the status: trouble when it is outside 200-299. */
export function readStatus(answer: HttpAnswer, asked: Asked): Reading<HttpAnswer> {
  const { status } = answer
  if (status >= 200 && status < 300) return { answer, trouble: null, value: answer }
  const waitMs = retryAfterMs(answer, asked.now)
  const isTurnedAway = status < 500 || status === 501 || (status === 503 && waitMs !== undefined)
  return trouble(answer, asked, describe(answer), {
    retryable: [408, 425, 429].includes(status) || (status >= 500 && status !== 501),
    retryAfterMs: waitMs,
    outcomeUnknown: !isTurnedAway && !asked.isIdempotent,
    vendorCode: theirError(answer.body).code,
  })
}

/** Reads JSON. HTML and broken JSON count as the vendor's failure, like a 5xx; a shape that does not fit names its place. */
export function readJson<T>(answer: HttpAnswer, asked: Asked, schema: ZodType<T>): Reading<T> {
  const read = readStatus(answer, asked)
  if (read.trouble) return read
  const acted = { outcomeUnknown: !asked.isIdempotent }
  const parsed = parseJson(answer)
  if ('broken' in parsed) return trouble(answer, asked, parsed.broken, { ...acted, retryable: true })
  const fit = schema.safeParse(parsed.json)
  if (fit.success) return { answer, trouble: null, value: fit.data }
  const issues = issuesOf(fit.error)
  const at = issues[0]?.path ?? ''
  return trouble(answer, asked, `answered something unexpected at ${at || 'the top'}: ${issues[0]?.message}`, {
    ...acted,
    at,
    issues,
  })
}

type TroubleFacts = VendorFacts & ConstructorParameters<typeof VendorError>[1]

function trouble(answer: HttpAnswer, asked: Asked, what: string, facts: TroubleFacts): Reading<never> {
  return { answer, trouble: new VendorError(`${asked.title} ${what}`, { ...facts, vendorStatus: answer.status }) }
}

function parseJson({ status, headers, body }: HttpAnswer): { json: unknown } | { broken: string } {
  if (status === 204) return { json: undefined }
  if (/html/i.test(headers['content-type'] ?? '')) return { broken: `answered ${status} with HTML instead of JSON` }
  try {
    return { json: JSON.parse(body) }
  } catch {
    return { broken: `answered ${status} with broken JSON (${body.length} characters)` }
  }
}

function describe({ status, body }: HttpAnswer): string {
  const { message } = theirError(body)
  return message ? `answered ${status}: ${scrub(message).slice(0, 200)}` : `answered ${status}`
}

/** The usual shapes of an error: `{code, message}`, `{error: {code, message}}`, `{error: 'code'}`. */
function theirError(body: string): { code: string | undefined; message: string | undefined } {
  const outer = fieldsOf(body)
  const inner = typeof outer['error'] === 'object' && outer['error'] !== null ? (outer['error'] as Fields) : outer
  return { code: textOf(inner['code'] ?? inner['error']), message: textOf(inner['message']) }
}

type Fields = { readonly [key: string]: unknown }

function fieldsOf(body: string): Fields {
  if (!body.startsWith('{') || body.length > 65_536) return {}
  try {
    return JSON.parse(body) as Fields
  } catch {
    return {}
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
