import { createHmac } from 'node:crypto'

/**
 * What Twilio puts in `X-Twilio-Signature` of a form it posts: base64 of HMAC-SHA1, keyed with the auth token, over the address without
 * its fragment and each field's name and value, the fields sorted by name. Written from the vendor's description, not with its library,
 * so that each proves the other.
 */
export function signatureOf(authToken: string, url: string, fields: Readonly<Record<string, string>>): string {
  const signed = Object.keys(fields)
    .sort()
    .reduce((text, name) => text + name + fields[name], withoutFragment(url))
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64')
}

/** An address as it is requested and signed: the fragment, which holds connection overrides, is for the vendor alone. */
export function withoutFragment(url: string): string {
  return url.split('#', 1)[0] ?? url
}
