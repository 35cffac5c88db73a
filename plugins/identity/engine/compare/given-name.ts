import type { Column, Comparator, Population, Table } from '@switchboard/core'
import { isListedGivenName } from '../names/given-names.ts'
import { columnOf, missing, ofEachValue, remembered, type CompareValues } from './levels.ts'
import { isClose, isOneEdit, jaroWinkler } from './strings.ts'

/** What two first names can be to each other, by level; 0 is missing. */
export const givenNameLevels = [
  'equal',
  'close',
  'alias',
  'initial',
  'similar',
  'other',
  'different',
  'conflict',
] as const

const [equal, close, alias, initial, similar, other, different, conflict] = [1, 2, 3, 4, 5, 6, 7, 8]

/**
 * First names, folded; a second field is the last name, and tells rows where the two were swapped: they say nothing here.
 * `close` is a slip (one of them is no known name), `alias` a nickname or one of several names ("Anna", "Anna Maria"),
 * `initial` one letter, `similar` two known names a slip apart (Sara, Sarah), `other` a name and a word that may be a bad slip or
 * a short form of it, `different` a name and a word nothing like it, or another's initial, `conflict` two known names of two people.
 */
export const givenName: Comparator = {
  levels: givenNameLevels,
  compile: (table, [first, last], population) => {
    const column = columnOf(table, first!)
    const compare = remembered(compareNames(column, population))
    const isTurned = last === undefined ? () => 0 : isSwapped(table, first!, last)
    const isAlone = last === undefined ? () => 0 : isMisplaced(table, first!, last)
    const { ids } = column
    return (a, b) => {
      const one = ids[a]!
      const another = ids[b]!
      if (one < 0 || another < 0) return missing
      if (one === another) return equal!
      const level = compare(one, another)
      return level >= similar! && (isTurned(a, b) > 0 || isAlone(a, b) > 0) ? missing : level
    }
  },
}

/** Alike enough to be one name with more than one slip. */
const mayBeSlip = 0.75
const sameLetters = 3

/** 1 where two rows have each other's first name as their last name, a slip aside. */
export function isSwapped(table: Table, first: string, last: string): CompareValues {
  const is = crossed(table, first, last)
  return (a, b) => (is(a, b) > 0 && is(b, a) > 0 ? 1 : 0)
}

/**
 * Whether the only name of one row, which stands as its first, is the other's last name: a single word is as often the last
 * name. 1 where they are equal, 2 where they are a slip apart, else 0.
 */
export function isMisplaced(table: Table, first: string, last: string): CompareValues {
  const is = crossed(table, first, last)
  const lasts = columnOf(table, last).ids
  return (a, b) => {
    const isOne = lasts[a]! < 0
    const isOther = lasts[b]! < 0
    return isOne === isOther ? 0 : isOne ? is(a, b) : is(b, a)
  }
}

/** How the first name of one row fits the last name of another: 1 equal, 2 a slip apart, 0 not. */
function crossed(table: Table, first: string, last: string): CompareValues {
  const firsts = columnOf(table, first)
  const lasts = columnOf(table, last)
  const areClose = remembered((one, other) =>
    isClose(firsts.text(Math.min(one, other)), lasts.text(Math.max(one, other) - firsts.size)) ? 2 : 0,
  )
  return (a, b) => {
    const firstId = firsts.ids[a]!
    const lastId = lasts.ids[b]!
    if (firstId < 0 || lastId < 0) return 0
    return firsts.hash[firstId] === lasts.hash[lastId] ? 1 : areClose(firstId, firsts.size + lastId)
  }
}

function compareNames(column: Column, population: Population): CompareValues {
  const known = ofEachValue(column, text => (isKnown(text, population) ? 1 : 0))
  return (a, b) => {
    const one = headOf(column.text(a), column.text(b))
    const another = headOf(column.text(b), column.text(a))
    if (one === another || population.isAlias(one, another)) return alias!
    if (one.length === 1 || another.length === 1) return isInitialOf(one, another) ? initial! : different!
    if (known(a) === 0 || known(b) === 0) return compareWords(one, another)
    return mayBeShort(one, another) ? other! : compareKnown(one, another)
  }
}

/** Short forms have so many letters at most. */
const longestShort = 6

/** Whether a word that is no listed name, however often it is met, may be a short form of the other: it begins as that does. */
function mayBeShort(one: string, another: string): boolean {
  const [short, long] = one.length < another.length ? [one, another] : [another, one]
  if (short.length === long.length || short.length > longestShort || isListedGivenName(short)) return false
  return short.length > sameLetters && long.startsWith(short.slice(0, sameLetters))
}

function compareKnown(one: string, another: string): number {
  return isOneEdit(one, another) ? similar! : conflict!
}

function compareWords(one: string, another: string): number {
  if (isClose(one, another)) return close!
  return isAlike(one, another) ? other! : different!
}

/** Alike enough to be one name with more than one slip, or to be called after it: short forms begin as the name does. */
function isAlike(one: string, another: string): boolean {
  const begin = one.slice(0, sameLetters)
  return (begin.length === sameLetters && another.startsWith(begin)) || jaroWinkler(one, another) >= mayBeSlip
}

function isKnown(text: string, population: Population): boolean {
  return (
    population.isGivenName(text) || (text.includes(' ') && population.isGivenName(text.slice(0, text.indexOf(' '))))
  )
}

/** What of a name is compared: of several names the first, unless the other has as many, or has them run together ("Maryann"). */
function headOf(text: string, other: string): string {
  const space = text.indexOf(' ')
  if (space < 0) return text
  const whole = text.replaceAll(' ', '')
  if (whole === other.replaceAll(' ', '')) return whole
  return space === 1 && text.length > 3 && other.indexOf(' ') !== 1 && other.length > 1
    ? secondOf(text, other)
    : text.slice(0, space)
}

/** "J Robert" goes by either: by the second where the other is not called J. */
function secondOf(text: string, other: string): string {
  return text[0] === other[0] ? text[0]! : text.slice(2)
}

function isInitialOf(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  return short.length === 1 && long.startsWith(short)
}
