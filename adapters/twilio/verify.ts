import { createHash } from 'node:crypto'
import { WebhookRejected, type WebhookRequest } from '@switchboard/core'
import twilio from 'twilio'
import { formOf, queryOf } from './form.ts'

/**
 * Checks `X-Twilio-Signature` of a delivery: HMAC-SHA1 over the address and the decoded form fields, whatever fields there are, or over the
 * address alone with `bodySHA256` in it for JSON. Any of the tokens will do, so that one can be rotated.
 * @returns the delivery's id, the same across retries
 * @throws WebhookRejected 403
 */
export function verify(request: WebhookRequest, authTokens: readonly string[]): string {
  const signature = request.headers['x-twilio-signature']
  if (!signature) throw new WebhookRejected('a request without X-Twilio-Signature is not from Twilio', { status: 403 })
  if (!authTokens.some(token => isSigned(request, signature, token)))
    throw new WebhookRejected('X-Twilio-Signature does not fit: check authTokens and PUBLIC_URL', { status: 403 })
  return deliveryId(request)
}

function isSigned(request: WebhookRequest, signature: string, token: string): boolean {
  try {
    return queryOf(request.url).has('bodySHA256')
      ? twilio.validateRequestWithBody(token, signature, request.url, request.body.toString('utf8'))
      : twilio.validateRequest(token, signature, request.url, request.method === 'GET' ? {} : fieldsOf(formOf(request)))
  } catch {
    return false
  }
}

/** Every field with its values in their order; the signature takes a repeated field's values apart. */
function fieldsOf(form: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries([...new Set(form.keys())].map(name => [name, one(form.getAll(name))]))
}

function one(values: string[]): string | string[] {
  return values.length === 1 ? (values[0] ?? '') : values
}

/** What a report is about, and what tells one report about it from the next. */
const subjects = ['CallSid', 'ConferenceSid', 'RecordingSid', 'MessageSid', 'SmsSid'] as const
const distinctive = [
  ...subjects,
  'StatusCallbackEvent',
  'SequenceNumber',
  'CallStatus',
  'DialCallStatus',
  'RecordingStatus',
  'MessageStatus',
  'SmsStatus',
  'Digits',
  'ErrorCode',
] as const

/**
 * Twilio marks the retries of one request with the same `I-Twilio-Idempotency-Token`; where it is missing, the facts of the report
 * stand in for it, or all of it when it is about nothing we know. The channel keeps a call's first question apart from its later ones.
 */
function deliveryId(request: WebhookRequest): string {
  const token = request.headers['i-twilio-idempotency-token']
  if (token) return `${request.channel}:${token}`
  const form = formOf(request)
  const isAboutSomething = subjects.some(name => form.has(name))
  const report = isAboutSomething ? distinctive.map(name => form.get(name)) : request.body.toString('base64')
  const facts = JSON.stringify([queryOf(request.url).toString(), report])
  return `${request.channel}:${createHash('sha256').update(facts).digest('hex')}`
}
