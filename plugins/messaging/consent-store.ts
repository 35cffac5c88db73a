import type { Tx } from '@switchboard/core'

/** Somebody said whether they want messages from a line; null: from any of the vendor's lines. The last word counts. */
export async function noteConsent(
  tx: Tx,
  consent: { vendor: string; handle: string; line: string | null; isWanted: boolean; because: string; at: Date },
): Promise<boolean> {
  const { vendor, handle, line, isWanted, because, at } = consent
  // Who wants messages from all lines wants them from each.
  if (line === null && isWanted)
    await tx.sql`delete from message_consent where vendor = ${vendor} and handle = ${handle} and line <> '' and at <= ${at}`
  const rows = await tx.sql`
    insert into message_consent (vendor, handle, line, is_wanted, because, at)
    values (${vendor}, ${handle}, ${line ?? ''}, ${isWanted}, ${because}, ${at})
    on conflict (vendor, handle, line) do update set is_wanted = excluded.is_wanted, because = excluded.because, at = excluded.at
      where message_consent.at <= excluded.at and message_consent.is_wanted <> excluded.is_wanted
    returning vendor`
  return rows.length === 1
}

/** Why somebody is not to be written to from this line; null when they are. */
export async function refusalOf(
  tx: Tx,
  { vendor, handle, line }: { vendor: string; handle: string; line: string | null },
): Promise<{ because: string; at: Date } | null> {
  const [row] = await tx.sql<{ because: string; at: Date; isWanted: boolean }>`
    select because, at, is_wanted as "isWanted" from message_consent
    where vendor = ${vendor} and handle = ${handle} and (line = '' or ${line}::text is null or line = ${line})
    order by is_wanted, at desc limit 1`
  return row && !row.isWanted ? { because: row.because, at: row.at } : null
}
