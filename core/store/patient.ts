import { setTimeout as pause } from 'node:timers/promises'
import { second } from '../model/time.ts'

/** So long nobody who waits on the phone is kept waiting for a database that is away. */
const awayMs = 4 * second
/** One that is only busy answers in the end: sooner than the vendor, who waits for 15 s, gives up. */
const busyMs = 9 * second

/**
 * Does a transaction again that failed for a reason that passes: all connections were in use, two waited for each other, the connection was
 * lost. Nothing of the failed one is left, so doing it again is doing it once. `again` is told why, each time.
 */
export async function patiently<T>(work: () => Promise<T>, again: (error: unknown) => void): Promise<T> {
  const startedAt = performance.now()
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 500)) {
    try {
      return await work()
    } catch (error) {
      const patienceMs = patienceWith(error)
      if (performance.now() - startedAt + pauseMs > patienceMs) throw error
      again(error)
      await pause(pauseMs)
    }
  }
}

/** Two that wait for each other, who cannot be put in a line, or whose lock or connection was taken from them. */
const busyCodes = /^(40001|40P01|55P03|57014|25P03)$/
/** No connection, none more, or the server stops or starts. */
const awayCodes = /^(08...|53...|57P..|ECONN.*|EPIPE|ETIMEDOUT)$/

/** How long to go on after this failure, in milliseconds from the beginning; 0 for one that does not pass. */
function patienceWith(error: unknown): number {
  const { code = '', message = '', cause } = error as { code?: string; message?: string; cause?: unknown }
  if (busyCodes.test(code) || /timeout exceeded when trying to connect/.test(message)) return busyMs
  if (awayCodes.test(code) || /^connection terminated|connection error and is not queryable/i.test(message))
    return awayMs
  return cause instanceof Error ? patienceWith(cause) : 0
}
