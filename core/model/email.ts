import { domainToASCII } from 'node:url'
import { isPlaceholderEmail } from './placeholder-email.ts'

export { isPlaceholderEmail } from './placeholder-email.ts'

/** Providers that ignore dots in the local part. Others may not, so their dots stay. */
const dotless = new Set(['gmail.com', 'proton.me'])
/** Names of one provider under which a mailbox has one owner. */
const sameProvider = new Map([
  ['googlemail.com', 'gmail.com'],
  ['protonmail.com', 'proton.me'],
  ['protonmail.ch', 'proton.me'],
  ['pm.me', 'proton.me'],
  ['me.com', 'icloud.com'],
  ['mac.com', 'icloud.com'],
  ['ya.ru', 'yandex.ru'],
  ['yandex.com', 'yandex.ru'],
])

/** The longest of these domains, and the at sign. */
const longestKnown = Math.max(...sameProvider.keys().map(name => name.length)) + 1

const domain = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\\.[a-z][a-z0-9-]*[a-z0-9]'
const shape = new RegExp(`^[^\\s@"(),:;<>[\\\\\\]]{1,64}@${domain}$`)
/** Longest address that can be delivered to (RFC 5321). */
const longest = 254
/** Longest part before the at sign (RFC 5321). */
const longestLocal = 64
/** Longest text that an address is looked for in: with a name before it. */
const longestTyped = 1000

/**
 * The email address that a person or a program wrote: trimmed, lower-cased, out of "Jane <jane@x.com>" or "mailto:jane@x.com",
 * without quotes around it or a full stop after it, curly apostrophes straight, an international domain in ASCII.
 * @returns null when it is not one address, or is a place-holder (`isPlaceholderEmail`).
 */
export function cleanEmail(raw: string | null | undefined): string | null {
  if (!raw || raw.length > longestTyped) return null
  const address = isPlain(raw) ? raw : readEmail(raw)
  return address === null || isPlaceholderEmail(address) ? null : address
}

/**
 * The address all aliases of one mailbox share: plus tags stripped, dots too where the provider ignores them, and one domain for
 * providers that have several. Takes a clean address.
 */
export function canonicalEmail(clean: string): string {
  const split = clean.lastIndexOf('@')
  const plus = clean.indexOf('+')
  const end = plus > 0 && plus < split ? plus : split
  const written = clean.length - split > longestKnown ? null : clean.slice(split + 1)
  const host = written && (sameProvider.get(written) ?? written)
  if (host && dotless.has(host)) return `${undotted(clean.slice(0, end))}@${host}`
  if (host !== written) return `${clean.slice(0, end)}@${host}`
  return end === split ? clean : clean.slice(0, end) + clean.slice(split)
}

function undotted(local: string): string {
  return local.replaceAll('.', '') || local
}

/** Whether an address is clean already, as nearly all are: judged letter by letter, which takes a tenth of the long way. */
function isPlain(raw: string): boolean {
  const at = raw.indexOf('@')
  if (at < 1 || at > longestLocal || raw.length > longest || raw.startsWith('.')) return false
  for (let place = 0; place < at; place++) if (!isPlainCode(raw.charCodeAt(place))) return false
  return isPlainHost(raw, at + 1)
}

function isPlainHost(raw: string, start: number): boolean {
  let isBreak = true
  for (let place = start; place < raw.length; place++) {
    const code = raw.charCodeAt(place)
    const isLetter = isLetterOrDigit(code)
    if (!isLetter && (isBreak || !isDotOrDash(code))) return false
    isBreak = !isLetter
  }
  const dot = raw.lastIndexOf('.')
  return !isBreak && dot > start && raw.length - dot > 2 && raw.charCodeAt(dot + 1) >= 97
}

function isDotOrDash(code: number): boolean {
  return code === 46 || code === 45
}

/** A small letter, a digit, or one of `+-._`. */
function isPlainCode(code: number): boolean {
  return isLetterOrDigit(code) || code === 43 || code === 45 || code === 46 || code === 95
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57)
}

/** The way of every shape: what `cleanEmail` says of place-holders too, before they are dropped. */
function readEmail(raw: string): string | null {
  const text = raw
    .normalize('NFKC')
    .replace(/[‘’ʼ`´]/g, "'")
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .toLowerCase()
    .normalize('NFKC')
  const named = /<([^<>]*)>/.exec(text)?.[1] ?? text
  const address = named
    .replace(/^[\s"'(<[.]*(?:mailto:)?[\s"'(<[.]*/, '')
    .replace(/(?<=@[^?\s]*)\?.*$/, '')
    .replace(/[\s"')>\].,;:]+$/, '')
  const whole = withAsciiDomain(address)
  return whole.length <= longest && shape.test(whole) ? whole : null
}

function withAsciiDomain(address: string): string {
  const split = address.lastIndexOf('@')
  const host = address.slice(split + 1)
  // eslint-disable-next-line no-control-regex -- all of ASCII is meant
  return split === -1 || /^[\x00-\x7f]*$/.test(host) ? address : `${address.slice(0, split)}@${domainToASCII(host)}`
}
