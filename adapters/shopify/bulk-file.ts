import { VendorError, minute, second, type HttpAnswer, type Kit } from '@switchboard/core'

/** A file of JSON lines, and from which byte on it is read. */
export interface BulkFile {
  kit: Pick<Kit, 'http'>
  url: string
  /** In bytes; null where the shop does not tell. */
  fileSize: number | null
  offset: number
}

/** A line without its end, and the byte behind it. */
export interface Line {
  text: string
  end: number
}

/** Larger than any row, and small enough to be held. */
const chunkBytes = 4 * 1024 * 1024

/**
 * Downloads a file in chunks of whole lines. No token is sent: the address is signed. An answer that was cut short is read as far as
 * it goes, and the rest asked for.
 * @throws VendorError, retryable where the file may be had later
 */
export async function* download({ kit, url, fileSize, offset }: BulkFile): AsyncGenerator<Line[]> {
  for (let at = offset, size = fileSize; size === null || at < size;) {
    const headers = { 'accept-encoding': 'identity', range: `bytes=${at}-${at + chunkBytes - 1}` }
    const answer = await kit.http.send({ url, headers, timeoutMs: minute })
    if (answer.status === 416) return
    const chunk = chunkOf(answer, at)
    size ??= chunk.size
    if (size === null) throw new VendorError('the file of the bulk operation does not tell its size')
    const lines = linesOf(chunk.text, at, size)
    const end = lines.at(-1)?.end
    if (end === undefined) throw again('the file of the bulk operation ends in the middle of a row')
    yield lines
    at = end
  }
}

/** What came of a chunk that was asked for from byte `at` on, and the size of the whole file. */
function chunkOf({ status, headers, body }: HttpAnswer, at: number): { text: string; size: number | null } {
  if (/html/i.test(headers['content-type'] ?? '')) throw again('a page of HTML came for the file of the bulk operation')
  if (status === 206) {
    const size = Number(/\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] ?? Number.NaN)
    return { text: body, size: Number.isNaN(size) ? null : size }
  }
  if (status !== 200) throw refused(status)
  const bytes = Buffer.from(body)
  return { text: bytes.subarray(at).toString(), size: bytes.length }
}

/** What stands for a character that was cut: its bytes may by chance be as many as are missing. */
const cutLetter = '\uFFFD'

/**
 * The whole lines of a text that begins at byte `at` of a file. The last line of the file needs no line break; what else has none was
 * cut, perhaps in the middle of a character.
 */
export function linesOf(text: string, at: number, size: number): Line[] {
  const lines: Line[] = []
  let end = at
  for (const [line] of text.matchAll(/[^\n]+\n?|\n/g)) {
    const next = end + Buffer.byteLength(line)
    if (!line.endsWith('\n') && (next !== size || line.endsWith(cutLetter))) break
    end = next
    lines.push({ text: line.trimEnd(), end })
  }
  return lines
}

function refused(status: number): VendorError {
  if (status === 429 || status >= 500) return again(`the file of the bulk operation could not be had: ${status}`)
  return new VendorError(`the file of the bulk operation is no longer to be had: ${status}`, { vendorStatus: status })
}

function again(message: string): VendorError {
  return new VendorError(message, { retryable: true, retryAfterMs: second })
}
