import { createRequire, syncBuiltinESMExports } from 'node:module'
import { waitBy, type Clock } from '@switchboard/test-simulators/twilio-clock'
import { watchWork } from './standing-work.ts'

/**
 * Time that stands while anybody works: it goes on, to the next thing that waits for it, only when no query, no request and no callback is
 * left to do. What runs by it takes the same turns each time, whatever the machine has to do besides, and waits for nothing.
 */
export interface StandingClock {
  now(): Date
  /** The same time for a simulated vendor, counted from `zero`. */
  vendor(): Clock
  /** Looks are made only at times that `dueAt` names; before it is set, as often as they come. */
  lookWhen(dueAt: () => Promise<Date | null>): void
  /** Lets time go on until so many milliseconds have passed. */
  run(limitMs: number): Promise<void>
}

/** Something that waits. */
interface Waiting {
  at: number
  order: number
  /** Only looks whether there is something to do. */
  isLook: boolean
  run(): void
}

/** Who looks every so often whether something is due. */
const lookers = /\/(?:core\/model\/bed|core\/store\/queue|plugins\/calls\/loop|plugins\/staff\/staff)\.ts/
/** How often such a look is made. */
const lookMs = 250

/** Timers of these keep to our time: a connection that waits for work has nothing to do with the calls. */
const ourTime = /node:internal|node_modules\/(?:pg|pg-pool|undici)\//

/**
 * Puts the time of day and every timer of this process, but for those of connections, under a clock that begins at `zero`. It cannot be undone: for a process
 * of its own.
 */
export function standingClock(zero: Date): StandingClock {
  const signs = watchWork()
  const waiting: Waiting[] = []
  let elapsed = 0
  let order = 0
  let dueAt: (() => Promise<Date | null>) | null = null
  const put: Timers['put'] = (ms, run, isLook = false) => {
    const one = { at: elapsed + Math.max(1, ms || 0), order: order++, isLook, run }
    waiting.splice(waiting.findLastIndex(other => other.at <= one.at) + 1, 0, one)
    return one
  }
  const drop: Timers['drop'] = one => {
    const place = waiting.indexOf(one)
    if (place >= 0) waiting.splice(place, 1)
  }
  let [asked, answer]: [number, Date | null] = [-1, null]
  let lookedAt = -1
  /** When the next look finds something, in milliseconds from the beginning: at the next time that is made one. What else is due then keeps it from nothing. */
  const lookAt = async (): Promise<number> => {
    if (!dueAt) return waiting.find(({ isLook }) => isLook)?.at ?? Infinity
    if (asked !== signs.marks()) {
      answer = await dueAt()
      await signs.quiet()
      asked = signs.marks()
    }
    const at = answer === null ? Infinity : Math.max(answer.getTime() - zero.getTime(), elapsed, lookedAt + 1)
    return Math.ceil(at / lookMs) * lookMs
  }
  /** Does what comes next. @returns false when that is after `until` */
  const step = async (until: number): Promise<boolean> => {
    const next = waiting.find(({ isLook }) => !isLook)
    const look = await lookAt()
    const at = Math.max(elapsed, Math.min(next?.at ?? Infinity, look))
    if (at > until) return false
    elapsed = at
    const isLook = !next || next.at > look
    if (isLook) lookedAt = elapsed
    const due = isLook ? waiting.filter(one => one.isLook) : [next]
    for (const one of due) {
      drop(one)
      one.run()
      await signs.quiet()
    }
    return true
  }
  takeTimers(put, drop)
  Date.now = () => Math.floor(zero.getTime() + elapsed)
  performance.now = () => elapsed
  return {
    now: () => new Date(zero.getTime() + elapsed),
    vendor: () => vendorClock({ put, drop, elapsed: () => elapsed }),
    lookWhen: ask => void (dueAt = ask),
    async run(limitMs) {
      const until = elapsed + limitMs
      await signs.quiet()
      while (await step(until)) await signs.quiet()
      elapsed = until
    },
  }
}

