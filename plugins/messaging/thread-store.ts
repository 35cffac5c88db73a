import { newId, type MessageKind, type ProfileId, type StaffId, type Tx } from '@switchboard/core'
import { sql } from 'kysely'

/** How a conversation came to its person: nobody has the handle, one person has, several do and somebody has to say which, or somebody did. */
export type Attached = 'nobody' | 'sure' | 'asked' | 'chosen'

/** A conversation with one person. */
export interface Thread {
  id: string
  /** The entry of the vendor that carries it. */
  vendor: string
  kind: MessageKind
  conversationId: string | null
  /** Our end: a number or a channel. */
  line: string | null
  /** Their end, in its one form (`normalHandle`). */
  handle: string | null
  /** As the vendor names them. */
  handleName: string | null
  subject: string | null
  profileId: ProfileId | null
  attached: Attached
  ownerId: StaffId | null
  unread: number
  lastAt: Date
  lastText: string
  lastDirection: 'inbound' | 'outbound'
  lastInboundAt: Date | null
}

const columns = sql`thread.id, thread.vendor, thread.kind, thread.conversation_id as "conversationId", thread.line, thread.handle,
  thread.handle_name as "handleName", thread.subject, thread.profile_id as "profileId", thread.attached,
  thread.owner_id as "ownerId", thread.unread, thread.last_at as "lastAt", thread.last_text as "lastText",
  thread.last_direction as "lastDirection", thread.last_inbound_at as "lastInboundAt"`

/** What is known of a conversation when something is said in it. */
export interface ThreadFacts extends Pick<
  Thread,
  'vendor' | 'kind' | 'conversationId' | 'line' | 'handle' | 'handleName' | 'subject'
> {
  key: string
}

/** The conversation with this key, locked; made when there is none. What was not known of it is filled in. */
export async function openThread(tx: Tx, facts: ThreadFacts, at: Date): Promise<{ thread: Thread; isNew: boolean }> {
  const { vendor, key, kind, conversationId, line, handle, handleName, subject } = facts
  const [row] = await tx.sql<Thread & { isNew: boolean; mergedInto: string | null }>`
    insert into thread (id, vendor, key, kind, conversation_id, line, handle, handle_name, subject, last_at, last_direction,
      created_at, changed_at)
    values (${newId()}, ${vendor}, ${key}, ${kind}, ${conversationId}, ${line}, ${handle}, ${handleName}, ${subject}, ${at},
      'inbound', ${at}, ${at})
    on conflict (vendor, key) do update set handle = coalesce(thread.handle, excluded.handle),
      handle_name = coalesce(thread.handle_name, excluded.handle_name), line = coalesce(thread.line, excluded.line),
      subject = coalesce(thread.subject, excluded.subject)
    returning ${columns}, (xmax = 0) as "isNew", merged_into as "mergedInto"`
  if (!row) throw new Error('a thread was neither made nor found')
  if (!row.mergedInto) return { thread: row, isNew: row.isNew }
  const present = await lockThread(tx, row.mergedInto)
  return { thread: present ?? row, isNew: false }
}

/** A conversation that was begun from here gets the name that the vendor, or the first answer, gives it. */
export async function renameThread(
  tx: Tx,
  { vendor, key, as }: { vendor: string; key: string; as: Pick<ThreadFacts, 'key' | 'conversationId' | 'line'> },
): Promise<void> {
  await tx.sql`
    update thread set key = ${as.key}, conversation_id = coalesce(conversation_id, ${as.conversationId}), line = coalesce(line, ${as.line})
    where vendor = ${vendor} and key = ${key} and merged_into is null
      and not exists (select 1 from thread where vendor = ${vendor} and key = ${as.key})`
}

/** The key of the conversation, begun from here, that this message of ours belongs to; null when it has its vendor's name, or there is none. */
export async function keyOfOurs(tx: Tx, vendor: string, externalId: string): Promise<string | null> {
  const [row] = await tx.sql<{ key: string }>`
    select thread.key from message join thread on thread.id = message.thread_id
    where message.vendor = ${vendor} and message.external_id = ${externalId} and thread.conversation_id is null`
  return row?.key ?? null
}

