import {
  laterStatus,
  newId,
  type Correspondent,
  type Media,
  type Message,
  type MessageKind,
  type MessageStatus,
  type MessageTrouble,
  type StaffId,
  type Tx,
} from '@switchboard/core'
import { sql } from 'kysely'

/** A file of a message, and where we keep it. */
export interface KeptMedia extends Media {
  /** In the `blobs` port; null until it was fetched. */
  blobKey: string | null
  size: number | null
  /** Why it could not be fetched so far. */
  error: string | null
}

/** One item of a conversation, as it is kept. */
export interface StoredMessage {
  id: string
  threadId: string
  vendor: string
  /** Null until the vendor has named it. */
  externalId: string | null
  /** Ours, of a message we send. */
  sendKey: string | null
  kind: MessageKind
  direction: 'inbound' | 'outbound'
  from: Correspondent | null
  to: Correspondent[]
  subject: string | null
  text: string
  media: KeptMedia[]
  status: MessageStatus
  trouble: MessageTrouble | null
  at: Date
  /** Who sent it from here; null when it was written elsewhere, or by the hub itself. */
  staffId: StaffId | null
  author: string | null
  /** When it was last handed to the vendor without a word about the outcome since. */
  triedAt: Date | null
}

const columns = sql`message.id, message.thread_id as "threadId", message.vendor, message.external_id as "externalId",
  message.send_key as "sendKey", message.kind, message.direction, message.sender as "from", message.recipients as "to",
  message.subject, message.body as text, message.media, message.status, message.trouble, message.at,
  message.staff_id as "staffId", message.author, message.tried_at as "triedAt"`

/** The message with this id; null when there is none. */
export async function readMessage(tx: Tx, id: string): Promise<StoredMessage | null> {
  const [row] = await tx.sql<StoredMessage>`select ${columns} from message where id = ${id}`
  return row ?? null
}

/** The message that was to be sent with this key; null when there is none. */
export async function messageByKey(tx: Tx, key: string): Promise<StoredMessage | null> {
  const [row] = await tx.sql<StoredMessage>`select ${columns} from message where send_key = ${key}`
  return row ?? null
}

/** Keeps a message as the vendor has it. One that is known is brought up to date instead: what is redacted there is redacted here. */
export async function keepMessage(
  tx: Tx,
  { vendor, threadId, message, now }: { vendor: string; threadId: string; message: Message; now: Date },
): Promise<{ message: StoredMessage; isNew: boolean }> {
  const { externalId, kind, direction, from, to, subject, text, status, at } = message
  const media: KeptMedia[] = message.media.map(file => ({ ...file, blobKey: null, size: null, error: null }))
  const [fresh] = await tx.sql<StoredMessage>`
    insert into message (id, thread_id, vendor, external_id, kind, direction, sender, recipients, subject, body, media, status, at, made_at)
    values (${newId()}, ${threadId}, ${vendor}, ${externalId}, ${kind}, ${direction}, ${JSON.stringify(from)}::jsonb,
      ${JSON.stringify(to)}::jsonb, ${subject}, ${text}, ${JSON.stringify(media)}::jsonb, ${status}, ${at}, ${now})
    on conflict (vendor, external_id) where external_id is not null do nothing returning ${columns}`
  if (fresh) return { message: fresh, isNew: true }
  const known = await lockExternal(tx, vendor, externalId)
  if (!known) throw new Error('a message was neither kept nor found')
  const [row] = await tx.sql<StoredMessage>`
    update message set status = ${laterStatus(known.status, status)}, body = ${text},
      media = case when jsonb_array_length(media) = 0 then ${JSON.stringify(media)}::jsonb else media end,
      sender = coalesce(sender, ${JSON.stringify(from)}::jsonb)
    where id = ${known.id} returning ${columns}`
  return { message: row ?? known, isNew: false }
}

async function lockExternal(tx: Tx, vendor: string, externalId: string): Promise<StoredMessage | null> {
  const [row] = await tx.sql<StoredMessage>`
    select ${columns} from message where vendor = ${vendor} and external_id = ${externalId} for update`
  return row ?? null
}

/** A message to be sent, as it is written down. */
export type Draft = Pick<
  StoredMessage,
  'threadId' | 'vendor' | 'kind' | 'from' | 'to' | 'subject' | 'text' | 'at' | 'staffId' | 'author'
> & { sendKey: string; media: readonly string[]; status: 'queued' | 'scheduled' }

