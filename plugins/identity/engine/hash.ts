/** Where both halves of a hash begin. */
export const lowSeed = 0x6eadbeef
export const highSeed = 0x41c6ce57
const lowStep = 0x9e3779b1
const highStep = 0x5f356495

/**
 * A whole number of 53 bits made of a text alone: the same in every thread and process, whatever the order in which texts are
 * met. It breaks ties and finds places in tables; that two texts are the same is never concluded from it, since whoever
 * types an address could choose one that collides.
 */
export function hashText(text: string): number {
  let low = lowSeed
  let high = highSeed
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    low = lowerStep(low, code)
    high = higherStep(high, code)
  }
  return joined(mix(low, high), mix(high, low))
}

/** Takes one more number of 32 bits into the lower half. The halves take the same steps with different multipliers. */
export function lowerStep(low: number, value: number): number {
  return Math.imul(low ^ value, lowStep)
}

/** Takes one more number of 32 bits into the upper half. */
export function higherStep(high: number, value: number): number {
  return Math.imul(high ^ value, highStep)
}

/** Spreads one half over all its bits with the help of the other, after the finalizer of MurmurHash3 (Appleby 2008). */
export function mix(half: number, other: number): number {
  const once = Math.imul(half ^ (half >>> 16), 0x85ebca6b) ^ Math.imul(other ^ (other >>> 13), 0xc2b2ae35)
  return once ^ (once >>> 15)
}

/** Two halves as one whole number below 2^53, which is as much of them as a number holds. */
export function joined(low: number, high: number): number {
  return (high & 0x1fffff) * 0x100000000 + (low >>> 0)
}
