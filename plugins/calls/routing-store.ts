import { Conflict, type CallId, type ProfileId, type StaffId, type Tx } from '@switchboard/core'
import { noSettings, RoutingSettings, type Current } from './routing-settings.ts'
import { staffRung, type Call } from './state.ts'

/** One version of the settings, with who made it of what. */
export interface Version extends Current {
  before: RoutingSettings | null
  changedBy: string
  staffId: StaffId | null
  changedAt: Date
  reason: string | null
}

/** A change of the settings. */
export interface Change {
  by: { name: string; staffId: StaffId | null }
  before: Current
  after: Current
  reason: string | null
  at: Date
}

/** The settings as they are now: the highest version. */
export async function currentSettings(tx: Tx): Promise<Current> {
  const [row] = await tx.sql<Current>`select version, settings from routing_settings order by version desc limit 1`
  return row ? { ...row, settings: RoutingSettings.parse(row.settings) } : { version: 0, settings: noSettings }
}

/** Notes a change, with who, when, what it was and what it is: the row is the new version. @throws Conflict when somebody made it first */
export async function noteChange(tx: Tx, { by, before, after, reason, at }: Change): Promise<void> {
  const written = await tx.sql`
    insert into routing_settings (version, settings, before, changed_by, staff_id, changed_at, reason)
    values (${after.version}, ${JSON.stringify(after.settings)}::jsonb,
      ${before.version === 0 ? null : JSON.stringify(before.settings)}::jsonb, ${by.name}, ${by.staffId}, ${at}, ${reason})
    on conflict (version) do nothing returning version`
  if (written.length === 0) throw new Conflict('somebody changed the settings a moment ago: read them again')
}

/** Versions of the settings, newest first, older than `before`. */
export async function versionsOf(tx: Tx, limit: number, before: number | null): Promise<Version[]> {
  return tx.sql<Version>`
    select version, settings, before, changed_by as "changedBy", staff_id as "staffId", changed_at as "changedAt", reason
    from routing_settings where ${before}::int is null or version < ${before}::int order by version desc limit ${limit}`
}

/** Who was rung last of each team whose members are rung in turn; by the team's name, '' for everybody. */
export async function turnsOf(tx: Tx): Promise<Map<string, StaffId>> {
  const rows = await tx.sql<{ team: string; staffId: StaffId }>`
    select team, staff_id as "staffId" from routing_turn`
  return new Map(rows.map(({ team, staffId }) => [team, staffId]))
}

/** Remembers whose turn it was. */
export async function noteTurn(tx: Tx, team: string, staffId: StaffId, at: Date): Promise<void> {
  await tx.sql`insert into routing_turn (team, staff_id, at) values (${team}, ${staffId}, ${at})
    on conflict (team) do update set staff_id = excluded.staff_id, at = excluded.at`
}

/** A person's own member of staff, as somebody decided. */
export interface Assignment {
  profileId: ProfileId
  staffId: StaffId
  by: string
  at: Date
}

/** Whose a person is; null when nobody decided. */
export async function assignmentOf(tx: Tx, profileId: ProfileId): Promise<Assignment | null> {
  const [row] = await tx.sql<Assignment>`
    select profile_id as "profileId", staff_id as "staffId", assigned_by as by, assigned_at as at
    from call_assignment where profile_id = ${profileId}`
  return row ?? null
}

/** Decides whose a person is; null: nobody's. */
export async function assign(
  tx: Tx,
  { profileId, staffId, by, at }: Omit<Assignment, 'staffId'> & { staffId: StaffId | null },
): Promise<void> {
  if (staffId === null) await tx.sql`delete from call_assignment where profile_id = ${profileId}`
  else
    await tx.sql`insert into call_assignment (profile_id, staff_id, assigned_by, assigned_at)
      values (${profileId}, ${staffId}, ${by}, ${at})
      on conflict (profile_id) do update set staff_id = excluded.staff_id, assigned_by = excluded.assigned_by,
        assigned_at = excluded.assigned_at`
}

/** What was known of people who turned out to be one is that one's from now on. */
export async function followMerge(tx: Tx, into: ProfileId, merged: readonly ProfileId[]): Promise<void> {
  await tx.sql`update call set profile_id = ${into} where profile_id = any(${merged}::uuid[])`
  await tx.sql`
    insert into call_assignment (profile_id, staff_id, assigned_by, assigned_at)
    select ${into}::uuid, staff_id, assigned_by, assigned_at from call_assignment
    where profile_id = any(${merged}::uuid[]) order by assigned_at desc limit 1
    on conflict (profile_id) do nothing`
  await tx.sql`delete from call_assignment where profile_id = any(${merged}::uuid[])`
}

