import { newId, type CallId, type CallerNote, type ProfileId, type StaffId, type Tx } from '@switchboard/core'

/** What a person noted about a call. */
export interface CallNote {
  kind: 'note' | 'disposition' | 'wrongCaller'
  /** Of a disposition. */
  code: string | null
  text: string | null
  /** Who was shown, where it was somebody else. */
  profileId: ProfileId | null
  staffId: StaffId | null
  author: string
  at: Date
}

/** Adds to what is noted about a call. */
export async function addNote(tx: Tx, callId: CallId, note: CallNote): Promise<void> {
  await tx.sql`
    insert into call_note (id, call_id, kind, code, text, profile_id, staff_id, author, at)
    values (${newId()}, ${callId}, ${note.kind}, ${note.code}, ${note.text}, ${note.profileId}, ${note.staffId},
      ${note.author}, ${note.at})`
}

/** Everything that is noted about a call, from the beginning. */
export async function notesOf(tx: Tx, callId: CallId): Promise<CallNote[]> {
  return tx.sql<CallNote>`
    select kind, code, text, profile_id as "profileId", staff_id as "staffId", author, at from call_note
    where call_id = ${callId} order by id`
}

/** The latest notes about calls with this number, newest first. */
export async function notesAbout(tx: Tx, number: string): Promise<CallerNote[]> {
  const rows = await tx.sql<{ text: string; by: string; at: Date }>`
    select note.text, note.author as by, note.at from call_note note join call on call.id = note.call_id
    where call.caller_from = ${number} and note.text is not null and note.kind <> 'wrongCaller'
    order by note.id desc limit 3`
  return rows.map(row => ({ ...row, at: row.at.toISOString() }))
}

/** The call is not this person's after all. */
export async function forgetCaller(tx: Tx, callId: CallId): Promise<void> {
  await tx.sql`update call set profile_id = null where id = ${callId}`
}
