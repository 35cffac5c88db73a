import type { WebhookRequest } from '@switchboard/core'

/** Signatures made once with node:crypto and, to the same result, with another language's HMAC. */
export const vectors = [
  {
    secret: 'shpss_vector',
    body: '{"id":820982911946154508,"note":"voilà"}',
    signature: 'xoIb01F2vom5Em5/rl3dDJFbUPeN828r0cKsc1ENDek=',
  },
  {
    secret: 'shpss_zwei',
    body: '{"admin_graphql_api_id":"gid://shopify/Customer/7","email":"zoë@example.com"}\n',
    signature: '5l/TUTZL6cySbY7j+OfWwTcZrGmOQOXRRx3WEB8NTWc=',
  },
  { secret: 'geheim', body: '{}', signature: 'HYhYXK4+RJoIx4Lup3ie/xW503dqp/AlMYHfHv6LGR0=' },
  {
    secret: 'shpss_😀 key',
    body: '{"shop_id":954889,"shop_domain":"a.myshopify.example"}',
    signature: 'XW57PwItVfe/q9lnlMqTgRuTTnyzRpaUYIOqJrD3z80=',
  },
] as const

/** When test deliveries come. */
export const receivedAt = new Date('2026-11-20T18:02:00Z')

/** A delivery with these headers and this body. */
export function deliveryOf(headers: { [name: string]: string }, body: string): WebhookRequest {
  return {
    ...{ adapter: 'shopify', channel: 'webhooks', method: 'POST', url: 'http://127.0.0.1/webhooks/shopify/webhooks' },
    ...{ headers, body: Buffer.from(body), receivedAt },
  }
}

/** A delivery of a topic; not signed. */
export function told(topic: string, body: object | string, headers: { [name: string]: string } = {}): WebhookRequest {
  const named = { 'x-shopify-topic': topic, 'x-shopify-hmac-sha256': 'checked-before', ...headers }
  return deliveryOf(named, typeof body === 'string' ? body : JSON.stringify(body))
}
