import { after, day, newId, type ProfileId, type StaffId, type Tx } from '@switchboard/core'
import type { Appointment, PlannedReminder } from './plan.ts'

/** A reminder, as it is kept. */
export interface Reminder {
  id: string
  /** `appointment`: of a person; `own`: of one of us. */
  kind: 'appointment' | 'own'
  recordId: string | null
  profileId: ProfileId | null
  ownerId: StaffId | null
  handle: string | null
  subject: string
  body: string
  startsAt: Date | null
  dueAt: Date
  state: 'planned' | 'sent' | 'dropped' | 'done'
  /** Why it was dropped. */
  because: string | null
  messageId: string | null
  madeBy: string
  createdAt: Date
}

/** Appointments that begin within a span of time, and those for which something is planned already. */
export function appointmentsWithin(tx: Tx, from: Date, until: Date): Promise<Appointment[]> {
  // As text, in which zones differ by less than a day; what is beyond the span is no harm.
  const [first, last] = [after(from, -day), after(until, day)].map(at => at.toISOString().slice(0, 10))
  return tx.sql<Appointment>`
    select id as "recordId", source, external_id as "externalId", deleted_at is not null as "isDeleted", people, facts
    from source_record where kind in ('booking', 'appointment') and facts->>'startsAt' >= ${first} and facts->>'startsAt' < ${last}
    union
    select id, source, external_id, deleted_at is not null, people, facts from source_record
    where id in (select record_id from reminder where state = 'planned' and kind = 'appointment')`
}

/** What is to be sent for one appointment, and why what else was planned for it is dropped. */
export interface RecordPlan {
  recordId: string
  planned: readonly PlannedReminder[]
  because: string
}

/**
 * Plans what is to be sent for some appointments, and drops what was planned for them and is no more. What stays as it was is neither
 * written nor locked.
 * @returns how many are new
 */
export async function planRecords(tx: Tx, plans: readonly RecordPlan[], now: Date): Promise<number> {
  const rows = plans.flatMap(({ recordId, planned }) =>
    planned.map(one => ({
      ...{ id: newId(), key: one.key, record_id: recordId, starts_at: one.startsAt, due_at: one.dueAt },
      ...{ subject: one.subject, body: one.body, handle: JSON.stringify(one.people) },
    })),
  )
  const fresh = await tx.sql`
    insert into reminder as known (id, kind, key, record_id, handle, subject, body, starts_at, due_at, made_by, created_at, changed_at)
    select id, 'appointment', key, record_id, handle, subject, body, starts_at, due_at, 'the hub', ${now}::timestamptz, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      id uuid, key text, record_id uuid, handle text, subject text, body text, starts_at timestamptz, due_at timestamptz)
    where not exists (select from reminder as known where known.key = row.key and not (
      (known.state = 'planned' and (known.body <> row.body or known.handle <> row.handle))
        or (known.state = 'dropped' and known.because in ('it was cancelled', 'it was moved'))))
    order by key
    on conflict (key) do update set body = excluded.body, subject = excluded.subject, handle = excluded.handle,
      state = 'planned', because = null, changed_at = excluded.changed_at
      where (known.state = 'planned' and (known.body <> excluded.body or known.handle <> excluded.handle))
        or (known.state = 'dropped' and known.because in ('it was cancelled', 'it was moved'))
    returning id`
  const ends = plans.map(({ recordId, because }) => ({ record_id: recordId, because }))
  await tx.sql`
    update reminder set state = 'dropped', because = seen.because, changed_at = ${now}
    from jsonb_to_recordset(${JSON.stringify(ends)}::jsonb) as seen (record_id uuid, because text)
    where reminder.record_id = seen.record_id and state = 'planned' and kind = 'appointment'
      and key <> all(${rows.map(({ key }) => key)}::text[])`
  return fresh.length
}

/** Takes reminders that are due, so that nobody else sends them while this transaction lasts. */
export function takeDue(tx: Tx, now: Date, limit: number): Promise<Reminder[]> {
  return tx.sql<Reminder>`
    select id, kind, record_id as "recordId", profile_id as "profileId", owner_id as "ownerId", handle, subject, body,
      starts_at as "startsAt", due_at as "dueAt", state, because, message_id as "messageId", made_by as "madeBy", created_at as "createdAt"
    from reminder where state = 'planned' and due_at <= ${now} order by due_at, id limit ${limit} for update skip locked`
}

