import { createHash, randomBytes } from 'node:crypto'

/** What each kind of token begins with, so that a leaked one can be told by a scanner. */
export const prefixes = { key: 'sbk_', refresh: 'sbr_' } as const

/** A new token: its prefix and 256 random bits. */
export function newToken(kind: keyof typeof prefixes): string {
  return prefixes[kind] + randomBytes(32).toString('base64url')
}

/** Whether a text can be a token of this kind at all; what cannot is not worth a query. */
export function isToken(kind: keyof typeof prefixes, text: string): boolean {
  return text.startsWith(prefixes[kind]) && /^[\w-]{43}$/.test(text.slice(prefixes[kind].length))
}

/** What is kept of a token. It has 256 random bits, so a plain hash is enough. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
