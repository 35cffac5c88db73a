import { createHash } from 'node:crypto'
import { firstNames, lastNames, remarks, streets, towns } from './invented-words.ts'
import { numberLike, significant } from './invented-number.ts'

/**
 * Invents what stands for what is personal. The same is always answered with the same, and what differs with what differs, by the order in
 * which things are met: nothing invented can be traced back.
 */
export interface Inventor {
  /** Another word for one word of a name, in the same case. */
  name(word: string, part: NamePart): string
  /** An address at a domain that cannot exist. `as` is whose it is, where that is known. */
  email(address: string, as?: { first: string; last: string }): string
  /** A phone number as it is written, with digits of a range kept for fiction where its country has one. */
  phone(written: string): string
  /** Runs of four digits or more, and of letters with digits, become others of the same length. Words stay. */
  id(written: string): string
  remark(text: string): string
  street(text: string): string
  town(text: string): string
  company(text: string): string
  /** What opens doors, or is nobody's business: `token-1`. */
  secret(text: string): string
  ip(text: string): string
}

export type NamePart = 'first' | 'last'

/** An inventor that never invents what is anywhere in `real`, lower-case. */
export function inventor(real: string): Inventor {
  const isFree = (text: string): boolean => !real.includes(text.toLowerCase())
  const realDigits = real.replace(/[\s().-]/g, '')
  const words = { first: fresh(wordsOf(firstNames), isFree), last: fresh(wordsOf(lastNames), isFree) }
  const names = counted((_nth, key) => words[key.startsWith('first') ? 'first' : 'last']())
  const known = new Map<string, NamePart>()
  const mailboxes = fresh(nth => `${pick(firstNames, nth)}.${pick(lastNames, nth)}`.toLowerCase(), isFree)
  const taken = new Set<string>()
  const address = (local: string): string => {
    for (let nth = 1; ; nth++) {
      const made = `${local}${nth === 1 ? '' : nth}@example.com`
      if (taken.has(made) || !isFree(made)) continue
      taken.add(made)
      return made
    }
  }
  const owners = new Map<string, string>()
  const emails = counted((_nth, key) => address(owners.get(key) ?? mailboxes()))
  const numbers = fresh(String, nth => !realDigits.includes(significant(numberLike('0000000000', Number(nth)))))
  const phones = counted(() => numbers())
  const given = new Set<string>()
  const runs = counted((nth, run) => otherRun(run, nth))
  const numbered = (make: (nth: number) => string) => counted(nth => make(nth))
  return {
    name(word, part) {
      const key = word.normalize('NFC').toLowerCase()
      const first = known.get(key) ?? part
      known.set(key, first)
      return inCaseOf(word, names(`${first} ${key}`))
    },
    email(written, as) {
      const key = written.trim().toLowerCase()
      // What was invented already is met again where one text is gone through twice.
      if (taken.has(key)) return written
      if (as && !owners.has(key)) owners.set(key, localPart(as))
      return emails(key)
    },
    phone(written) {
      if (given.has(significant(written))) return written
      const other = numberLike(written, Number(phones(significant(written))))
      given.add(significant(other))
      return other
    },
    id: written => written.replace(uuid, runs).replace(run, found => (isOpaque(found) ? runs(found) : found)),
    remark: numbered(nth => pick(remarks, nth)),
    street: numbered(nth => `${nth + 1} ${pick(streets, nth)}`),
    town: numbered(nth => pick(towns, nth)),
    company: numbered(nth => `${pick(lastNames, nth + 40)} Trading`),
    secret: numbered(nth => `token-${nth + 1}`),
    ip: numbered(nth => `192.0.2.${(nth % 254) + 1}`),
  }
}

/** Answers the same to the same; `make` is told how many there were before. */
function counted(make: (nth: number, key: string) => string): (key: string) => string {
  const made = new Map<string, string>()
  return key => {
    const known = made.get(key)
    if (known !== undefined) return known
    const one = make(made.size, key)
    made.set(key, one)
    return one
  }
}

/** The next of a series that is free, each time. */
function fresh(series: (nth: number) => string, isFree: (text: string) => boolean): () => string {
  let nth = 0
  return () => {
    for (;;) {
      const one = series(nth++)
      if (isFree(one)) return one
    }
  }
}

/** The words, and when there are no more, two in one: "Alma", "Almaada". */
function wordsOf(words: readonly string[]): (nth: number) => string {
  return nth => {
    const round = Math.floor(nth / words.length)
    return pick(words, nth) + (round === 0 ? '' : wordsOf(words)(round - 1).toLowerCase())
  }
}

function pick(words: readonly string[], nth: number): string {
  return words[nth % words.length] ?? ''
}

function localPart({ first, last }: { first: string; last: string }): string {
  const words = [first, last].map(word => word.toLowerCase().replace(/[^a-z0-9]/g, '')).filter(Boolean)
  return words.join('.') || 'somebody'
}

function inCaseOf(word: string, other: string): string {
  if (word.length > 1 && word === word.toUpperCase()) return other.toUpperCase()
  return word === word.toLowerCase() ? other.toLowerCase() : other
}

const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi
const run = /[a-z0-9]+/gi

function isOpaque(text: string): boolean {
  return (
    /^\d{4,}$/.test(text) ||
    (text.length >= 6 && /\d/.test(text) && /[a-z]/i.test(text)) ||
    /^[0-9a-f]{16,}$/i.test(text)
  )
}

/** As long and of the same letters. Of a UUID, what tells its kind stays. */
function otherRun(text: string, nth: number): string {
  if (/^\d+$/.test(text)) return otherDigits(text.length, nth)
  const bytes = createHash('sha512').update(String(nth)).digest()
  const isHex = /^[0-9a-f-]+$/i.test(text)
  const isUuid = isHex && text.includes('-')
  const other = (char: string, at: number): string => {
    if (char === '-' || (isUuid && (at === 14 || at === 19))) return char
    const byte = bytes[at % bytes.length] ?? 0
    if (isHex) return byte.toString(16).slice(-1)
    if (/\d/.test(char)) return String(byte % 10)
    return String.fromCharCode((char < 'a' ? 65 : 97) + (byte % 26))
  }
  return [...text].map(other).join('')
}

/** It has no factor in common with 9 × 10ⁿ: every number of that length is met once before one comes again. */
const stride = 7_919_987n

function otherDigits(length: number, nth: number): string {
  const lowest = 10n ** BigInt(length - 1)
  return String(lowest + (((BigInt(nth) + 1n) * stride) % (9n * lowest)))
}
