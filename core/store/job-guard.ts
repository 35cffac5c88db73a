import { AsyncLocalStorage } from 'node:async_hooks'
import type { Store } from '../ports/store.ts'
import { mustHold, type Turn } from './jobs.ts'

/** Sees to it that what a job writes commits only while it is that run's turn. */
export interface JobGuard {
  /** The store, whose transactions depend on the turn of the run that makes them, if a run does. */
  guarded<Open extends Store>(store: Open): Open
  /** Does `work` as a run whose turn it is; everything it awaits belongs to it. */
  within<T>(turn: Turn, work: () => Promise<T>): Promise<T>
}

/** Makes the guard of one hub. A handler need not know of it: which run a transaction belongs to is told by the calls that led to it. */
export function makeJobGuard(): JobGuard {
  const runs = new AsyncLocalStorage<{ turn: Turn; isOver: boolean }>()
  return {
    guarded: store => ({
      ...store,
      transact: work =>
        store.transact(async tx => {
          const run = runs.getStore()
          // What a run set going and did not wait for is no part of it once it is over.
          if (run && !run.isOver) tx.beforeCommit(() => mustHold(tx, run.turn))
          return work(tx)
        }),
    }),
    within: async (turn, work) => {
      const run = { turn, isOver: false }
      try {
        return await runs.run(run, work)
      } finally {
        run.isOver = true
      }
    },
  }
}
