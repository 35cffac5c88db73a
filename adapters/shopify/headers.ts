import type { WebhookRequest } from '@switchboard/core'

/** Shopify's headers of a delivery, without the family's prefix: `topic`, `event-id`, `triggered-at`. */
export interface ShopHeaders {
  /** `webhooks`: `X-Shopify-…`; `events`: the Events preview, `Shopify-…`. */
  family: 'webhooks' | 'events'
  get(name: string): string | undefined
}

/** The headers of whichever family signed the delivery. */
export function shopHeaders({ headers }: Pick<WebhookRequest, 'headers'>): ShopHeaders {
  const isEvent = !headers['x-shopify-hmac-sha256'] && Boolean(headers['shopify-hmac-sha256'])
  const prefix = isEvent ? 'shopify-' : 'x-shopify-'
  return { family: isEvent ? 'events' : 'webhooks', get: name => headers[prefix + name] || undefined }
}
