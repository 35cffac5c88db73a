import { newId, type CallId, type StaffId, type Tx } from '@switchboard/core'
import { sql } from 'kysely'

/** A conversation that was recorded, or a part of one. */
export interface CallRecording {
  id: string
  callId: CallId
  /** The vendor's id. */
  vendorId: string
  durationSeconds: number | null
  toldAt: Date
  blobKey: string | null
  contentType: string | null
  size: number | null
  fetchedAt: Date | null
  /** Why the last try to fetch it was given up. */
  fetchError: string | null
}

const columns = sql`id, call_id as "callId", vendor_id as "vendorId", duration_seconds as "durationSeconds",
  told_at as "toldAt", blob_key as "blobKey", content_type as "contentType", size, fetched_at as "fetchedAt",
  fetch_error as "fetchError"`

/** Keeps a recording once. @returns its id; null when it was kept already */
export async function keepRecording(
  tx: Tx,
  made: Pick<CallRecording, 'callId' | 'vendorId' | 'durationSeconds' | 'toldAt'>,
): Promise<string | null> {
  const [row] = await tx.sql<{ id: string }>`
    insert into call_recording (id, call_id, vendor_id, duration_seconds, told_at)
    values (${newId()}, ${made.callId}, ${made.vendorId}, ${made.durationSeconds}, ${made.toldAt})
    on conflict (vendor_id) do nothing returning id`
  return row?.id ?? null
}

/** The recording with this id; null when there is none. */
export async function readRecording(tx: Tx, id: string): Promise<CallRecording | null> {
  const [row] = await tx.sql<CallRecording>`select ${columns} from call_recording where id = ${id}`
  return row ?? null
}

/** The recordings of a call, oldest first. */
export async function recordingsOf(tx: Tx, callId: CallId): Promise<CallRecording[]> {
  return tx.sql<CallRecording>`select ${columns} from call_recording where call_id = ${callId} order by id`
}

/** The staff who spoke in a call: what was said is theirs. */
export async function spokeIn(tx: Tx, callId: CallId): Promise<StaffId[]> {
  const rows = await tx.sql<{ id: StaffId }>`
    select distinct staff_id as id from call_leg where call_id = ${callId} and staff_id is not null and has_spoken`
  return rows.map(({ id }) => id)
}

/** Notes where the audio is kept. */
export async function noteFetched(
  tx: Tx,
  id: string,
  { key, contentType, size, at }: { key: string; contentType: string; size: number; at: Date },
): Promise<void> {
  await tx.sql`update call_recording set blob_key = ${key}, content_type = ${contentType}, size = ${size},
    fetched_at = ${at}, fetch_error = null where id = ${id}`
}

/** Notes why the audio is not here. */
export async function noteUnfetched(tx: Tx, id: string, error: string): Promise<void> {
  await tx.sql`update call_recording set fetch_error = ${error} where id = ${id} and fetched_at is null`
}

/** Takes the recordings whose audio was given up, told of since then, so that they are fetched again. */
export async function takeUnfetched(tx: Tx, since: Date): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>`
    update call_recording set fetch_error = null
    where fetched_at is null and fetch_error is not null and told_at > ${since} returning id`
  return rows.map(({ id }) => id)
}

/** Whether calls came in on this line before. */
export async function isLineKnown(tx: Tx, line: string): Promise<boolean> {
  const rows = await tx.sql`select 1 from call where line_to = ${line} and direction = 'inbound' limit 1`
  return rows.length > 0
}

/** Which of these recordings nobody has told us of yet, by the vendor's id. */
export async function unheardOf(tx: Tx, vendorIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.sql<{ id: string }>`
    select id from unnest(${vendorIds}::text[]) as told (id)
    where not exists (select 1 from call_recording where vendor_id = told.id)
      and not exists (select 1 from voicemail where vendor_id = told.id)
      and not exists (select 1 from call where recording->>'vendorId' = told.id)`
  return new Set(rows.map(({ id }) => id))
}
