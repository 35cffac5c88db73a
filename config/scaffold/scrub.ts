import { inventor, type Inventor } from './inventor.ts'
import { keyOf, knownPeople, nameWord, type KnownPeople, type Recognised } from './known-people.ts'
import { isPerson, isSomebodysName, isSort, personalKind, type Personal } from './personal-keys.ts'
import { scrubContacts, scrubText, type Words } from './scrub-text.ts'

/** Where a value is. */
interface Place {
  key: string
  /** What the field is; handed down to what is in it. */
  kind: Personal | null
  /** It is in what is a person. */
  isPerson: boolean
  /** Nothing is known of it, so all that could say who it is about goes. */
  isStrict: boolean
}

interface Scrubbing {
  invent: Inventor
  known: KnownPeople
  words: Words
  /** Rows that were not understood, as JSON. */
  strangers: ReadonlySet<string>
}

/**
 * A vendor's answers with invented people in them: wherever somebody the adapter recognised is written, and whatever is personal by the name
 * of its field or by its look. The same becomes the same in all of them. Ids keep their shape; money, times and sorts of things stay.
 */
export function scrubbed(answers: readonly unknown[], recognised: Recognised): unknown[] {
  const invent = inventor(JSON.stringify(answers).toLowerCase())
  const known = knownPeople(recognised, invent)
  const strangers = new Set(recognised.unreadable.map(row => JSON.stringify(row)))
  const scrubbing = { invent, known, strangers, words: { invent, known } }
  const top: Place = { key: '', kind: null, isPerson: false, isStrict: false }
  return answers.map(answer => scrub(scrubbing, answer, top))
}

function scrub(scrubbing: Scrubbing, value: unknown, place: Place): unknown {
  if (Array.isArray(value)) return value.map(item => scrub(scrubbing, item, place))
  if (typeof value === 'string') return scrubString(scrubbing, value, place)
  if (typeof value === 'number') return scrubNumber(scrubbing, value, place)
  if (typeof value !== 'object' || value === null) return value
  const isStrict = place.isStrict || (scrubbing.strangers.size > 0 && scrubbing.strangers.has(JSON.stringify(value)))
  const isSomebody = place.isPerson || Object.keys(value).some(key => /^(email|phone)$/.test(personalKind(key) ?? ''))
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      scrubKey(scrubbing, key),
      scrub(scrubbing, inner, placeOf(key, inner, { ...place, isPerson: isSomebody, isStrict })),
    ]),
  )
}

/** What holds other things hands its own kind down; a person's `name` is a name. */
function placeOf(key: string, value: unknown, around: Place): Place {
  const own = personalKind(key) ?? (isSort(key) ? null : around.kind)
  if (!isHolder(value)) return { ...around, key, kind: isTheirName(key, around) ? 'name' : own }
  const isStillTheirs = around.isPerson && /^(edges|nodes?|data|items|attributes|results|properties)$/.test(key)
  const kind = own === 'id' || own === 'remark' ? null : own
  return { ...around, key, kind, isPerson: isPerson(key) || isStillTheirs }
}

function isTheirName(key: string, around: Place): boolean {
  return personalKind(key) === null && (isSomebodysName(key) || (around.isPerson && /^names?$/i.test(key)))
}

/** Whether there are fields in it. */
function isHolder(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isHolder) : typeof value === 'object' && value !== null
}

/** A key may be somebody's address or number, in lists by email or phone. */
function scrubKey({ words, known, invent }: Scrubbing, key: string): string {
  if (known.whole.has(keyOf(key)) && /[\s@\d]/.test(key)) return scrubText(words, key, null)
  if (key.includes('@') || /^\+?\d{8,}$/.test(key)) return scrubText(words, key, 'phone')
  return personalKind(key) || !/^[0-9a-f]{16,}$/i.test(key) ? key : invent.id(key)
}

function scrubString({ words, invent, known, ...scrubbing }: Scrubbing, text: string, place: Place): string {
  if (text.trim() === '') return text
  const nested = nestedJson(text)
  if (nested !== null) return JSON.stringify(scrub({ words, invent, known, ...scrubbing }, nested, place))
  const whole = known.whole.get(keyOf(text))
  if (whole) return wholeValue(words, text, whole)
  if (isPlain(text) && place.kind !== 'born') return text
  if (place.kind !== null) return scrubKind(words, text, place.kind)
  if (place.isStrict && !isSort(place.key)) return scrubStranger(words, text)
  return scrubText(words, text, null)
}

