import { Conflict, type StaffId, type Tx } from '@switchboard/core'

/** The hours as somebody set them, as they were written. */
export interface HoursVersion {
  version: number
  settings: unknown
  changedBy: string
  staffId: StaffId | null
  changedAt: Date
  reason: string | null
}

/** The version that counts; null when hours were never set but in the configuration. */
export async function currentVersion(tx: Tx): Promise<HoursVersion | null> {
  const [row] = await versions(tx, 1)
  return row ?? null
}

/** Versions, the newest first. */
export function versions(tx: Tx, limit: number): Promise<HoursVersion[]> {
  return tx.sql<HoursVersion>`
    select version, settings, changed_by as "changedBy", staff_id as "staffId", changed_at as "changedAt", reason
    from hours_settings order by version desc limit ${limit}`
}

/** Writes the next version down. @throws Conflict when somebody made it first */
export async function writeVersion(
  tx: Tx,
  { version, settings, changedBy, staffId, changedAt, reason }: HoursVersion,
): Promise<void> {
  const rows = await tx.sql`
    insert into hours_settings (version, settings, changed_by, staff_id, changed_at, reason)
    values (${version}, ${JSON.stringify(settings)}::jsonb, ${changedBy}, ${staffId}::uuid, ${changedAt}, ${reason})
    on conflict (version) do nothing returning version`
  if (rows.length === 0) throw new Conflict('somebody changed the hours a moment ago: read them again')
}

/** A holiday that a calendar told. */
export interface ToldHoliday {
  calendar: string
  /** Such as 2026-12-25. */
  date: string
  name: string
}

/** Every holiday that calendars told. */
export function holidaysTold(tx: Tx): Promise<ToldHoliday[]> {
  return tx.sql<ToldHoliday>`select calendar, date, name from hours_holiday order by date, calendar`
}

/** Makes a calendar's holidays from a day on what it says now; those before it stay, for what was. */
export async function replaceCalendar(
  tx: Tx,
  calendar: string,
  days: readonly Omit<ToldHoliday, 'calendar'>[],
  from: string,
): Promise<void> {
  const dates = days.map(({ date }) => date)
  await tx.sql`delete from hours_holiday where calendar = ${calendar} and date >= ${from} and date <> all(${dates}::text[])`
  await tx.sql`
    insert into hours_holiday (calendar, date, name)
    select ${calendar}, date, name from jsonb_to_recordset(${JSON.stringify(days)}::jsonb) as row (date text, name text)
    on conflict (calendar, date) do update set name = excluded.name`
}

/** Forgets calendars that are in no settings any more. */
export async function forgetCalendars(tx: Tx, known: readonly string[]): Promise<void> {
  await tx.sql`delete from hours_holiday where calendar <> all(${known}::text[])`
}
