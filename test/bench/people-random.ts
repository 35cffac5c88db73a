/** Numbers drawn from a seed: the same seed, the same numbers, on every machine. */
export interface Random {
  /** From 0 up to 1. */
  share(): number
  /** Whether something happens that happens with this share. */
  chance(share: number): boolean
  /** A whole number from 0 up to `count`. */
  below(count: number): number
  pick<T>(values: readonly T[]): T
}

/** sfc32 (Chris Doty-Humphrey's small fast counter, 128 bits of state), warmed up with the seed. */
export function seeded(seed: number): Random {
  let [a, b, c, counter] = [seed | 0, Math.imul(seed, 0x9e3779b9) | 0, 0x2545f491, 1]
  const next = (): number => {
    const sum = (((a + b) | 0) + counter++) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let warm = 0; warm < 16; warm++) next()
  const below = (count: number): number => Math.floor(next() * count)
  return { share: next, chance: share => next() < share, below, pick: values => values[below(values.length)]! }
}

/**
 * Draws the place of a value by Zipf and Mandelbrot: the k-th of them with a weight of 1 / (k + flat)^steep, as names are spread.
 * @returns places from 0 up to `count`
 */
export function ranked(count: number, { flat, steep }: { flat: number; steep: number }): (random: Random) => number {
  const sums = new Float64Array(count)
  let sum = 0
  for (let at = 0; at < count; at++) sums[at] = sum += (at + 1 + flat) ** -steep
  return random => {
    const wanted = random.share() * sum
    let [low, high] = [0, count - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! > wanted) high = middle
      else low = middle + 1
    }
    return low
  }
}
