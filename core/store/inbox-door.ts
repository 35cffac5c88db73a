import { HubError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import type { Log } from '../ports/kit.ts'
import type { Tx } from '../ports/store.ts'
import type { WebhookRequest } from '../ports/webhook.ts'
import { keepTogether } from './keep-together.ts'
import { openPool } from './open.ts'
import { briefly, leaseUntil, type Reserved } from './queue.ts'

/** A delivery that somebody has in hand. */
export interface InboxRow {
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
/** So many statements at once. */
const connections = 4

const columns =
  'id, adapter, channel, port, delivery_id, method, url, headers, body, received_at, due_at, attempts, leased_until'
const unlessKnown = 'on conflict (adapter, delivery_id) do nothing returning id'
const statements = {
  one: {
    name: 'inbox-keep',
    text: `insert into inbox (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12) ${unlessKnown}`,
  },
  many: {
    name: 'inbox-keep-many',
    text: `insert into inbox (${columns})
      select id, adapter, channel, port, delivery_id, method, url, headers, body, received_at, received_at, attempts, leased_until
      from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::bytea[],
          $10::timestamptz[], $11::int[], $12::timestamptz[])
        as kept (id, adapter, channel, port, delivery_id, method, url, headers, body, received_at, attempts, leased_until)
      ${unlessKnown}`,
  },
}

/** Who of this hub acts on deliveries, and can be handed what it has room for: what is handed over nobody has to look for. */
export interface InboxWorker {
  /** Puts a place aside for a delivery of this port. @returns null when there is none, or when it waits for others to be read with it */
  reserve(port: string): Reserved<InboxRow> | null
}

/**
 * Opens the way into the inbox. What `worker` has a place for is kept as claimed by it and handed to it; `onKept` is called after each other new
 * delivery, for somebody to look for it.
 */
export function openInbox(settings: {
  url: string
  log: Log
  now(): Date
  onKept(): void
  /** Default: nobody, so that all is looked for. */
  worker?(): InboxWorker | undefined
}): InboxDoor {
  const pool = openPool({ url: settings.url, log: settings.log, max: connections, statementTimeoutMs: keepForMs })
  const keepRow = keepTogether(pool, statements, connections)
  const keep = async (delivery: Delivery, place: Reserved<InboxRow> | null): Promise<'kept' | 'duplicate'> => {
    const row = rowOf(delivery, place ? 1 : 0)
    const claimedAt = settings.now()
    const values = [...valuesOf(row, delivery.deliveryId), row.attempts, place ? leaseUntil(claimedAt) : null]
    const key = `${row.adapter} ${delivery.deliveryId}`
    const isNew = await insist(() => keepRow({ id: row.id, key, values }), performance.now() + keepForMs)
    if (!isNew) return 'duplicate'
    if (place) place.take(row, claimedAt)
    else settings.onKept()
    return 'kept'
  }
  return {
    keep: async delivery => {
      const place = settings.worker?.()?.reserve(delivery.port) ?? null
      try {
        return await keep(delivery, place)
      } finally {
        place?.free()
      }
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

function rowOf({ request, port }: Delivery, attempts: number): InboxRow {
  const { adapter, channel, method, url, headers, body, receivedAt } = request
  return { id: newId(), adapter, channel, port, method, url, headers, body, received_at: receivedAt, attempts }
}

function valuesOf(row: InboxRow, deliveryId: string): unknown[] {
  const { id, adapter, channel, port, method, url, headers, body, received_at } = row
  return [id, adapter, channel, port, deliveryId, method, url, JSON.stringify(headers), body, received_at]
}

async function insist(attempt: () => Promise<boolean>, until: number): Promise<boolean> {
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 500)) {
    try {
      return await attempt()
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
