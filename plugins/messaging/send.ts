import {
  HubError,
  messageOf,
  VendorError,
  z,
  type Courier,
  type MessageKind,
  type MessageOnItsWay,
  type MessageTrouble,
  type MessageWish,
  type MessagingPort,
  type OutboundMessage,
  type Sent,
  type Threads,
  type Tx,
} from '@switchboard/core'
import { attach } from './attach.ts'
import { refusalOf } from './consent-store.ts'
import type { Desk } from './desk.ts'
import { keyOf, normalHandle } from './handle.ts'
import { refuse, tellStatus } from './hear.ts'
import {
  draftMessage,
  lastWritten,
  messageByKey,
  noteTaken,
  noteTried,
  noteUnsent,
  noteUntaken,
  readMessage,
  type Draft,
  type StoredMessage,
} from './message-store.ts'
import { quietUntil } from './quiet.ts'
import { showMessage, showThread } from './show.ts'
import { absorbThread, lastHandle, listThreads, noteSaid, openThread, readThread, type Thread } from './thread-store.ts'

/** The outbox topic of messages that are to be sent. */
export const sendTopic = 'message'

/** Conversations, for other parts of the hub. */
export function threadsPort(desk: Desk): Threads {
  return {
    send: async (tx, wish) => sendIn(desk, tx, await threadFor(desk, tx, wish), wish),
    isWelcome: async (tx, to) => {
      const handle = normalHandle(to, desk.settings.region)
      for (const vendor of desk.messengers.keys()) if (await refusalOf(tx, { vendor, handle, line: null })) return false
      return true
    },
    usedLast: async (tx, handles) => {
      const written = new Map(handles.map(handle => [normalHandle(handle, desk.settings.region), handle]))
      const last = await lastHandle(tx, [...written.keys()])
      return last === null ? null : (written.get(last) ?? null)
    },
    writtenBy: (tx, handles, before) => {
      const written = handles.map(handle => normalHandle(handle, desk.settings.region))
      return lastWritten(tx, written, before)
    },
    quietUntil: at => quietUntil(desk.settings.quietHours, at),
  }
}

/** The conversation in which somebody is written to: the one they wrote in last, or else a new one. */
async function threadFor(desk: Desk, tx: Tx, wish: MessageWish): Promise<Thread> {
  const handle = normalHandle(wish.to, desk.settings.region)
  const kind: MessageKind = handle.includes('@') ? 'email' : 'sms'
  const nothing = { profileId: null, ownerId: null, isOwned: null, isUnread: null, vendor: null, q: null, before: null }
  const known = await listThreads(tx, { ...nothing, handle, limit: 20 })
  const last = known.find(thread => thread.kind === kind && (!wish.line || thread.line === wish.line))
  if (last) return last
  const vendor = carrierOf(desk, kind)
  const line = wish.line ?? null
  const facts = { vendor, kind, conversationId: null, line, handle, handleName: null, subject: wish.subject ?? null }
  const { thread } = await openThread(tx, { ...facts, key: keyOf(facts, handle, line) }, desk.now())
  return attach(desk, tx, thread)
}

/** Who begins conversations of a kind. */
function carrierOf({ messengers }: Desk, kind: MessageKind): string {
  for (const [name, { begins = ['sms'] }] of messengers) if (begins.includes(kind)) return name
  throw new HubError('unavailable', `no messenger that is on carries ${kind === 'sms' ? 'texts' : 'emails'}`)
}

/** What is said in a conversation that is known. */
export type Saying = Omit<MessageWish, 'to' | 'line'>

/**
 * Writes a message of a conversation down to be sent, once for each key.
 * @throws HubError `opted_out`, `quiet_hours` with the time they end at, `bad_request` when there is nobody to write to
 */
export async function sendIn(desk: Desk, tx: Tx, thread: Thread, saying: Saying): Promise<MessageOnItsWay> {
  if (saying.text.trim() === '' && !saying.media?.length)
    throw new HubError('bad_request', 'text: say something, or give a file')
  const known = await messageByKey(tx, saying.key)
  if (known) return { messageId: known.id, threadId: known.threadId, dueAt: known.at }
  await mustBeWelcome(tx, addressOf(thread))
  const now = desk.now()
  const dueAt = dueOf(desk, thread, saying, now)
  const { message, isNew } = await draftMessage(tx, draftOf(thread, saying, { dueAt, now }), now)
  if (isNew && dueAt <= now) await handOver(desk, tx, message)
  return { messageId: message.id, threadId: message.threadId, dueAt: message.at }
}

