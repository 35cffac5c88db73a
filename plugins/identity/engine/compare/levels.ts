import type { Column, Comparator, Table } from '@switchboard/core'

/** The level where a field is missing on either side. */
export const missing = 0

/** Says which level two different values have; 1 is the first. Values are given as numbers, in either order. */
export type CompareValues = (a: number, b: number) => number

/**
 * A comparator of one field, by what it says of two different values. Equal values have level 1, a value missing on either
 * side level 0, and of many values the best pair counts.
 */
export function comparatorOf(levels: readonly string[], compare: (column: Column) => CompareValues): Comparator {
  return {
    levels,
    compile: (table, [field]) => {
      const column = columnOf(table, field!)
      return ofRows(column, remembered(compare(column)))
    },
  }
}

/** The column of a field, which reads each of its texts once. */
export function columnOf(table: Table, field: string): Column {
  const column = table.fields[field]
  if (!column) throw new Error(`no field ${field} in the table: it has ${Object.keys(table.fields).join(', ')}`)
  const texts: (string | undefined)[] = []
  texts.length = column.size
  return { ...column, text: id => (texts[id] ??= column.text(id)) }
}

/** From values to rows: equal is 1, missing 0, of many values the best. */
export function ofRows(column: Column, compare: CompareValues): CompareValues {
  const { ids, start } = column
  if (start) return (a, b) => bestOf(column, a, b, compare)
  return (a, b) => {
    const one = ids[a]!
    const other = ids[b]!
    if (one < 0 || other < 0) return missing
    return one === other ? 1 : compare(one, other)
  }
}

// oxlint-disable-next-line max-params -- the hottest loop: an object a call would be garbage
function bestOf({ ids, start }: Column, a: number, b: number, compare: CompareValues): number {
  let best = missing
  for (let i = start![a]!; i < start![a + 1]!; i++)
    for (let j = start![b]!; j < start![b + 1]!; j++) {
      if (ids[i] === ids[j]) return 1
      const level = compare(ids[i]!, ids[j]!)
      if (best === missing || level < best) best = level
    }
  return best
}

/** The value that two rows share, −1 when none; of several the one `isBetter` likes most. */
export function sharedValue(column: Column, a: number, b: number): number {
  const { ids, start } = column
  if (!start) return ids[a] === ids[b] ? ids[a]! : -1
  for (let i = start[a]!; i < start[a + 1]!; i++)
    for (let j = start[b]!; j < start[b + 1]!; j++) if (ids[i] === ids[j]) return ids[i]!
  return -1
}

const slots = 1 << 16
/** After so many comparisons it is worth the memory. */
const worthRemembering = 1000

/**
 * Remembers what was compared last in each of 65,536 places: people share names, so most pairs of values come again. The
 * order of the two values does not matter, and nothing but speed depends on what is still known.
 */
export function remembered(compare: CompareValues): CompareValues {
  let keys = new Float64Array(0)
  let levels = new Uint8Array(0)
  let asked = 0
  return (a, b) => {
    const low = a < b ? a : b
    const high = a < b ? b : a
    if (asked < worthRemembering) {
      if (++asked === worthRemembering) [keys, levels] = [new Float64Array(slots).fill(-1), new Uint8Array(slots)]
      return compare(low, high)
    }
    const key = high * 0x4000000 + low
    const slot = (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> 16
    if (keys[slot] !== key) {
      levels[slot] = compare(low, high)
      keys[slot] = key
    }
    return levels[slot]!
  }
}

/** Remembers one number made of each value, made when it is first asked for. */
export function ofEachValue(column: Column, make: (text: string, id: number) => number): (id: number) => number {
  const made = new Float64Array(column.size).fill(Number.NaN)
  return id => {
    if (Number.isNaN(made[id]!)) made[id] = make(column.text(id), id)
    return made[id]!
  }
}
