import type { Column, Comparator } from '@switchboard/core'
import { isMisplaced, isSwapped } from './given-name.ts'
import { columnOf, missing, remembered, type CompareValues } from './levels.ts'
import { isClose } from './strings.ts'

/** What two last names can be to each other, by level; 0 is missing. */
export const familyNameLevels = ['equal', 'swapped', 'close', 'part', 'other'] as const

const [equal, swapped, close, part, other] = [1, 2, 3, 4, 5]

/**
 * Last names, folded; a second field is the first name. `swapped` is one row's first name being the other's last and the other
 * way round, `part` one name of a double-barrelled one. A single name that stands as the first is compared as the last, too.
 */
export const familyName: Comparator = {
  levels: familyNameLevels,
  compile: (table, [last, first]) => {
    const column = columnOf(table, last!)
    const compare = remembered(compareNames(column))
    const isTurned = first === undefined ? () => 0 : isSwapped(table, first, last!)
    const isAlone = first === undefined ? () => 0 : isMisplaced(table, first, last!)
    const { ids } = column
    return (a, b) => {
      const one = ids[a]!
      const another = ids[b]!
      if (one === another) return one < 0 ? missing : equal!
      const alone = isAlone(a, b)
      if (alone > 0) return alone === 1 ? equal! : close!
      if (one < 0 || another < 0) return missing
      return isTurned(a, b) === 1 ? swapped! : compare(one, another)
    }
  },
}

function compareNames(column: Column): CompareValues {
  return (a, b) => {
    const one = column.text(a)
    const another = column.text(b)
    if (isClose(one, another)) return close!
    if (!one.includes(' ') && !another.includes(' ')) return other!
    if (one.replaceAll(' ', '') === another.replaceAll(' ', '')) return close!
    return isPartOf(one, another) ? part! : other!
  }
}

/** A whole word of three letters or more in both. */
function isPartOf(one: string, another: string): boolean {
  const words = another.split(' ')
  return one.split(' ').some(word => word.length > 2 && words.includes(word))
}
