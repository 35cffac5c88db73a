import type { FileMatch } from './file-match.ts'

/** What came of a file, in numbers. */
export interface Counts {
  /** Rows of the file: `matched` of them are in clusters, the others skipped. */
  rows: number
  matched: number
  skipped: number
  /** Rows without any identity field: alone, each in a cluster of its own. */
  unmatchable: number
  /** Rows with one identity field and nothing else. */
  weak: number
  /** Rows that wait for more, weak or not. */
  waiting: number
  clusters: number
  /** Clusters of several rows. */
  several: number
}

/** Counts what came of a file. */
export function countsOf({ labels, answer, clusterOf, standings }: FileMatch): Counts {
  const sizes = sizesOf(clusterOf)
  const [matched, skipped] = [clusterOf.length, labels.skipped.length]
  return {
    ...{ rows: matched + skipped, matched, skipped, ...standings },
    waiting: answer.unattached.size - standings.unmatchable,
    clusters: sizes.reduce((count, size) => (size > 0 ? count + 1 : count), 0),
    several: sizes.reduce((count, size) => (size > 1 ? count + 1 : count), 0),
  }
}

/** The number of rows of each cluster, at the row that it is named after. */
export function sizesOf(clusterOf: Int32Array): Int32Array {
  const sizes = new Int32Array(clusterOf.length)
  for (const cluster of clusterOf) sizes[cluster]!++
  return sizes
}

/** The largest clusters of several rows, of equals the one whose id comes first. */
export function largest({ clusterOf, labels }: FileMatch, most: number): { id: string; rows: number }[] {
  const sizes = sizesOf(clusterOf)
  const several: number[] = []
  for (let row = 0; row < sizes.length; row++) if (sizes[row]! > 1) several.push(row)
  return several
    .sort((a, b) => sizes[b]! - sizes[a]! || labels.ids.compare(a, b))
    .slice(0, most)
    .map(row => ({ id: labels.ids.text(row), rows: sizes[row]! }))
}
