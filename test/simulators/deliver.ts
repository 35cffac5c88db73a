import { setTimeout as wait } from 'node:timers/promises'
import type { Faults } from './faults.ts'
import type { SimulatorLog } from './simulator.ts'

/** One webhook on its way. */
export interface Delivery {
  url: string
  /** Headers and body of an attempt, counted from 1. Vendors keep the body and the id, and some renew the time. */
  attempt(number: number): {
    headers: Readonly<Record<string, string>>
    body: string
  }
  /**
   * What somebody else would send to the same address: with a wrong signature (`forged`), or with one that was right an hour ago (`stale`).
   * Null where the vendor signs no time. It is sent besides the true delivery and must do nothing.
   */
  intruder?(kind: 'forged' | 'stale'): ReturnType<Delivery['attempt']> | null
  /** How long the vendor waits for an answer. */
  timeoutMs: number
  /** The pauses before the second and later attempts. */
  retryDelaysMs: readonly number[]
}

/** What became of a delivery. */
export interface Delivered {
  /** Requests sent, over all attempts and copies. */
  attempts: number
  /** The last answer's status; null when there was none, or nothing was sent. */
  status: number | null
}

/** Sends webhooks as vendors do: with retries, and with the faults duplicate, reorder, delay, drop and silentWebhook. */
export interface Deliverer {
  /** Resolves when it was answered with 2xx, or given up. Never rejects. */
  send(delivery: Delivery): Promise<Delivered>
  /** Gives up all that is on its way. */
  close(): Promise<void>
}

/** A deliverer of one simulator. `done` tells which answers end the retries besides 2xx (410 unsubscribes, in some contracts). */
export function delivererOf(
  faults: Faults,
  log?: SimulatorLog,
  done: (status: number) => boolean = () => false,
): Deliverer {
  const closing = new AbortController()
  const underWay = new Set<Promise<Delivered>>()
  let held: (() => void) | null = null

  /** Lets a held-back delivery go; or holds this one back until the next has been sent, or for a moment. */
  async function reordered(): Promise<void> {
    const overtaken = held
    held = null
    if (overtaken) return void setImmediate(overtaken)
    if (!faults.strikes('reorder')) return
    await Promise.race([new Promise<void>(resolve => void (held = resolve)), pause(faults.get().delayMs)])
  }

  const pause = (ms: number): Promise<void> => wait(ms, undefined, { signal: closing.signal }).catch(() => undefined)

  async function run(delivery: Delivery): Promise<Delivered> {
    if (faults.strikes('silentWebhook') || faults.strikes('drop')) return { attempts: 0, status: null }
    if (faults.strikes('delay')) await pause(faults.get().delayMs)
    await intrude(delivery)
    await reordered()
    const first = await retried(delivery)
    if (!faults.strikes('duplicate')) return first
    const again = await post(delivery, 1, closing.signal)
    return { attempts: first.attempts + 1, status: again }
  }

  async function intrude(delivery: Delivery): Promise<void> {
    const kinds = [faults.strikes('forged') && 'forged', faults.strikes('staleSignature') && 'stale'] as const
    for (const kind of kinds) {
      const attempt = kind && delivery.intruder?.(kind)
      if (attempt) await post({ ...delivery, attempt: () => attempt }, 1, closing.signal)
    }
  }

  async function retried(delivery: Delivery): Promise<Delivered> {
    let status: number | null = null
    for (let attempt = 1; attempt <= delivery.retryDelaysMs.length + 1; attempt++) {
      if (attempt > 1) await pause(delivery.retryDelaysMs[attempt - 2] ?? 0)
      if (closing.signal.aborted) return { attempts: attempt - 1, status }
      status = await post(delivery, attempt, closing.signal)
      log?.info({ url: delivery.url, attempt, status }, 'webhook sent')
      if (status !== null && (isFine(status) || done(status))) return { attempts: attempt, status }
    }
    log?.warn({ url: delivery.url, status }, 'webhook given up')
    return { attempts: delivery.retryDelaysMs.length + 1, status }
  }

  return {
    send(delivery) {
      const sending = run(delivery)
      underWay.add(sending)
      return sending.finally(() => underWay.delete(sending))
    },
    async close() {
      closing.abort()
      held?.()
      await Promise.all(underWay)
    },
  }
}

const isFine = (status: number): boolean => status >= 200 && status < 300

/** Redirects count as failures, as with most vendors. */
async function post(delivery: Delivery, attempt: number, closing: AbortSignal): Promise<number | null> {
  const signal = AbortSignal.any([closing, AbortSignal.timeout(delivery.timeoutMs)])
  try {
    const answer = await fetch(delivery.url, {
      method: 'POST',
      redirect: 'manual',
      signal,
      ...delivery.attempt(attempt),
    })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return null
  }
}