/** What became of a reminder. */
export async function settle(
  tx: Tx,
  id: string,
  end: { state: Reminder['state']; because?: string | null; messageId?: string | null; now: Date },
): Promise<void> {
  await tx.sql`update reminder set state = ${end.state}, because = ${end.because ?? null}, message_id = ${end.messageId ?? null}::uuid,
    changed_at = ${end.now} where id = ${id}`
}

/** Puts a reminder off. */
export async function putOff(tx: Tx, id: string, dueAt: Date, now: Date): Promise<void> {
  await tx.sql`update reminder set due_at = ${dueAt}, changed_at = ${now} where id = ${id}`
}

/** The appointment of a reminder, as it is now. */
export async function appointmentOf(tx: Tx, recordId: string): Promise<Appointment | null> {
  const [row] = await tx.sql<Appointment>`
    select id as "recordId", source, external_id as "externalId", deleted_at is not null as "isDeleted", people, facts
    from source_record where id = ${recordId}`
  return row ?? null
}

/** Something one of us wants to be reminded of. */
export async function addOwn(
  tx: Tx,
  own: { profileId: string; ownerId: string; text: string; dueAt: Date; madeBy: string; now: Date },
): Promise<Reminder> {
  const id = newId()
  await tx.sql`
    insert into reminder (id, kind, key, profile_id, owner_id, subject, body, due_at, made_by, created_at, changed_at)
    values (${id}, 'own', ${`own|${id}`}, ${own.profileId}, ${own.ownerId}, '', ${own.text}, ${own.dueAt}, ${own.madeBy}, ${own.now}, ${own.now})`
  return (await readReminder(tx, id))!
}

/** The reminder with this id; null when there is none. */
export async function readReminder(tx: Tx, id: string): Promise<Reminder | null> {
  const [row] = await listReminders(tx, { id, profileId: null, ownerId: null, state: null, limit: 1 })
  return row ?? null
}

/** Changes a reminder of one of us that is not done. Null when there is none. */
export async function changeOwn(
  tx: Tx,
  id: string,
  change: { isDone: boolean; dueAt: Date | null; now: Date },
): Promise<Reminder | null> {
  const rows = await tx.sql`
    update reminder set state = case when ${change.isDone} then 'done' when ${change.dueAt}::timestamptz is not null then 'planned' else state end,
      due_at = coalesce(${change.dueAt}::timestamptz, due_at), changed_at = ${change.now}
    where id = ${id} and kind = 'own' and state <> 'done' returning id`
  return rows.length === 1 ? readReminder(tx, id) : null
}

/** What is listed; what is null does not narrow. */
export interface WantedReminders {
  id?: string
  profileId: string | null
  ownerId: string | null
  state: string | null
  limit: number
}

/** Reminders, the next one first. */
export function listReminders(tx: Tx, { id, profileId, ownerId, state, limit }: WantedReminders): Promise<Reminder[]> {
  return tx.sql<Reminder>`
    select id, kind, record_id as "recordId", profile_id as "profileId", owner_id as "ownerId", handle, subject, body,
      starts_at as "startsAt", due_at as "dueAt", state, because, message_id as "messageId", made_by as "madeBy", created_at as "createdAt"
    from reminder
    where (${id ?? null}::uuid is null or id = ${id ?? null}::uuid)
      and (${profileId}::uuid is null or profile_id = ${profileId}::uuid)
      and (${ownerId}::uuid is null or owner_id = ${ownerId}::uuid) and (${state}::text is null or state = ${state})
    order by due_at, id limit ${limit}`
}

/** Merged people: what was to be remembered of the one is of the other. */
export async function followPeople(tx: Tx, profileId: string, merged: readonly string[]): Promise<void> {
  await tx.sql`update reminder set profile_id = ${profileId}::uuid where profile_id = any(${merged}::uuid[])`
}

/** Erases the reminders of appointments whose people, or some of them, are forgotten; who is left is planned for anew. */
export async function forget(tx: Tx, source: string, externalIds: readonly string[], now: Date): Promise<void> {
  await tx.sql`
    update reminder set handle = null, subject = '', body = '', changed_at = ${now},
      because = case when state = 'planned' then 'it was moved' else because end,
      state = case when state = 'planned' then 'dropped' else state end
    where kind = 'appointment' and record_id in (
      select id from source_record where source = ${source} and external_id = any(${externalIds}::text[]))`
}

/** Forgets what is long over. @returns how many */
export async function tidy(tx: Tx, before: Date): Promise<number> {
  const rows = await tx.sql`delete from reminder where state <> 'planned' and due_at < ${before} returning id`
  return rows.length
}
