import type { Role, StaffId, Tx } from '@switchboard/core'
import { listed } from './store.ts'

/** Says that a hub lives until a time. @returns false when it was not believed to live any more, so that its connections may have been forgotten */
export async function beatHub(tx: Tx, hubId: string, now: Date, aliveUntil: Date): Promise<boolean> {
  const alive = await tx.sql`update gateway_hub set alive_until = ${aliveUntil}
    where id = ${hubId} and alive_until > ${now} returning id`
  if (alive.length > 0) return true
  await tx.sql`insert into gateway_hub (id, alive_until) values (${hubId}, ${aliveUntil})
    on conflict (id) do update set alive_until = excluded.alive_until`
  return false
}

/** A connection that counts towards its person being connected. */
export interface Presence {
  id: string
  staffId: StaffId
  role: Role
  openedAt: Date
}

/** Notes connections, in place of what their people's lost sockets still counted for. */
export async function arrive(tx: Tx, hubId: string, here: readonly Presence[]): Promise<void> {
  const staffIds = here.map(({ staffId }) => staffId)
  await tx.sql`delete from gateway_connection where staff_id = any(${staffIds}::uuid[]) and gone_at is not null`
  await tx.sql`insert into gateway_connection (id, staff_id, hub_id, opened_at, role)
    select id, staff_id, ${hubId}::uuid, opened_at, role from unnest(
      ${here.map(({ id }) => id)}::uuid[], ${staffIds}::uuid[], ${here.map(({ openedAt }) => openedAt)}::timestamptz[],
      ${here.map(({ role }) => role)}::text[]) as here (id, staff_id, opened_at, role)
    on conflict (id) do nothing`
}

/** As `arrive` for new ones, where the counts of their people are locked. @returns how many each has now, over all hubs that live */
export async function arriveNew(
  tx: Tx,
  hubId: string,
  { here, now }: { here: readonly Presence[]; now: Date },
): Promise<Map<StaffId, number>> {
  const rows = await tx.sql<{ staffId: StaffId; clients: number }>`
    with here as (
      select * from unnest(${listed(here.map(({ id }) => id))}::uuid[], ${listed(here.map(({ staffId }) => staffId))}::uuid[],
        ${here.map(({ role }) => role)}::text[]) as here (id, staff_id, role)),
    lost as (
      delete from gateway_connection connection where staff_id in (select staff_id from here)
        and (gone_at is not null or not exists (
          select 1 from gateway_hub hub where hub.id = connection.hub_id and hub.alive_until > ${now}))),
    added as (
      insert into gateway_connection (id, staff_id, hub_id, opened_at, role)
      select id, staff_id, ${hubId}::uuid, ${now}::timestamptz, role from here)
    select staff_id as "staffId", count(*)::int as clients from (
      select staff_id from here
      union all
      select connection.staff_id from gateway_connection connection join gateway_hub hub on hub.id = connection.hub_id
      where connection.staff_id in (select staff_id from here) and gone_at is null and alive_until > ${now}) as counting
    group by staff_id`
  return new Map(rows.map(({ staffId, clients }) => [staffId, clients]))
}

/** Forgets a connection whose client said goodbye. */
export async function depart(tx: Tx, id: string): Promise<void> {
  await tx.sql`delete from gateway_connection where id = ${id}`
}

/** Notes that sockets were lost, each counting until its own time. */
export async function lose(tx: Tx, lost: readonly { id: string; goneAt: Date }[]): Promise<void> {
  await tx.sql`update gateway_connection connection set gone_at = lost.gone_at
    from unnest(${listed(lost.map(({ id }) => id))}::uuid[], ${lost.map(({ goneAt }) => goneAt)}::timestamptz[]) as lost (id, gone_at)
    where connection.id = lost.id`
}

/** Until when lost sockets count: those of people in a call longer. */
export interface Grace {
  goneAt: Date
  inCallGoneAt: Date
  /** Who is in a call. */
  inCall: readonly StaffId[]
}

/** Notes that a hub lost every socket but these. */
export async function loseOthers(tx: Tx, hubId: string, here: readonly string[], grace: Grace): Promise<void> {
  const { goneAt, inCallGoneAt, inCall } = grace
  await tx.sql`update gateway_connection
    set gone_at = case when staff_id = any(${inCall}::uuid[]) then ${inCallGoneAt}::timestamptz else ${goneAt}::timestamptz end
    where hub_id = ${hubId} and gone_at is null and id <> all(${here}::uuid[])`
}

/** Notes that the sockets of dead hubs are lost; those of people in a call count until `inCallGoneAt`, the others no longer. */
export async function loseOfDead(tx: Tx, now: Date, { inCallGoneAt, inCall }: Grace): Promise<void> {
  await tx.sql`update gateway_connection connection
    set gone_at = case when staff_id = any(${inCall}::uuid[]) then ${inCallGoneAt}::timestamptz else ${now}::timestamptz end
    where gone_at is null and not exists (
      select 1 from gateway_hub hub where hub.id = connection.hub_id and hub.alive_until > ${now})`
}

/** Whether there are sockets of dead hubs that nobody noted as lost. */
export async function hasDead(tx: Tx, now: Date): Promise<boolean> {
  const rows = await tx.sql`select 1 from gateway_connection connection where gone_at is null and not exists (
    select 1 from gateway_hub hub where hub.id = connection.hub_id and hub.alive_until > ${now}) limit 1`
  return rows.length > 0
}

/** Whose connections no longer count: lost too long ago, or held by a hub that died. */
export async function absent(tx: Tx, now: Date): Promise<StaffId[]> {
  const rows = await tx.sql<{ staffId: StaffId }>`
    select distinct staff_id as "staffId" from gateway_connection connection
    left join gateway_hub hub on hub.id = connection.hub_id
    where coalesce(connection.gone_at, hub.alive_until, ${now}) <= ${now} order by 1`
  return rows.map(({ staffId }) => staffId)
}

/** Forgets the connections of these people that no longer count, and says how many of each still do. Whoever has none is not among them. */
export async function recount(tx: Tx, staffIds: readonly StaffId[], now: Date): Promise<Map<StaffId, number>> {
  const rows = await tx.sql<{ staffId: StaffId; clients: number }>`
    with known as (
      select id, staff_id, coalesce(gone_at, (select alive_until from gateway_hub hub where hub.id = connection.hub_id), ${now}) > ${now} as counts
      from gateway_connection connection where staff_id = any(${listed(staffIds)}::uuid[])),
    forgotten as (delete from gateway_connection where id in (select id from known where not counts))
    select staff_id as "staffId", count(*)::int as clients from known where counts group by staff_id`
  return new Map(rows.map(({ staffId, clients }) => [staffId, clients]))
}

/** Everybody with a connection that counts, with their role. */
export async function connected(tx: Tx): Promise<{ staffId: StaffId; role: Role }[]> {
  return tx.sql`select distinct on (staff_id) staff_id as "staffId", role from gateway_connection
    order by staff_id, opened_at desc`
}

/** Forgets hubs that died and hold nothing. */
export async function pruneHubs(tx: Tx, now: Date): Promise<void> {
  await tx.sql`delete from gateway_hub hub where alive_until <= ${now}
    and not exists (select 1 from gateway_connection connection where connection.hub_id = hub.id)`
}
