import type { MessageEvent, Tx } from '@switchboard/core'

/** By which way an event was heard: the vendor told us, or we read its list. */
export type Way = 'webhook' | 'read'

/** Notes that events were heard. @returns the ids of those never heard before: an event acts once, whichever way it comes first */
export async function noteHeard(
  tx: Tx,
  { vendor, way, now, echoes }: { vendor: string; way: Way; now: Date; echoes: ReadonlySet<string> },
  events: readonly MessageEvent[],
): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set()
  const [webhookAt, readAt] = way === 'webhook' ? [now, null] : [null, now]
  const distinct = [...new Map(events.map(event => [event.eventId, event])).values()].toSorted((one, other) =>
    one.eventId < other.eventId ? -1 : 1,
  )
  const rows = distinct.map(event => ({
    event_id: event.eventId,
    type: echoes.has(event.eventId) ? 'echo' : kindOf(event),
    at: event.at,
  }))
  const heard = await tx.sql<{ eventId: string; isNew: boolean }>`
    insert into message_event (vendor, event_id, type, at, webhook_at, read_at)
    select ${vendor}, event_id, type, at, ${webhookAt}::timestamptz, ${readAt}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (event_id text, type text, at timestamptz)
    on conflict (vendor, event_id) do update set webhook_at = coalesce(message_event.webhook_at, excluded.webhook_at),
      read_at = coalesce(message_event.read_at, excluded.read_at)
    returning event_id as "eventId", (xmax = 0) as "isNew"`
  return new Set(heard.filter(({ isNew }) => isNew).map(({ eventId }) => eventId))
}

/** Messages that somebody wrote to us are what every vendor's webhooks tell. */
function kindOf(event: MessageEvent): string {
  return event.type === 'message' && event.message.direction === 'inbound' ? 'inbound' : event.type
}

/** Notes what we write into a vendor's conversations ourselves, by its marks, so that it is known when the vendor tells us of it. */
export async function noteWritten(tx: Tx, vendor: string, marks: readonly string[], now: Date): Promise<void> {
  await tx.sql`
    insert into message_event (vendor, event_id, type, at) select ${vendor}, mark, 'written', ${now}::timestamptz
    from unnest(${marks}::text[]) mark on conflict (vendor, event_id) do nothing`
}

/** Which of these marks are of what we wrote. */
export async function writtenAmong(tx: Tx, vendor: string, marks: readonly string[]): Promise<ReadonlySet<string>> {
  if (marks.length === 0) return new Set()
  const rows = await tx.sql<{ mark: string }>`
    select event_id as mark from message_event
    where vendor = ${vendor} and event_id = any(${marks}::text[]) and type = 'written'`
  return new Set(rows.map(({ mark }) => mark))
}

/** Messages to us that reading found, from after the last one that a webhook told. */
export interface Silence {
  untold: number
  /** The first of these. */
  since: Date | null
}

/** How long webhooks have told nothing of the messages that reading finds. What is younger than `until` may still be told. */
export async function silenceOf(tx: Tx, vendor: string, until: Date): Promise<Silence> {
  const [row] = await tx.sql<Silence>`
    select count(*)::int as untold, min(at) as since from message_event
    where vendor = ${vendor} and type = 'inbound' and webhook_at is null and read_at < ${until}
      and at > coalesce((select max(at) from message_event
        where vendor = ${vendor} and type = 'inbound' and webhook_at is not null), '-infinity')
      and at > (select coalesce(min(webhook_at), 'infinity') from message_event where vendor = ${vendor})`
  return row ?? { untold: 0, since: null }
}

/** Forgets events older than this: nobody repeats them any more. @returns how many */
export async function forgetEvents(tx: Tx, before: Date): Promise<number> {
  const rows = await tx.sql`delete from message_event where at < ${before} returning event_id`
  return rows.length
}