interface Timers {
  put(ms: number, run: () => void, isLook?: boolean): Waiting
  drop(one: Waiting): void
}

function vendorClock({ put, drop, elapsed }: Timers & { elapsed(): number }): Clock {
  const zero = elapsed()
  const mine = new Set<Waiting>()
  const after = (ms: number, then: () => void): (() => void) => {
    const one = put(ms, () => {
      mine.delete(one)
      then()
    })
    mine.add(one)
    return () => {
      mine.delete(one)
      drop(one)
    }
  }
  return {
    elapsed: () => elapsed() - zero,
    after,
    wait: waitBy(after),
    close: () => mine.forEach(drop),
  }
}

/** What programs hold of a timer of ours. */
interface Handle {
  one: Waiting | null
  ref(): Handle
  unref(): Handle
  hasRef(): boolean
  refresh(): Handle
  close(): Handle
  [Symbol.toPrimitive](): number
}

function takeTimers(put: Timers['put'], drop: Timers['drop']): void {
  const real = { setTimeout, setInterval, clearTimeout }
  const handles = new WeakSet<object>()
  const handleOf = (start: (handle: Handle) => Waiting): Handle => {
    const handle: Handle = {
      one: null,
      ref: () => handle,
      unref: () => handle,
      hasRef: () => true,
      refresh: () => {
        if (handle.one) drop(handle.one)
        handle.one = start(handle)
        return handle
      },
      close: () => {
        if (handle.one) drop(handle.one)
        return handle
      },
      [Symbol.toPrimitive]: () => handle.one?.order ?? 0,
    }
    handles.add(handle)
    handle.one = start(handle)
    return handle
  }
  const timeout = (run: (...values: unknown[]) => void, ms = 0, ...values: unknown[]): unknown => {
    const from = caller()
    if (ourTime.test(from)) return real.setTimeout(run, ms, ...values)
    const isLook = isLookOf(from, ms)
    return handleOf(() => put(ms, () => run(...values), isLook))
  }
  const interval = (run: (...values: unknown[]) => void, ms = 0, ...values: unknown[]): unknown => {
    const from = caller()
    if (ourTime.test(from)) return real.setInterval(run, ms, ...values)
    const isLook = isLookOf(from, ms)
    const again = (handle: Handle): Waiting =>
      put(
        ms,
        () => {
          handle.one = again(handle)
          run(...values)
        },
        isLook,
      )
    return handleOf(again)
  }
  const clear = (handle: unknown): void => {
    if (typeof handle === 'object' && handle !== null && handles.has(handle)) (handle as Handle).close()
    else real.clearTimeout(handle as NodeJS.Timeout)
  }
  Object.assign(globalThis, { setTimeout: timeout, setInterval: interval, clearTimeout: clear, clearInterval: clear })
  const promises = createRequire(import.meta.url)('node:timers/promises') as { setTimeout: unknown }
  promises.setTimeout = pausing(put, drop)
  syncBuiltinESMExports()
}

function pausing(put: Timers['put'], drop: Timers['drop']) {
  return (ms = 0, value?: unknown, { signal }: { signal?: AbortSignal } = {}): Promise<unknown> => {
    const isLook = isLookOf(caller(), ms)
    return new Promise((resolve, reject) => {
      const stopped = (): Error => Object.assign(new Error('The operation was aborted'), { name: 'AbortError' })
      if (signal?.aborted) return reject(stopped())
      const stop = (): void => {
        drop(one)
        reject(stopped())
      }
      const one = put(
        ms,
        () => {
          signal?.removeEventListener('abort', stop)
          resolve(value)
        },
        isLook,
      )
      signal?.addEventListener('abort', stop, { once: true })
    })
  }
}

/** Who called the function that asks. */
function caller(): string {
  const usual = Error.stackTraceLimit
  Error.stackTraceLimit = 3
  const { stack = '' } = new Error()
  Error.stackTraceLimit = usual
  return stack.split('\n')[3] ?? ''
}

function isLookOf(from: string, ms: number): boolean {
  return ms <= 1_000 && lookers.test(from)
}
