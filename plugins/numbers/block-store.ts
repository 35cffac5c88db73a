import type { Tx } from '@switchboard/core'

/** A number on a list. */
export interface Blocked {
  number: string
  /** `staff` for what people reported; else the list's name in the settings. */
  list: string
  reason: string
  /** Null: for good. */
  until: Date | null
  addedBy: string
  addedAt: Date
}

/** Why a number is turned away now; null when it is not. */
export async function blockedBecause(tx: Tx, number: string, now: Date): Promise<string | null> {
  const [row] = await tx.sql<{ reason: string }>`
    select reason from blocked_number where number = ${number} and (until is null or until > ${now})
      and not exists (select 1 from allowed_number where allowed_number.number = ${number})
    order by (list = 'staff') desc, added_at desc limit 1`
  return row?.reason ?? null
}

/** Puts a number on the list of what people reported. */
export async function report(
  tx: Tx,
  { number, reason, until, addedBy, addedAt }: Omit<Blocked, 'list'>,
): Promise<void> {
  await tx.sql`
    insert into blocked_number (number, list, reason, until, added_by, added_at, seen_at)
    values (${number}, 'staff', ${reason}, ${until}, ${addedBy}, ${addedAt}, ${addedAt})
    on conflict (number, list) do update set reason = excluded.reason, until = excluded.until, added_by = excluded.added_by,
      added_at = excluded.added_at, seen_at = excluded.seen_at`
}

/** Takes a number off what people reported. @returns whether it was there */
export async function takeBack(tx: Tx, number: string): Promise<boolean> {
  const rows = await tx.sql`delete from blocked_number where number = ${number} and list = 'staff' returning number`
  return rows.length > 0
}

/** Makes a list what it says now: numbers that are no longer on it go. */
export async function replaceList(
  tx: Tx,
  list: string,
  rows: readonly { number: string; reason: string; until: Date | null }[],
  now: Date,
): Promise<{ added: number; gone: number }> {
  const distinct = [...new Map(rows.map(row => [row.number, row])).values()]
  const added = await tx.sql<{ isNew: boolean }>`
    insert into blocked_number (number, list, reason, until, added_by, added_at, seen_at)
    select number, ${list}, reason, until, ${list}, ${now}::timestamptz, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(distinct)}::jsonb) as row (number text, reason text, until timestamptz)
    on conflict (number, list) do update set reason = excluded.reason, until = excluded.until, seen_at = excluded.seen_at
    returning (xmax = 0) as "isNew"`
  const gone = await tx.sql`delete from blocked_number where list = ${list} and seen_at < ${now} returning number`
  return { added: added.filter(({ isNew }) => isNew).length, gone: gone.length }
}

/** Forgets lists that are in no settings any more, and what has expired. @returns how many numbers */
export async function forget(tx: Tx, lists: readonly string[], now: Date): Promise<number> {
  const rows = await tx.sql`
    delete from blocked_number where (list <> 'staff' and list <> all(${lists}::text[])) or until <= ${now} returning number`
  return rows.length
}

/** Numbers on lists, page by page in their order. */
export function listBlocked(tx: Tx, after: string, limit: number): Promise<(Blocked & { isAllowed: boolean })[]> {
  return tx.sql<Blocked & { isAllowed: boolean }>`
    select number, list, reason, until, added_by as "addedBy", added_at as "addedAt",
      exists (select 1 from allowed_number where allowed_number.number = blocked_number.number) as "isAllowed"
    from blocked_number where number || ' ' || list > ${after} order by number || ' ' || list limit ${limit}`
}

/** A number that is heard whatever lists say. */
export interface Allowed {
  number: string
  reason: string
  addedBy: string
  addedAt: Date
}

export async function allow(tx: Tx, { number, reason, addedBy, addedAt }: Allowed): Promise<void> {
  await tx.sql`insert into allowed_number (number, reason, added_by, added_at) values (${number}, ${reason}, ${addedBy}, ${addedAt})
    on conflict (number) do update set reason = excluded.reason, added_by = excluded.added_by, added_at = excluded.added_at`
}

/** @returns whether it was allowed */
export async function disallow(tx: Tx, number: string): Promise<boolean> {
  return (await tx.sql`delete from allowed_number where number = ${number} returning number`).length > 0
}

/** Every number that is heard whatever lists say. */
export function listAllowed(tx: Tx): Promise<Allowed[]> {
  return tx.sql<Allowed>`
    select number, reason, added_by as "addedBy", added_at as "addedAt" from allowed_number order by number`
}
