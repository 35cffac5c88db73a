import { parentPort, workerData } from 'node:worker_threads'
import type { Log } from '@switchboard/core'
import { openStore } from '@switchboard/core/store'
import { matchRecords, type MatchOutcome } from './match-records.ts'
import type { IdentityOptions } from './settings.ts'
import type { Scope } from './store.ts'

/** What a worker thread is sent to do. Plain values only. */
export interface Errand {
  databaseUrl: string
  options: IdentityOptions
  scope: Scope
  at: Date
}

/** What it says on the way and at the end. */
export type Word = { log: Exclude<keyof Log, 'child'>; facts: object; phrase: string } | { outcome: MatchOutcome }

/*
 * A match in a thread of its own, with a store of its own, so that the main loop goes on answering. Any message from outside
 * means stop: the transaction rolls back between two steps, and the records stay dirty.
 */
if (parentPort) {
  const port = parentPort
  const say = (word: Word): void => port.postMessage(word)
  const stopping = new AbortController()
  port.once('message', () => stopping.abort())
  port.unref()
  const { databaseUrl, options, scope, at } = workerData as Errand
  const log = logTo(say)
  const store = await openStore({ url: databaseUrl, log, max: 2 })
  const settings = { options, scope, at, log, signal: stopping.signal }
  // An error ends the thread, and its connections with it; whoever sent us gets it.
  say({ outcome: await store.transact(tx => matchRecords(tx, settings)) })
  await store.close()
}

function logTo(say: (word: Word) => void): Log {
  const at = (log: Exclude<keyof Log, 'child'>) => (facts: object, phrase: string) => say({ log, facts, phrase })
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => log }
  return log
}
