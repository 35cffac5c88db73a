import { after, day, type Tx } from '@switchboard/core'

/** One event for one endpoint, and how far it came. */
export interface Delivery {
  id: string
  endpoint: string
  event: string
  /** What is sent, as it is signed. */
  body: string
  madeAt: Date
  attempts: number
  triedAt: Date | null
  /** What the endpoint answered last. */
  status: number | null
  error: string | null
  deliveredAt: Date | null
  deadAt: Date | null
}

/** Writes a delivery down before it is sent. */
export async function logDelivery(
  tx: Tx,
  { id, endpoint, event, body, madeAt }: Pick<Delivery, 'id' | 'endpoint' | 'event' | 'body' | 'madeAt'>,
): Promise<void> {
  await tx.sql`insert into webhook_delivery (id, endpoint, event, body, made_at)
    values (${id}, ${endpoint}, ${event}, ${body}, ${madeAt})`
}

/** The delivery with this id; null when there is none. */
export async function readDelivery(tx: Tx, id: string): Promise<Delivery | null> {
  const [row] = await tx.sql<Delivery>`
    select id, endpoint, event, body, made_at as "madeAt", attempts, tried_at as "triedAt", status, error,
      delivered_at as "deliveredAt", dead_at as "deadAt"
    from webhook_delivery where id = ${id}`
  return row ?? null
}

/** Which deliveries are listed. */
export interface Wanted {
  endpoint?: string | undefined
  state?: 'waiting' | 'delivered' | 'dead' | undefined
  limit: number
  /** Only those older than this one. */
  before: string | null
}

/** Deliveries, newest first. */
export async function listDeliveries(tx: Tx, { endpoint, state, limit, before }: Wanted): Promise<Delivery[]> {
  return tx.sql<Delivery>`
    select id, endpoint, event, body, made_at as "madeAt", attempts, tried_at as "triedAt", status, error,
      delivered_at as "deliveredAt", dead_at as "deadAt"
    from webhook_delivery
    where (${endpoint ?? null}::text is null or endpoint = ${endpoint ?? null})
      and (${state ?? null}::text is null or ${state ?? null} =
        case when delivered_at is not null then 'delivered' when dead_at is not null then 'dead' else 'waiting' end)
      and (${before}::uuid is null or id < ${before}::uuid)
    order by id desc limit ${limit}`
}

/** The endpoint took it. */
export async function noteDelivered(tx: Tx, id: string, { status, at }: { status: number; at: Date }): Promise<void> {
  await tx.sql`update webhook_delivery set attempts = attempts + 1, tried_at = ${at}, status = ${status}, error = null,
    delivered_at = ${at}, dead_at = null where id = ${id}`
}

/** The endpoint did not take it. */
export async function noteTried(
  tx: Tx,
  id: string,
  { status, error, at }: { status: number | null; error: string; at: Date },
): Promise<void> {
  await tx.sql`update webhook_delivery set attempts = attempts + 1, tried_at = ${at}, status = ${status}, error = ${error}
    where id = ${id}`
}

/** It is tried no more. */
export async function noteDead(tx: Tx, id: string, error: string, at: Date): Promise<void> {
  await tx.sql`update webhook_delivery set dead_at = ${at}, error = ${error} where id = ${id} and delivered_at is null`
}

/** Has a delivery that is settled begin anew. Null when it is still on its way, or there is none. */
export async function reviveDelivery(tx: Tx, id: string): Promise<Delivery | null> {
  const rows = await tx.sql`
    update webhook_delivery set delivered_at = null, dead_at = null, error = null
    where id = ${id} and (delivered_at is not null or dead_at is not null) returning id`
  return rows.length === 1 ? readDelivery(tx, id) : null
}

/** Forgets deliveries that are older than this. @returns how many */
export async function tidy(tx: Tx, now: Date, keepDays: number): Promise<number> {
  const rows = await tx.sql`delete from webhook_delivery where made_at < ${after(now, -keepDays * day)} returning id`
  return rows.length
}
