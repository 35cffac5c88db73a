import { cleanEmail, type Person } from '@switchboard/core'
import type { Inventor, NamePart } from './inventor.ts'
import { significant } from './invented-number.ts'

/** What an adapter recognised in what a vendor answered. */
export interface Recognised {
  people: readonly Person[]
  /** Names of others, such as staff. */
  names: readonly string[]
  /** Rows it could not read: whose they are is not known. */
  unreadable: readonly unknown[]
}

/** The people an adapter recognised, to find them wherever else they are written. */
export interface KnownPeople {
  /** The part of a name that this word is; null when nobody is called so. */
  partOf(word: string): NamePart | null
  /** Names in scripts that put no spaces between words, with their part: to be found inside of words. */
  unspaced: readonly (readonly [string, NamePart])[]
  /** The last eight digits of every phone. */
  phones: ReadonlySet<string>
  /** Whole values, lower-case and trimmed: names, emails and phones as they were written. */
  whole: ReadonlyMap<string, 'name' | 'email' | 'phone'>
  /** Emails and phones that do not look like any: to be found by their letters. The longest first. */
  odd: readonly (readonly [string, 'email' | 'phone'])[]
}

/** Between the words of a name. */
export const nameWord = /[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu
const unspacedScript =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** Words in names that are nobody's own, and words of vendors that people type where a name belongs. Alone they hide nobody. */
const common = new Set(
  (
    'mr mrs ms miss mx dr prof sir van von der den del della dos das bin ibn and the test order orders guest customer client contact booking ' +
    'appointment user admin shop store staff unknown none null true false new open paid booked confirmed cancelled pty ltd inc'
  ).split(' '),
)

/** Collects whom to look for, and tells the inventor whose email is whose, so that the invented ones fit together. */
export function knownPeople({ people, names }: Pick<Recognised, 'people' | 'names'>, invent: Inventor): KnownPeople {
  const parts = new Map<string, NamePart>()
  const whole = new Map<string, 'name' | 'email' | 'phone'>()
  const note = (text: string | null | undefined, kind: 'name' | 'email' | 'phone'): void => {
    const key = keyOf(text ?? '')
    if (key && !whole.has(key) && !(kind === 'name' && common.has(key))) whole.set(key, kind)
  }
  const others = names.map((name): Person => ({ role: 'contact', name }))
  for (const person of [...people, ...others]) {
    for (const name of [person.name, person.firstName, person.lastName, joined(person)]) note(name, 'name')
    note(person.email, 'email')
    for (const phone of person.phones ?? []) note(phone, 'phone')
    const own = partsOf(person)
    for (const [word, part] of own) addWord(parts, word, part)
    addHandles(parts, own)
    if (person.email) nameMailbox(person.email, own, invent)
  }
  const contacts = [...whole].filter((entry): entry is [string, 'email' | 'phone'] => entry[1] !== 'name')
  return {
    partOf: word => parts.get(word.normalize('NFC')) ?? parts.get(keyOf(word)) ?? null,
    unspaced: [...parts]
      .filter(([word]) => unspacedScript.test(word))
      .sort(([one], [other]) => other.length - one.length),
    phones: new Set(
      contacts
        .filter(([, kind]) => kind === 'phone')
        .map(([phone]) => significant(phone))
        .filter(isNumber),
    ),
    whole,
    odd: contacts.filter(([text, kind]) => isOdd(text, kind)).sort(([one], [other]) => other.length - one.length),
  }
}

/** How texts are compared: trimmed, lower-case, composed. */
export function keyOf(text: string): string {
  return text.normalize('NFC').trim().toLowerCase()
}

function joined({ firstName, lastName }: Person): string {
  return [firstName, lastName].filter(Boolean).join(' ')
}

/** The words somebody is called by, with the part each is; of a name in one field, or turned by a comma, as well as it can be told. */
function partsOf({ firstName, lastName, name }: Person): [string, NamePart][] {
  const words = (text: string | null | undefined, part: NamePart): [string, NamePart][] =>
    (text?.match(nameWord) ?? []).map(word => [word, part])
  const [before = '', after] = (name ?? '').split(',')
  const [first = '', ...rest] = after === undefined ? before.trim().split(/\s+/) : [after]
  const last = after === undefined ? rest.join(' ') : before
  return [...words(firstName, 'first'), ...words(lastName, 'last'), ...words(first, 'first'), ...words(last, 'last')]
}

/** A word and the parts of it ("Al-Amin"). Those of one or two letters count only as they are written: "Jo", not "jo". */
function addWord(parts: Map<string, NamePart>, word: string, part: NamePart): void {
  for (const one of [word, ...word.split(/['’-]/)]) {
    if (!/\p{L}/u.test(one) || common.has(keyOf(one))) continue
    const key = one.length <= 2 && !unspacedScript.test(one) ? one.normalize('NFC') : keyOf(one)
    if (!parts.has(key)) parts.set(key, part)
  }
}

/** What people make of their names: "adabyron", "byronada", "abyron". */
function addHandles(parts: Map<string, NamePart>, own: readonly (readonly [string, NamePart])[]): void {
  const [first] = own.find(([, part]) => part === 'first') ?? ['']
  const last = own.findLast(([, part]) => part === 'last')?.[0] ?? ''
  if (!first || !last) return
  for (const handle of [first + last, last + first, first.slice(0, 1) + last])
    if (handle.length >= 5 && !parts.has(keyOf(handle))) parts.set(keyOf(handle), 'last')
}

function nameMailbox(email: string, own: readonly (readonly [string, NamePart])[], invent: Inventor): void {
  const word = (part: NamePart): string => {
    const found = own.find(([word, is]) => is === part && /\p{L}/u.test(word))
    return found ? invent.name(found[0], part) : ''
  }
  const as = { first: word('first'), last: word('last') }
  invent.email(email, as.first || as.last ? as : undefined)
}

function isOdd(text: string, kind: 'email' | 'phone'): boolean {
  if (text.length < 5) return false
  return kind === 'email'
    ? cleanEmail(text) === null || /['’]/.test(text)
    : text.replace(/\D/g, '').length < 7 || /[^\d\s().+-]/.test(text)
}

function isNumber(digits: string): boolean {
  return digits.length >= 6
}
