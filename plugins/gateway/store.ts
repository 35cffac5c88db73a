import { after, newId, type StaffId, type Tx } from '@switchboard/core'
import { frameText, type CountedType, type ResetReason, type ServerData } from './protocol.ts'
import type { Frame } from './session.ts'

/** A counted frame for one staff member, before it has its number. */
export type Due = { [Type in CountedType]: { staffId: StaffId; type: Type; data: ServerData[Type] } }[CountedType]

/** A counted frame of one staff member. */
export interface Kept extends Frame {
  staffId: StaffId
}

/** Keeps a ticket by its hash. */
export async function keepTicket(tx: Tx, ticket: { hash: string; staffId: StaffId; expiresAt: Date }): Promise<void> {
  await tx.sql`insert into gateway_ticket (hash, staff_id, expires_at)
    values (${ticket.hash}, ${ticket.staffId}, ${ticket.expiresAt})`
}

/** Whose ticket this is, once: the second time it is unknown. @returns null when it is unknown or expired */
export async function useTicket(tx: Tx, hash: string, now: Date): Promise<StaffId | null> {
  const rows = await tx.sql<{ staffId: StaffId; expiresAt: Date }>`
    delete from gateway_ticket where hash = ${hash} returning staff_id as "staffId", expires_at as "expiresAt"`
  return rows[0] && rows[0].expiresAt > now ? rows[0].staffId : null
}

/**
 * Counts and keeps frames, in the order given for each person. Locks the counters of all of them until the commit,
 * always in the same order: that is what makes each count gapless and its order the order of the commits.
 */
export async function append(tx: Tx, dues: readonly Due[], at: Date): Promise<Kept[]> {
  if (dues.length === 0) return []
  const next = await count(tx, dues)
  const kept = dues.map(({ staffId, type, data }) => {
    const seq = next.get(staffId) ?? 0
    next.set(staffId, seq + 1)
    const json = JSON.stringify(data)
    return { staffId, seq, type, json, text: frameText({ seq, type, at, data: json }) }
  })
  await tx.sql`insert into gateway_frame (staff_id, seq, type, data, at)
    select staff_id, seq, type, data::json, ${at} from unnest(
      ${kept.map(({ staffId }) => staffId)}::uuid[], ${kept.map(({ seq }) => seq)}::int[],
      ${kept.map(({ type }) => type)}::text[], ${kept.map(({ json }) => json)}::text[]) as kept (staff_id, seq, type, data)`
  return kept.map(({ staffId, seq, text }) => ({ staffId, seq, text }))
}

/** Moves each person's counter on by as many frames as are due. @returns the number of each one's first */
async function count(tx: Tx, dues: readonly Due[]): Promise<Map<StaffId, number>> {
  const many = new Map<StaffId, number>()
  for (const { staffId } of dues) many.set(staffId, (many.get(staffId) ?? 0) + 1)
  const ids = [...many.keys()]
  const rows = await tx.sql<{ staffId: StaffId; seq: number }>`
    insert into gateway_seq (staff_id, epoch, seq)
    select staff_id, epoch, many from unnest(${ids}::uuid[], ${ids.map(() => newId())}::uuid[], ${[...many.values()]}::int[])
      as due (staff_id, epoch, many) order by staff_id
    on conflict (staff_id) do update set seq = gateway_seq.seq + excluded.seq
    returning staff_id as "staffId", seq`
  return new Map(rows.map(({ staffId, seq }) => [staffId, seq - (many.get(staffId) ?? 0) + 1]))
}

/** Where a person's count stands. */
export interface Count {
  epoch: string
  seq: number
  prunedTo: number
}

/** Where a person's count stands, locked until the commit, begun when there is none. */
export async function lockCount(tx: Tx, staffId: StaffId): Promise<Count> {
  const rows = await tx.sql<Count>`
    insert into gateway_seq (staff_id, epoch) values (${staffId}, ${newId()})
    on conflict (staff_id) do update set seq = gateway_seq.seq returning epoch, seq, pruned_to as "prunedTo"`
  const [row] = rows
  if (!row) throw new Error('a counter was neither made nor found')
  return row
}

/** Why the frames after `seq` cannot be told; null when they can. */
export function resetReason(count: Count, client: { epoch: string; seq: number }): ResetReason | null {
  if (client.epoch !== count.epoch) return 'epoch'
  if (client.seq > count.seq) return 'ahead'
  return client.seq < count.prunedTo ? 'pruned' : null
}

/** The frames of a person after `seq`, oldest first. */
export async function framesAfter(tx: Tx, staffId: StaffId, seq: number, limit: number): Promise<Frame[]> {
  const rows = await tx.sql<{ seq: number; type: CountedType; data: string; at: Date }>`
    select seq, type, data::text as data, at from gateway_frame
    where staff_id = ${staffId} and seq > ${seq} order by seq limit ${limit}`
  return rows.map(row => ({ seq: row.seq, text: frameText(row) }))
}

