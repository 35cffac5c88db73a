/** How well clusters agree with the truth, each from 0 to 1. */
export interface Accuracy {
  /** Over pairs of rows: of those that are put together, how many are right; 1 where none is put together. */
  precision: number
  /** Over pairs of rows: of those that belong together, how many are put together; 1 where none belongs together. */
  recall: number
  /** The harmonic mean of the two: 2PR / (P + R). */
  f1: number
  /** Over rows (B-cubed): the mean share of a row's cluster that is right, of its person that is found, and their harmonic mean. */
  bcubed: { precision: number; recall: number; f1: number }
  /** Pairs of rows: put together, belonging together, and both. */
  pairs: { found: number; true: number; right: number }
  /** Rows whose person is known; the others count for nothing. */
  rows: number
}

/**
 * Compares clusters with the truth in one pass, by how many rows n_ij cluster i and person j share, a_i rows of cluster i and b_j of
 * person j: pairwise precision is Σ C(n_ij, 2) / Σ C(a_i, 2) and recall Σ C(n_ij, 2) / Σ C(b_j, 2); B-cubed precision is
 * Σ n_ij² / a_i / n and recall Σ n_ij² / b_j / n (Bagga & Baldwin 1998; Hassanzadeh et al. 2009).
 * @param clusterOf the cluster of each row: numbers from 0 up to the number of rows
 * @param personOf the person of each row: numbers from 0 up to the number of rows; −1 is not known
 */
export function accuracyOf(clusterOf: Int32Array, personOf: Int32Array): Accuracy {
  const byCluster = grouped(clusterOf, personOf)
  const persons = counts(personOf, personOf)
  const shared = new Int32Array(persons.length)
  const sums = { found: 0, right: 0, precision: 0, recall: 0 }
  for (let cluster = 0; cluster + 1 < byCluster.start.length; cluster++) {
    const from = byCluster.start[cluster]!
    const to = byCluster.start[cluster + 1]!
    const size = to - from
    sums.found += pairsOf(size)
    for (let i = from; i < to; i++) shared[personOf[byCluster.rows[i]!]!]!++
    for (let i = from; i < to; i++) {
      const person = personOf[byCluster.rows[i]!]!
      const both = shared[person]!
      shared[person] = 0
      sums.right += pairsOf(both)
      sums.precision += both ** 2 / size
      sums.recall += both ** 2 / persons[person]!
    }
  }
  return summed(sums, persons)
}

function summed(
  sums: { found: number; right: number; precision: number; recall: number },
  persons: Int32Array,
): Accuracy {
  const rows = persons.reduce((sum, size) => sum + size, 0)
  const all = persons.reduce((sum, size) => sum + pairsOf(size), 0)
  const pairwise = rates(ratio(sums.right, sums.found), ratio(sums.right, all))
  const bcubed = rates(ratio(sums.precision, rows), ratio(sums.recall, rows))
  return { ...pairwise, bcubed, pairs: { found: sums.found, true: all, right: sums.right }, rows }
}

function rates(precision: number, recall: number): { precision: number; recall: number; f1: number } {
  return { precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall) }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole
}

function pairsOf(rows: number): number {
  return (rows * (rows - 1)) / 2
}

/** The rows whose person is known, cluster after cluster. */
function grouped(clusterOf: Int32Array, personOf: Int32Array): { start: Int32Array; rows: Int32Array } {
  const sizes = counts(clusterOf, personOf)
  const start = new Int32Array(sizes.length + 1)
  for (let cluster = 0; cluster < sizes.length; cluster++) start[cluster + 1] = start[cluster]! + sizes[cluster]!
  const next = start.slice()
  const rows = new Int32Array(start.at(-1)!)
  for (let row = 0; row < clusterOf.length; row++) if (personOf[row] !== -1) rows[next[clusterOf[row]!]!++] = row
  return { start, rows }
}

/** How many rows with a known person each group has. */
function counts(groupOf: Int32Array, personOf: Int32Array): Int32Array {
  const sizes = new Int32Array(groupOf.length)
  for (let row = 0; row < groupOf.length; row++) if (personOf[row] !== -1) sizes[groupOf[row]!]!++
  return sizes
}
