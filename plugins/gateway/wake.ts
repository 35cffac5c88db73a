import type { Log } from '@switchboard/core'
import { repeat } from './chore.ts'

/** How a hub learns that another one wrote frames: somebody calls `look` now and then, or at a hint. The tables are the truth. */
export interface Wake {
  start(look: () => Promise<void>): void
  stop(): Promise<void>
}

/** Looks again and again: needs nobody's hint. */
export function polling(everyMs: number, log: Log): Wake {
  let stop = async (): Promise<void> => undefined
  return {
    start: look => {
      stop = repeat('look for frames', everyMs, look, log).stop
    },
    stop: () => stop(),
  }
}
