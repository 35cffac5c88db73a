/** How the bytes of a file are to be read, where it has no byte order mark. */
export const encodings = ['utf-8', 'latin1', 'utf-16'] as const

/** One of `encodings`. */
export type Encoding = (typeof encodings)[number]

/** A file in UTF-8 without byte order mark: its beginning, to guess by, and then all of it from the beginning. */
export interface Decoded {
  head: Buffer
  pieces: AsyncIterable<Uint8Array>
}

/** So much is looked at to tell what a file is. */
const headSize = 64 * 1024

/**
 * Turns a file of whatever encoding into UTF-8. A byte order mark says what it is; without one, UTF-16 is known by its zero
 * bytes, and everything else is what it is said to be. Bytes that are not in UTF-8 are left as they are, for the reader to tell of.
 */
export async function decode(source: AsyncIterable<Uint8Array>, encoding: Encoding = 'utf-8'): Promise<Decoded> {
  const raw = await peek(source)
  const { label, bytes } = labelOf(raw.head, encoding)
  return label === null ? peek(without(raw.pieces, bytes)) : peek(decoded(without(raw.pieces, bytes), label))
}

/** Byte order marks, and the decoder that each asks for; null: none is needed. */
const marks = [
  { bytes: [0xef, 0xbb, 0xbf], label: null },
  { bytes: [0xff, 0xfe], label: 'utf-16le' },
  { bytes: [0xfe, 0xff], label: 'utf-16be' },
]

/** The label of a decoder (null: none is needed), and how long the byte order mark is. */
function labelOf(head: Buffer, encoding: Encoding): { label: string | null; bytes: number } {
  const mark = marks.find(({ bytes }) => bytes.every((byte, at) => head[at] === byte))
  if (mark) return { label: mark.label, bytes: mark.bytes.length }
  if (encoding !== 'utf-8') return { label: encoding === 'latin1' ? 'windows-1252' : 'utf-16le', bytes: 0 }
  return { label: zeroBytes(head), bytes: 0 }
}

/** A header is of letters, of which in UTF-16 every second byte is zero. */
function zeroBytes(head: Buffer): string | null {
  const [first, second, third, fourth] = head
  if (first === 0 && third === 0 && second !== 0) return 'utf-16be'
  return second === 0 && fourth === 0 && first !== 0 ? 'utf-16le' : null
}

/** Reads ahead, and gives back what was read. */
async function peek(source: AsyncIterable<Uint8Array>): Promise<Decoded> {
  const pieces = source[Symbol.asyncIterator]()
  const read: Uint8Array[] = []
  let size = 0
  let isOver = false
  while (size < headSize && !isOver) {
    const { value, done } = await pieces.next()
    isOver = done === true
    if (!isOver) read.push(value)
    size += value?.length ?? 0
  }
  return { head: Buffer.concat(read), pieces: again(read, pieces) }
}

async function* again(read: readonly Uint8Array[], more: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* read
    for (;;) {
      const { value, done } = await more.next()
      if (done === true) return
      yield value
    }
  } finally {
    await more.return?.()
  }
}

async function* without(pieces: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes
  for await (const piece of pieces) {
    const cut = Math.min(left, piece.length)
    left -= cut
    yield piece.subarray(cut)
  }
}

async function* decoded(pieces: AsyncIterable<Uint8Array>, label: string): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(label)
  for await (const piece of pieces) yield Buffer.from(decoder.decode(piece, { stream: true }))
  yield Buffer.from(decoder.decode())
}
