import type { Table } from '@switchboard/core'
import { isMisplaced } from './given-name.ts'
import { columnOf } from './levels.ts'

/** Of two rows the one with a first name, and the other, which has none to speak of. */
export interface Asked {
  known: number
  other: number
}

/**
 * Says of two rows which has a first name and which has none, an initial only, or the last name in its place; null where both have
 * one, or neither: then nothing around them says more about who they are than their names do.
 */
export function whoIsAsked(table: Table, first: string, last: string): (a: number, b: number) => Asked | null {
  const firsts = columnOf(table, first)
  const lasts = columnOf(table, last)
  const isAlone = isMisplaced(table, first, last)
  const kinds = new Uint8Array(firsts.size)
  for (let id = 0; id < firsts.size; id++) kinds[id] = firsts.text(id).length === 1 ? initial : whole
  const kindOf = (id: number): number => (id < 0 ? none : kinds[id]!)
  return (a, b) => {
    const one = firsts.ids[a]!
    const other = firsts.ids[b]!
    if (one === other) return null
    const [mine, theirs] = [kindOf(one), kindOf(other)]
    if (mine === theirs) return mine === whole && isAlone(a, b) > 0 ? asked(lasts.ids[a]! < 0, a, b) : null
    return asked(mine < theirs, a, b)
  }
}

const [none, initial, whole] = [0, 1, 2]

function asked(isTurned: boolean, a: number, b: number): Asked {
  return isTurned ? { known: b, other: a } : { known: a, other: b }
}
