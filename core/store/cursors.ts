import type { Tx } from '../ports/store.ts'

/** How far a source was read; null when never. */
export async function cursorOf(tx: Tx, name: string): Promise<string | null> {
  const rows = await tx.sql<{ value: string }>`select value from cursor where name = ${name}`
  return rows[0]?.value ?? null
}

/** Forgets how far a source was read: the next read is of everything. */
export async function dropCursor(tx: Tx, name: string): Promise<void> {
  await tx.sql`delete from cursor where name = ${name}`
}

/** Notes how far a source was read, in the transaction that stores what was read. */
export async function moveCursor(tx: Tx, name: string, value: string, now: Date): Promise<void> {
  await tx.sql`insert into cursor (name, value, moved_at) values (${name}, ${value}, ${now})
    on conflict (name) do update set value = excluded.value, moved_at = excluded.moved_at`
}
