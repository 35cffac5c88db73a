import type { Accuracy } from './truth.ts'

/** The threshold with the best pairwise F1 of those that were tried. */
export interface Best {
  threshold: number
  accuracy: Accuracy
  /** All that were tried, the lowest first. */
  tried: { threshold: number; f1: number }[]
}

/** Probabilities one or two bits apart. */
const grid = [0.51, 0.6, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.9995, 0.9999, 0.99999]
/** Above so many rows fewer are tried: each takes about as long as clustering does. */
const manyRows = 300_000
const shortGrid = [0.6, 0.9, 0.98, 0.998, 0.9999]

/**
 * Tries thresholds. With many rows a few, else a grid, and then those between the best and its neighbours.
 * @param known what is known already
 * @param accuracyAt the same rows clustered by the same parameters at another threshold
 */
export function bestThreshold(
  known: { threshold: number; accuracy: Accuracy; rows: number },
  accuracyAt: (threshold: number) => Accuracy,
): Best {
  const tried = new Map([[known.threshold, known.accuracy]])
  const attempt = (threshold: number): void => {
    if (!tried.has(threshold)) tried.set(threshold, accuracyAt(threshold))
  }
  for (const threshold of known.rows > manyRows ? shortGrid : grid) attempt(threshold)
  if (known.rows <= manyRows) for (const threshold of between([...tried.keys()], bestOf(tried))) attempt(threshold)
  const threshold = bestOf(tried)
  const all = [...tried].map(([at, { f1 }]) => ({ threshold: at, f1 })).sort((a, b) => a.threshold - b.threshold)
  return { threshold, accuracy: tried.get(threshold)!, tried: all }
}

/** Of equals the highest: it puts fewer together. */
function bestOf(tried: ReadonlyMap<number, Accuracy>): number {
  return [...tried].reduce((best, one) => (isBetter(one, best) ? one : best))[0]
}

function isBetter([threshold, { f1 }]: [number, Accuracy], [other, { f1: least }]: [number, Accuracy]): boolean {
  return f1 > least || (f1 === least && threshold > other)
}

/** Half way in bits between the best and those beside it. */
function between(tried: readonly number[], best: number): number[] {
  const sorted = [...tried].sort((a, b) => a - b)
  const at = sorted.indexOf(best)
  return [sorted[at - 1], sorted[at + 1]]
    .filter(other => other !== undefined)
    .map(other => rounded(probabilityOf((bitsOf(other) + bitsOf(best)) / 2)))
}

function bitsOf(probability: number): number {
  return Math.log2(probability / (1 - probability))
}

function probabilityOf(bits: number): number {
  return 1 / (1 + 2 ** -bits)
}

function rounded(probability: number): number {
  return Number(probability.toPrecision(probability > 0.99 ? 6 : 4))
}