/** How far the count of each of these people has come. */
export async function countsOf(tx: Tx, staffIds: readonly StaffId[]): Promise<{ staffId: StaffId; seq: number }[]> {
  return tx.sql`select staff_id as "staffId", seq from gateway_seq where staff_id = any(${staffIds}::uuid[])`
}

/** What is kept for clients that come back. */
export const keeping = { ms: 60 * 60 * 1000, frames: 1_000 } as const

/** Whose frames are older, or more, than is kept, and up to where. */
export async function outdated(tx: Tx, now: Date): Promise<{ staffId: StaffId; upTo: number }[]> {
  return tx.sql`
    select staff_id as "staffId", up_to as "upTo" from (
      select staff_id, pruned_to, greatest(seq - ${keeping.frames}::int, coalesce(
        (select max(frame.seq) from gateway_frame frame
         where frame.staff_id = gateway_seq.staff_id and frame.at < ${after(now, -keeping.ms)}), 0)) as up_to
      from gateway_seq) as pruning
    where up_to > pruned_to`
}

/** Forgets a person's frames up to a number, and notes that they are gone. */
export async function prune(tx: Tx, staffId: StaffId, upTo: number): Promise<void> {
  await tx.sql`update gateway_seq set pruned_to = greatest(pruned_to, ${upTo}::int) where staff_id = ${staffId}`
  await tx.sql`delete from gateway_frame where staff_id = ${staffId} and seq <= ${upTo}`
}

/** Forgets tickets that nobody used in time. */
export async function pruneTickets(tx: Tx, now: Date): Promise<void> {
  await tx.sql`delete from gateway_ticket where expires_at <= ${now}`
}

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
  openedAt: Date
}

/** Notes connections, in place of what their people's lost sockets still counted for. */
export async function arrive(tx: Tx, hubId: string, here: readonly Presence[]): Promise<void> {
  const staffIds = here.map(({ staffId }) => staffId)
  await tx.sql`delete from gateway_connection where staff_id = any(${staffIds}::uuid[]) and gone_at is not null`
  await tx.sql`insert into gateway_connection (id, staff_id, hub_id, opened_at)
    select id, staff_id, ${hubId}::uuid, opened_at from unnest(
      ${here.map(({ id }) => id)}::uuid[], ${staffIds}::uuid[], ${here.map(({ openedAt }) => openedAt)}::timestamptz[])
      as here (id, staff_id, opened_at)
    on conflict (id) do nothing`
}

/** Forgets a connection whose client said goodbye. */
export async function depart(tx: Tx, id: string): Promise<void> {
  await tx.sql`delete from gateway_connection where id = ${id}`
}

/** Notes that a socket was lost: it counts until `goneAt`. */
export async function lose(tx: Tx, id: string, goneAt: Date): Promise<void> {
  await tx.sql`update gateway_connection set gone_at = ${goneAt} where id = ${id}`
}

/** Notes that a hub lost every socket but these. */
export async function loseOthers(tx: Tx, hubId: string, here: readonly string[], goneAt: Date): Promise<void> {
  await tx.sql`update gateway_connection set gone_at = ${goneAt}
    where hub_id = ${hubId} and gone_at is null and id <> all(${here}::uuid[])`
}

/** Whose connections no longer count: lost too long ago, or held by a hub that died. */
export async function absent(tx: Tx, now: Date): Promise<StaffId[]> {
  const rows = await tx.sql<{ staffId: StaffId }>`
    select distinct staff_id as "staffId" from gateway_connection connection
    left join gateway_hub hub on hub.id = connection.hub_id
    where coalesce(connection.gone_at, hub.alive_until, ${now}) <= ${now} order by 1`
  return rows.map(({ staffId }) => staffId)
}

/** Forgets a person's connections that no longer count, and says how many still do. */
export async function recount(tx: Tx, staffId: StaffId, now: Date): Promise<number> {
  await tx.sql`delete from gateway_connection connection where staff_id = ${staffId} and coalesce(
    gone_at, (select alive_until from gateway_hub hub where hub.id = connection.hub_id), ${now}) <= ${now}`
  const rows = await tx.sql<{ clients: number }>`
    select count(*)::int as clients from gateway_connection where staff_id = ${staffId}`
  return rows[0]?.clients ?? 0
}

/** Everybody with a connection that counts. */
export async function connected(tx: Tx): Promise<StaffId[]> {
  const rows = await tx.sql<{ staffId: StaffId }>`
    select distinct staff_id as "staffId" from gateway_connection order by 1`
  return rows.map(({ staffId }) => staffId)
}

/** Forgets hubs that died and hold nothing. */
export async function pruneHubs(tx: Tx, now: Date): Promise<void> {
  await tx.sql`delete from gateway_hub hub where alive_until <= ${now}
    and not exists (select 1 from gateway_connection connection where connection.hub_id = hub.id)`
}
