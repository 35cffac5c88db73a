import type { Tx } from '@switchboard/core'
import type { Told } from './damping.ts'

/** Which alert. */
export interface Which {
  part: string
  key: string
}

/** An alert as it is, locked until the commit; null when there never was one. */
export async function lockAlert(
  tx: Tx,
  { part, key }: Which,
): Promise<{ message: string; isStanding: boolean } | null> {
  const rows = await tx.sql<{ message: string; isStanding: boolean }>`
    select message, cleared_at is null as "isStanding" from alert where part = ${part} and key = ${key} for update`
  return rows[0] ?? null
}

/** What people know of an alert; null when nothing. To be read after `lockAlert`. */
export async function readTold(tx: Tx, { part, key }: Which): Promise<Told | null> {
  const rows = await tx.sql<Told>`
    select state, flaps, since, due_at as "dueAt" from alert_told where part = ${part} and key = ${key}`
  return rows[0] ?? null
}

/** Notes what people know. */
export async function writeTold(
  tx: Tx,
  { part, key }: Which,
  { told, message }: { told: Told; message: string },
): Promise<void> {
  const { state, flaps, since, dueAt } = told
  await tx.sql`
    insert into alert_told (part, key, message, state, flaps, since, due_at)
    values (${part}, ${key}, ${message}, ${state}, ${flaps}, ${since}, ${dueAt})
    on conflict (part, key) do update set message = excluded.message, state = excluded.state, flaps = excluded.flaps,
      since = excluded.since, due_at = excluded.due_at`
}

/** Forgets what people knew. */
export async function forgetTold(tx: Tx, { part, key }: Which): Promise<void> {
  await tx.sql`delete from alert_told where part = ${part} and key = ${key}`
}

/** Alerts of which something is to be told by now. */
export async function dueAlerts(tx: Tx, now: Date): Promise<Which[]> {
  return tx.sql`select part, key from alert_told where due_at <= ${now} order by due_at limit 100`
}

/** Alerts that stand and of which nobody was told: one whose event is still on its way, or was raised while this plugin was off. */
export async function untoldAlerts(tx: Tx): Promise<Which[]> {
  return tx.sql`select part, key from alert where cleared_at is null and not exists (
    select 1 from alert_told told where told.part = alert.part and told.key = alert.key and told.state <> 'over') limit 100`
}

/** An alert as people see it. */
export interface AlertShown extends Which {
  message: string
  raisedAt: Date
  seenAt: Date
  clearedAt: Date | null
  /** How often it came back. */
  flaps: number
}

/** Alerts, those that stand first, then the newest. */
export async function listAlerts(
  tx: Tx,
  { isStanding, limit }: { isStanding: boolean | null; limit: number },
): Promise<AlertShown[]> {
  return tx.sql<AlertShown>`
    select part, key, alert.message, raised_at as "raisedAt", seen_at as "seenAt", cleared_at as "clearedAt",
      coalesce(told.flaps, 0) as flaps
    from alert left join alert_told told using (part, key)
    where ${isStanding}::boolean is null or (cleared_at is null) = ${isStanding}::boolean
    order by cleared_at is not null, coalesce(cleared_at, raised_at) desc, part, key limit ${limit}`
}
