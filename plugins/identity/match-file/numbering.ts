/** Numbers texts from 0 in the order in which they are first met, so that millions of them take few bytes each. */
export interface Numbering {
  readonly size: number
  /** The number of a text, a new one when it was not met before. */
  add(text: string): number
  /** The number of a text, −1 when it was not met. */
  find(text: string): number
  text(number: number): string
  /** The order of two texts by their bytes in UTF-8, which is the order of their code points. */
  compare(one: number, other: number): number
}

interface State {
  /** All texts in UTF-8, one after the other. */
  bytes: Buffer
  /** Where each begins; the last entry is where the next one will. */
  starts: Float64Array
  hashes: Int32Array
  size: number
  /** The numbers, each at the place its hash gives or the next free one; −1 is free. */
  places: Int32Array
}

/** Makes a numbering that knows no text yet. */
export function numbering(): Numbering {
  const state: State = {
    ...{ bytes: Buffer.allocUnsafe(1024), starts: new Float64Array(64), hashes: new Int32Array(64), size: 0 },
    places: new Int32Array(128).fill(-1),
  }
  return {
    get size() {
      return state.size
    },
    add(text) {
      const { end, hash } = write(state, text)
      const place = placeOf(state, end, hash)
      return state.places[place] === -1 ? keep(state, { end, hash, place }) : state.places[place]!
    },
    find(text) {
      const { end, hash } = write(state, text)
      return state.places[placeOf(state, end, hash)]!
    },
    text: number => state.bytes.toString('utf8', state.starts[number]!, state.starts[number + 1]!),
    compare: (one, other) => compare(state, one, other),
  }
}

/** Writes a text behind those that are kept, where it stays if it is new. */
function write(state: State, text: string): { end: number; hash: number } {
  const start = state.starts[state.size]!
  if (start + text.length * 3 > state.bytes.length) state.bytes = larger(state.bytes, start + text.length * 3)
  const { bytes } = state
  const end = writeAscii(bytes, start, text) ?? start + bytes.write(text, start, 'utf8')
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return { end, hash: spread(hash) }
}

/** Spreads a hash over all its bits, so that texts that differ in one digit lie apart. After MurmurHash3's finalizer (Appleby 2008). */
function spread(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}

/** Short texts of one byte a letter, without a call out of the language. @returns where it ends; undefined: it is not one */
function writeAscii(bytes: Buffer, start: number, text: string): number | undefined {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 127) return undefined
    bytes[start + at] = code
  }
  return start + text.length
}

function larger(bytes: Buffer, least: number): Buffer {
  const more = Buffer.allocUnsafe(Math.max(least, bytes.length * 2))
  bytes.copy(more)
  return more
}

/** Where the text that was just written is, or would be. */
function placeOf(state: State, end: number, hash: number): number {
  const { bytes, starts, hashes, places, size } = state
  const mask = places.length - 1
  let place = hash & mask
  for (; places[place] !== -1; place = (place + 1) & mask) {
    const number = places[place]!
    if (hashes[number] !== hash) continue
    if (bytes.compare(bytes, starts[size], end, starts[number], starts[number + 1]) === 0) break
  }
  return place
}

function keep(state: State, { end, hash, place }: { end: number; hash: number; place: number }): number {
  const number = state.size
  state.places[place] = number
  state.hashes[number] = hash
  state.size = number + 1
  if (state.size + 1 >= state.starts.length) grow(state)
  state.starts[state.size] = end
  if (state.size * 2 > state.places.length) rehash(state)
  return number
}

function grow(state: State): void {
  const { starts, hashes } = state
  state.starts = new Float64Array(starts.length * 2)
  state.starts.set(starts)
  state.hashes = new Int32Array(starts.length * 2)
  state.hashes.set(hashes)
}

function rehash(state: State): void {
  const places = new Int32Array(state.places.length * 2).fill(-1)
  const mask = places.length - 1
  for (let number = 0; number < state.size; number++) {
    let place = state.hashes[number]! & mask
    while (places[place] !== -1) place = (place + 1) & mask
    places[place] = number
  }
  state.places = places
}

function compare({ bytes, starts }: State, one: number, other: number): number {
  return bytes.compare(bytes, starts[other], starts[other + 1], starts[one], starts[one + 1])
}
