import type { Readable } from 'node:stream'

const newline = 10

/** Reads a COPY in text format to its end. @param each told each line and its place @returns how many there were */
export async function readCopy(copy: Readable, each: (text: string, line: number) => void): Promise<number> {
  let count = 0
  let rest: Buffer = Buffer.alloc(0)
  const take = (chunk: Buffer): void => {
    const text = chunk.toString()
    for (let from = 0, to = text.indexOf('\n'); to >= 0; from = to + 1, to = text.indexOf('\n', from))
      each(text.slice(from, to), count++)
  }
  for await (const chunk of copy as AsyncIterable<Buffer>) {
    const end = chunk.lastIndexOf(newline) + 1
    if (end === 0) rest = Buffer.concat([rest, chunk])
    else {
      take(rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([rest, chunk.subarray(0, end)]))
      rest = Buffer.from(chunk.subarray(end))
    }
  }
  return count
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v' }

/** The fields of a line, unescaped; null where Postgres says null. */
export function fieldsOf(line: string): (string | null)[] {
  const fields: (string | null)[] = line.split('\t')
  if (line.includes('\\')) for (let at = 0; at < fields.length; at++) fields[at] = unescaped(fields[at]!)
  return fields
}

function unescaped(field: string): string | null {
  if (!field.includes('\\')) return field
  return field === '\\N' ? null : field.replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter)
}
