import {
  after,
  hour,
  HubError,
  type DeliveryHandler,
  type Message,
  type MessageEvent,
  type Tx,
} from '@switchboard/core'
import { attach } from './attach.ts'
import { noteConsent } from './consent-store.ts'
import { audienceOf, type Desk } from './desk.ts'
import { echoesIn } from './echo.ts'
import { noteHeard, type Way } from './event-store.ts'
import { endsOf, keyOf, normalHandle } from './handle.ts'
import { mediaTopic } from './media.ts'
import { keepMessage, noteStatus, wasErased, type StoredMessage } from './message-store.ts'
import { showMessage, showThread } from './show.ts'
import {
  absorbThread,
  keyOfOurs,
  mergeThreads,
  noteSaid,
  openThread,
  renameThread,
  type Thread,
} from './thread-store.ts'

/** Reads a delivery of a messenger. */
export function deliver(desk: Desk): DeliveryHandler {
  return async request => {
    const messenger = desk.messengers.get(request.adapter)
    if (!messenger)
      throw new HubError('unavailable', `${request.adapter} is off: switch it on, then replay the delivery`)
    const events = messenger.receive(request)
    return tx => hear(desk, tx, { vendor: request.adapter, way: 'webhook' }, events)
  }
}

/** Takes in what a messenger told, by whichever way: an event acts once. */
export async function hear(
  desk: Desk,
  tx: Tx,
  from: { vendor: string; way: Way },
  events: readonly MessageEvent[],
): Promise<void> {
  const echoes = await echoesIn(tx, { vendor: from.vendor, region: desk.settings.region }, events)
  const fresh = await noteHeard(tx, { ...from, echoes, now: desk.now() }, events)
  const done = new Set<string>()
  for (const event of events) {
    if (!fresh.has(event.eventId) || echoes.has(event.eventId) || done.has(event.eventId)) continue
    done.add(event.eventId)
    await act(desk, tx, from.vendor, event)
  }
}

async function act(desk: Desk, tx: Tx, vendor: string, event: MessageEvent): Promise<void> {
  switch (event.type) {
    case 'message':
      return hearMessage(desk, tx, vendor, event.message)
    case 'status':
      return hearStatus(desk, tx, { vendor, ...event })
    case 'merged':
      return merge(desk, tx, vendor, event)
    case 'consent':
      return hearConsent(desk, tx, vendor, event)
    case 'other':
      return
  }
}

async function hearMessage(desk: Desk, tx: Tx, vendor: string, message: Message): Promise<void> {
  const now = desk.now()
  if (isOld(desk, message) && (await wasErased(tx, vendor, message.externalId))) return
  const thread = await threadOf(desk, tx, vendor, message)
  const kept = await keepMessage(tx, { vendor, threadId: thread.id, message, now })
  if (!kept.isNew) return settle(tx, thread, kept.message)
  const { direction, text, at } = message
  // A call that is on record in a messenger is none that somebody wrote.
  const isNews = !isOld(desk, message) && message.kind !== 'call'
  const isUnread = isNews && direction === 'inbound' && message.kind !== 'note'
  const said = await noteSaid(tx, thread.id, { at, text, direction, isUnread, now })
  if (message.media.length > 0) await desk.outbox.send(tx, mediaTopic, kept.message.id, { messageId: kept.message.id })
  if (isNews) await tell(desk, tx, said, kept.message)
}

function isOld({ now, settings }: Desk, { at }: Message): boolean {
  return at <= after(now(), -settings.newsHours * hour)
}

/** A message of ours whose conversation an answer has opened meanwhile: the two are one. */
async function settle(tx: Tx, thread: Thread, { threadId }: StoredMessage): Promise<void> {
  if (threadId !== thread.id) await absorbThread(tx, threadId, thread)
}

