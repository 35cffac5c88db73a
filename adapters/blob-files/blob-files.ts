import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { defineAdapter, HubError, newId, z, type BlobsPort, type StoredBlob } from '@switchboard/core'

/** Keeps files in a directory: one file for each key, with nothing in it but the bytes. Hubs that share a database share this directory. */
export const blobFiles = defineAdapter({
  name: 'blob-files',
  options: z.object({
    /** Where they are kept; made when it is not there. */
    dir: z.string().min(1).default('.data/blobs'),
  }),
  provides: ['blobs'],
  create: ({ dir }) => ({ blobs: blobsIn(dir) }),
})

function blobsIn(dir: string): BlobsPort {
  return {
    put: async (key, body) => write(pathOf(dir, key), body),
    get: async key => read(pathOf(dir, key)),
    remove: async key => rm(pathOf(dir, key), { force: true }),
  }
}

const word = /^(?!\.)[\w.-]{1,200}$/

/** A word that begins with a dot could lead out of the directory, and is what unfinished files are called. */
function pathOf(dir: string, key: string): string {
  const words = key.split('/')
  if (!words.every(each => word.test(each))) throw new HubError('bad_request', `"${key}" is no key for a file`)
  return join(dir, ...words)
}

/** Written beside its place, made safe on the disk, then put there in one step. */
async function write(path: string, body: Uint8Array): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true })
  const unfinished = join(folder, `.${newId()}`)
  try {
    const file = await open(unfinished, 'wx')
    try {
      await file.writeFile(body)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(unfinished, path)
    await syncFolder(folder)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

/** A file's name is safe only when its folder is; where folders cannot be opened, the system sees to it. */
async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r').catch(() => null)
  await opened?.sync().catch(() => {})
  await opened?.close()
}

async function read(path: string): Promise<StoredBlob | null> {
  const file = await open(path, 'r').catch(nothing)
  if (!file) return null
  const stat = await file.stat()
  if (stat.isFile()) return { size: stat.size, body: file.createReadStream() }
  await file.close()
  return null
}

function nothing(error: unknown): null {
  if (Reflect.get(Object(error), 'code') === 'ENOENT') return null
  throw error
}
