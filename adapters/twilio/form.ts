import type { WebhookRequest } from '@switchboard/core'

/** The parameters of a delivery, decoded and not trimmed: the form it posts, or the query of a GET. */
export function formOf({ method, url, body }: WebhookRequest): URLSearchParams {
  return method === 'GET' ? queryOf(url) : new URLSearchParams(body.toString('utf8'))
}

/** The query of an address. */
export function queryOf(url: string): URLSearchParams {
  const start = url.indexOf('?')
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1))
}
