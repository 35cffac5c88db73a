import { createHmac } from 'node:crypto'
import type { Faults } from './faults.ts'
import { serve, type SimulatorReply, type SimulatorRequest } from './server.ts'

/** A picture of one point. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** The bytes of an invented file, the same for the same id: a PNG that can be shown, or some words. */
export function fileOf(contentType: string, id: string): Buffer {
  return contentType === 'image/png' ? Buffer.concat([picture, Buffer.from(id)]) : Buffer.from(`${contentType} ${id}`)
}

/** A store of files on a host of its own, as vendors have them: whoever has the signed address may read, without any credentials. */
export interface FileStore {
  /** Where it is, such as `127.0.0.1:41234`. */
  host: string
  /** A signed address of a file. */
  addressOf(contentType: string, id: string): string
  /** How many requests came with credentials that were none of its business. */
  leaks(): number
  close(): Promise<void>
}

/** Starts a store. Its answers have the faults of the vendor it belongs to. */
export async function fileStore(faults: Faults, secret: string): Promise<FileStore> {
  let leaks = 0
  const signed = (path: string): string => createHmac('sha256', secret).update(path).digest('hex')
  const handle = ({ url, params, headers }: SimulatorRequest): SimulatorReply => {
    if (headers['authorization'] !== undefined) {
      leaks += 1
      return { status: 400, body: 'Only one auth mechanism allowed' }
    }
    const type = url.searchParams.get('type') ?? ''
    const id = params['id'] ?? ''
    if (url.searchParams.get('signature') !== signed(`${id} ${type}`)) return { status: 403, body: 'AccessDenied' }
    return { headers: { 'content-type': type }, body: fileOf(type, id) }
  }
  const server = await serve({ routes: [{ method: 'GET', path: '/files/:id', handle }], faults })
  return {
    host: new URL(server.url).host,
    addressOf: (type, id) =>
      `${server.url}/files/${id}?${new URLSearchParams({ type, signature: signed(`${id} ${type}`) })}`,
    leaks: () => leaks,
    close: server.close,
  }
}
