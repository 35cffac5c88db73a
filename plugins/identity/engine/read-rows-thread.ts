import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { DraftColumn } from './draft.ts'
import type { OtherThread } from './parallel.ts'
import type { BadRow, RawRows } from './raw-rows.ts'
import type { TextPool } from './text.ts'

/** Everything the other thread has cleaned. */
export interface Gathered {
  draft: { columns: DraftColumn[]; pool: Pick<TextPool, 'words' | 'used'> }
  lines: Int32Array
  bad: BadRow[]
  /** For each batch of rows it took which of its rows they are. */
  ranges: [number, number][]
}

/** Cleans rows in another thread. */
export interface OtherReader extends OtherThread {
  /** Resolves when it has begun, or never will. */
  begun(): Promise<void>
  /** Whether it has begun and has not too much to do. */
  isFree(): boolean
  take(rows: RawRows): void
  /** @throws what went wrong over there */
  gathered(): Promise<Gathered | null>
  end(): Promise<void>
}

/** What the thread is given: how to clean, and where to count the batches it is done with, from 0 when it is ready, −1 before. */
export interface ReaderCharge {
  cleaning: { module: string; options: unknown }
  done: Int32Array
}

const notBegun = -1
const failed = -2
/** So many batches lie ready for the thread, so that it need not wait for more. */
const most = 3

/** Starts the thread. It does not keep the process alive by itself. */
export function openReader(cleaning: ReaderCharge['cleaning']): OtherReader {
  const done = new Int32Array(new SharedArrayBuffer(4)).fill(notBegun)
  const workerData: ReaderCharge = { cleaning, done }
  const worker = new Worker(new URL('./read-rows-worker.ts', import.meta.url), { workerData })
  worker.unref()
  let taken = 0
  let trouble: unknown
  worker.on('error', error => {
    trouble = error
    Atomics.compareExchange(done, 0, notBegun, failed)
    Atomics.notify(done, 0)
  })
  return {
    async begun() {
      worker.ref()
      await Atomics.waitAsync(done, 0, notBegun).value
      worker.unref()
    },
    post: word => worker.postMessage(word),
    isFree() {
      const count = Atomics.load(done, 0)
      return count >= 0 && taken - count < most
    },
    take(rows) {
      taken++
      worker.postMessage(rows)
    },
    async gathered() {
      if (taken === 0) return null
      if (trouble) throw trouble
      worker.ref()
      worker.postMessage('end')
      return ((await once(worker, 'message')) as [Gathered])[0]
    },
    async end() {
      await worker.terminate()
    },
  }
}
