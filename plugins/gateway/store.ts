import { after, type StaffId, type Tx } from '@switchboard/core'
import { frameTextOf, type CountedType, type ResetReason, type ServerData } from './protocol.ts'
import type { Frame } from './session.ts'

/** A counted frame for one staff member, before it has its number. */
export type Due = { [Type in CountedType]: { staffId: StaffId; type: Type; data: ServerData[Type] } }[CountedType]

/** A counted frame of one staff member. */
export interface Kept extends Frame {
  staffId: StaffId
}

/** A ticket, as it is kept: by its hash. */
export interface Ticket {
  hash: string
  staffId: StaffId
  expiresAt: Date
  /** The sign-in or the API key it was asked for with; null when none was named. */
  grantId: string | null
  /** When the token ends that it was asked for with; null: never. */
  endsAt: Date | null
}

/** Keeps tickets. */
export async function keepTickets(tx: Tx, tickets: readonly Ticket[]): Promise<void> {
  if (tickets.length === 0) return
  await tx.sql`insert into gateway_ticket (hash, staff_id, expires_at, grant_id, ends_at) select * from unnest(
    ${tickets.map(({ hash }) => hash)}::text[], ${listed(tickets.map(({ staffId }) => staffId))}::uuid[],
    ${tickets.map(({ expiresAt }) => expiresAt)}::timestamptz[], ${tickets.map(({ grantId }) => grantId)}::text[],
    ${tickets.map(({ endsAt }) => endsAt)}::timestamptz[])`
}

/** Tickets, each once: the second time it is unknown. @returns those that are known and not expired */
export async function useTickets(tx: Tx, hashes: readonly string[], now: Date): Promise<Ticket[]> {
  const rows = await tx.sql<Ticket>`
    delete from gateway_ticket where hash = any(${hashes}::text[])
    returning hash, staff_id as "staffId", expires_at as "expiresAt", grant_id as "grantId", ends_at as "endsAt"`
  return rows.filter(({ expiresAt }) => expiresAt > now)
}

/**
 * Counts and keeps frames, in the order given for each person. Locks the counters of all of them until the commit,
 * always in the same order: that is what makes each count gapless and its order the order of the commits.
 * One statement, in which what is for many is written once.
 */
export async function append(tx: Tx, dues: readonly Due[], at: Date): Promise<Kept[]> {
  if (dues.length === 0) return []
  const { bodies, which } = bodiesOf(dues)
  const [row] = await tx.sql<{ seqs: number[] }>`
    with due as (
      select staff_id, body, nth from unnest(${listed(dues.map(({ staffId }) => staffId))}::uuid[], ${listed(which)}::int[])
        with ordinality as due (staff_id, body, nth)),
    body as (
      select type, data::json as data, nth - 1 as body
      from unnest(${bodies.map(({ type }) => type)}::text[], ${bodies.map(({ json }) => json)}::text[])
        with ordinality as body (type, data, nth)),
    counted as (
      insert into gateway_seq (staff_id, epoch, seq)
      select staff_id, gen_random_uuid(), count(*)::int from due group by staff_id order by staff_id
      on conflict (staff_id) do update set seq = gateway_seq.seq + excluded.seq
      returning staff_id, seq),
    numbered as (
      select staff_id, body, nth, (seq - count(*) over (partition by staff_id)
        + row_number() over (partition by staff_id order by nth))::int as seq
      from due join counted using (staff_id)),
    kept as (
      insert into gateway_frame (staff_id, seq, type, data, at)
      select staff_id, seq, type, data, ${at}::timestamptz from numbered join body using (body))
    select json_agg(seq order by nth) as seqs from numbered`
  const frames = bodies.map(({ type, json }) => frameMaker({ type, at, data: json }))
  const seqs = row?.seqs ?? []
  return dues.map(({ staffId }, nth) => ({ staffId, ...(frames[which[nth] ?? 0] as FrameMaker)(seqs[nth] ?? 0) }))
}

/** What the frames say, each once, and which of it each one says. */
function bodiesOf(dues: readonly Due[]): { bodies: { type: CountedType; json: string }[]; which: number[] } {
  const bodies: { type: CountedType; json: string }[] = []
  const known = new Map<object, number>()
  const which = dues.map(({ type, data }) => {
    const nth = known.get(data)
    if (nth !== undefined && bodies[nth]?.type === type) return nth
    known.set(data, bodies.length)
    return bodies.push({ type, json: JSON.stringify(data) }) - 1
  })
  return { bodies, which }
}

/** An array of ids or numbers as Postgres reads it: no element may need quotes. */
export function listed(values: readonly (string | number)[]): string {
  return `{${values.join(',')}}`
}

type FrameMaker = (seq: number) => Frame

/** Makes the frames of an event, which differ by their number only. The device on which its owner answered a call is told so; their others, to stop ringing. */
function frameMaker(event: { type: CountedType; at: Date; data: string }): FrameMaker {
  const text = frameTextOf(event)
  if (event.type !== 'call.answeredElsewhere') return seq => ({ seq, text: text(seq) })
  const { device } = JSON.parse(event.data) as { device?: string }
  if (!device) return seq => ({ seq, text: text(seq) })
  const own = frameTextOf({ ...event, type: 'call.answered' })
  return seq => ({ seq, text: text(seq), own: { device, text: own(seq) } })
}

/** Where a person's count stands. */
export interface Count {
  epoch: string
  seq: number
  prunedTo: number
}

/** Where a person's count stands, locked until the commit, begun when there is none. */
export async function lockCount(tx: Tx, staffId: StaffId): Promise<Count> {
  const count = (await lockCounts(tx, [staffId])).get(staffId)
  if (!count) throw new Error('a counter was neither made nor found')
  return count
}

/** As `lockCount` for different people, locked in the order that `append` keeps to. */
export async function lockCounts(tx: Tx, staffIds: readonly StaffId[]): Promise<Map<StaffId, Count>> {
  const rows = await tx.sql<Count & { staffId: StaffId }>`
    insert into gateway_seq (staff_id, epoch)
    select staff_id, gen_random_uuid() from unnest(${listed(staffIds)}::uuid[]) as who (staff_id) order by staff_id
    on conflict (staff_id) do update set seq = gateway_seq.seq
    returning staff_id as "staffId", epoch, seq, pruned_to as "prunedTo"`
  return new Map(rows.map(({ staffId, ...count }) => [staffId, count]))
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
  return rows.map(row => frameMaker(row)(row.seq))
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
