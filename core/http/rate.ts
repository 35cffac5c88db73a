import { setTimeout as sleep } from 'node:timers/promises'
import { bulkhead } from 'cockatiel'

/** How much a vendor takes from us. */
export interface Rate {
  /** Requests begun in a second, spread evenly. Default: as many as come. */
  perSecond?: number
  /** Requests under way at once. Default 20. */
  concurrency?: number
}

/** Runs work when its turn has come, in the order it came. */
export type Turnstile = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>

/** Holds work back so that a vendor's rate is kept. Waiting ends when `signal` is aborted. */
export function turnstile({ perSecond, concurrency = 20 }: Rate): Turnstile {
  const gate = bulkhead(concurrency, Number.POSITIVE_INFINITY)
  const wait = perSecond === undefined ? async () => {} : pace(1000 / perSecond)
  return (work, signal) =>
    gate.execute(async () => {
      await wait(signal)
      return work()
    }, signal)
}

function pace(gapMs: number): (signal: AbortSignal) => Promise<void> {
  let nextAt = 0
  return async signal => {
    const nowAt = performance.now()
    const at = Math.max(nowAt, nextAt)
    nextAt = at + gapMs
    if (at > nowAt) await sleep(at - nowAt, undefined, { signal })
  }
}
