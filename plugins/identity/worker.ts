import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf, type Evidence, type Log } from '@switchboard/core'
import { openStore, type OpenStore } from '@switchboard/core/store'
import { loadEvidence } from './load-evidence.ts'
import type { Memory } from './model-store.ts'
import { matchRecords, type MatchOutcome, type MatchSettings } from './match-records.ts'
import { rebuild } from './rebuild/rebuild.ts'
import type { IdentityOptions } from './settings.ts'
import type { Scope } from './record-store.ts'

/** What the thread is for, from its beginning to its end. Plain values only. */
export interface Charge {
  databaseUrl: string
  options: IdentityOptions
  /** Addresses of modules. */
  evidence: readonly string[]
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
  const { databaseUrl, options, evidence: addresses } = workerData as Charge
  const log = logTo(say)
  // On Linux a priority belongs to the thread: where cores are few, matching gives way to whoever rings.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const store = await openStore({ url: databaseUrl, log, max: 2 })
  const evidence = await loadEvidence(addresses)
  const memory: Memory = {}
  let stopping = new AbortController()
  port.on('message', (errand: Errand) => {
    if (errand === 'stop') return stopping.abort()
    stopping = new AbortController()
    const settings = { options, evidence, memory, ...errand, log, signal: stopping.signal }
    match(store, databaseUrl, settings).then(say, (error: unknown) => say({ trouble: messageOf(error) }))
  })
}

/** So many records are matched in one transaction; where everything is to be matched and it is more, it is rebuilt in batches. */
const mostAtOnce = 2000

async function match(store: OpenStore, url: string, settings: MatchSettings & { evidence: Evidence[] }): Promise<Word> {
  const outcome = await store.transact(tx => matchRecords(tx, { ...settings, mostAtOnce }))
  if (outcome !== 'tooMuch') return { outcome }
  const scope = settings.scope === 'dirty' ? 'all' : settings.scope
  return { outcome: await rebuild(store, { url, ...settings, scope }) }
}

function logTo(say: (word: Word) => void): Log {
  const at = (log: Exclude<keyof Log, 'child'>) => (facts: object, phrase: string) => say({ log, facts, phrase })
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => log }
  return log
}
