import type { Column, Comparator } from '@switchboard/core'
import { hashText } from '../hash.ts'
import { comparatorOf, ofEachValue, type CompareValues } from './levels.ts'
import { editsBetween, isOneEdit } from './strings.ts'

/** Emails: `close` is one edit, `local` the same name at another provider, `similar` a few edits in a long one. */
export const email: Comparator = comparatorOf(['equal', 'close', 'local', 'similar', 'other'], compareEmails)

/** Phones in E.164: of several the best two. `close` is one digit wrong, left out or swapped with its neighbour. */
export const phone: Comparator = comparatorOf(['equal', 'close', 'other'], edited)

/** Ids and postcodes: `close` is one character wrong, left out or swapped with its neighbour. */
export const code: Comparator = comparatorOf(['equal', 'close', 'other'], edited)

function edited(column: Column): CompareValues {
  return (a, b) => (isOneEdit(column.text(a), column.text(b)) ? 2 : 3)
}

/** Local parts this short are shared by chance. */
const shortLocal = 4

function compareEmails(column: Column): CompareValues {
  const once = ofEachValue(column, text => lettersOf(text, false))
  const twice = ofEachValue(column, text => lettersOf(text, true))
  const locals = ofEachValue(column, text => hashText(text.slice(0, text.lastIndexOf('@'))))
  const lengths = ofEachValue(column, text => text.length)
  return (a, b) => {
    const most = Math.min(4, Math.floor(Math.min(lengths(a), lengths(b)) / 6))
    const least = Math.max(Math.abs(lengths(a) - lengths(b)), leastEdits(once(a), once(b), twice(a), twice(b)))
    const isFar = least > 1 && least > most
    if (isFar && locals(a) !== locals(b)) return 5
    const one = column.text(a)
    const other = column.text(b)
    if (!isFar && isOneEdit(one, other)) return 2
    const local = one.slice(0, one.lastIndexOf('@'))
    if (local.length > shortLocal && local === other.slice(0, other.lastIndexOf('@'))) return 3
    return !isFar && editsBetween(one, other, most) <= most ? 4 : 5
  }
}

/** Which letters a text has, or has more than once, as 32 bits: an edit adds one to them at most, and takes one away at most. */
function lettersOf(text: string, isTwice: boolean): number {
  let found = 0
  let again = 0
  for (let at = 0; at < text.length; at++) {
    const letter = 1 << (text.charCodeAt(at) & 31)
    again |= found & letter
    found |= letter
  }
  return isTwice ? again : found
}

/** So many edits it takes at the least to make one text of another, by the letters that each has once and twice. */
// oxlint-disable-next-line max-params -- asked of every pair: an object a call would be garbage
function leastEdits(once: number, otherOnce: number, twice: number, otherTwice: number): number {
  const lost = bitsIn(once & ~otherOnce) + bitsIn(twice & ~otherTwice)
  const won = bitsIn(otherOnce & ~once) + bitsIn(otherTwice & ~twice)
  return Math.max(lost, won)
}

function bitsIn(mask: number): number {
  let count = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++
  return count
}
