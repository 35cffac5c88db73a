/** A share, with the interval it is in at 95 %. */
export interface Estimate {
  value: number
  low: number
  high: number
}

const z = 1.959964

/**
 * The share of `yes` among `asked`, with Wilson's score interval, which also holds for few answers and for shares near 0 or 1
 * (Wilson 1927). Nothing is known before anybody was asked.
 */
export function wilson(yes: number, asked: number): Estimate {
  if (asked === 0) return { value: 0.5, low: 0, high: 1 }
  const share = yes / asked
  const shrink = 1 + z ** 2 / asked
  const centre = (share + z ** 2 / (2 * asked)) / shrink
  const half = (z * Math.sqrt((share * (1 - share)) / asked + z ** 2 / (4 * asked ** 2))) / shrink
  return {
    value: share,
    low: Math.max(0, Math.min(share, centre - half)),
    high: Math.min(1, Math.max(share, centre + half)),
  }
}
