/** Where a row of a CSV file lies in memory. Lives until the next row is read. */
export interface CsvRow {
  bytes: Buffer
  /** Where the row begins and ends in `bytes`. */
  from: number
  to: number
  /** How many fields it has; field f is `bytes[starts[f]]` up to `bytes[ends[f]]`, without its quotes. */
  count: number
  starts: number[]
  ends: number[]
  /** Whether quotes inside the field are doubled. */
  isDoubled: boolean[]
  /** Line breaks inside of quotes. */
  breaks: number
  /** Whether a byte outside of ASCII occurs, and whether a control character does (line breaks and tabs are none). */
  isWide: boolean
  isControl: boolean
}

/** How a CSV file is read. */
export interface CsvSettings {
  /** The byte between fields: of a comma, a semicolon, a tab, a bar. */
  delimiter: number
  /** The byte that ends rows. */
  newline: number
  row(line: number, row: CsvRow): void
  /** A row that makes no sense as CSV; reading goes on in the next line. */
  broken(line: number, because: string): void
}

/** Takes the bytes of a CSV file as they come. */
export interface CsvSplitter {
  /** How many fields a row has, from the header on: by it an open quote is told from text of several lines. */
  width: number
  push(piece: Uint8Array): void
  end(): void
}

/** A longer row is broken. */
export const longestRow = 256 * 1024

const quote = 34
const space = 32
const tab = 9
const lineFeed = 10
const carriageReturn = 13
/** The row does not end in what is here so far. */
const unfinished = -1
const strayText = -2

interface Scan extends CsvRow {
  end: number
  isLast: boolean
  delimiter: number
  newline: number
  /** Whether another field follows in the row. */
  goesOn: boolean
}

interface State extends CsvSettings {
  splitter: CsvSplitter
  scan: Scan
  rest: Buffer
  line: number
  /** In the midst of a line that is too long: it was told of, and the rest of it is passed over. */
  isPassing: boolean
}

/**
 * Splits a CSV file (RFC 4180; quotes within unquoted text are text) into rows, in one pass over its bytes. A row with a
 * quote that is left open does not swallow those after it: it is told of, and reading goes on in the line below it.
 */
export function splitCsv(settings: CsvSettings): CsvSplitter {
  const splitter: CsvSplitter = {
    width: 0,
    push: piece => read(state, piece, false),
    end: () => read(state, none, true),
  }
  const { delimiter, newline } = settings
  const scan: Scan = {
    ...{ bytes: none, from: 0, to: 0, count: 0, starts: [], ends: [], isDoubled: [], breaks: 0, isWide: false },
    ...{ isControl: false, end: 0, isLast: false, goesOn: false, delimiter, newline },
  }
  const state: State = { ...settings, splitter, scan, rest: none, line: 1, isPassing: false }
  return splitter
}

const none = Buffer.alloc(0)

function read(state: State, piece: Uint8Array, isLast: boolean): void {
  const { scan, rest } = state
  scan.bytes =
    rest.length > 0 ? Buffer.concat([rest, piece]) : Buffer.from(piece.buffer, piece.byteOffset, piece.length)
  scan.end = scan.bytes.length
  scan.isLast = isLast
  let at = state.isPassing ? pass(state, 0) : 0
  while (at < scan.end) {
    const next = readRow(state, at)
    if (next === unfinished) break
    at = next
  }
  state.rest = scan.bytes.subarray(Math.min(at, scan.end))
}

/** @returns where the next row begins */
function readRow(state: State, at: number): number {
  const { scan, splitter } = state
  const next = scanRow(scan, at)
  if (next === unfinished) return scan.isLast || scan.end - at > longestRow ? breakOff(state, at) : unfinished
  if (next === strayText) return tell(state, at, 'text after a closing quote')
  if (scan.count === 1 && isBlank(scan)) return pass(state, at)
  const wrong = wrongShape(scan, splitter.width)
  if (wrong !== null) return tell(state, at, wrong)
  state.row(state.line, scan)
  state.line += scan.breaks + 1
  return next
}

function isBlank({ bytes, from, to, breaks }: Scan): boolean {
  return breaks === 0 && bytes.toString('latin1', from, to).trim() === ''
}

function wrongShape(scan: Scan, width: number): string | null {
  if (width === 0) return null
  if (!hasFields(scan, width)) {
    const ends = scan.isLast && scan.to === scan.end ? ': the file ends in the middle of it' : ''
    return `${scan.count} ${scan.count === 1 ? 'field' : 'fields'} where the header has ${width}${ends}`
  }
  return scan.breaks > 0 && isSwallowing(scan, width) ? openQuote : null
}

/** Empty fields after the last are no mistake: some programs end every row with a delimiter. */
function hasFields({ count, starts, ends }: Scan, width: number): boolean {
  let last = count
  while (last > width && starts[last - 1] === ends[last - 1]) last--
  return last === width
}

const openQuote = 'a quote is opened and not closed'