/** The conversation a message belongs to, with its person looked for when it is new or nobody's. */
async function threadOf(desk: Desk, tx: Tx, vendor: string, message: Message): Promise<Thread> {
  const { them, us } = endsOf(message)
  const { region } = desk.settings
  const handle = them && normalHandle(them.handle, region)
  const line = us && normalHandle(us.handle, region)
  const { kind, conversationId, subject } = message
  const facts = { vendor, kind, conversationId, line, handle, handleName: them?.name ?? null, subject }
  const key = keyOf(message, handle, line)
  const begun = conversationId === null ? keyOf(message, handle, null) : await keyOfOurs(tx, vendor, message.externalId)
  if (begun !== null && begun !== key) await renameThread(tx, { vendor, key: begun, as: { key, conversationId, line } })
  const { thread, isNew } = await openThread(tx, { ...facts, key }, message.at)
  return isNew || thread.attached === 'nobody' ? attach(desk, tx, thread) : thread
}

async function tell(desk: Desk, tx: Tx, thread: Thread, message: StoredMessage): Promise<void> {
  const staffIds = await audienceOf(desk, tx, thread)
  const event = message.direction === 'inbound' ? 'message.received' : 'message.sent'
  const shown = { message: showMessage(message), thread: showThread(thread) }
  const { id: threadId, profileId } = thread
  await desk.events.publish(tx, event, { staffIds, threadId, profileId, ...shown, at: desk.now() })
}

async function hearStatus(
  desk: Desk,
  tx: Tx,
  { vendor, externalId, key, status, trouble }: MessageEvent & { type: 'status' } & { vendor: string },
): Promise<void> {
  const message = await noteStatus(tx, { vendor, externalId, key, status, trouble })
  if (!message) return
  await tellStatus(desk, tx, message)
  if (trouble?.because !== 'optedOut') return
  const [to] = message.to
  if (to) await refuse(desk, tx, { vendor, handle: to.handle, line: message.from?.handle ?? null })
}

/** Tells whoever sent a message how far it came. */
export async function tellStatus({ events, now }: Desk, tx: Tx, message: StoredMessage): Promise<void> {
  const { id: messageId, threadId, status, trouble, staffId } = message
  const staffIds = staffId ? [staffId] : []
  await events.publish(tx, 'message.changed', { staffIds, messageId, threadId, status, trouble, at: now() })
}

/** The vendor says that somebody does not want our messages. */
export async function refuse(
  { settings, now }: Desk,
  tx: Tx,
  { vendor, handle, line }: { vendor: string; handle: string; line: string | null },
): Promise<void> {
  const normal = (written: string): string => normalHandle(written, settings.region)
  const consent = { vendor, handle: normal(handle), line: line && normal(line), isWanted: false }
  await noteConsent(tx, { ...consent, because: 'the vendor says that they opted out', at: now() })
}

async function merge(
  desk: Desk,
  tx: Tx,
  vendor: string,
  { conversationId, from, at }: MessageEvent & { type: 'merged' },
): Promise<void> {
  const facts = {
    vendor,
    kind: 'other' as const,
    conversationId,
    line: null,
    handle: null,
    handleName: null,
    subject: null,
  }
  const { thread } = await openThread(tx, { ...facts, key: conversationId }, at)
  await mergeThreads(tx, thread, from, desk.now())
}

async function hearConsent(
  { settings, events, log }: Desk,
  tx: Tx,
  vendor: string,
  { handle, line, isWanted, at }: MessageEvent & { type: 'consent' },
): Promise<void> {
  const normal = (written: string): string => normalHandle(written, settings.region)
  const consent = { vendor, handle: normal(handle), line: line && normal(line), isWanted, at }
  const isNews = await noteConsent(tx, { ...consent, because: isWanted ? 'they wrote START' : 'they wrote STOP' })
  if (!isNews) return
  log.info({ vendor, isWanted }, 'somebody said whether they want messages')
  await events.publish(tx, 'message.consent', consent)
}
