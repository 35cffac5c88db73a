import { messageOf } from '../model/errors.ts'
import type { Log } from '../ports/kit.ts'

/**
 * Waits for `work`, but not for ever.
 * @throws Error naming `what` when it took longer than `ms`; the work itself is not stopped
 */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** One thing to do while stopping. */
export interface Step {
  what: string
  /** How long it may take. */
  ms: number
  run(): Promise<unknown>
}

/** Does each step in order; one that fails or hangs is logged and does not keep the next from running. */
export async function runSteps(steps: readonly Step[], log: Log): Promise<void> {
  for (const { what, ms, run } of steps) {
    await within(ms, what, run()).catch((error: unknown) =>
      log.warn({ step: what, error: messageOf(error) }, 'stopping went on without it'),
    )
  }
}
