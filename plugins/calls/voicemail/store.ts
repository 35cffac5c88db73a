import { newId, type CallId, type StaffId, type Tx } from '@switchboard/core'
import { sql } from 'kysely'

/** A message that a caller left. */
export interface Voicemail {
  id: string
  callId: CallId
  /** As the vendor wrote it; null when withheld. */
  number: string | null
  line: string
  ownerId: StaffId | null
  /** The vendor's id of the recording. */
  vendorId: string
  durationSeconds: number | null
  leftAt: Date
  blobKey: string | null
  contentType: string | null
  size: number | null
  fetchedAt: Date | null
  /** Why the last try to fetch it was given up. */
  fetchError: string | null
  transcript: string | null
  isDone: boolean
  doneAt: Date | null
  doneBy: string | null
}

const columns = sql`id, call_id as "callId", number, line, owner_id as "ownerId", vendor_id as "vendorId",
  duration_seconds as "durationSeconds", left_at as "leftAt", blob_key as "blobKey", content_type as "contentType", size,
  fetched_at as "fetchedAt", fetch_error as "fetchError", transcript, is_done as "isDone", done_at as "doneAt",
  done_by as "doneBy"`

/** What is known of a message when it is left. */
export type Left = Pick<Voicemail, 'callId' | 'number' | 'line' | 'ownerId' | 'vendorId' | 'durationSeconds' | 'leftAt'>

/** Keeps a message once for each call. @returns its id; null when it was kept already */
export async function keepVoicemail(tx: Tx, left: Left): Promise<string | null> {
  const [row] = await tx.sql<{ id: string }>`
    insert into voicemail (id, call_id, number, line, owner_id, vendor_id, duration_seconds, left_at)
    values (${newId()}, ${left.callId}, ${left.number}, ${left.line}, ${left.ownerId}, ${left.vendorId},
      ${left.durationSeconds}, ${left.leftAt})
    on conflict (call_id) do nothing returning id`
  return row?.id ?? null
}

/** The message with this id; null when there is none. */
export async function readVoicemail(tx: Tx, id: string): Promise<Voicemail | null> {
  const [row] = await tx.sql<Voicemail>`select ${columns} from voicemail where id = ${id}`
  return row ?? null
}

/** Which messages are listed. */
export interface Wanted {
  isDone?: boolean | undefined
  ownerId?: string | undefined
  limit: number
  /** Only those older than this one. */
  before: string | null
}

/** Messages, newest first. */
export async function listVoicemails(tx: Tx, { isDone, ownerId, limit, before }: Wanted): Promise<Voicemail[]> {
  return tx.sql<Voicemail>`
    select ${columns} from voicemail
    where (${isDone ?? null}::boolean is null or is_done = ${isDone ?? null}::boolean)
      and (${ownerId ?? null}::uuid is null or owner_id = ${ownerId ?? null}::uuid)
      and (${before}::uuid is null or id < ${before}::uuid)
    order by id desc limit ${limit}`
}

/** Marks a message as done, or as not done. Null when there is none. */
export async function markDone(
  tx: Tx,
  id: string,
  { isDone, by, at }: { isDone: boolean; by: string; at: Date },
): Promise<Voicemail | null> {
  const [row] = await tx.sql<Voicemail>`
    update voicemail set is_done = ${isDone}, done_at = ${isDone ? at : null}, done_by = ${isDone ? by : null}
    where id = ${id} returning ${columns}`
  return row ?? null
}

/** Notes where the audio is kept. */
export async function noteFetched(
  tx: Tx,
  id: string,
  { key, contentType, size, at }: { key: string; contentType: string; size: number; at: Date },
): Promise<void> {
  await tx.sql`update voicemail set blob_key = ${key}, content_type = ${contentType}, size = ${size}, fetched_at = ${at},
    fetch_error = null where id = ${id}`
}

/** Notes why the audio is not here. */
export async function noteUnfetched(tx: Tx, id: string, error: string): Promise<void> {
  await tx.sql`update voicemail set fetch_error = ${error} where id = ${id} and fetched_at is null`
}

/** Takes the messages whose audio was given up, left since then, so that they are fetched again. */
export async function takeUnfetched(tx: Tx, since: Date): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>`
    update voicemail set fetch_error = null
    where fetched_at is null and fetch_error is not null and left_at > ${since} returning id`
  return rows.map(({ id }) => id)
}
