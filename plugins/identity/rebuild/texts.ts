/** Many texts, kept as bytes that threads share: a million strings would be a burden to the garbage collector. */
export interface Texts {
  chunks: SharedArrayBuffer[]
  /** Of text n the bytes begin at `starts[2n]` of chunk `starts[2n + 1] >> 1`, whose last bit says whether each is a letter. */
  starts: Uint32Array
  ends: Uint32Array
  count: number
}

/** Takes texts. */
export interface TextWriter {
  texts: Texts
  push(text: string): void
}

const chunkBytes = 1 << 20
/** A letter takes at most so many bytes. */
const widest = 3

/** No texts yet. */
export function textWriter(): TextWriter {
  const texts: Texts = { chunks: [], starts: new Uint32Array(2048), ends: new Uint32Array(1024), count: 0 }
  let chunk: Buffer = Buffer.alloc(0)
  let end = 0
  return {
    texts,
    push: text => {
      if (chunk.length - end < text.length * widest) {
        const memory = new SharedArrayBuffer(Math.max(chunkBytes, text.length * widest))
        texts.chunks.push(memory)
        chunk = Buffer.from(memory)
        end = 0
      }
      const { count } = texts
      if (count === texts.ends.length) [texts.starts, texts.ends] = [enlarged(texts.starts), enlarged(texts.ends)]
      const length = chunk.write(text, end)
      texts.starts[2 * count] = end
      texts.starts[2 * count + 1] = (texts.chunks.length - 1) * 2 + (length === text.length ? 1 : 0)
      texts.ends[texts.count++] = end += length
    },
  }
}

/** Reads texts that were taken in parts, which follow one another. */
export function textReader(parts: readonly Texts[]): (place: number) => string {
  const readers = parts.map(({ chunks, starts, ends, count }) => {
    const open = chunks.map(memory => Buffer.from(memory))
    return { count, at: (place: number) => textAt(open[starts[2 * place + 1]! >>> 1]!, { starts, ends }, place) }
  })
  return place => {
    for (const { count, at } of readers) {
      if (place < count) return at(place)
      place -= count
    }
    throw new RangeError('no such text')
  }
}

function textAt(bytes: Buffer, { starts, ends }: Pick<Texts, 'starts' | 'ends'>, place: number): string {
  return bytes.toString(starts[2 * place + 1]! & 1 ? 'latin1' : 'utf8', starts[2 * place], ends[place])
}

function enlarged(old: Uint32Array): Uint32Array {
  const larger = new Uint32Array(old.length * 2)
  larger.set(old)
  return larger
}
