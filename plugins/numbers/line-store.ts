import type { Line, Tx } from '@switchboard/core'

/** A line as it was seen last. */
export interface StoredLine extends Line {
  /** When we last set its addresses right. */
  mendedAt: Date | null
  seenAt: Date
  /** Since when the account no longer has it. */
  goneAt: Date | null
}

/** Keeps the lines as they are now. @returns the numbers that the account no longer has, since this look */
export async function keepLines(
  tx: Tx,
  lines: readonly Line[],
  mended: ReadonlySet<string>,
  now: Date,
): Promise<string[]> {
  const rows = lines.map(({ vendorId: vendor_id, number, name, takes, drift }) => {
    return { vendor_id, number, name, takes, drift, mended_at: mended.has(vendor_id) ? now : null }
  })
  await tx.sql`
    insert into line (vendor_id, number, name, takes, drift, mended_at, seen_at)
    select vendor_id, number, name, takes, drift, mended_at, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      vendor_id text, number text, name text, takes jsonb, drift jsonb, mended_at timestamptz)
    on conflict (vendor_id) do update set number = excluded.number, name = excluded.name, takes = excluded.takes, drift = excluded.drift,
      mended_at = coalesce(excluded.mended_at, line.mended_at), seen_at = excluded.seen_at, gone_at = null`
  const gone = await tx.sql<{ number: string }>`
    update line set gone_at = ${now} where seen_at < ${now} and gone_at is null returning number`
  return gone.map(({ number }) => number)
}

/** Every line, by number. */
export function listLines(tx: Tx): Promise<StoredLine[]> {
  return tx.sql<StoredLine>`
    select vendor_id as "vendorId", number, name, takes, drift, mended_at as "mendedAt", seen_at as "seenAt", gone_at as "goneAt"
    from line order by gone_at nulls first, number`
}
