import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { HubError, OptionError } from '@switchboard/core'
import { clustersCsv, reportJson, type FileMatch, type ReportFile } from '@switchboard/identity/match-file'

/** Says before any work is done that a result cannot be written. */
export function checkPaths(path: string, { out, report }: { out?: string; report?: string }): void {
  const issues = [['--out', out] as const, ['--report', report] as const].flatMap(([option, file]) => {
    if (file === undefined || file === '-') return []
    if (file === path) return [{ path: option, message: `${file} is the file that is read` }]
    return existsSync(dirname(file)) ? [] : [{ path: option, message: `there is no folder ${dirname(file)}` }]
  })
  if (out === report && out !== undefined) issues.push({ path: '--report', message: `${out} is where the clusters go` })
  if (issues.length > 0) throw new OptionError(issues)
}

/** A file to read. */
export interface Input {
  /** Empty for standard input. */
  name: string
  /** In bytes; null where nobody knows. */
  size: number | null
  pieces: AsyncIterable<Uint8Array>
}

/** So much is read at a time. */
const pieceSize = 1024 * 1024

/** Opens the file to be read; - is standard input. @throws HubError when there is no such file */
export function openInput(path: string): Input {
  if (path === '-') return { name: '', size: null, pieces: process.stdin }
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw new HubError('bad_request', 'there is no such file')
  if (found.isDirectory()) throw new HubError('bad_request', 'it is a folder')
  return {
    name: path,
    size: found.isFile() ? found.size : null,
    pieces: createReadStream(path, { highWaterMark: pieceSize }),
  }
}

/** Writes the clusters, if anywhere. */
export async function writeClusters(path: string | undefined, found: FileMatch): Promise<void> {
  const start = performance.now()
  if (path === undefined) return
  await write(path, clustersCsv(found))
  found.timings.push({ step: 'write', ms: performance.now() - start })
}

/** Writes the report, if anywhere. */
export async function writeReport(path: string | undefined, file: ReportFile, found: FileMatch): Promise<void> {
  if (path !== undefined) await write(path, reportJson(file, found))
}

async function write(path: string, pieces: Iterable<string>): Promise<void> {
  const to = path === '-' ? process.stdout : createWriteStream(path)
  await pipeline(Readable.from(pieces), to, { end: path !== '-' })
}
