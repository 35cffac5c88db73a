import type { Readable } from 'node:stream'

/** Keeps files, such as recordings, by a key. */
export interface BlobsPort {
  /**
   * Keeps bytes under a key: words of letters, digits, `.`, `_` and `-` with `/` between them. What was there is replaced; whoever
   * reads meanwhile gets the old or the new, whole. It is there when the promise is kept, also after a crash.
   * @throws HubError bad_request for a strange key
   */
  put(key: string, body: Uint8Array): Promise<void>
  /** What is kept under a key, to be read once; null when there is nothing. */
  get(key: string): Promise<StoredBlob | null>
  /** Forgets a key. Forgetting one that is not there does no harm. */
  remove(key: string): Promise<void>
}

/** Bytes that were kept, as they come. Reading to the end or destroying the stream lets go of the file. */
export interface StoredBlob {
  body: Readable
  size: number
}
