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
  const lettersOf = letters(column)
  const locals = ofEachValue(column, text => hashText(text.slice(0, text.lastIndexOf('@'))))
  const lengths = ofEachValue(column, text => text.length)
  return (a, b) => {
    const most = Math.min(4, Math.floor(Math.min(lengths(a), lengths(b)) / 6))
    const least = Math.max(Math.abs(lengths(a) - lengths(b)), lettersOf(a, b))
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

/**
 * Makes the function that says how many edits it takes at the least to make one text of another, by the letters that each has once and
 * twice, as 32 bits: an edit adds one to them at most, and takes one away at most.
 */
function letters(column: Column): CompareValues {
  const once = new Int32Array(column.size)
  const twice = new Int32Array(column.size)
  const read = (id: number): void => {
    // Every text has a letter.
    if (once[id] !== 0) return
    const text = column.text(id)
    for (let at = 0; at < text.length; at++) {
      const letter = 1 << (text.charCodeAt(at) & 31)
      twice[id]! |= once[id]! & letter
      once[id]! |= letter
    }
  }
  return (a, b) => {
    read(a)
    read(b)
    const lost = bitsIn(once[a]! & ~once[b]!) + bitsIn(twice[a]! & ~twice[b]!)
    const won = bitsIn(once[b]! & ~once[a]!) + bitsIn(twice[b]! & ~twice[a]!)
    return Math.max(lost, won)
  }
}

function bitsIn(mask: number): number {
  let count = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++
  return count
}
