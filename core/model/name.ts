import { capital, inCase } from './name-case.ts'
import { foldName } from './name-fold.ts'
import {
  isCompany,
  isJoint,
  isNoField,
  isNoName,
  isSuffix,
  setApart,
  split,
  trimmed,
  withoutEnding,
  wordsOf,
  type Parts,
} from './name-parts.ts'
import { isTelling } from './name-words.ts'

export { foldName }

/** How often what was cleaned is looked at again: names are not written deeper. */
const mostRounds = 5

/** A name as one field or two, the way a vendor has it. */
export interface WrittenName {
  firstName?: string | null
  lastName?: string | null
  /** The whole name in one field; read only when both others are empty. */
  name?: string | null
}

/** A cleaned name, fit to be shown; what is missing is null. Compare with `foldName`. */
export interface Name {
  /** Mr, Dr and the like, set apart because people are written with and without. */
  title: string | null
  first: string | null
  last: string | null
  /** Jr, III and the like. */
  suffix: string | null
  /** A company written where a person belongs. It is no person: the other fields are null then. */
  company: string | null
  /** Whoever else was written into the name: "Tom Berg" where it said "Anna & Tom Berg". The name is the first one's. */
  also: string | null
}

/**
 * Cleans a name as a vendor wrote it: spaces and apostrophes made alike, titles, suffixes and remarks set apart, names all in
 * capitals or all in small letters put right, accents kept. A name crammed into one field is split before its last word, or
 * before a known particle ("Anna van der Berg"), or at the comma ("Berg, Anna"). What stands for a missing name ("unknown",
 * "test") is missing. Of two people in one name the first is taken. Cleaning a clean name changes nothing.
 */
export function cleanName(written: WrittenName): Name {
  return cleanPlain(written) ?? cleanAny(written)
}

/** The short way: two plain words that nothing is to be done about but their capitals. */
function cleanPlain({ firstName, lastName, name }: WrittenName): Name | null {
  if (firstName && lastName) return plainName(firstName, lastName)
  const gap = name && !firstName && !lastName ? name.indexOf(' ') : -1
  return gap === -1 ? null : plainName(name!.slice(0, gap), name!.slice(gap + 1))
}

function plainName(first: string, last: string): Name | null {
  const kind = kindOf(first)
  if (kind === 'other' || kind !== kindOf(last) || isTelling(first.toLowerCase()) || isTelling(last.toLowerCase()))
    return null
  const isWritten = kind === 'mixed'
  return {
    title: null,
    first: isWritten ? first : capital(first),
    last: isWritten ? last : capital(last),
    suffix: null,
    company: null,
    also: null,
  }
}

/** How a word of two to twenty plain letters is written: as "Anna", as "ANNA" or as "anna". */
function kindOf(word: string): 'mixed' | 'capital' | 'small' | 'other' {
  if (/^[A-Z][a-z]{1,19}$/.test(word)) return 'mixed'
  if (/^[a-z]{2,20}$/.test(word)) return 'small'
  return /^[A-Z]{2,20}$/.test(word) ? 'capital' : 'other'
}

/** The way of every text. What was set apart may leave something that is to be set apart too. */
function cleanAny(written: WrittenName): Name {
  const fields = fieldsOf(written)
  if (isOrdinary(fields)) return shownName(split({ ...fields, titles: [], suffixes: [] }))
  let name = cleanParts(fields)
  for (let round = 0; round < mostRounds; round++) {
    const again = cleanParts(fieldsOf({ firstName: name.first, lastName: name.last, name: name.company }))
    if (again.first === name.first && again.last === name.last && again.company === name.company) break
    name = {
      ...again,
      title: name.title ?? again.title,
      suffix: name.suffix ?? again.suffix,
      also: name.also ?? again.also,
    }
  }
  return name
}

function cleanParts(fields: Parts): Name {
  const bare = setApart(fields)
  const whole = [...bare.first, ...bare.last]
  if (isCompany(whole, bare.first.length === 0 || bare.last.length === 0))
    return { title: null, first: null, last: null, suffix: null, company: whole.join(' '), also: null }
  const { person, also } = firstPerson(bare)
  const parts = split(person)
  const known = isNoName(whole) ? { first: [], last: [] } : withoutNoFields(parts)
  return {
    ...shownName({ first: trimmed(known.first), last: trimmed(known.last) }),
    title: text(bare.titles),
    suffix: text(bare.suffixes),
    also: also && text(wordsOf(also)),
  }
}

/** Whether there is nothing in a name but names. */
function isOrdinary({ first, last }: Parts): boolean {
  return [first, last].every(field => field.every(word => !/[&./]/.test(word) && !isTelling(foldName(word))))
}

function shownName({ first, last }: Parts): Name {
  const shown = inCase({ first: withoutEnding(first, last), last })
  return { title: null, first: text(shown.first), last: text(shown.last), suffix: null, company: null, also: null }
}

function fieldsOf({ firstName, lastName, name }: WrittenName): Parts {
  const first = wordsOf(firstName)
  const last = wordsOf(lastName)
  if (first.length > 0 && last.length > 0) return { first, last }
  const only = first.length > 0 ? firstName : last.length > 0 ? lastName : name
  return turned(only ?? '') ?? (last.length > 0 ? { first, last } : { first: wordsOf(only), last: [] })
}

/** The parts of "Berg, Anna" and "Smith, John, Jr"; null for a name without a comma, and for "Acme, Inc." */
function turned(name: string): Parts | null {
  if (!name.includes(',')) return null
  const parts = name.split(',').map(wordsOf)
  const [before = [], after = [], ...more] = parts.filter(part => part.some(word => !isSuffix(word)))
  if (after.length === 0 || more.length > 0 || isCompany(parts.flat(), true)) return null
  return { first: after, last: [...before, ...parts.filter(part => part.every(isSuffix)).flat()] }
}

type Bare = ReturnType<typeof setApart>

/** Of two people ("Anna & Tom Berg", "Anna Berg and Tom Jones") the first, who has the other's last name when without one. */
function firstPerson(bare: Bare): { person: Bare; also: string | null } {
  const one = until(bare.first)
  const last = until(bare.last)
  if (one.after.length === 0 && last.after.length === 0) return { person: bare, also: null }
  const others = [...one.after, ...(last.after.length > 0 ? last.after : bare.last)]
  const lent = bare.last.length === 0 && one.before.length === 1 ? one.after.slice(1) : last.before
  return { person: { ...bare, first: one.before, last: lent }, also: others.join(' ') }
}

function until(all: string[]): { before: string[]; after: string[] } {
  const at = all.findIndex((word, place) => place > 0 && place < all.length - 1 && isJoint(word))
  return at === -1 ? { before: all, after: [] } : { before: all.slice(0, at), after: trimmed(all.slice(at + 1)) }
}

function withoutNoFields({ first, last }: Parts): Parts {
  return { first: isNoField(first) ? [] : first, last: isNoField(last) ? [] : last }
}

function text(words: string[]): string | null {
  return words.length > 0 ? words.join(' ') : null
}
