import { after, minute, type StaffId, type Tx } from '@switchboard/core'
import type { ReplyFrame } from './protocol.ts'

/** A command as it is kept: who gave it, under which id, and what it asks. */
export interface KeptCommand {
  staffId: StaffId
  /** The client's id of the frame, as JSON. */
  id: string
  /** Within what the id names one command. */
  scope: string
  type: string
  fingerprint: string
  callId: string | null
  device: string
}

/** A command that was given before. `reply` is null while it runs, or when its hub died over it. */
export interface KnownCommand {
  scope: string
  fingerprint: string
  reply: ReplyFrame | null
  at: Date
}

/** How long answers are kept, in milliseconds. */
export const keptMs = 60 * minute

/** Keeps a command before it is done. @returns false when there is one of this id in this scope */
export async function claimCommand(tx: Tx, command: KeptCommand, now: Date): Promise<boolean> {
  const { staffId, id, scope, type, fingerprint, callId, device } = command
  const rows = await tx.sql`
    insert into gateway_answer (staff_id, id, scope, type, fingerprint, call_id, device, at)
    values (${staffId}, ${id}, ${scope}, ${type}, ${fingerprint}, ${callId}, ${device}, ${now})
    on conflict (staff_id, id, scope) do nothing returning 1`
  return rows.length > 0
}

/** The command of this id in this scope; null when there is none any more. */
export async function knownCommand(
  tx: Tx,
  { staffId, id, scope }: Pick<KeptCommand, 'staffId' | 'id' | 'scope'>,
): Promise<KnownCommand | null> {
  const [row] = await tx.sql<KnownCommand>`
    select scope, fingerprint, reply, at from gateway_answer
    where staff_id = ${staffId} and id = ${id} and scope = ${scope}`
  return row ?? null
}

/** The same command under the same id, given on another connection of this person since a time. */
export async function sameCommand(tx: Tx, command: KeptCommand, since: Date): Promise<KnownCommand | null> {
  const { staffId, id, scope, fingerprint } = command
  const [row] = await tx.sql<KnownCommand>`
    select scope, fingerprint, reply, at from gateway_answer
    where staff_id = ${staffId} and id = ${id} and scope <> ${scope} and fingerprint = ${fingerprint} and at > ${since}
    order by at desc limit 1`
  return row ?? null
}

/** Keeps the answer to a command. */
export async function keepAnswer(tx: Tx, { staffId, id, scope }: KeptCommand, reply: ReplyFrame): Promise<void> {
  await tx.sql`update gateway_answer set reply = ${JSON.stringify(reply)}::json
    where staff_id = ${staffId} and id = ${id} and scope = ${scope}`
}

/** Frees the id of a command that was not done. */
export async function dropCommand(tx: Tx, { staffId, id, scope }: KeptCommand): Promise<void> {
  await tx.sql`delete from gateway_answer where staff_id = ${staffId} and id = ${id} and scope = ${scope}`
}

/** The device on which this person first pressed answer for this call; null when it was done by other means. */
export async function answeringDevice(tx: Tx, staffId: StaffId, callId: string): Promise<string | null> {
  const [row] = await tx.sql<{ device: string }>`
    select device from gateway_answer where staff_id = ${staffId} and call_id = ${callId} and type = 'call.answer'
      and coalesce(reply ->> 'ok', 'true') = 'true' order by at limit 1`
  return row?.device ?? null
}

/** Whether this person's devices were told already that one of them answered this call. */
export async function wasTold(tx: Tx, staffId: StaffId, callId: string): Promise<boolean> {
  const rows = await tx.sql`select 1 from gateway_frame where staff_id = ${staffId} and type = 'call.answeredElsewhere'
    and data ->> 'callId' = ${callId} and data ->> 'by' = ${staffId}`
  return rows.length > 0
}

/** Forgets old answers. */
export async function pruneAnswers(tx: Tx, now: Date): Promise<void> {
  await tx.sql`delete from gateway_answer where at < ${after(now, -keptMs)}`
}
