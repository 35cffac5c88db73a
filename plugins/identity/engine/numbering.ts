import { mix } from './hash.ts'

/** Numbers given to different things, from 0 up, in the order in which they are met. Whoever uses it keeps the things. */
export interface Numbering {
  /** How many numbers are given. */
  size: number
  /** Open addressing: a number plus one, where 0 is free, then the hash of what has it. */
  slots: Int32Array
}

const leastSlots = 1 << 9

/** No numbers given yet; there is room for about so many. */
export function numbering(expected = 0): Numbering {
  return { size: 0, slots: new Int32Array(Math.max(leastSlots, 2 ** Math.ceil(Math.log2(expected * 4 + 1)))) }
}

/**
 * The number of a thing: the next one when it is new.
 * @param hash 32 bits @param isSame whether what has a number is the thing: asked only when their hashes are the same
 */
export function numberOf(
  numbers: Numbering,
  hash: number,
  thing: number,
  isSame: (number: number, thing: number) => boolean,
): number {
  if (numbers.size * 4 >= numbers.slots.length) grow(numbers)
  const { slots } = numbers
  const mask = slots.length - 1
  let slot = (hash << 1) & mask
  for (let found = slots[slot]!; found !== 0; found = slots[slot]!) {
    if (slots[slot + 1] === hash && isSame(found - 1, thing)) return found - 1
    slot = (slot + 2) & mask
  }
  slots[slot] = ++numbers.size
  slots[slot + 1] = hash
  return numbers.size - 1
}

function grow(numbers: Numbering): void {
  const before = numbers.slots
  const slots = new Int32Array(before.length * 2)
  const mask = slots.length - 1
  for (let from = 0; from < before.length; from += 2) {
    if (before[from] === 0) continue
    let slot = (before[from + 1]! << 1) & mask
    while (slots[slot] !== 0) slot = (slot + 2) & mask
    slots[slot] = before[from]!
    slots[slot + 1] = before[from + 1]!
  }
  numbers.slots = slots
}

/** Numbers for pairs of numbers. */
export interface PairNumbering {
  /** The number of a pair. */
  of(left: number, right: number): number
  /** What has each number. */
  left: number[]
  right: number[]
}

/** No pairs numbered yet. */
export function pairNumbering(): PairNumbering {
  const numbers = numbering()
  const left: number[] = []
  const right: number[] = []
  const isSame = (number: number, pair: number): boolean => left[number] === pair && right[number] === wanted
  let wanted = -1
  const of = (one: number, other: number): number => {
    wanted = other
    const { size } = numbers
    const number = numberOf(numbers, spread(one, other), one, isSame)
    if (number === size) {
      left.push(one)
      right.push(other)
    }
    return number
  }
  return { of, left, right }
}

function spread(one: number, other: number): number {
  return mix(Math.imul(one, 0x9e3779b1), Math.imul(other, 0x5f356495))
}