/** Where a conversation is written to. @throws HubError bad_request when nobody is known there */
function addressOf({ vendor, handle, line }: Thread): { vendor: string; handle: string; line: string | null } {
  if (handle === null) throw new HubError('bad_request', 'nobody is known at the other end of this conversation')
  return { vendor, handle, line }
}

function draftOf(thread: Thread, saying: Saying, { dueAt, now }: { dueAt: Date; now: Date }): Draft {
  const { handle, line } = addressOf(thread)
  const { id: threadId, vendor, kind, handleName: name, subject } = thread
  return {
    ...{ threadId, vendor, kind, at: dueAt },
    from: line === null ? null : { handle: line, name: null, externalId: null },
    to: [{ handle, name, externalId: null }],
    subject: saying.subject ?? (kind === 'email' ? subject : null),
    media: saying.media ?? [],
    status: dueAt > now ? 'scheduled' : 'queued',
    ...{ text: saying.text, sendKey: saying.key, staffId: saying.staffId, author: saying.author },
  }
}

async function mustBeWelcome(tx: Tx, about: { vendor: string; handle: string; line: string | null }): Promise<void> {
  const refusal = await refusalOf(tx, about)
  if (!refusal) return
  const since = refusal.at.toISOString().slice(0, 10)
  throw new HubError('opted_out', `they do not want messages since ${since} (${refusal.because}); call them instead`)
}

/** The author of what the hub writes by itself. */
const automatic = 'the hub'

/** Who wrote to us in the last half hour is awake. */
const awakeMs = 30 * 60_000

function dueOf({ settings }: Desk, { lastInboundAt }: Thread, { inQuietHours }: Saying, now: Date): Date {
  const until = inQuietHours === 'send' ? null : quietUntil(settings.quietHours, now)
  if (!until) return now
  const isAwake = lastInboundAt !== null && now.getTime() - lastInboundAt.getTime() < awakeMs
  if (inQuietHours === 'refuse' && isAwake) return now
  if (inQuietHours === 'wait') return until
  throw new HubError(
    'quiet_hours',
    `it is quiet until ${until.toISOString()}: say inQuietHours "wait" to send it then, or "send" to send it now`,
  )
}

/** Gives a message to whoever carries it, and tells the conversation. */
async function handOver(desk: Desk, tx: Tx, message: StoredMessage): Promise<void> {
  const { id, threadId, text } = message
  await desk.outbox.send(tx, sendTopic, threadId, { messageId: id })
  const now = desk.now()
  const thread = await noteSaid(tx, threadId, { at: now, text, direction: 'outbound', isUnread: false, now })
  const staffIds = message.staffId ? [message.staffId] : []
  const shown = { message: showMessage(message), thread: showThread(thread) }
  // What the hub writes by itself is nobody getting through to anybody.
  const told = {
    staffIds,
    threadId,
    profileId: thread.profileId,
    isAutomatic: message.staffId === null && message.author === automatic,
    ...shown,
  }
  await desk.events.publish(tx, 'message.sent', { ...told, at: now })
}

/** Hands over what waited for the end of quiet hours. @returns how many */
export async function handOverDue(desk: Desk, tx: Tx): Promise<number> {
  const now = desk.now()
  const due = await tx.sql<{ id: string }>`
    update message set status = 'queued', at = ${now} where id in (
      select id from message where status = 'scheduled' and send_key is not null and at <= ${now}
      order by at limit 100 for update skip locked) returning id`
  for (const { id } of due) {
    const message = await readMessage(tx, id)
    if (message) await handOver(desk, tx, message)
  }
  return due.length
}

const Order = z.object({ messageId: z.string() })

