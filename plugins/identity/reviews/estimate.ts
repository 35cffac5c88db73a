import { probabilityAt } from '../why/bits.ts'
import { wilson, type Estimate } from './wilson.ts'

/** Pairs of one weight, to a bit: how many there are, and what people said of those they were asked about. */
export interface Counted {
  /** From so many bits, up to one more. */
  from: number
  pairs: number
  asked: number
  yes: number
}

/** Pairs of one weight, with what share of them is one person. */
export interface Band extends Counted, Estimate {
  /** What the weight itself says. */
  expected: number
}

/** How good the matching is, by what people answered. */
export interface Quality {
  asked: number
  precision: Estimate
  recall: Estimate
  bands: Band[]
  /** In bits; null while the answers do not say. */
  suggested: { bits: number; because: string } | null
}

/** So many answers about a weight are needed before the threshold is moved to it. */
const fewest = 10

/**
 * Estimates precision and recall over all pairs that were compared. People are asked about some weights more than about others, so each
 * weight is estimated on its own and counts for as many pairs as have it; where nobody was asked, the weight's own probability stands in,
 * with an interval as wide as one answer leaves it.
 */
export function qualityOf(counted: readonly Counted[], threshold: number): Quality {
  const bands = counted.map(bandOf).toSorted((a, b) => a.from - b.from)
  const merged = bands.filter(({ from }) => from + 0.5 > threshold)
  const missed = bands.filter(({ from }) => from + 0.5 <= threshold)
  const pairs = sum(merged, ({ pairs }) => pairs)
  const found = (kind: keyof Estimate): number => sum(merged, band => band.pairs * band[kind])
  const lost = (kind: keyof Estimate): number => sum(missed, band => band.pairs * band[kind])
  const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole)
  return {
    asked: sum(bands, ({ asked }) => asked),
    precision: {
      value: share(found('value'), pairs),
      low: share(found('low'), pairs),
      high: share(found('high'), pairs),
    },
    recall: {
      value: share(found('value'), found('value') + lost('value')),
      low: share(found('low'), found('low') + lost('high')),
      high: share(found('high'), found('high') + lost('low')),
    },
    bands,
    suggested: suggestedIn(bands, threshold),
  }
}

function bandOf(counted: Counted): Band {
  const expected = probabilityAt(counted.from + 0.5)
  if (counted.asked > 0) return { ...counted, ...wilson(counted.yes, counted.asked), expected }
  const { low, high } = wilson(expected, 1)
  return { ...counted, value: expected, low: Math.min(low, expected), high: Math.max(high, expected), expected }
}

/** The least weight from which on the answers bear out the probability that is asked for. */
function suggestedIn(bands: readonly Band[], threshold: number): Quality['suggested'] {
  const wanted = probabilityAt(threshold)
  const told = bands.filter(({ asked }) => asked >= fewest)
  const isBorneOut = (band: Band): boolean => band.value >= wanted
  const least = told.findLast(band => !isBorneOut(band))
  const next = told.find(band => isBorneOut(band) && (!least || band.from > least.from))
  const bits = least ? least.from + 1 : next?.from
  if (bits === undefined || Math.abs(bits - threshold) < 1) return null
  const words = least
    ? `of pairs with ${least.from} to ${least.from + 1} bits only ${least.yes} of ${least.asked} are one person`
    : `of pairs with ${next!.from} to ${next!.from + 1} bits ${next!.yes} of ${next!.asked} are one person`
  return { bits, because: words }
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0)
}
