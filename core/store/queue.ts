import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { makeBed } from '../model/bed.ts'
import { messageOf } from '../model/errors.ts'
import { after, minute, second } from '../model/time.ts'
import type { IsOurs } from '../ports/events.ts'
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

/** How long, in milliseconds, a transaction that holds what others wait for may stand still: one whose process sleeps is ended by the database. */
const standstillMs = 6 * second

/** To be read by a statement of such a transaction, so that it costs no other. */
export const briefly = sql`set_config('idle_in_transaction_session_timeout', ${String(standstillMs)}, true)`

/** The end of a lease taken at `now`. */
export function leaseUntil(now: Date): Date {
  return after(now, leaseMs)
}

/** Another worker has taken a row over: what this one did is undone. */
export class TakenOver extends Error {}

/** What a failed row becomes: due again later, or dead. */
export interface Setback {
  id: string
  attempts: number
  error: unknown
  /** Repeating cannot help. */
  isFinal?: boolean
  /** It is repeated for as long as it takes. */
  isPatient?: boolean | undefined
  /** The vendor said when to come back. */
  waitMs?: number | undefined
  /** What else to write down, in the same transaction, when the row is dead now. */
  onDead?: ((tx: Tx) => Promise<void>) | undefined
}

/** Writes down that handling a row failed. @returns true when the row is dead now */
export async function setBack(store: Store, table: QueueTable, now: Date, setback: Setback): Promise<boolean> {
  const isDead = setback.isFinal === true || (setback.attempts >= maxAttempts && !setback.isPatient)
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
async function renew(store: Store, table: QueueTable, now: Date, held: readonly Held[]): Promise<void> {
  const rows = held.flatMap(hand => hand.rows())
  if (rows.length === 0) return
  const kept = await store.read(
    tx => tx.sql<{ id: string }>`
      update ${sql.table(table)} row set leased_until = ${leaseUntil(now)}
      from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ attempts }) => attempts)}::int[]) as mine (id, attempts)
      where row.id = mine.id and row.attempts = mine.attempts and done_at is null and leased_until is not null
      returning row.id`,
  )
  const ours = new Set(kept.map(({ id }) => id))
  for (const hand of held) if (hand.rows().every(({ id }) => ours.has(id))) hand.until = leaseUntil(now)
}

/** Rows in hand, and until when they are surely ours. */
interface Held {
  rows(): readonly Claimed[]
  until: Date
  turns: readonly string[]
  /** Others may wait for it: whoever finishes it looks for them. */
  isWatched: boolean
  done: Promise<void>
}

/** A claimed row: `attempts` counts who had it, so that who lost it cannot write. */
export interface Claimed {
  id: string
  attempts: number
}

/** What a look at a queue found. */
export interface Claim<Row> {
  rows: Row[]
  /** Whether that was all there is: then nobody looks again before something comes. */
  isAll: boolean
}

/** How a queue is worked off. */
export interface QueueSettings<Row extends { id: string }> {
  store: Store
  table: QueueTable
  log: Log
  now(): Date
  /** Where leases are renewed, if not in `store`: a sign of life must not have to wait behind the work. */
  pulse?: Store | undefined
  /** Claims up to `limit` due rows, but none of those `inHand`: also when their lease is over, as it may be after a standstill, they are not begun twice. */
  claim(limit: number, inHand: readonly string[]): Promise<Claim<Row>>
  /** Handles one row, its failure included: it may not throw, but if it does the row comes back when its lease ends. */
  handle(row: Row, isOurs: IsOurs): Promise<void>
  /** The table's rows that one claimed `Row` stands for, but for those it is done with. */
  rowsOf(row: Row): readonly Claimed[]
  /** Rows of the same name wait for one another. Default: none has one. */
  turnsOf?(row: Row): readonly string[]
  /** Whether a row may wait for another that is in hand. Default: it may. */
  isOrdered?: boolean
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

/** A queue that can be given what its own hub has just written, claimed already: nobody has to look for it. */
export interface OpenQueue<Row> extends Queue {
  /** How many rows it could take in hand now. */
  room(): number
  /** Takes a row in hand that was written with a lease taken at `claimedAt`. */
  take(row: Row, claimedAt: Date): void
  /** Puts a place aside. @returns null when it has no room, or takes nothing any more */
  reserve(): Reserved<Row> | null
  /** Has those of this name looked for once the one in hand is done. @returns false when none is in hand */
  follows(turn: string): boolean
}

/** A place in a queue, for one row or for none. */
export interface Reserved<Row> {
  /** Takes a row in hand that was written with a lease taken at `claimedAt`. */
  take(row: Row, claimedAt: Date): void
  /** Gives the place up, unless it was used. */
  free(): void
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

const nothing = { rows: [], isAll: true }

/** Works a queue off until it is stopped. */
export function runQueue<Row extends { id: string }>(settings: QueueSettings<Row>): OpenQueue<Row> {
  const { store, table, log, now, isOrdered = true } = settings
  const bed = makeBed()
  const { hands, takeUp } = makeHands(settings, bed)
  const places = makePlaces<Row>((row, claimedAt) => takeUp(row, claimedAt, false))
  const renewing = setInterval(() => {
    renew(settings.pulse ?? store, table, now(), [...hands.values()]).catch((error: unknown) =>
      log.warn({ table, error: messageOf(error) }, 'leases could not be renewed'),
    )
  }, leaseMs / 3)

  let wakes = 0
  const round = async (): Promise<void> => {
    if (settings.paceMs) await setTimeout(settings.paceMs)
    bed.doze()
    const wakesBefore = wakes
    const free = settings.concurrency - hands.size - places.reserved()
    const claimedAt = now()
    const inHand = [...hands.values()].flatMap(held => held.rows().map(({ id }) => id))
    const { rows, isAll } = free > 0 ? await settings.claim(free, inHand) : nothing
    // What came meanwhile, or was left, may wait for one of these.
    for (const row of rows) takeUp(row, claimedAt, isOrdered && (!isAll || wakes > wakesBefore))
    if (rows.length === 0 || isAll) await bed.nap(settings.idleMs)
  }
  const work = async (): Promise<void> => {
    while (!bed.isLeft()) {
      await round().catch(async (error: unknown) => {
        log.warn({ table, error: messageOf(error) }, 'queue could not be read')
        bed.doze()
        await bed.nap(settings.idleMs)
      })
    }
    await places.empty()
    while (hands.size > 0) await Promise.all([...hands.values()].map(({ done }) => done))
    clearInterval(renewing)
  }
  const working = work()
  const room = (): number => (bed.isLeft() ? 0 : Math.max(0, settings.concurrency - hands.size - places.reserved()))
  const watch = (those: readonly Held[]): void => those.forEach(held => (held.isWatched = true))
  return {
    wake: () => {
      wakes += 1
      if (isOrdered) watch([...hands.values()])
      bed.wake()
    },
    room,
    take: (row, claimedAt) => takeUp(row, claimedAt, false),
    reserve: () => (room() > 0 ? places.reserve() : null),
    follows: turn => {
      const before = [...hands.values()].filter(held => held.turns.includes(turn))
      watch(before)
      return before.length > 0
    },
    stop: () => {
      bed.leave()
      return working
    },
  }
}

/** What a worker has in hand. It looks again when something is finished that others may have waited for, for its turn or for a free hand. */
function makeHands<Row extends { id: string }>(
  { table, log, now, concurrency, rowsOf, turnsOf, handle }: QueueSettings<Row>,
  bed: { wake(): void },
) {
  const hands = new Map<string, Held>()
  const takeUp = (row: Row, claimedAt: Date, isWatched: boolean): void => {
    const until = leaseUntil(claimedAt)
    const turns = turnsOf?.(row) ?? []
    const held: Held = { rows: () => rowsOf(row), turns, until, isWatched, done: Promise.resolve() }
    hands.set(row.id, held)
    held.done = handle(row, () => now() < held.until)
      .catch((error: unknown) => log.error({ table, error: messageOf(error) }, 'queue row failed'))
      .finally(() => {
        const isFull = hands.size >= concurrency
        hands.delete(row.id)
        if (isFull || held.isWatched) bed.wake()
      })
  }
  return { hands, takeUp }
}

/** Places put aside, each for what is being written. Who stops waits until all of them are used or given up: what was written as claimed is done. */
function makePlaces<Row>(takeUp: (row: Row, claimedAt: Date) => void) {
  let reserved = 0
  let emptied: () => void = () => undefined
  const reserve = (): Reserved<Row> => {
    let isHeld = true
    reserved += 1
    const free = (): void => {
      if (!isHeld) return
      isHeld = false
      reserved -= 1
      if (reserved === 0) emptied()
    }
    return {
      free,
      take: (row, claimedAt) => {
        takeUp(row, claimedAt)
        free()
      },
    }
  }
  return {
    reserve,
    reserved: () => reserved,
    empty: () => (reserved === 0 ? Promise.resolve() : new Promise<void>(resolve => (emptied = resolve))),
  }
}