/** Makes one conversation part of another. */
export async function absorbThread(tx: Tx, fromId: string, into: { id: string }): Promise<void> {
  await tx.sql`update message set thread_id = ${into.id} where thread_id = ${fromId}`
  await tx.sql`update thread set merged_into = ${into.id} where id = ${fromId} or merged_into = ${fromId}`
}

/** A conversation, locked, so that changes of it come one after the other. Null when there is none. */
export async function lockThread(tx: Tx, id: string): Promise<Thread | null> {
  const [row] = await tx.sql<Thread>`select ${columns} from thread where id = ${id} for update`
  return row ?? null
}

/** A conversation; one that was merged leads to what it became part of. Null when there is none. */
export async function readThread(tx: Tx, id: string): Promise<Thread | null> {
  const [row] = await tx.sql<Thread>`
    select ${columns} from thread where id = (select coalesce(merged_into, id) from thread where id = ${id})`
  return row ?? null
}

/** Something was said. Old news changes neither the last word nor what is unread. */
export async function noteSaid(
  tx: Tx,
  id: string,
  said: { at: Date; text: string; direction: 'inbound' | 'outbound'; isUnread: boolean; now: Date },
): Promise<Thread> {
  const { at, text, direction, isUnread, now } = said
  const inboundAt = direction === 'inbound' ? at : null
  const [row] = await tx.sql<Thread>`
    update thread set
      last_text = case when ${at}::timestamptz >= last_at or last_text = '' then ${text.slice(0, 200)} else last_text end,
      last_direction = case when ${at}::timestamptz >= last_at or last_text = '' then ${direction} else last_direction end,
      last_at = greatest(last_at, ${at}::timestamptz), unread = unread + ${isUnread ? 1 : 0},
      last_inbound_at = greatest(last_inbound_at, ${inboundAt}::timestamptz), changed_at = ${now}
    where id = ${id} returning ${columns}`
  if (!row) throw new Error(`thread ${id} is gone`)
  return row
}

/** Says whose a conversation is. @returns whether that is news */
export async function attachThread(
  tx: Tx,
  id: string,
  { profileId, attached, now }: { profileId: ProfileId | null; attached: Attached; now: Date },
): Promise<boolean> {
  const rows = await tx.sql`
    update thread set profile_id = ${profileId}::uuid, attached = ${attached}, changed_at = ${now}
    where id = ${id} and (profile_id is distinct from ${profileId}::uuid or attached <> ${attached}) returning id`
  return rows.length === 1
}

/** Conversations that may have got another person: those of a person, and those with one of these handles. Chosen ones stay as chosen. */
export function threadsNear(
  tx: Tx,
  about: { profileIds: readonly string[]; handles: readonly string[] },
): Promise<Thread[]> {
  return tx.sql<Thread>`
    select ${columns} from thread where merged_into is null
      and (profile_id = any(${about.profileIds}::uuid[]) or handle = any(${about.handles}::text[])) order by id for update`
}

/** Some conversations in the order of their ids, after this one. */
export function threadsAfter(tx: Tx, after: string, limit: number): Promise<Thread[]> {
  return tx.sql<Thread>`
    select ${columns} from thread where merged_into is null and handle is not null and id > ${after}::uuid
    order by id limit ${limit} for update`
}

/** Merged people: what was the one's is the other's. */
export async function followPeople(tx: Tx, profileId: string, merged: readonly string[]): Promise<void> {
  await tx.sql`update thread set profile_id = ${profileId}::uuid where profile_id = any(${merged}::uuid[])`
}

/** Makes conversations part of another of the same vendor. */
export async function mergeThreads(tx: Tx, into: Thread, conversationIds: readonly string[], now: Date): Promise<void> {
  const parts = await tx.sql<{ id: string; unread: number }>`
    update thread set merged_into = ${into.id}, changed_at = ${now}
    where vendor = ${into.vendor} and conversation_id = any(${conversationIds}::text[]) and id <> ${into.id}
      and merged_into is null returning id, unread`
  if (parts.length === 0) return
  const ids = parts.map(({ id }) => id)
  await tx.sql`update message set thread_id = ${into.id} where thread_id = any(${ids}::uuid[])`
  await tx.sql`update thread set merged_into = ${into.id} where merged_into = any(${ids}::uuid[])`
  await tx.sql`
    update thread set unread = thread.unread + ${parts.reduce((sum, { unread }) => sum + unread, 0)}, changed_at = ${now},
      last_at = said.at, last_text = left(said.body, 200), last_direction = said.direction
    from (select at, body, direction from message where thread_id = ${into.id} order by at desc, id desc limit 1) as said
    where thread.id = ${into.id}`
}

