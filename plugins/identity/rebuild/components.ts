import { joined, rootOf, unions } from '../engine/unions.ts'

/** Things that have to be written together. */
export interface Grouping {
  /** Says that two rows belong together. */
  join(a: number, b: number): void
  /** The rows of each group, one group after another, in the order of their first rows. */
  groups(): Int32Array[]
}

/** Groups of rows, each alone at first. */
export function grouping(count: number): Grouping {
  const parent = unions(count)
  return {
    join: (a, b) => void joined(parent, a, b),
    groups: () => groupsOf(parent),
  }
}

function groupsOf(parent: Int32Array): Int32Array[] {
  const groupOf = new Int32Array(parent.length).fill(-1)
  const sizes: number[] = []
  for (let row = 0; row < parent.length; row++) {
    const root = rootOf(parent, row)
    if (groupOf[root] === -1) groupOf[root] = sizes.push(0) - 1
    sizes[groupOf[root]!]!++
  }
  const rows = new Int32Array(parent.length)
  let end = 0
  const ends = Int32Array.from(sizes, size => (end += size) - size)
  for (let row = 0; row < parent.length; row++) rows[ends[groupOf[rootOf(parent, row)]!]!++] = row
  return sizes.map((size, group) => rows.subarray(ends[group]! - size, ends[group]!))
}