/** What ties somebody to staff: whose they are, and the last conversation with each in their latest calls before a moment, by profile and by the phone itself. */
export async function tiesWith(
  tx: Tx,
  { profileId, phone, before }: { profileId: ProfileId | null; phone: string; before: Date },
): Promise<{ assigned: { staffId: StaffId; by: string } | null; talks: { staffId: StaffId; at: Date }[] }> {
  const rows = await tx.sql<{ staffId: StaffId; at: Date | null; by: string | null }>`
    with theirs as (
      (select id from call where caller_from = ${phone} and created_at < ${before} order by id desc limit 50)
      union
      (select id from call where profile_id = ${profileId}::uuid and created_at < ${before} order by id desc limit 50))
    select staff_id as "staffId", max(coalesce(ended_at, changed_at)) as at, null as by
    from call_leg where call_id in (select id from theirs) and has_spoken and role = 'staff' and part = 'talk'
    group by staff_id having max(coalesce(ended_at, changed_at)) < ${before}
    union all
    select staff_id, null, assigned_by from call_assignment where profile_id = ${profileId}::uuid`
  const [assigned] = rows.flatMap(({ staffId, by }) => (by === null ? [] : [{ staffId, by }]))
  return {
    assigned: assigned ?? null,
    talks: rows.flatMap(({ staffId, at }) => (at === null ? [] : [{ staffId, at }])),
  }
}

/** How many callers began to wait before this one and still do, by the line they called. */
export async function waitingBefore(
  tx: Tx,
  call: Pick<Call, 'id' | 'queuedAt'>,
): Promise<{ line: string; count: number }[]> {
  return tx.sql<{ line: string; count: number }>`
    select line_to as line, count(*)::int as count from call
    where queued_at is not null and ended_at is null and id <> ${call.id} and state->>'name' = 'WaitingForStaff'
      and (${call.queuedAt}::timestamptz is null or (queued_at, id) < (${call.queuedAt}::timestamptz, ${call.id}::uuid))
    group by line_to`
}

/** What routing found out about a call when it first looked; null before it did. Read from the trail. */
export async function firstLook<T>(tx: Tx, callId: CallId): Promise<T | null> {
  const [row] = await tx.sql<{ data: T }>`
    select data from call_event where call_id = ${callId} and event = 'routed' order by seq limit 1`
  return row?.data ?? null
}

/** For whom a caller's message or promise is: whom routing says, else the first whose phone rang; null: for everybody. */
export async function ownerFor(tx: Tx, call: Pick<Call, 'id' | 'legs'>): Promise<StaffId | null> {
  return (await ownerOf(tx, call.id))?.staffId ?? staffRung(call)[0] ?? null
}

/** For whom a caller's message is: somebody, else a team, else everybody. Null when routing never looked. */
export async function ownerOf(
  tx: Tx,
  callId: CallId,
): Promise<{ staffId: StaffId | null; name: string | null; team: string | null } | null> {
  const [row] = await tx.sql<{ owner: { staffId: StaffId | null; name: string | null; team: string | null } | null }>`
    select data->'owner' as owner from call_event
    where call_id = ${callId} and event = 'routed' order by seq desc limit 1`
  return row?.owner ?? null
}

/** The routing of one past call: each time it was asked, what it was told. */
export interface PastLook {
  callId: CallId
  at: Date
  data: unknown
}

/** Calls that came in between two moments, oldest first. */
export async function pastCalls(
  tx: Tx,
  { from, to, limit }: { from: Date; to: Date; limit: number },
): Promise<{ id: CallId }[]> {
  return tx.sql<{ id: CallId }>`
    select id from call where direction = 'inbound' and created_at >= ${from} and created_at < ${to}
    order by id limit ${limit}`
}

/** Everything routing was told and said about these calls, in order. */
export async function looksOf(tx: Tx, ids: readonly CallId[]): Promise<PastLook[]> {
  return tx.sql<PastLook>`
    select call_id as "callId", at, data from call_event
    where call_id = any(${ids}::uuid[]) and event = 'routed' order by call_id, seq`
}
