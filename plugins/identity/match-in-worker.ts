import { Worker } from 'node:worker_threads'
import { minute, second, type Log } from '@switchboard/core'
import type { MatchOutcome } from './match-records.ts'
import type { IdentityOptions } from './settings.ts'
import type { Scope } from './record-store.ts'
import type { Charge, Errand, Word } from './worker.ts'

/** How long a match may take to roll back when it is told to stop. */
const stopMs = 3 * second
/** A thread without work for so long ends: it holds memory and connections. */
const idleMs = 5 * minute

/** Most of what a match makes is soon forgotten: with less room for it, a third of the time would go into collecting garbage. */
const maxYoungGenerationSizeMb = 192

/** Matches in a thread of its own, which is started when it is first needed and stays for the next match. One at a time. */
export interface Matcher {
  /** @throws what the match throws; the reason of `signal` when it is aborted, with nothing written */
  match(what: { scope: Scope; at: Date }, signal: AbortSignal): Promise<MatchOutcome>
  /** Ends the thread. */
  close(): Promise<void>
}

/** Makes a matcher; its thread is not started yet. */
export function makeMatcher(needs: {
  databaseUrl: string
  options: IdentityOptions
  evidence?: readonly string[]
  log: Log
}): Matcher {
  const { databaseUrl, options, evidence = [], log } = needs
  let worker: Worker | null = null
  let idle: NodeJS.Timeout | undefined
  const close = async (): Promise<void> => {
    clearTimeout(idle)
    const ending = worker
    worker = null
    await ending?.terminate()
  }
  const thread = (): Worker => {
    clearTimeout(idle)
    if (worker) return worker
    const started = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { databaseUrl, options, evidence } satisfies Charge,
      resourceLimits: { maxYoungGenerationSizeMb },
    })
    started.once('exit', () => {
      if (worker === started) worker = null
    })
    return (worker = started)
  }
  return {
    close,
    match: async (what, signal) => {
      signal.throwIfAborted()
      try {
        return await matchIn(thread(), { ...what }, { log, signal })
      } finally {
        idle = setTimeout(() => void close(), idleMs).unref()
        worker?.unref()
      }
    },
  }
}

function matchIn(
  worker: Worker,
  errand: Errand,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<MatchOutcome> {
  const ears = new AbortController()
  const ended = new Promise<MatchOutcome>((resolve, reject) => {
    let late: NodeJS.Timeout | undefined
    const fail = (error: unknown): void => {
      clearTimeout(late)
      reject(signal.aborted ? signal.reason : error)
    }
    const hear = (word: Word): void => {
      if ('log' in word) return log[word.log](word.facts, word.phrase)
      clearTimeout(late)
      if ('outcome' in word) resolve(word.outcome)
      else fail(new Error(word.trouble))
    }
    const stop = (): void => {
      worker.postMessage('stop' satisfies Errand)
      late = setTimeout(() => void worker.terminate(), stopMs)
    }
    const leave = (code: number): void => fail(new Error(`the matching thread ended with ${code}`))
    worker.on('message', hear).once('error', fail).once('exit', leave)
    signal.addEventListener('abort', stop, { once: true })
    ears.signal.addEventListener('abort', () => {
      worker.off('message', hear).off('error', fail).off('exit', leave)
      signal.removeEventListener('abort', stop)
    })
  })
  worker.ref()
  worker.postMessage(errand)
  return ended.finally(() => ears.abort())
}
