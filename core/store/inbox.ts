import { HubError, messageOf, VendorError } from '../model/errors.ts'
import type { Log } from '../ports/kit.ts'
import type { DeliveryHandler } from '../ports/plugin.ts'
import type { Store, Tx } from '../ports/store.ts'
import type { WebhookRequest } from '../ports/webhook.ts'
import type { InboxRow, InboxWorker } from './inbox-door.ts'
import { briefly, leaseUntil, runQueue, setBack, TakenOver, type Queue } from './queue.ts'

/** Reads several kept deliveries, and returns what to write for all of them; those it could not read are told by index. */
export type BatchHandler = (requests: WebhookRequest[]) => Promise<{
  apply(tx: Tx): Promise<void>
  unread: ReadonlyMap<number, unknown>
}>

/** What the workers of the inbox need. */
export interface InboxWork {
  store: Store
  /** Where leases are renewed. Default: `store`. */
  pulse?: Store | undefined
  log: Log
  now(): Date
}

/** A worker of the inbox, which can be handed deliveries. */
export interface InboxQueue extends Queue, InboxWorker {}

/** Hands kept deliveries, one by one, to the plugins that read them, each until it acted once. */
export function workInbox(settings: InboxWork & { readers: ReadonlyMap<string, DeliveryHandler> }): InboxQueue {
  const { store, pulse, log, now, readers } = settings
  const ports = [...readers.keys()]
  const queue = runQueue<InboxRow>({
    ...{ store, pulse, table: 'inbox', log, now },
    concurrency: 8,
    idleMs: 250,
    isOrdered: false,
    handle: async row => {
      try {
        const read = readers.get(row.port)
        if (!read) throw new Error(`nobody reads ${row.port} deliveries`)
        const apply = await read(requestOf(row))
        await store.transact(async tx => {
          // What is done need not wait for the mark: without it, all of it is rolled back.
          const [marked] = await Promise.all([markDone(tx, [row], now()), apply(tx)])
          if (marked === 0) throw new TakenOver()
        })
      } catch (error) {
        if (error instanceof TakenOver) return
        await putBack(settings, row, error)
      }
    },
    rowsOf: row => [row],
    claim: async (limit, inHand) => {
      const rows = await claim(store, now(), { ports, limit, except: [], inHand })
      return { rows, isAll: rows.length < limit }
    },
  })
  return { ...queue, reserve: port => (readers.has(port) ? queue.reserve() : null) }
}

interface Batch {
  id: string
  rows: InboxRow[]
}

const batchSize = 200
/** A record may be this much late; in return a flood is stored in a few large steps. */
const paceMs = 50

/**
 * The same for deliveries that can be read many at a time: one transaction for all of a batch, so that a flood costs little each. Batches are
 * of one adapter, and each adapter has at most one in hand: a vendor that has to be asked and is slow keeps no other waiting.
 */
export function workInboxInBatches(settings: InboxWork & { port: string; read: BatchHandler }): Queue {
  const { store, pulse, log, now, port } = settings
  const busy = new Set<string>()
  const handle = async ({ rows }: Batch): Promise<void> => {
    const adapter = rows[0]?.adapter ?? ''
    try {
      await together(settings, rows)
    } catch (error) {
      if (rows.length === 1 && rows[0]) return await putBack(settings, rows[0], error)
      log.warn({ port, adapter, deliveries: rows.length, error: messageOf(error) }, 'deliveries are read one by one')
      for (const row of rows) await together(settings, [row]).catch((cause: unknown) => putBack(settings, row, cause))
    } finally {
      busy.delete(adapter)
    }
  }
  return runQueue<Batch>({
    ...{ store, pulse, table: 'inbox', log, now, handle },
    concurrency: 20,
    idleMs: 250,
    paceMs,
    rowsOf: batch => batch.rows,
    claim: async () => {
      const rows = await claim(store, now(), { ports: [port], limit: batchSize, except: [...busy], inHand: [] })
      const batches = Map.groupBy(rows, ({ adapter }) => adapter)
      for (const adapter of batches.keys()) busy.add(adapter)
      return { rows: [...batches.values()].map(rows => ({ id: rows[0]?.id ?? '', rows })), isAll: false }
    },
  })
}

async function together(settings: InboxWork & { read: BatchHandler }, rows: InboxRow[]): Promise<void> {
  const { store, now, read } = settings
  const { apply, unread } = await read(rows.map(requestOf))
  for (const [index, error] of unread) if (rows[index]) await putBack(settings, rows[index], error)
  const good = rows.filter((_, index) => !unread.has(index))
  await store.transact(async tx => {
    if ((await markDone(tx, good, now())) < good.length)
      throw new Error('some deliveries were taken over by another worker')
    await apply(tx)
  })
}

/** Marks deliveries as done, unless another worker took one over meanwhile. @returns how many it marked */
async function markDone(tx: Tx, rows: InboxRow[], now: Date): Promise<number> {
  const [ids, attempts] = [rows.map(({ id }) => id), rows.map(row => row.attempts)]
  const marked = await tx.sql<{ id: string }>`
    update inbox set done_at = ${now}, leased_until = null, error = null
    from unnest(${ids}::uuid[], ${attempts}::int[]) as mine (id, attempts)
    where inbox.id = mine.id and done_at is null and inbox.attempts = mine.attempts
    returning inbox.id, ${briefly}`
  return marked.length
}

async function putBack({ store, log, now }: InboxWork, row: InboxRow, error: unknown): Promise<void> {
  const { id, attempts, adapter, channel } = row
  const isFinal = error instanceof HubError && error.code === 'bad_body'
  const waitMs = error instanceof VendorError ? error.retryAfterMs : undefined
  const isDead = await setBack(store, 'inbox', now(), { id, attempts, error, isFinal, waitMs })
  const facts = { inboxId: id, adapter, channel, error: messageOf(error) }
  if (isDead) log.error(facts, 'delivery is dead')
  else log.warn(facts, 'delivery will be tried again')
}

/** Claims due deliveries of these ports, but for those of some adapters. */
function claim(
  store: Store,
  now: Date,
  { ports, limit, except, inHand }: { ports: string[]; limit: number; except: string[]; inHand: readonly string[] },
): Promise<InboxRow[]> {
  return store.read(
    tx => tx.sql<InboxRow>`
      update inbox set leased_until = ${leaseUntil(now)}, attempts = attempts + 1
      where id in (
        select id from inbox
        where done_at is null and dead_at is null and due_at <= ${now} and port = any(${ports}) and not adapter = any(${except})
          and (leased_until is null or leased_until < ${now}) and not id = any(${inHand}::uuid[])
        order by due_at, id limit ${limit} for update skip locked)
      returning id, adapter, channel, port, method, url, headers, body, received_at, attempts`,
  )
}

function requestOf(row: InboxRow): WebhookRequest {
  const { adapter, channel, method, url, headers, body } = row
  return { adapter, channel, method, url, headers, body, receivedAt: row.received_at }
}
