import { performance } from 'node:perf_hooks'

/** The vendor's time: it runs `speed` times as fast as ours, and its timers end with it. */
export interface Clock {
  /** Milliseconds of the vendor's time since it started. */
  elapsed(): number
  /** Runs `then` in `ms` of the vendor's time. @returns calls it off */
  after(ms: number, then: () => void): () => void
  /** True once `ms` of the vendor's time have passed, false as soon as `signal` is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<boolean>
  close(): void
}

/** A clock that runs until it is closed; what still waited then never happens. */
export function clockOf(speed: number): Clock {
  const startedAt = performance.now()
  const timers = new Set<NodeJS.Timeout>()
  const after = (ms: number, then: () => void): (() => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      then()
    }, ms / speed)
    timers.add(timer)
    return () => {
      timers.delete(timer)
      clearTimeout(timer)
    }
  }
  return {
    elapsed: () => (performance.now() - startedAt) * speed,
    after,
    wait: waitBy(after),
    close() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}

/** `wait` of a clock, by its `after`. */
export function waitBy(after: Clock['after']): Clock['wait'] {
  return (ms, signal) =>
    new Promise(resolve => {
      if (signal.aborted) return resolve(false)
      const stop = (): void => {
        callOff()
        resolve(false)
      }
      const callOff = after(ms, () => {
        signal.removeEventListener('abort', stop)
        resolve(true)
      })
      signal.addEventListener('abort', stop, { once: true })
    })
}
