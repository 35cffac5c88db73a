/** A repeatable source of chance: the same seed gives the same numbers for ever. */
export interface Random {
  /** A number from 0 up to, not including, 1. */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number
  /** True with this probability, 0 to 1. Draws a number even for 0 and 1, so that later draws do not depend on it. */
  chance(probability: number): boolean
  /** One of the items. */
  pick<T>(items: readonly T[]): T
  /** The same items in another order; the list itself stays as it is. */
  shuffle<T>(items: readonly T[]): T[]
}

/** Chance from a 32-bit seed, by the mulberry32 generator (Tommy Ettinger, public domain). */
export function randomOf(seed: number): Random {
  const next = mulberry32(seed)
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    int,
    chance: probability => next() < probability,
    pick: items => items[int(0, items.length - 1)] as (typeof items)[number],
    shuffle: items => shuffled(items, int),
  }
}

/** A seed for one named part of the world, so that parts do not disturb each other's numbers (FNV-1a). */
export function seedOf(seed: number, part: string): number {
  let hash = 0x811c9dc5 ^ seed
  for (const char of part) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

function shuffled<T>(items: readonly T[], int: (min: number, max: number) => number): T[] {
  const copy = [...items]
  for (let last = copy.length - 1; last > 0; last--) {
    const other = int(0, last)
    const held = copy[last] as T
    copy[last] = copy[other] as T
    copy[other] = held
  }
  return copy
}
