import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { messageOf } from '../model/errors.ts'
import { after, minute, second } from '../model/time.ts'
import type { Log } from '../ports/kit.ts'
import type { Store, Tx } from '../ports/store.ts'

/** The two tables that are queues: rows are claimed with a lease, repeated with backoff, and buried after ten attempts. */
export type QueueTable = 'inbox' | 'outbox'

/** How long a claimed row stays with whoever claimed it without a sign of life: what a crash costs. Renewed while the row is in hand. */
const leaseMs = 5 * second

/** After so many attempts a row is dead and waits for a person. */
export const maxAttempts = 10

/** When a row that failed `attempts` times is due again: 0.5 s, 1 s, 2 s … at most 5 minutes, with up to a quarter of jitter. */
export function backoffMs(attempts: number, random = Math.random()): number {
  return Math.min(250 * 2 ** attempts, 5 * minute) * (1 + random / 4)
}

/** The end of a lease taken at `now`. */
export function leaseUntil(now: Date): Date {
  return after(now, leaseMs)
}

/** What a failed row becomes: due again later, or dead. */
export interface Setback {
  id: string
  attempts: number
  error: unknown
  /** Repeating cannot help. */
  isFinal?: boolean
  /** The vendor said when to come back. */
  waitMs?: number | undefined
  /** What else to write down, in the same transaction, when the row is dead now. */
  onDead?: ((tx: Tx) => Promise<void>) | undefined
}

/** Writes down that handling a row failed. @returns true when the row is dead now */
export async function setBack(store: Store, table: QueueTable, now: Date, setback: Setback): Promise<boolean> {
  const isDead = setback.isFinal === true || setback.attempts >= maxAttempts
  const dueAt = after(now, setback.waitMs ?? backoffMs(setback.attempts))
  await store.transact(async tx => {
    const marked = await tx.sql<{ id: string }>`
      update ${sql.table(table)} set leased_until = null, due_at = ${dueAt}, error = ${messageOf(setback.error)},
        dead_at = ${isDead ? now : null}
      where id = ${setback.id} and done_at is null and attempts = ${setback.attempts} returning id`
    if (isDead && marked.length === 1) await setback.onDead?.(tx)
  })
  return isDead
}

/** Tells the others that these rows are still in hand. */
async function renew(store: Store, table: QueueTable, now: Date, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await store.read(
    tx => tx.sql`update ${sql.table(table)} set leased_until = ${leaseUntil(now)}
                 where id = any(${ids}) and done_at is null and leased_until is not null`,
  )
}

/** How a queue is worked off. */
export interface QueueSettings<Row extends { id: string }> {
  store: Store
  table: QueueTable
  log: Log
  now(): Date
  /** Claims up to `limit` due rows. */
  claim(limit: number): Promise<Row[]>
  /** Handles one row, its failure included: it may not throw, but if it does the row comes back when its lease ends. */
  handle(row: Row): Promise<void>
  /** The table's rows that one claimed `Row` stands for. Default: its own. */
  rowsOf?(row: Row): string[]
  /** Rows in hand at once. */
  concurrency: number
  /** How often to look when nobody wakes it: rows of other instances, and rows that became due. */
  idleMs: number
  /** At least so long from one look to the next, so that what comes meanwhile is claimed together. Default 0. */
  paceMs?: number
}

/** A running queue. */
export interface Queue {
  /** There may be something to do: look now. */
  wake(): void
  /** Claims no more and waits for what is in hand. */
  stop(): Promise<void>
}

/** Two queues as one. */
export function bothQueues(first: Queue, second: Queue): Queue {
  return {
    wake: () => {
      first.wake()
      second.wake()
    },
    stop: async () => {
      await Promise.all([first.stop(), second.stop()])
    },
  }
}

/** Works a queue off until it is stopped. */
export function runQueue<Row extends { id: string }>(settings: QueueSettings<Row>): Queue {
  const { store, table, log, now } = settings
  const hands = new Map<string, { rows: string[]; done: Promise<void> }>()
  const { rowsOf = row => [row.id] } = settings
  const bed = makeBed(settings.idleMs)
  const renewing = setInterval(() => {
    renew(
      store,
      table,
      now(),
      [...hands.values()].flatMap(({ rows }) => rows),
    ).catch((error: unknown) => log.warn({ table, error: messageOf(error) }, 'leases could not be renewed'))
  }, leaseMs / 3)

  const takeUp = (row: Row): void => {
    const done = settings
      .handle(row)
      .catch((error: unknown) => log.error({ table, error: messageOf(error) }, 'queue row failed'))
      .finally(() => {
        hands.delete(row.id)
        bed.wake()
      })
    hands.set(row.id, { rows: rowsOf(row), done })
  }
  const round = async (): Promise<void> => {
    if (settings.paceMs) await setTimeout(settings.paceMs)
    bed.doze()
    const free = settings.concurrency - hands.size
    const rows = free > 0 ? await settings.claim(free) : []
    rows.forEach(takeUp)
    if (rows.length === 0) await bed.nap()
  }
  const work = async (): Promise<void> => {
    while (!bed.isLeft()) {
      await round().catch(async (error: unknown) => {
        log.warn({ table, error: messageOf(error) }, 'queue could not be read')
        bed.doze()
        await bed.nap()
      })
    }
    await Promise.all([...hands.values()].map(({ done }) => done))
    clearInterval(renewing)
  }
  const working = work()
  return {
    wake: bed.wake,
    stop: () => {
      bed.leave()
      return working
    },
  }
}

/** Where a worker sleeps: until its time is up, until it is woken, or, once it has left, not at all. */
function makeBed(idleMs: number) {
  let isAwake = false
  let isLeft = false
  let rouse: () => void = () => undefined
  return {
    wake: () => {
      isAwake = true
      rouse()
    },
    /** Forgets that it was woken; whoever wakes it from here on is heard by the next nap. */
    doze: () => void (isAwake = false),
    nap: (): Promise<void> =>
      new Promise(resolve => {
        if (isAwake || isLeft) return resolve()
        const timer = globalThis.setTimeout(resolve, idleMs)
        rouse = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
    leave: () => {
      isLeft = true
      rouse()
    },
    isLeft: () => isLeft,
  }
}
