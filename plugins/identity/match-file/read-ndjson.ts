import { isUtf8 } from 'node:buffer'
import { columnKey, notUtf8, type PieceReader, type RowSink, type Value } from './row-sink.ts'

/** A longer row is broken. */
const longestRow = 1024 * 1024

const lineFeed = 10

/**
 * Reads a file with one JSON object a line.
 * @param areNumbers the columns, of those that are wanted, in which a number is as good as text
 */
export function readNdjson(sink: RowSink, areNumbers: ReadonlySet<string>): PieceReader {
  const placeOf = new Map<string, number>()
  let rest = Buffer.alloc(0)
  let line = 1
  let isPassing = false
  const take = (bytes: Buffer): void => {
    if (isPassing) isPassing = false
    else readLine(bytes, { sink, line, placeOf, areNumbers })
    line++
  }
  return {
    push(piece) {
      const bytes = Buffer.concat([rest, piece])
      let at = 0
      for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, at)) {
        take(bytes.subarray(at, end))
        at = end + 1
      }
      rest = bytes.subarray(at)
      if (rest.length <= longestRow) return
      if (!isPassing) sink.skip(line, `longer than ${longestRow / 1024} KiB`)
      isPassing = true
      rest = Buffer.alloc(0)
    },
    end() {
      if (rest.length > 0) take(rest)
    },
  }
}

interface Place {
  sink: RowSink
  line: number
  placeOf: Map<string, number>
  areNumbers: ReadonlySet<string>
}

function readLine(bytes: Buffer, { sink, line, placeOf, areNumbers }: Place): void {
  if (!isUtf8(bytes)) return sink.skip(line, notUtf8)
  const text = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim()
  if (text === '') return
  const object = objectOf(text)
  if (typeof object === 'string') return sink.skip(line, object)
  const values: Value[] = sink.wanted.map(() => null)
  for (const [key, value] of Object.entries(object)) {
    const place = placeIn(sink.wanted, placeOf, key)
    if (place === -1) continue
    const read = valueOf(value, areNumbers.has(sink.wanted[place]!))
    if (read === undefined) return sink.skip(line, `${sink.shown[place]} is ${kindOf(value)}, and should be text`)
    values[place] ??= read
  }
  sink.row(line, values, false)
}

/** The object in a line, or what is wrong with it. */
function objectOf(text: string): object | string {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? value
      : `${kindOf(value)}, and should be an object`
  } catch {
    return text.startsWith('{') && !text.endsWith('}') ? 'ends in the middle of the row' : 'not JSON'
  }
}

function placeIn(wanted: readonly string[], placeOf: Map<string, number>, key: string): number {
  const known = placeOf.get(key)
  if (known !== undefined) return known
  const place = wanted.indexOf(columnKey(key))
  // Rows that make up keys of their own do not fill the memory.
  if (placeOf.size < 10_000) placeOf.set(key, place)
  return place
}

/** Undefined: not what a column may hold. */
function valueOf(value: unknown, isNumber: boolean): Value | undefined {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'number' && isNumber) return String(value)
  return Array.isArray(value) && value.every(one => typeof one === 'string') ? value : undefined
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value === 'boolean' ? 'yes or no' : typeof value}`
}
