/** The weight in bits that a probability stands for: 0.99 is 6.63. */
export function bitsAt(probability: number): number {
  return Math.log2(probability / (1 - probability))
}

/** The probability that a weight in bits stands for: p = 1 / (1 + 2^−W). */
export function probabilityAt(weight: number): number {
  return 1 / (1 + 2 ** -weight)
}

/** To a hundredth of a bit, which is as fine as weights are shown. */
export function rounded(bits: number): number {
  return Math.round(bits * 100) / 100
}
