import { sql } from 'kysely'
import type { Store } from '../ports/store.ts'

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
