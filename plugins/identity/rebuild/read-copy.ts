import type { Readable } from 'node:stream'

/** Lines of a COPY, kept as the bytes they came in: a million strings would be a burden to the garbage collector. */
export interface Lines {
  count: number
  /** The fields of a line, unescaped; null where Postgres says null. */
  at(line: number): (string | null)[]
}

const newline = 10
const grown = 2

/** Reads a COPY in text format to its end. @param each told each line and its place */
export async function readCopy(copy: Readable, each: (text: string, line: number) => void): Promise<Lines> {
  const kept: Buffer[] = []
  let starts = new Float64Array(1024)
  let count = 0
  let rest: Buffer = Buffer.alloc(0)
  const take = (chunk: Buffer): void => {
    const base = kept.length * 2 ** 32
    kept.push(chunk)
    for (let from = 0, to = chunk.indexOf(newline); to >= 0; from = to + 1, to = chunk.indexOf(newline, from)) {
      if (count === starts.length) starts = enlarged(starts)
      starts[count] = base + from
      each(chunk.toString('utf8', from, to), count++)
    }
  }
  for await (const chunk of copy as AsyncIterable<Buffer>) {
    const end = chunk.lastIndexOf(newline) + 1
    if (end === 0) rest = Buffer.concat([rest, chunk])
    else {
      take(rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([rest, chunk.subarray(0, end)]))
      rest = Buffer.from(chunk.subarray(end))
    }
  }
  return {
    count,
    at: line => {
      const chunk = kept[Math.floor(starts[line]! / 2 ** 32)]!
      const from = starts[line]! % 2 ** 32
      return fieldsOf(chunk.toString('utf8', from, chunk.indexOf(newline, from)))
    },
  }
}

function enlarged(old: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(old.length * grown)
  larger.set(old)
  return larger
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v' }

/** The fields of a line, unescaped; null where Postgres says null. */
export function fieldsOf(line: string): (string | null)[] {
  return line.split('\t').map(field => {
    if (field === '\\N') return null
    return field.includes('\\') ? field.replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter) : field
  })
}
