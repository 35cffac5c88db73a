import type { Alert } from '../ports/alerts.ts'
import type { Events } from '../ports/events.ts'
import type { Store, Tx } from '../ports/store.ts'

/** What raising and clearing take. */
export interface AlertSettings {
  events: Events
  now(): Date
}

/**
 * Raises an alert, or notes that it still stands. One that is new, or came back, is told as `alert.raised`.
 * @returns whether it was told
 */
export async function raiseAlert(tx: Tx, { part, key, message }: Alert, settings: AlertSettings): Promise<boolean> {
  const now = settings.now()
  const rows = await tx.sql<{ isTold: boolean }>`
    with known as (select from alert where part = ${part} and key = ${key} and cleared_at is null)
    insert into alert (part, key, message, raised_at, seen_at) values (${part}, ${key}, ${message}, ${now}, ${now})
    on conflict (part, key) do update set message = excluded.message, seen_at = excluded.seen_at, cleared_at = null,
      raised_at = case when alert.cleared_at is null then alert.raised_at else excluded.raised_at end
    returning not exists (select from known) as "isTold"`
  const isTold = rows[0]?.isTold === true
  if (isTold) await settings.events.publish(tx, 'alert.raised', { part, key, message, at: now })
  return isTold
}

/** Ends an alert, if it stands, and tells it as `alert.cleared`. @returns whether it stood */
export async function clearAlert(
  tx: Tx,
  { part, key }: Omit<Alert, 'message'>,
  settings: AlertSettings,
): Promise<boolean> {
  const now = settings.now()
  const rows = await tx.sql<{ message: string }>`
    update alert set cleared_at = ${now} where part = ${part} and key = ${key} and cleared_at is null returning message`
  const message = rows[0]?.message
  if (message === undefined) return false
  await settings.events.publish(tx, 'alert.cleared', { part, key, message, at: now })
  return true
}

/** The alerts of a part that stand, the oldest first. */
export function standingAlerts(store: Store): Promise<(Alert & { since: Date })[]> {
  return store.read(
    tx => tx.sql<Alert & { since: Date }>`
      select part, key, message, raised_at as since from alert where cleared_at is null order by raised_at, part, key`,
  )
}
