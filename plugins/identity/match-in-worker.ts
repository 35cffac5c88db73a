import { Worker } from 'node:worker_threads'
import type { Log } from '@switchboard/core'
import type { MatchOutcome } from './match-records.ts'
import type { Errand, Word } from './worker.ts'

/** How long a worker may take to roll back when it is told to stop. */
const stopMs = 3_000

/**
 * Runs a match in a thread of its own.
 * @throws what the match throws; the reason of `signal` when it is aborted, with nothing written
 */
export async function matchInWorker(errand: Errand, log: Log, signal: AbortSignal): Promise<MatchOutcome> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: errand })
    const stop = (): void => {
      worker.postMessage('stop')
      setTimeout(() => void worker.terminate(), stopMs).unref()
    }
    signal.addEventListener('abort', stop, { once: true })
    let outcome: MatchOutcome | null = null
    worker.on('message', (word: Word) => {
      if ('outcome' in word) outcome = word.outcome
      else log[word.log](word.facts, word.phrase)
    })
    worker.once('error', error => reject(signal.aborted ? signal.reason : error))
    worker.once('exit', () => {
      signal.removeEventListener('abort', stop)
      if (outcome === null)
        reject(signal.aborted ? signal.reason : new Error('the matching thread ended without a word'))
      else resolve(outcome)
    })
  })
}
