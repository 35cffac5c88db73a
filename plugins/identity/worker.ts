import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf, type Log } from '@switchboard/core'
import { openStore, type OpenStore } from '@switchboard/core/store'
import { matchRecords, type MatchOutcome } from './match-records.ts'
import type { IdentityOptions } from './settings.ts'
import type { Scope } from './store.ts'

/** What the thread is for, from its beginning to its end. Plain values only. */
export interface Charge {
  databaseUrl: string
  options: IdentityOptions
}

/** What it is sent to do: a match, or to stop the one under way. */
export type Errand = { scope: Scope; at: Date } | 'stop'

/** What it says on the way and at the end of a match. */
export type Word =
  { log: Exclude<keyof Log, 'child'>; facts: object; phrase: string } | { outcome: MatchOutcome } | { trouble: string }

/*
 * Matches in a thread of its own, one at a time, with a store of its own, so that the main loop goes on answering. The thread stays for the
 * next match: importing everything takes longer than most matches. `stop` rolls the transaction back between two steps, and the records
 * stay dirty.
 */
if (parentPort) {
  const port = parentPort
  const say = (word: Word): void => port.postMessage(word)
  const { databaseUrl, options } = workerData as Charge
  const log = logTo(say)
  // On Linux a priority belongs to the thread: where cores are few, matching gives way to whoever rings.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const store = await openStore({ url: databaseUrl, log, max: 2 })
  let stopping = new AbortController()
  port.on('message', (errand: Errand) => {
    if (errand === 'stop') return stopping.abort()
    stopping = new AbortController()
    const settings = { options, ...errand, log, signal: stopping.signal }
    match(store, settings).then(say, (error: unknown) => say({ trouble: messageOf(error) }))
  })
}

async function match(store: OpenStore, settings: Parameters<typeof matchRecords>[1]): Promise<Word> {
  return { outcome: await store.transact(tx => matchRecords(tx, settings)) }
}

function logTo(say: (word: Word) => void): Log {
  const at = (log: Exclude<keyof Log, 'child'>) => (facts: object, phrase: string) => say({ log, facts, phrase })
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => log }
  return log
}
