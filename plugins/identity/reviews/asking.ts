import { setTimeout as pause } from 'node:timers/promises'
import { messageOf, type Hub } from '@switchboard/core'
import { evidenceLoader } from '../decisions/evidence.ts'
import type { IdentityOptions } from '../settings.ts'
import { explainer } from '../why/explain.ts'
import { fillReviews } from './fill.ts'

/** Keeps the queue of questions up with what is matched: never within a match, and never while somebody waits for the list. */
export interface Asking {
  /** Something was matched: what became doubtful is asked about soon. */
  soon(): void
  /** Asks now, and waits until all is asked. */
  now(): Promise<void>
  stop(): Promise<void>
}

/** Looking for what is doubtful takes at most this part of the time, and begins no sooner than so long after a match. */
const part = 1 / 20
const leastMs = 500

/** What asking needs of the hub. */
export type AskingHub = Pick<Hub, 'store' | 'now' | 'log' | 'evidence'>

/** Makes what asks for one process. Nothing is lost with it: whoever looks next finds the same pairs doubtful. */
export function makeAsking({ store, now, log, evidence }: AskingHub, options: IdentityOptions): Asking {
  const explain = explainer(options, evidenceLoader(evidence))
  const stopping = new AbortController()
  let last: Promise<void> = Promise.resolve()
  let isWaiting = false
  let restMs = leastMs
  const fill = async (): Promise<void> => {
    if (stopping.signal.aborted) return
    const startedAt = performance.now()
    try {
      await store.transact(tx => fillReviews(tx, options.model, explain, now()))
    } catch (error) {
      log.error({ error: messageOf(error) }, 'questions could not be asked')
    }
    restMs = Math.max(leastMs, (performance.now() - startedAt) / part)
  }
  const next = (): Promise<void> => (last = last.then(fill))
  const later = async (): Promise<void> => {
    await pause(restMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
    isWaiting = false
    await next()
  }
  return {
    soon() {
      if (isWaiting) return
      isWaiting = true
      void later()
    },
    now: next,
    async stop() {
      stopping.abort()
      await last
    },
  }
}
