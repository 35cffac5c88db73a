import { setTimeout as pause } from 'node:timers/promises'
import { messageOf, type Log } from '@switchboard/core'

/** Something done over and over until it is stopped. */
export interface Loop {
  start(): void
  /** Waits for what is in hand. */
  stop(): Promise<void>
}

/** Does `work` every so often, never twice at once. What fails is done again next time. */
export function loop(settings: { everyMs: number; log: Log; work(): Promise<void> }): Loop {
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pause(settings.everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      await settings
        .work()
        .catch(error => settings.log.warn({ error: messageOf(error) }, 'calls could not be looked after'))
    }
  }
  return {
    start: () => void (running ??= run()),
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

/** Does `work` for each item, a few at a time. */
export async function eachOf<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const left = items.values()
  const hand = async (): Promise<void> => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, hand))
}
