import { createHmac, timingSafeEqual } from 'node:crypto'
import { WebhookRejected } from '../model/errors.ts'
import { minute, second } from '../model/time.ts'
import type { WebhookRequest } from '../ports/webhook.ts'

/** How far the signed time may be from ours, either way. */
const toleranceMs = 5 * minute

/**
 * Checks a delivery signed by Standard Webhooks v1: base64 of HMAC-SHA256 over `id.timestamp.body`, over the raw bytes.
 * During a rotation either side may use several secrets: any one of ours that fits any one of the signatures will do.
 * @returns the delivery's id, which stays the same when it is sent again
 * @throws WebhookRejected when a header is missing, the time is more than five minutes off, or no signature fits
 */
export function verifyStandardWebhook(request: WebhookRequest, secrets: readonly string[], now: Date): string {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    name => request.headers[name],
  )
  if (!id || !timestamp || !signatures) throw new WebhookRejected('the delivery is not signed')
  const skewMs = Number(timestamp) * second - now.getTime()
  if (!/^\d+$/.test(timestamp) || Math.abs(skewMs) > toleranceMs)
    throw new WebhookRejected('the delivery is too old, or from the future')
  const given = signatures
    .split(' ')
    .flatMap(text => (text.startsWith('v1,') ? [Buffer.from(text.slice(3), 'base64')] : []))
  const ours = secrets
    .map(keyOf)
    .filter(isKey)
    .map(key => signature(key, `${id}.${timestamp}.`, request.body))
  if (!ours.some(own => given.some(theirs => isSame(own, theirs))))
    throw new WebhookRejected('the signature is wrong: check that both sides have the same webhook secret')
  return id
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
}

/** A secret that is not base64 may come to nothing, and anybody can sign with nothing. */
function isKey(key: Buffer): boolean {
  return key.length > 0
}

function signature(key: Buffer, head: string, body: Buffer): Buffer {
  return createHmac('sha256', key).update(head).update(body).digest()
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
