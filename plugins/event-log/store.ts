import { after, day, type KeyedEvent, type Tx } from '@switchboard/core'

/** An event with its place in the log. */
export interface LoggedEvent extends KeyedEvent {
  position: string
}

/** One after the other, so that positions become visible in their order. */
async function inTurn(tx: Tx): Promise<void> {
  await tx.sql`select pg_advisory_xact_lock(hashtext('switchboard event log'))`
}

/** Adds events in their order, but for those that are there already. */
export async function append(tx: Tx, events: readonly KeyedEvent[], now: Date): Promise<void> {
  await inTurn(tx)
  await tx.sql`
    insert into event_log (id, name, key, data, at, kept_at)
    select id, name, key, data, at, ${now} from jsonb_to_recordset(${JSON.stringify(
      events.map((event, place) => ({ ...event, place })),
    )}::jsonb) as row (id uuid, name text, key text, data jsonb, at timestamptz, place int)
    order by place on conflict (id) do nothing`
}

/** Notes a consumer, unless it is known: it reads what is kept from now on. */
export async function arrive(tx: Tx, consumer: string): Promise<void> {
  await inTurn(tx)
  await tx.sql`insert into event_consumer (name, position)
    select ${consumer}, coalesce(max(position), 0) from event_log on conflict (name) do nothing`
}

/** Who reads for a consumer, from now until then. */
export interface Hold {
  consumer: string
  holder: string
  now: Date
  until: Date
}

/** How far a consumer is. */
export interface Progress {
  position: string
  attempts: number
  dueAt: Date | null
}

/** Takes or keeps the right to read. Null: another has it. */
export async function hold(tx: Tx, { consumer, holder, now, until }: Hold): Promise<Progress | null> {
  const rows = await tx.sql<Progress>`
    update event_consumer set holder = ${holder}, held_until = ${until}
    where name = ${consumer} and (holder = ${holder} or held_until is null or held_until <= ${now})
    returning position, attempts, due_at as "dueAt"`
  return rows[0] ?? null
}

/** Gives the right to read back. */
export async function letGo(tx: Tx, { consumer, holder }: Pick<Hold, 'consumer' | 'holder'>): Promise<void> {
  await tx.sql`update event_consumer set holder = null, held_until = null where name = ${consumer} and holder = ${holder}`
}

/** Notes that a consumer is through with an event. @returns false when another reads for it by now */
export async function advance(tx: Tx, { consumer, holder }: Hold, position: string): Promise<boolean> {
  const rows = await tx.sql`
    update event_consumer set position = ${position}, attempts = 0, due_at = null
    where name = ${consumer} and holder = ${holder} and position < ${position} returning name`
  return rows.length === 1
}

/** Notes that the next event failed, and when it is due again. */
export async function fail(tx: Tx, { consumer, holder }: Hold, dueAt: Date): Promise<void> {
  await tx.sql`update event_consumer set attempts = attempts + 1, due_at = ${dueAt}
    where name = ${consumer} and holder = ${holder}`
}

/** Events after a position, oldest first; of these names only, when any are given. */
export async function eventsAfter(
  tx: Tx,
  position: string,
  { limit, names = null }: { limit: number; names?: readonly string[] | null },
): Promise<LoggedEvent[]> {
  return tx.sql<LoggedEvent>`
    select position, id, name, key, data, at from event_log
    where position > ${position} and (${names}::text[] is null or name = any(${names}::text[]))
    order by position limit ${limit}`
}

/** Where the log ends. */
export async function endOf(tx: Tx): Promise<string> {
  const rows = await tx.sql<{ position: string }>`select coalesce(max(position), 0) as position from event_log`
  return rows[0]?.position ?? '0'
}

/** Forgets events that are older than this. @returns how many */
export async function tidy(tx: Tx, now: Date, keepDays: number): Promise<number> {
  const rows = await tx.sql`delete from event_log where kept_at < ${after(now, -keepDays * day)} returning position`
  return rows.length
}