/** Writes a message down to be sent, once for each key. */
export async function draftMessage(
  tx: Tx,
  draft: Draft,
  now: Date,
): Promise<{ message: StoredMessage; isNew: boolean }> {
  const { threadId, vendor, kind, from, to, subject, text, at, staffId, author, sendKey, media, status } = draft
  const files = media.map(url => ({ url, contentType: null, name: null, blobKey: null, size: null, error: null }))
  const [fresh] = await tx.sql<StoredMessage>`
    insert into message (id, thread_id, vendor, send_key, kind, direction, sender, recipients, subject, body, media, status, at,
      staff_id, author, made_at)
    values (${newId()}, ${threadId}, ${vendor}, ${sendKey}, ${kind}, 'outbound', ${JSON.stringify(from)}::jsonb,
      ${JSON.stringify(to)}::jsonb, ${subject}, ${text}, ${JSON.stringify(files)}::jsonb, ${status}, ${at}, ${staffId}::uuid,
      ${author}, ${now})
    on conflict (send_key) where send_key is not null do nothing returning ${columns}`
  if (fresh) return { message: fresh, isNew: true }
  const known = await messageByKey(tx, sendKey)
  if (!known) throw new Error('a message was neither written down nor found')
  return { message: known, isNew: false }
}

/** It is about to be handed to the vendor: from here on it may have been sent. */
export async function noteTried(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.sql`update message set tried_at = coalesce(tried_at, ${at}), status = 'sending'
    where id = ${id} and status in ('queued', 'scheduled', 'sending')`
}

/** The vendor surely did not take it. */
export async function noteUntaken(tx: Tx, id: string): Promise<void> {
  await tx.sql`update message set tried_at = null, status = 'queued' where id = ${id} and external_id is null`
}

/**
 * The vendor took it on. A report that came first made a message of its own, which this one takes in.
 * @returns the message as it is now, null when it is gone; and the conversation that the report made, when it is another
 */
export async function noteTaken(
  tx: Tx,
  { id, vendor }: Pick<StoredMessage, 'id' | 'vendor'>,
  sent: { externalId: string | null; status: MessageStatus },
): Promise<{ message: StoredMessage | null; twinThreadId: string | null }> {
  const { externalId, status } = sent
  // They leave together, and are done in this order.
  const locking = externalId === null ? null : lockExternal(tx, vendor, externalId)
  const [twin, own] = await Promise.all([locking, readMessage(tx, id)])
  if (!own) return { message: null, twinThreadId: null }
  // `sending` is our own word for not knowing; a report in between has given the message its name.
  let best = own.externalId === null ? status : laterStatus(own.status, status)
  if (twin && twin.id !== id) {
    best = laterStatus(best, twin.status)
    await tx.sql`delete from message where id = ${twin.id}`
  }
  const [message] = await tx.sql<StoredMessage>`
    update message set external_id = coalesce(external_id, ${externalId}), status = ${best}, tried_at = null
    where id = ${id} returning ${columns}`
  return { message: message ?? null, twinThreadId: twin && twin.threadId !== own.threadId ? twin.threadId : null }
}

/** It will not be sent. */
export async function noteUnsent(tx: Tx, id: string, trouble: MessageTrouble): Promise<StoredMessage | null> {
  const [row] = await tx.sql<StoredMessage>`
    update message set status = 'failed', trouble = ${JSON.stringify(trouble)}::jsonb
    where id = ${id} and external_id is null and status in ('queued', 'scheduled', 'sending') returning ${columns}`
  return row ?? null
}

/** A report about a message, by the vendor's id or by our key. @returns the message when that is news; null when it is not, or nobody knows it */
export async function noteStatus(
  tx: Tx,
  report: {
    vendor: string
    externalId: string
    key: string | null
    status: MessageStatus
    trouble: MessageTrouble | null
  },
): Promise<StoredMessage | null> {
  const { vendor, externalId, key, status, trouble } = report
  const [known] = await tx.sql<StoredMessage>`
    select ${columns} from message
    where (vendor = ${vendor} and external_id = ${externalId}) or (send_key = ${key} and vendor = ${vendor})
    order by send_key nulls last limit 1 for update`
  if (!known) return null
  const best = laterStatus(known.status, status)
  if (best === known.status && known.externalId !== null && !trouble) return null
  const [row] = await tx.sql<StoredMessage>`
    update message set status = ${best}, trouble = coalesce(${trouble && JSON.stringify(trouble)}::jsonb, trouble),
      external_id = coalesce(external_id, ${externalId})
    where id = ${known.id} returning ${columns}`
  return row ?? null
}

