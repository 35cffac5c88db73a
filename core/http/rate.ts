import { setTimeout as sleep } from 'node:timers/promises'
import { bulkhead } from 'cockatiel'
import type { CachePort } from '../ports/cache.ts'

/** How much a vendor takes from us. */
export interface Rate {
  /** Requests begun in a second, spread evenly. Default: as many as come. */
  perSecond?: number
  /** Requests under way at once. Default 20. */
  concurrency?: number
}

/** Counts what every hub sends, where there is a place all of them see. */
export interface SharedCount {
  /** Whose rate it is. */
  key: string
  /** Null while there is no such place. */
  cache(): CachePort | null
}

/** Runs work when its turn has come, in the order it came. */
export type Turnstile = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>

/** Holds work back so that a vendor's rate is kept, by all hubs together where they can count together. Waiting ends when `signal` is aborted. */
export function turnstile({ perSecond, concurrency = 20 }: Rate, shared?: SharedCount): Turnstile {
  const gate = bulkhead(concurrency, Number.POSITIVE_INFINITY)
  const wait = perSecond === undefined ? async () => {} : waiting(perSecond, shared)
  return (work, signal) =>
    gate.execute(async () => {
      await wait(signal)
      return work()
    }, signal)
}

type Wait = (signal: AbortSignal) => Promise<void>

/** First this hub's own pace, then its place among all hubs. */
function waiting(perSecond: number, shared: SharedCount | undefined): Wait {
  const own = pace(1000 / perSecond)
  if (!shared) return own
  return async signal => {
    await own(signal)
    await place(perSecond, shared, signal)
  }
}

/** Counts within windows that hold at least one request: below one a second they are longer. A place that is away holds nobody up. */
async function place(perSecond: number, { key, cache }: SharedCount, signal: AbortSignal): Promise<void> {
  const windowMs = Math.max(1_000, 1_000 / perSecond)
  const most = Math.max(1, Math.floor((perSecond * windowMs) / 1_000))
  for (;;) {
    const counted = await cache()?.count(`rate:${key}`, windowMs)
    if (!counted || counted.count <= most) return
    await sleep(counted.endsInMs + Math.random() * 20, undefined, { signal })
  }
}

function pace(gapMs: number): Wait {
  let nextAt = 0
  return async signal => {
    const nowAt = performance.now()
    const at = Math.max(nowAt, nextAt)
    nextAt = at + gapMs
    if (at > nowAt) await sleep(at - nowAt, undefined, { signal })
  }
}
