import { accuracyOf, type Accuracy } from '../../plugins/identity/match-file/truth.ts'

/** Who is who, by row. Numbers from 0 up to the number of rows; −1 is nobody, or not known. */
export interface Truth {
  personOf: Int32Array
  coupleOf: Int32Array
}

/** How well the two halves of couples were told apart. */
export interface CoupleAccuracy {
  couples: number
  /** Of all pairs of rows of one couple that are not of one person, those that are not put together. */
  pairsApart: number
  /** Of all couples that both have rows, those of whom no two rows are put together. */
  couplesApart: number
  /** Pairwise, over the rows of couples alone. */
  f1: number
}

/** null where there are no couples. */
export function couplesOf(clusterOf: Int32Array, { personOf, coupleOf }: Truth): CoupleAccuracy | null {
  const members = new Map<number, number[]>()
  coupleOf.forEach((couple, row) => {
    if (couple === -1 || personOf[row] === -1) return
    const rows = members.get(couple)
    if (rows) rows.push(row)
    else members.set(couple, [row])
  })
  const split = [...members.values()].map(rows => together(rows, clusterOf, personOf)).filter(({ pairs }) => pairs > 0)
  if (split.length === 0) return null
  const pairs = split.reduce((sum, couple) => sum + couple.pairs, 0)
  const wrong = split.reduce((sum, couple) => sum + couple.wrong, 0)
  const inCouples = personOf.map((person, row) => (coupleOf[row] === -1 ? -1 : person))
  return {
    couples: split.length,
    pairsApart: 1 - wrong / pairs,
    couplesApart: split.filter(couple => couple.wrong === 0).length / split.length,
    f1: accuracyOf(clusterOf, inCouples).f1,
  }
}

/** Pairs of rows of different people among these, and those of them in one cluster. */
function together(
  rows: readonly number[],
  clusterOf: Int32Array,
  personOf: Int32Array,
): { pairs: number; wrong: number } {
  let pairs = 0
  let wrong = 0
  for (let i = 0; i < rows.length; i++) {
    for (let j = i + 1; j < rows.length; j++) {
      const [a, b] = [rows[i]!, rows[j]!]
      if (personOf[a] === personOf[b]) continue
      pairs += 1
      if (clusterOf[a] === clusterOf[b]) wrong += 1
    }
  }
  return { pairs, wrong }
}

/**
 * What can be reached at best by contacts: rows of one person that share an email or a phone, directly or through other rows of
 * theirs, are put together, and nothing else.
 * @param keysOf the contacts of a row, as texts that tell emails and phones apart
 */
export function ceiling(truth: Truth, keysOf: (row: number) => readonly string[]): Accuracy {
  const clusterOf = Int32Array.from(truth.personOf.keys())
  const find = (row: number): number => {
    while (clusterOf[row] !== row) row = clusterOf[row] = clusterOf[clusterOf[row]!]!
    return row
  }
  const firstWith = new Map<string, number>()
  truth.personOf.forEach((person, row) => {
    for (const key of keysOf(row)) {
      const known = `${person} ${key}`
      const other = firstWith.get(known)
      if (other === undefined) firstWith.set(known, row)
      else clusterOf[find(row)] = find(other)
    }
  })
  return accuracyOf(
    Int32Array.from(clusterOf, row => find(row)),
    truth.personOf,
  )
}

/** One bin of a reliability table: of the pairs that were said to be one person with about this probability, how many are. */
export interface Bin {
  from: number
  to: number
  pairs: number
  /** The mean of what was said. */
  said: number
  /** The share that is true. */
  found: number
}

/** @param edges where bins begin and end, ascending, the first 0 and the last 1 */
export function reliability(said: Float64Array, isOne: Uint8Array, edges: readonly number[]): Bin[] {
  const bins = edges.slice(1).map((to, at) => ({ from: edges[at]!, to, pairs: 0, said: 0, found: 0 }))
  said.forEach((probability, pair) => {
    const bin = bins.find(({ to }) => probability < to) ?? bins.at(-1)!
    bin.pairs += 1
    bin.said += probability
    bin.found += isOne[pair]!
  })
  return bins.map(bin => ({ ...bin, said: bin.said / bin.pairs, found: bin.found / bin.pairs }))
}