/** What is listed; what is null does not narrow. */
export interface WantedThreads {
  profileId: string | null
  ownerId: string | null
  /** Whether somebody owns it: `false` lists what nobody does. */
  isOwned: boolean | null
  isUnread: boolean | null
  vendor: string | null
  handle: string | null
  /** Words that were said. */
  q: string | null
  before: { at: Date; id: string } | null
  limit: number
}

/** Conversations, the one in which something was said last first. */
export function listThreads(tx: Tx, wanted: WantedThreads): Promise<Thread[]> {
  const { profileId, ownerId, isOwned, isUnread, vendor, handle, q, before, limit } = wanted
  const conditions = [sql`thread.merged_into is null`]
  if (profileId !== null) conditions.push(sql`thread.profile_id = ${profileId}::uuid`)
  if (ownerId !== null) conditions.push(sql`thread.owner_id = ${ownerId}::uuid`)
  if (isOwned !== null) conditions.push(sql`(thread.owner_id is not null) = ${isOwned}`)
  if (isUnread !== null) conditions.push(sql`(thread.unread > 0) = ${isUnread}`)
  if (vendor !== null) conditions.push(sql`thread.vendor = ${vendor}`)
  if (handle !== null) conditions.push(sql`thread.handle = ${handle}`)
  if (before) conditions.push(sql`(thread.last_at, thread.id) < (${before.at}::timestamptz, ${before.id}::uuid)`)
  if (q !== null)
    conditions.push(sql`thread.id in (select thread_id from message where
      to_tsvector('simple', coalesce(subject, '') || ' ' || body) @@ websearch_to_tsquery('simple', ${q}))`)
  return tx.run(sql<Thread>`
    select ${columns} from thread where ${sql.join(conditions, sql` and `)}
    order by thread.last_at desc, thread.id desc limit ${limit}`)
}

/** Which of these somebody wrote from last; null when from none. */
export async function lastHandle(tx: Tx, handles: readonly string[]): Promise<string | null> {
  const [row] = await tx.sql<{ handle: string }>`
    select handle from thread where handle = any(${handles}::text[]) and last_inbound_at is not null
    order by last_inbound_at desc limit 1`
  return row?.handle ?? null
}

/** Erases whose conversations these were. Their keys are made anew, so that who writes again begins another. */
export async function eraseThreads(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
  await tx.sql`
    update thread set key = 'erased|' || id, conversation_id = null, handle = null, handle_name = null, subject = null,
      profile_id = null, attached = 'nobody', unread = 0, last_text = '', changed_at = ${now}
    where id = any(${ids}::uuid[])`
}

/** Whether a number is one of our own. */
export async function isOurLine(tx: Tx, handle: string): Promise<boolean> {
  const [row] = await tx.sql`select 1 from thread where line = ${handle} limit 1`
  return row !== undefined
}

/** Whose conversation it is to answer. */
export async function assignThread(tx: Tx, id: string, ownerId: StaffId | null, now: Date): Promise<Thread | null> {
  const [row] = await tx.sql<Thread>`
    update thread set owner_id = ${ownerId}::uuid, changed_at = ${now} where id = ${id} returning ${columns}`
  return row ?? null
}

/** Somebody read it. @returns whether anything was unread */
export async function markRead(tx: Tx, id: string, now: Date): Promise<boolean> {
  const rows =
    await tx.sql`update thread set unread = 0, changed_at = ${now} where id = ${id} and unread > 0 returning id`
  return rows.length === 1
}

/** Conversations with something unread for this person: theirs, and those that nobody owns. */
export function unreadFor(tx: Tx, staffId: StaffId, limit: number): Promise<Thread[]> {
  return tx.sql<Thread>`
    select ${columns} from thread where unread > 0 and merged_into is null and (owner_id = ${staffId} or owner_id is null)
    order by last_at desc limit ${limit}`
}
