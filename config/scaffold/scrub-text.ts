import type { Inventor } from './inventor.ts'
import { keyOf, nameWord, type KnownPeople } from './known-people.ts'

/** What texts are rewritten with. */
export interface Words {
  invent: Inventor
  known: KnownPeople
}

const emails = /[^\s@<>"(),;:[\]\\]+(?:@|%40)[^\s@<>"'(),;:[\]\\/?&]+/gi
const numbers = /(?<![\p{L}\p{N}.])\(?\+?\(?\d(?:[\s().-]{0,2}\d){5,}(?![\p{L}\p{N}])/gu
const addresses = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g
const date = /^\d{1,4}[-.]\d{1,2}[-.]\d{1,4}/

/**
 * Any text without the people in it: addresses of the web lose what they carry, emails and phones become invented ones wherever they are, and
 * so do the names of those who were recognised. With `phone`, every long number is taken for one.
 */
export function scrubText(words: Words, text: string, kind: 'phone' | null): string {
  if (/^https?:\/\/\S+$/i.test(text)) return scrubUrl(words, text)
  const contactsOut = scrubContacts(words, text, kind)
  const isPhone = kind === 'phone' && contactsOut === text && /\d/.test(text)
  return scrubNames(words, isPhone ? words.invent.phone(text) : contactsOut)
}

/** Only emails, phones and addresses of machines. */
export function scrubContacts({ invent, known }: Words, text: string, kind: 'phone' | null): string {
  const oddOut = known.odd.reduce((left, [odd, is]) => replacedAll(left, odd, found => oddOne(invent, found, is)), text)
  const emailsOut = oddOut.replace(emails, found => {
    const [, before = '', address = found, after = ''] = /^(['‘]?)(.*?)([.'’!]*)$/s.exec(found) ?? []
    return before + invent.email(address.replace(/%40/i, '@')) + after
  })
  const numbersOut = emailsOut.replace(numbers, found => (isPhone(known, found, kind) ? invent.phone(found) : found))
  return numbersOut.replace(addresses, found => invent.ip(found))
}

function oddOne(invent: Inventor, found: string, kind: 'email' | 'phone'): string {
  if (kind === 'email') return invent.email(found)
  const other = invent.phone(found)
  return keyOf(other) === keyOf(found) || /\p{L}/u.test(other) ? invent.secret(found) : other
}

/** International, or national with its zero, and no date; or one we know, however it is written. */
function isPhone({ phones }: KnownPeople, found: string, kind: 'phone' | null): boolean {
  const digits = found.replace(/\D/g, '')
  if ([...phones].some(known => digits.endsWith(known) || (digits.length > 15 && digits.includes(known)))) return true
  if (kind === 'phone') return true
  const isNational = /^\(?0/.test(found) && digits.length >= 8 && digits.length <= 11
  const isAmerican = /^\(\d{3}\)\s?\d{3}-?\d{4}$/.test(found)
  return !date.test(found) && (isNational || isAmerican || (/^\(?\+/.test(found) && digits.length >= 7))
}

function scrubNames({ invent, known }: Words, text: string): string {
  const other = (word: string): string => {
    const part = known.partOf(word)
    return part ? invent.name(word, part) : word
  }
  const spaced = text.replace(nameWord, word => {
    if (known.partOf(word)) return other(word)
    return word.replace(/[\p{L}\p{M}]+/gu, other)
  })
  return known.unspaced.reduce(
    (left, [name, part]) => replacedAll(left, name, found => invent.name(found, part)),
    spaced,
  )
}

/** A web address: who it is about goes from its path, and all that its query carries. */
function scrubUrl(words: Words, text: string): string {
  const url = URL.parse(text)
  if (!url) return words.invent.secret(text)
  const path = url.pathname.split('/').map(part => encodeURI(scrubText(words, words.invent.id(decoded(part)), null)))
  const query = [...url.searchParams].map(([key, value]): [string, string] => [
    key,
    /^\d{0,4}$/.test(value) ? value : words.invent.secret(value),
  ])
  const asked = query.length === 0 ? '' : `?${new URLSearchParams(query)}`
  return `${url.protocol}//${url.host}${path.join('/')}${asked}`
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function replacedAll(text: string, wanted: string, other: (found: string) => string): string {
  const folded = text.toLowerCase()
  // Where folding changes the length, places do not agree: letters are compared as they are.
  const inside = folded.length === text.length ? folded : text
  let left = ''
  let at = 0
  for (let found = inside.indexOf(wanted); found !== -1; found = inside.indexOf(wanted, at)) {
    left += text.slice(at, found) + other(text.slice(found, found + wanted.length))
    at = found + wanted.length
  }
  return left + text.slice(at)
}