/** Which part of a conversation is listed. */
export interface WantedMessages {
  threadId: string
  before: { at: Date; id: string } | null
  limit: number
}

/** What was said, newest first. */
export function listMessages(tx: Tx, { threadId, before, limit }: WantedMessages): Promise<StoredMessage[]> {
  return tx.sql<StoredMessage>`
    select ${columns} from message where thread_id = ${threadId}
      and (${before?.at ?? null}::timestamptz is null
        or (at, id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid))
    order by at desc, id desc limit ${limit}`
}

/** What was said in all conversations of a person, newest first. */
export function messagesOf(
  tx: Tx,
  { profileId, before, limit }: { profileId: string; before: Date | null; limit: number },
): Promise<StoredMessage[]> {
  return tx.sql<StoredMessage>`
    select ${columns} from message join thread on thread.id = message.thread_id
    where thread.profile_id = ${profileId}::uuid and (${before}::timestamptz is null or message.at < ${before}::timestamptz)
    order by message.at desc, message.id desc limit ${limit}`
}

/** Whether one of us wrote in a conversation since then. */
export async function spokenSince(tx: Tx, threadId: string, since: Date): Promise<boolean> {
  const [row] = await tx.sql`
    select 1 from message where thread_id = ${threadId} and at >= ${since} and direction = 'outbound'
      and (staff_id is not null or send_key is null) limit 1`
  return row !== undefined
}

/** The last message of each of us to any of these handles, before a moment. What was never sent does not count. */
export function lastWritten(
  tx: Tx,
  handles: readonly string[],
  before: Date,
): Promise<{ staffId: StaffId; at: Date }[]> {
  return tx.sql<{ staffId: StaffId; at: Date }>`
    select message.staff_id as "staffId", max(message.at) as at
    from message join thread on thread.id = message.thread_id
    where thread.handle = any(${handles}::text[]) and message.staff_id is not null and message.direction = 'outbound'
      and message.at < ${before} and message.status not in ('scheduled', 'failed', 'canceled')
    group by message.staff_id order by at desc`
}

/** Whether another source still knows somebody by this number (by its last nine digits) or address. */
export async function heldElsewhere(tx: Tx, source: string, handle: string): Promise<boolean> {
  const digits = handle.includes('@') ? null : handle.replaceAll(/\D/g, '').slice(-9)
  const [row] = await tx.sql`
    select 1 from source_record, jsonb_array_elements(people) person
    where source <> ${source} and deleted_at is null and (lower(trim(person->>'email')) = ${handle}
      or exists (select from jsonb_array_elements_text(coalesce(person->'phones', '[]')) phone
        where right(regexp_replace(phone, '[^0-9]', '', 'g'), 9) = ${digits})) limit 1`
  return row !== undefined
}

/** Erases what was said in the conversations with these handles. @returns the conversations, and where their files are kept */
export async function eraseMessages(
  tx: Tx,
  handles: readonly string[],
): Promise<{ threadIds: string[]; blobKeys: string[] }> {
  const rows = await tx.sql<{ threadId: string; keys: (string | null)[] }>`
    select thread.id as "threadId", coalesce((select jsonb_agg(file->>'blobKey') from message, jsonb_array_elements(media) file
      where message.thread_id = thread.id), '[]') as keys
    from thread where handle = any(${handles}::text[]) for update`
  const threadIds = rows.map(({ threadId }) => threadId)
  await tx.sql`
    update message set sender = null, recipients = '[]', subject = null, body = '', media = '[]',
      status = case when status in ('queued', 'scheduled', 'sending') then 'canceled' else status end
    where thread_id = any(${threadIds}::uuid[])`
  return { threadIds, blobKeys: rows.flatMap(({ keys }) => keys.filter(key => key !== null)) }
}

/** Whether a message was erased with its person: a vendor that still has it does not bring it back. */
export async function wasErased(tx: Tx, vendor: string, externalId: string): Promise<boolean> {
  const [row] = await tx.sql`
    select 1 from message join thread on thread.id = message.thread_id
    where message.vendor = ${vendor} and message.external_id = ${externalId} and thread.key like 'erased|%'`
  return row !== undefined
}

/** Notes where a file of a message is kept, or why it is not; a message that was erased meanwhile stays so. */
export async function noteMedia(tx: Tx, id: string, media: readonly KeptMedia[]): Promise<void> {
  await tx.sql`update message set media = ${JSON.stringify(media)}::jsonb
    where id = ${id} and jsonb_array_length(media) = ${media.length}`
}
