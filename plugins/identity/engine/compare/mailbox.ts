import type { Column, Population } from '@switchboard/core'
import { ofEachValue, remembered, type CompareValues } from './levels.ts'

/** How an email bears a name: a first name, its initial before the last name, no name, another's initial, another's name. */
export const [named, initialed, silent, otherInitial, another] = [1, 2, 3, 4, 5] as const

/** Names shorter than this stand in words by chance. */
const leastLetters = 3

interface Columns {
  firsts: Column
  lasts: Column
  emails: Column
}

/**
 * Makes the function that says how an email of a row bears the name of another row: `named` (jane.doe, jane82 for Jane),
 * `initialed` (jdoe), `another` (john.doe), `otherInitial` likewise.
 */
export function nameBorne(
  { firsts, lasts, emails }: Columns,
  population: Population,
): (known: number, other: number, mail: number) => number {
  const words = wordsIn(emails)
  const byFirst = remembered(compareFirst(firsts, emails, words, population))
  const byLast = remembered(compareLast(lasts, words))
  return (known, other, mail) => {
    const level = byFirst(firsts.ids[known]!, firsts.size + mail)
    if (level !== silent) return level
    const family = lasts.ids[known]! >= 0 ? lasts.ids[known]! : lasts.ids[other]!
    if (family < 0) return silent
    return initialLevel(byLast(family, lasts.size + mail), firsts.text(firsts.ids[known]!))
  }
}

/** What stands before a last name, held against a first name: a letter, or a word that is not that name. */
function initialLevel(before: number, name: string): number {
  if (before === 0) return silent
  const isWord = before > word
  const isAlike = (isWord ? before - word : before) === name.charCodeAt(0) - 96
  if (isWord && name.length >= leastLetters) return another
  return isAlike ? initialed : otherInitial
}

/** The words of each address before the @, without digits. */
function wordsIn(emails: Column): (id: number) => string[] {
  const known: (string[] | undefined)[] = []
  known.length = emails.size
  return id => (known[id] ??= readWords(emails.text(id)))
}

function readWords(email: string): string[] {
  const end = email.lastIndexOf('@')
  const words: string[] = []
  let from = 0
  for (let at = 0; at <= end; at++) {
    const code = email.charCodeAt(at)
    if (code > 127) return lettersOnly(email.slice(0, end))
    if (isLetter(code)) continue
    if (at > from) words.push(email.slice(from, at))
    from = at + 1
  }
  return words
}

/** A letter of ASCII. */
function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
}

function lettersOnly(text: string): string[] {
  return text.split(/[^\p{L}]+/u).filter(each => each !== '')
}

type Words = (mail: number) => string[]

function compareFirst(firsts: Column, emails: Column, wordsOf: Words, population: Population): CompareValues {
  const isName = (each: string): boolean => each.length >= leastLetters && population.isGivenName(each)
  const bearsName = ofEachValue(emails, (_, mail) => (wordsOf(mail).some(isName) ? 1 : 0))
  return (one, other) => {
    const name = firsts.text(Math.min(one, other)).split(' ')[0]!
    if (name.length < leastLetters) return silent
    const mail = Math.max(one, other) - firsts.size
    const words = wordsOf(mail)
    if (words.some(each => each.startsWith(name)) || words.some(each => population.isAlias(each, name))) return named
    return bearsName(mail) === 1 ? another : silent
  }
}

/** Added to the place of a letter that begins a whole word. */
const word = 32

/**
 * What stands before the last name in an address: of jdoe and j.doe the place of j in the alphabet, of jane.doe and janedoe the
 * same more 32, else 0.
 */
function compareLast(lasts: Column, wordsOf: Words): CompareValues {
  return (one, other) => {
    const name = lasts.text(Math.min(one, other)).replaceAll(' ', '')
    const before = name.length < leastLetters ? undefined : beforeName(wordsOf(Math.max(one, other) - lasts.size), name)
    const letter = before === undefined || before.length === 2 ? 0 : before.charCodeAt(0) - 96
    if (letter < 1 || letter > 26) return 0
    return before!.length === 1 ? letter : word + letter
  }
}

/** What stands before a last name, in the same word or in another. */
function beforeName(words: readonly string[], name: string): string | undefined {
  const joined = words.find(each => each.length > name.length && each.endsWith(name))
  if (joined !== undefined) return joined.slice(0, -name.length)
  return words.includes(name) ? words.find(each => each !== name) : undefined
}