/** All of a value is somebody's name, email or phone: nothing of it stays, however odd it looks. */
function wholeValue(words: Words, text: string, kind: 'name' | 'email' | 'phone'): string {
  const other = scrubKind(words, text, kind)
  return keyOf(other) === keyOf(text) ? words.invent.secret(text) : other
}

function scrubKind(words: Words, text: string, kind: Personal): string {
  const { invent } = words
  switch (kind) {
    case 'secret':
      return invent.secret(text)
    case 'email':
      return text.includes('@') || isWord(text) ? scrubText(words, text, null) : invent.email(text)
    case 'phone':
      return /\d/.test(text) || isWord(text) ? scrubText(words, text, 'phone') : invent.remark(text)
    case 'first':
    case 'last':
      return named(words, text, kind)
    case 'name':
      return named(words, text, null)
    case 'id':
      return scrubText(words, invent.id(text), null)
    case 'card':
    case 'postcode':
      return digitsOut(text)
    case 'born':
      return isTime(text) ? text.replace(/^\d{4}-\d{2}-\d{2}/, '1990-01-01') : digitsOut(text)
    case 'place':
      return digitsOut(text)
    case 'street':
      return invent.street(text)
    case 'town':
      return invent.town(text)
    case 'company':
      return invent.company(text)
    case 'ip':
      return invent.ip(text)
    case 'remark':
      return isSimple(text) ? scrubText(words, text, null) : invent.remark(text)
  }
}

/** Every word of a name becomes another; the first is the first name, unless a comma turns them. */
function named(words: Words, written: string, part: 'first' | 'last' | null): string {
  if (written.includes('@')) return scrubText(words, written, null)
  const { invent, known } = words
  const text = scrubContacts(words, written, null)
  const comma = text.indexOf(',')
  let nth = 0
  return text.replace(nameWord, (word, at: number) => {
    const isFirst = comma === -1 ? nth++ === 0 : at > comma
    return /\p{L}/u.test(word) ? invent.name(word, part ?? known.partOf(word) ?? (isFirst ? 'first' : 'last')) : word
  })
}

/** A value of a row that was not understood. One lower-case word is taken for a word of the vendor's. */
function scrubStranger(words: Words, text: string): string {
  const other = scrubText(words, words.invent.id(text), null)
  return other !== text || /^[a-z0-9_.:/-]*$/.test(text) || !/\p{L}/u.test(text) ? other : words.invent.remark(text)
}

function scrubNumber({ words, invent, known }: Scrubbing, value: number, { kind }: Place): number {
  const digits = String(value)
  if (kind === 'place') return Math.sign(value)
  if (kind === 'phone' || (digits.length >= 8 && known.phones.has(digits.slice(-8))))
    return Number(invent.phone(digits))
  if (kind === 'id' && Number.isSafeInteger(value)) return Number(words.invent.id(digits))
  return kind === 'card' || kind === 'postcode' ? Number(digitsOut(digits)) : value
}

function digitsOut(text: string): string {
  return text.replace(/\d/g, '0').replace(/\p{L}/gu, 'X')
}

/** An answer of one plain word or number, such as "yes" or "12", or a link to what was said. */
function isSimple(text: string): boolean {
  return /^(\d{1,6}|yes|no|true|false|none|n\/a|https?:\/\/\S+)$/i.test(text)
}

function isTime(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text) ||
    /^\d{2}:\d{2}(:\d{2})?$/.test(text)
  )
}

/** A time, or an amount of money. */
function isPlain(text: string): boolean {
  return isTime(text) || /^-?\d{1,9}\.\d{1,4}$/.test(text)
}

/** A word of the vendor's, such as "subscribed" or "SINGLE_OPT_IN". */
function isWord(text: string): boolean {
  return /^([a-z_]+|[A-Z_]+)$/.test(text)
}

function nestedJson(text: string): object | null {
  if (!/^\s*[{[]/.test(text)) return null
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}
