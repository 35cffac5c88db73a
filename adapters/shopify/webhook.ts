import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { WebhookRejected, type WebhookRequest } from '@switchboard/core'
import { shopHeaders, type ShopHeaders } from './headers.ts'

/**
 * Checks that Shopify sent this: the signature is base64 of HMAC-SHA256 over the raw body with the app's client secret, in either
 * family of headers. Shopify signs no time, so an old delivery cannot be told from a late one; the id keeps it from acting twice.
 * @returns what is the same across retries: event id, topic and subscription, since one event is delivered once for each
 * @throws WebhookRejected
 */
export function verifyDelivery(request: WebhookRequest, shop: string, secrets: readonly string[]): string {
  const headers = shopHeaders(request)
  const given = Buffer.from(headers.get('hmac-sha256') ?? '', 'base64')
  if (given.length === 0) throw new WebhookRejected('the delivery is not signed')
  const fits = secrets.some(secret => isSame(createHmac('sha256', secret).update(request.body).digest(), given))
  if (!fits) throw new WebhookRejected("the signature is wrong: check that webhookSecrets has the app's client secret")
  const from = headers.get('shop-domain')
  if (from && from.toLowerCase() !== shop.toLowerCase())
    throw new WebhookRejected(`the delivery is of another shop: ${from}`)
  return idOf(headers, request.body)
}

/** Events are known by their webhook id, webhooks by the event's: of those, articles disagree whether the webhook's stays. */
function idOf({ family, get }: ShopHeaders, body: Buffer): string {
  const [first, second] = [get('event-id'), get('webhook-id')]
  const event =
    (family === 'events' ? second : first) ?? first ?? second ?? createHash('sha256').update(body).digest('hex')
  return [event, get('topic'), get('name') ?? get('handle')].filter(Boolean).join(':')
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
