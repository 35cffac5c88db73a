import { parentPort, workerData } from 'node:worker_threads'
import { gatherAll, gathering } from './gather-rows.ts'
import { takePart, type Turn } from './parallel.ts'
import type { RawRows } from './raw-rows.ts'
import type { Gathered, ReaderCharge } from './read-rows-thread.ts'

/* Cleans the rows it is sent, and at the end hands back all of them at once: they lie in memory that both threads have. */
if (parentPort) {
  const port = parentPort
  const { cleaning, done } = workerData as ReaderCharge
  const own = await gathering(cleaning)
  const ranges: [number, number][] = []
  port.on('message', (word: RawRows | Turn | 'end') => {
    if (typeof word === 'object' && 'module' in word) return void takePart(word)
    if (word === 'end') {
      const { draft, lines, bad } = own
      const { words, used } = draft.pool
      return port.postMessage({
        draft: { columns: draft.columns, pool: { words, used } },
        lines,
        bad,
        ranges,
      } satisfies Gathered)
    }
    ranges.push(gatherAll(own, word))
    Atomics.add(done, 0, 1)
  })
  Atomics.add(done, 0, 1)
  Atomics.notify(done, 0)
}