function breakOff(state: State, at: number): number {
  const { scan, newline } = state
  const hasEnd = scan.bytes.indexOf(newline, at) !== -1
  return tell(state, at, hasEnd || scan.isLast ? openQuote : `longer than ${longestRow / 1024} KiB`)
}

/** Tells that the row is broken. @returns where the line below it begins */
function tell(state: State, at: number, because: string): number {
  state.broken(state.line, because)
  return pass(state, at)
}

/** Passes over the rest of a line. @returns where the next begins */
function pass(state: State, at: number): number {
  const { scan, newline } = state
  const found = scan.bytes.indexOf(newline, at)
  state.isPassing = found === -1 && !scan.isLast
  if (!state.isPassing) state.line += 1
  return found === -1 ? scan.end : found + 1
}

/** @returns where the next row begins, or why that cannot be said */
function scanRow(scan: Scan, at: number): number {
  scan.from = at
  scan.count = 0
  scan.breaks = 0
  scan.isWide = false
  scan.isControl = false
  let next = at
  do {
    next = scanField(scan, next)
  } while (scan.goesOn && next >= 0)
  return next
}

function scanField(scan: Scan, at: number): number {
  const { bytes, end } = scan
  let start = at
  while (start < end && bytes[start] === space) start++
  if (bytes[start] === quote && start < end) return scanQuoted(scan, start + 1)
  return scanPlain(scan, at)
}

function scanPlain(scan: Scan, at: number): number {
  const { bytes, end, delimiter, newline } = scan
  let seen = 0
  let i = at
  for (; i < end; i++) {
    const byte = bytes[i]!
    if (byte === delimiter || byte === newline) break
    seen |= byte
    if (byte < space) note(scan, byte)
  }
  if (seen > 127) scan.isWide = true
  return i === end && !scan.isLast ? unfinished : finish(scan, at, i, { after: i, isDoubled: false })
}

function scanQuoted(scan: Scan, at: number): number {
  const { bytes, end } = scan
  let isDoubled = false
  let close = closingQuote(scan, at)
  while (close + 1 < end && bytes[close + 1] === quote) {
    isDoubled = true
    close = closingQuote(scan, close + 2)
  }
  if (close >= end || (close + 1 === end && !scan.isLast)) return unfinished
  const after = afterQuote(scan, close + 1)
  return after < 0 ? after : finish(scan, at, close, { after, isDoubled })
}

/** The next quote, or the end of what is here. */
function closingQuote(scan: Scan, from: number): number {
  const { bytes, end, newline } = scan
  let i = from
  for (; i < end; i++) {
    const byte = bytes[i]!
    if (byte === quote) break
    if (byte > 127) scan.isWide = true
    if (byte === newline) scan.breaks++
    else if (byte < space) note(scan, byte)
  }
  return i
}

/** The delimiter or line end after a closing quote; spaces may come before it. */
function afterQuote({ bytes, end, isLast, delimiter, newline }: Scan, from: number): number {
  let i = from
  while (i < end && (bytes[i] === space || bytes[i] === carriageReturn) && bytes[i] !== newline) i++
  if (i === end) return isLast ? i : unfinished
  return bytes[i] === delimiter || bytes[i] === newline ? i : strayText
}

function note(scan: Scan, byte: number): void {
  if (byte !== tab && byte !== carriageReturn && byte !== lineFeed) scan.isControl = true
}

/** Takes down a field. @returns where the next begins */
function finish(scan: Scan, from: number, to: number, how: { after: number; isDoubled: boolean }): number {
  const { bytes, end, count } = scan
  const { after, isDoubled } = how
  scan.goesOn = after < end && bytes[after] === scan.delimiter
  const isReturn = !scan.goesOn && after === to && to > from && bytes[to - 1] === carriageReturn
  scan.starts[count] = from
  scan.ends[count] = isReturn ? to - 1 : to
  scan.isDoubled[count] = isDoubled
  scan.count = count + 1
  scan.to = after
  return after + (after < end ? 1 : 0)
}

/**
 * Whether most lines of a row are whole rows in themselves: then a quote was left open, and found its match in a row that it
 * does not belong to. The lines of a text hardly ever have just as many delimiters as the rows of the file.
 */
function isSwallowing(row: Scan, width: number): boolean {
  const { bytes, from, to, breaks, delimiter, newline } = row
  const line: Scan = { ...row, starts: [], ends: [], isDoubled: [], isLast: true }
  let start = bytes.indexOf(newline, from) + 1
  if (width < 3 || countOf(bytes.subarray(from, start), delimiter) < width - 1) return false
  let whole = 0
  while (start > 0 && start < to) {
    const end = bytes.indexOf(newline, start)
    line.end = end === -1 || end > to ? to : end
    if (scanRow(line, start) >= 0 && line.count === width) whole++
    start = end + 1
  }
  return whole * 2 > breaks
}

function countOf(bytes: Buffer, byte: number): number {
  return bytes.reduce((count, one) => (one === byte ? count + 1 : count), 0)
}