/** Sends a message, once: where it is not known whether an earlier try was taken, the vendor is asked first. */
export function sendMessages(desk: Desk): Courier {
  return {
    carry: async command => {
      const { messageId } = Order.parse(command)
      const { message, thread } = await desk.store.read(async tx => {
        const message = await readMessage(tx, messageId)
        return { message, thread: message && (await readThread(tx, message.threadId)) }
      })
      if (!message || message.externalId !== null || !waiting.has(message.status)) return nothing
      return carryMessage(desk, message, outboundOf(message, thread))
    },
    failed: (command, error) => tx => giveUp(desk, tx, Order.parse(command).messageId, error),
  }
}

async function carryMessage(
  desk: Desk,
  message: StoredMessage,
  out: OutboundMessage,
): Promise<(tx: Tx) => Promise<void>> {
  const { store, messengers, now } = desk
  const messenger = messengers.get(message.vendor)
  if (!messenger) throw new HubError('unavailable', `${message.vendor} is off`)
  const found = message.triedAt && (await askAfter(messenger, message, out, message.triedAt))
  if (found) return tx => taken(desk, tx, message, found)
  const refusal = await store.transact(async tx => {
    const refused = await refusalOf(tx, addresseeOf(message))
    if (!refused) await noteTried(tx, message.id, now())
    return refused
  })
  if (refusal) return tx => giveUp(desk, tx, message.id, new HubError('opted_out', refusal.because))
  try {
    const sent = await messenger.send(out, message.id)
    return tx => taken(desk, tx, message, sent)
  } catch (error) {
    // Of anything else it is not known whether the vendor took it: the next try asks.
    if (error instanceof VendorError && !error.outcomeUnknown) await store.transact(tx => noteUntaken(tx, message.id))
    throw error
  }
}

/** Whether an earlier try was taken after all. @throws VendorError when that cannot be known */
async function askAfter(
  messenger: MessagingPort,
  { id }: StoredMessage,
  out: OutboundMessage,
  since: Date,
): Promise<Sent | null> {
  if (!messenger.find) throw new VendorError(neverKnown, { vendorCode: 'outcome_unknown' })
  return messenger.find(out, id, since)
}

function addresseeOf({ vendor, to, from }: StoredMessage): { vendor: string; handle: string; line: string | null } {
  return { vendor, handle: to[0]?.handle ?? '', line: from?.handle ?? null }
}

async function taken(desk: Desk, tx: Tx, message: StoredMessage, sent: Sent): Promise<void> {
  const { message: fresh, twinThreadId } = await noteTaken(tx, message, sent)
  if (twinThreadId) await absorbThread(tx, message.threadId, { id: twinThreadId })
  if (fresh) await tellStatus(desk, tx, twinThreadId ? { ...fresh, threadId: twinThreadId } : fresh)
}

async function giveUp(desk: Desk, tx: Tx, messageId: string, error: unknown): Promise<void> {
  const message = await noteUnsent(tx, messageId, troubleOf(error))
  if (!message) return
  await tellStatus(desk, tx, message)
  desk.log.warn({ messageId, error: messageOf(error) }, 'a message was not sent')
  if (error instanceof VendorError && error.because === 'optedOut') await refuse(desk, tx, addresseeOf(message))
}

const waiting: ReadonlySet<string> = new Set(['queued', 'scheduled', 'sending'])

const neverKnown =
  'it cannot be known whether the message was sent, and it is not sent twice: look at the vendor, then write again if it was not'

function outboundOf({ to, from, subject, text, media }: StoredMessage, thread: Thread | null): OutboundMessage {
  return {
    conversationId: thread?.conversationId ?? null,
    from: thread?.conversationId ? null : (from?.handle ?? null),
    to: to.map(({ handle }) => handle),
    ...{ subject, text },
    media: media.map(({ url }) => url),
  }
}

function troubleOf(error: unknown): MessageTrouble {
  if (error instanceof HubError && error.code === 'opted_out') return { code: 'opted_out', because: 'optedOut' }
  if (!(error instanceof VendorError)) return { code: 'internal', because: 'config' }
  return { code: error.vendorCode ?? String(error.vendorStatus ?? 'no answer'), because: error.because ?? 'rejected' }
}

async function nothing(): Promise<void> {}
