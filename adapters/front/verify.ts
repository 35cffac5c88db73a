import { createHmac, timingSafeEqual } from 'node:crypto'
import { minute, WebhookRejected, z, type HttpReply, type Log, type WebhookRequest } from '@switchboard/core'
import { digestOf, eventIdIn } from './receive.ts'

/** How old, or how far ahead, a signed time may be: what Front recommends. */
const windowMs = 5 * minute
/** Above this, somebody should set a clock. */
const skewWorthSayingMs = minute

/**
 * Checks an application webhook: `X-Front-Signature` is base64 of HMAC-SHA256 over `timestamp:rawBody` with the application's signing
 * key, and `X-Front-Request-Timestamp` is in milliseconds, at most five minutes off.
 * @returns the event's id
 * @throws WebhookRejected
 */
export function verifyApp(
  request: WebhookRequest,
  secrets: readonly string[],
  { now, log }: { now: Date; log: Log },
): string {
  const timestamp = request.headers['x-front-request-timestamp'] ?? ''
  if (!/^\d{1,15}$/.test(timestamp)) throw new WebhookRejected('the delivery says no time')
  const signed = Buffer.concat([Buffer.from(`${timestamp}:`), request.body])
  if (!isSigned(request, secret => createHmac('sha256', secret).update(signed).digest(), secrets))
    throw new WebhookRejected("the signature is wrong: check that appSecrets has the application's signing key")
  const skewMs = Number(timestamp) - now.getTime()
  if (Math.abs(skewMs) > windowMs)
    throw new WebhookRejected(`the delivery was signed ${Math.abs(skewMs)} ms away from now`)
  if (Math.abs(skewMs) > skewWorthSayingMs) log.warn({ skewMs }, "the vendor's clock differs from ours")
  return deliveryId('app', request.body)
}

/**
 * Checks a rule webhook: `X-Front-Signature` is base64 of HMAC-SHA1 over the raw body with the company's API secret. No time is signed,
 * so an old delivery cannot be told from a late one; the id keeps it from acting twice.
 * @returns the event's id, apart from that of the application webhook about the same event, which may hold more
 * @throws WebhookRejected
 */
export function verifyRule(request: WebhookRequest, secrets: readonly string[]): string {
  if (!isSigned(request, secret => createHmac('sha1', secret).update(request.body).digest(), secrets))
    throw new WebhookRejected("the signature is wrong: check that companySecrets has the company's API secret")
  return deliveryId('rule', request.body)
}

const sync = z.object({ type: z.literal('sync') })

/** Front asks, when its webhook is saved, whether we are here: the challenge is sent back. */
export function greet({ headers, body }: WebhookRequest): HttpReply | null {
  const challenge = headers['x-front-challenge']
  if (!challenge || !isSync(body)) return null
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ challenge }) }
}

function isSync(body: Buffer): boolean {
  try {
    return sync.safeParse(JSON.parse(body.toString('utf8'))).success
  } catch {
    return false
  }
}

function deliveryId(channel: string, body: Buffer): string {
  return `${channel}:${eventIdIn(body) ?? digestOf(body)}`
}

function isSigned({ headers }: WebhookRequest, sign: (secret: string) => Buffer, secrets: readonly string[]): boolean {
  const given = Buffer.from(headers['x-front-signature'] ?? '', 'base64')
  return secrets.some(secret => {
    const right = sign(secret)
    return given.length === right.length && timingSafeEqual(given, right)
  })
}
