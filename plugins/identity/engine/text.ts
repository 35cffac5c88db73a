import { higherStep, highSeed, lowerStep, lowSeed, mix } from './hash.ts'

/**
 * Texts in memory that threads share. A text lies at a whole word: first its length and kind (`length << 1 | isWide`), then
 * its letters, one byte each or, where any is above 255, two; the last word is filled up with zeros. So two texts
 * are the same when their words are. Word 0 is left free: 0 says that there is no text.
 */
export interface TextPool {
  words: Uint32Array
  /** The same memory as bytes. */
  bytes: Buffer
  /** How many words are taken. */
  used: number
  /** The two halves of the hash of the text that was put last: see `hashText`. */
  low: number
  high: number
  /** Where a text with a hash like this was put last, so that frequent ones are kept once. */
  recent: Uint32Array
}

const recentSlots = 1 << 14
const leastWords = 1 << 10

/** An empty pool. */
export function textPool(): TextPool {
  const words = new Uint32Array(new SharedArrayBuffer(leastWords * 4))
  return { ...viewsOf(words), used: 1, low: 0, high: 0, recent: new Uint32Array(recentSlots) }
}

/** Puts a text, and its hash into `low` and `high`. @returns where it lies */
export function putText(pool: TextPool, text: string): number {
  reserve(pool, (text.length >> 1) + 3)
  const from = pool.used
  const letters = write(pool, text)
  if (letters > 255) writeWide(pool, text)
  else pool.words[from] = text.length << 1
  const slot = pool.low & (recentSlots - 1)
  const before = pool.recent[slot]!
  if (before !== 0 && isSameText(pool.words, before, from)) return before
  pool.recent[slot] = from
  pool.used = from + 1 + lengthInWords(pool.words[from]!)
  return from
}

/** The text that lies at a word. */
export function readText({ words, bytes }: Pick<TextPool, 'words' | 'bytes'>, at: number): string {
  const head = words[at]!
  const from = (at + 1) * 4
  const length = head >>> 1
  return (head & 1) === 0
    ? bytes.toString('latin1', from, from + length)
    : bytes.toString('utf16le', from, from + length * 2)
}

/** Whether two words begin the same text. */
export function isSameText(words: Uint32Array, one: number, other: number): boolean {
  const head = words[one]!
  if (head !== words[other]!) return false
  const length = lengthInWords(head)
  for (let at = 1; at <= length; at++) if (words[one + at] !== words[other + at]) return false
  return true
}

/** Takes in all texts of another pool. @returns how far from where they lay they lie now, in words */
export function joinPool(pool: TextPool, other: Pick<TextPool, 'words' | 'used'>): number {
  const moved = pool.used - 1
  reserve(pool, other.used)
  pool.words.set(other.words.subarray(1, other.used), pool.used)
  pool.used += other.used - 1
  return moved
}

/** Both views of the memory of a pool, in whichever thread. */
export function viewsOf(words: Uint32Array): Pick<TextPool, 'words' | 'bytes'> {
  return { words, bytes: Buffer.from(words.buffer, words.byteOffset, words.byteLength) }
}

function lengthInWords(head: number): number {
  return ((head & 1) === 0 ? (head >>> 1) + 3 : head + 2) >>> 2
}

function reserve(pool: TextPool, words: number): void {
  if (pool.used + words <= pool.words.length) return
  const grown = new Uint32Array(new SharedArrayBuffer(Math.max(pool.words.length * 2, pool.used + words) * 4))
  grown.set(pool.words.subarray(0, pool.used))
  Object.assign(pool, viewsOf(grown))
}

/** Writes a text as if its letters were one byte each, and hashes it. @returns more than 255 when they are not */
function write(pool: TextPool, text: string): number {
  const { bytes, words, used } = pool
  const { length } = text
  const from = (used + 1) * 4
  words[used + 1 + (length >> 2)] = 0
  let letters = 0
  let low = lowSeed
  let high = highSeed
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at)
    bytes[from + at] = code
    letters |= code
    low = lowerStep(low, code)
    high = higherStep(high, code)
  }
  pool.low = mix(low, high)
  pool.high = mix(high, low)
  return letters
}

function writeWide({ words, bytes, used }: TextPool, text: string): void {
  words[used] = (text.length << 1) | 1
  words[used + 1 + (text.length >> 1)] = 0
  bytes.write(text, (used + 1) * 4, 'utf16le')
}
