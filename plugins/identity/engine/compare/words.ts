import type { Column, Comparator } from '@switchboard/core'
import { comparatorOf, type CompareValues } from './levels.ts'
import { isClose, jaroWinkler } from './strings.ts'

/**
 * Addresses, streets, cities: folded words in any order. `close` is the same words but for slips, spaces and order, `part` at
 * least half the words of the shorter.
 */
export const words: Comparator = comparatorOf(['equal', 'close', 'part', 'other'], compareWords)

/** Any other text: `close` is the same but for slips, `similar` much alike. */
export const text: Comparator = comparatorOf(['equal', 'close', 'similar', 'other'], column => (a, b) => {
  const one = column.text(a)
  const other = column.text(b)
  if (isClose(one, other)) return 2
  return jaroWinkler(one, other) >= 0.8 ? 3 : 4
})

/** Values that are equal or not. */
export const exact: Comparator = comparatorOf(['equal', 'other'], () => () => 2)

function compareWords(column: Column): CompareValues {
  return (a, b) => {
    const one = column.text(a)
    const other = column.text(b)
    if (isClose(one.replaceAll(' ', ''), other.replaceAll(' ', ''))) return 2
    const shared = sharedWords(one.split(' '), other.split(' '))
    return shared === 1 ? 2 : shared >= 0.5 ? 3 : 4
  }
}

/** How many words of the shorter text the longer has too, a slip aside, by their length. */
function sharedWords(one: string[], other: string[]): number {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  const left = [...long]
  let shared = 0
  for (const word of short) {
    const at = left.findIndex(another => word === another || isClose(word, another))
    if (at < 0) continue
    shared += word.length
    left.splice(at, 1)
  }
  const all = Math.max(1, lengthOf(short))
  return shared === all && left.length === 0 ? 1 : Math.min(shared / all, 0.99)
}

function lengthOf(words: string[]): number {
  return words.reduce((sum, word) => sum + word.length, 0)
}
