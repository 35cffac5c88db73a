import type { Column } from '@switchboard/core'

/** How many nodes have each value of a column. */
export function countsOf({ ids, start, size }: Column, nodes: number): Int32Array {
  const counts = new Int32Array(size)
  const end = start ? start[nodes]! : nodes
  for (let at = 0; at < end; at++) if (ids[at]! >= 0) counts[ids[at]!]!++
  return counts
}

/** How many nodes have any value of a column. */
export function filledOf({ ids, start }: Column, nodes: number): number {
  let filled = 0
  for (let node = 0; node < nodes; node++) if (start ? start[node + 1]! > start[node]! : ids[node]! >= 0) filled++
  return filled
}

/** Where the values of a row begin. */
export function startOf({ start }: Column, row: number): number {
  return start ? start[row]! : row
}

/** Where the values of a row end. */
export function endOf({ ids, start }: Column, row: number): number {
  return start ? start[row + 1]! : ids[row]! < 0 ? row : row + 1
}
