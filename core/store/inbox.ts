import { sql } from 'kysely'
import type pg from 'pg'
import { HubError, messageOf, VendorError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import type { Log } from '../ports/kit.ts'
import type { DeliveryHandler } from '../ports/plugin.ts'
import type { Store, Tx } from '../ports/store.ts'
import type { WebhookRequest } from '../ports/webhook.ts'
import { openPool } from './open.ts'
import { briefly, leaseUntil, runQueue, setBack, type Queue } from './queue.ts'

/** A verified webhook delivery on its way into the inbox. */
export interface Delivery {
  request: WebhookRequest
  /** The port whose plugin reads it. */
  port: string
  /** The vendor's id of this delivery, the same across its retries. */
  deliveryId: string
}

/** The way into the inbox, on a small connection pool of its own so that nothing else can keep a vendor waiting. */
export interface InboxDoor {
  /** Keeps a delivery durably. While the database is away it tries for 4 s. @throws HubError unavailable when it could not */
  keep(delivery: Delivery): Promise<'kept' | 'duplicate'>
  close(): Promise<void>
}

const keepForMs = 4_000

const insert = {
  name: 'inbox-keep',
  text: `insert into inbox (id, adapter, channel, port, delivery_id, method, url, headers, body, received_at, due_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) on conflict (adapter, delivery_id) do nothing`,
}

/** Opens the way into the inbox. `onKept` is called after each new delivery, to wake the worker. */
export function openInbox(settings: { url: string; log: Log; onKept(): void }): InboxDoor {
  const pool = openPool({ url: settings.url, log: settings.log, max: 4, statementTimeoutMs: keepForMs })
  return {
    keep: async delivery => {
      const { rowCount } = await insist(pool, valuesOf(delivery), performance.now() + keepForMs)
      if (rowCount === 0) return 'duplicate'
      settings.onKept()
      return 'kept'
    },
    close: () => pool.end(),
  }
}

/**
 * Keeps a delivery that is acted on in this very transaction.
 * @returns false when it was acted on before: a repetition waits here until the first is committed
 */
export async function markAnswered(tx: Tx, { request, port, deliveryId }: Delivery, now: Date): Promise<boolean> {
  const { adapter, channel, method, url, headers, body, receivedAt } = request
  const rows = await tx.sql<{ id: string }>`
    insert into inbox (id, adapter, channel, port, delivery_id, method, url, headers, body, received_at, due_at, attempts, done_at)
    values (${newId()}, ${adapter}, ${channel}, ${port}, ${deliveryId}, ${method}, ${url}, ${JSON.stringify(headers)}::jsonb, ${body},
      ${receivedAt}, ${receivedAt}, 1, ${now})
    on conflict (adapter, delivery_id) do nothing returning id, ${briefly}`
  return rows.length === 1
}

function valuesOf({ request, port, deliveryId }: Delivery): unknown[] {
  const { adapter, channel, method, url, headers, body, receivedAt } = request
  return [newId(), adapter, channel, port, deliveryId, method, url, JSON.stringify(headers), body, receivedAt]
}

async function insist(pool: pg.Pool, values: unknown[], until: number): Promise<pg.QueryResult> {
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 500)) {
    try {
      return await pool.query({ ...insert, values })
    } catch (error) {
      if (!isAway(error) || performance.now() + pauseMs > until)
        throw new HubError('unavailable', 'the delivery could not be kept; send it again', { cause: error })
      await new Promise(resolve => setTimeout(resolve, pauseMs))
    }
  }
}

/** Whether the database, not the statement, is at fault: lost or refused connections, shut down, starting up, too many. */
function isAway(error: unknown): boolean {
  const code = (error as { code?: string }).code
  return code === undefined || /^(08|53|57P|E[A-Z]+$)/.test(code)
}

interface InboxRow {
  id: string
  adapter: string
  channel: string
  port: string
  method: string
  url: string
  headers: Record<string, string>
  body: Buffer
  received_at: Date
  attempts: number
}

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

/** Hands kept deliveries, one by one, to the plugins that read them, each until it acted once. */
export function workInbox(settings: InboxWork & { readers: ReadonlyMap<string, DeliveryHandler> }): Queue {
  const { store, pulse, log, now, readers } = settings
  const ports = [...readers.keys()]
  return runQueue<InboxRow>({
    ...{ store, pulse, table: 'inbox', log, now },
    concurrency: 8,
    idleMs: 250,
    isOrdered: false,
    claimsAll: true,
    handle: async row => {
      try {
        const read = readers.get(row.port)
        if (!read) throw new Error(`nobody reads ${row.port} deliveries`)
        const apply = await read(requestOf(row))
        await store.transact(async tx => {
          if ((await markDone(tx, [row], now())) === 1) await apply(tx)
        })
      } catch (error) {
        await putBack(settings, row, error)
      }
    },
    rowsOf: row => [row],
    claim: (limit, inHand) => claim(store, now(), { ports, limit, except: [], inHand }),
  })
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
      return [...batches.values()].map(rows => ({ id: rows[0]?.id ?? '', rows }))
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

/** A delivery as people see it. */
export interface InboxEntry {
  id: string
  adapter: string
  channel: string
  deliveryId: string
  state: 'waiting' | 'done' | 'dead'
  attempts: number
  error: string | null
  receivedAt: Date
}

const asEntry =
  sql.raw(`id, adapter, channel, delivery_id as "deliveryId", attempts, error, received_at as "receivedAt",
  case when done_at is not null then 'done' when dead_at is not null then 'dead' else 'waiting' end as state`)

/** The newest deliveries, in one state or in any, older than `before` (an id) when given. */
export function listInbox(
  store: Store,
  { state, limit, before }: { state?: InboxEntry['state'] | undefined; limit: number; before?: string | undefined },
): Promise<InboxEntry[]> {
  return store.read(
    tx => tx.sql<InboxEntry>`
      select * from (select ${asEntry} from inbox where ${before ?? null}::uuid is null or id < ${before ?? null}::uuid) entry
      where ${state ?? null}::text is null or state = ${state ?? null} order by id desc limit ${limit}`,
  )
}

/** One delivery with its address, headers and body; null when there is none. */
export async function showInbox(
  store: Store,
  id: string,
): Promise<(InboxEntry & { url: string; headers: Record<string, string>; body: string }) | null> {
  const rows = await store.read(
    tx => tx.sql<InboxEntry & { url: string; headers: Record<string, string>; bytes: Buffer }>`
      select ${asEntry}, url, headers, body as bytes from inbox where id = ${id}`,
  )
  const row = rows[0]
  if (!row) return null
  const { bytes, ...entry } = row
  return { ...entry, body: bytes.toString('utf8') }
}

/** Makes a delivery due again as if it had just come. @returns false when there is none with this id */
export async function replayInbox(store: Store, id: string, now: Date): Promise<boolean> {
  const rows = await store.transact(
    tx => tx.sql<{
      id: string
    }>`update inbox set done_at = null, dead_at = null, leased_until = null, attempts = 0, error = null,
            due_at = ${now} where id = ${id} returning id`,
  )
  return rows.length === 1
}
