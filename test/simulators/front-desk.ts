import type { Handle } from './contact-handles.ts'
import type { WorldContact } from './contacts.ts'
import type { Delivered } from './deliver.ts'
import type { Desk, ImportWish, SendWish } from './front-api.ts'
import {
  contactWith,
  happen,
  messageOf,
  nextContactId,
  openConversation,
  presentOf,
  type Company,
  type FrontConversation,
  type FrontMessage,
} from './front-model.ts'
import type { Rows } from './front-rows.ts'
import type { FrontWebhooks } from './front-webhooks.ts'
import { randomOf, seedOf } from './random.ts'
import type { SimulatorSettings } from './simulator.ts'

/** Ways to make things happen in the simulated company. */
export interface FrontDesk {
  /** Somebody writes in; by default the demo caller, by SMS. The webhook is on its way when this returns. @throws RangeError for an unknown conversation */
  hear(wish?: HearWish): FrontChange
  /** A member of staff answers in Front. @throws RangeError for an unknown conversation */
  reply(conversationId: string, text: string): FrontChange
  /** Conversations become one. @throws RangeError for unknown conversations */
  merge(into: string, from: string[]): Promise<Delivered>
  /** Somebody becomes a contact, or a contact changes. No webhook tells of it. @throws RangeError for an unknown contact */
  changeContact(id: string | null, wish: ContactWish): WorldContact
  /** A contact is deleted. Nothing tells of it. */
  removeContact(id: string): void
  /** Anything else happens in a conversation. */
  happen(type: string, conversationId: string): Promise<Delivered>
  /** Uids of the messages that the API was told to send and took on, oldest first. */
  taken(): string[]
  /** A send that was taken on is sent, or fails, now instead of in a moment. @throws RangeError when there is none under way */
  settle(uid: string, end: 'fine' | 'failed'): Promise<void>
  /** Many contacts are made or changed, and many messages come in. */
  many(count: number, what?: 'contacts' | 'messages'): { contacts: WorldContact[]; heard: FrontChange[] }
}

/** What somebody writes; everything is optional. */
export interface HearWish {
  from?: string
  name?: string
  text?: string
  subject?: string
  /** Types of the files that come with it, such as `image/png`. */
  files?: readonly string[]
  /** An answer in this conversation. Default: the open one with this handle, or a new one. */
  conversationId?: string
}

/** What a contact is to be like; everything is optional. */
export interface ContactWish {
  name?: string
  email?: string
  phone?: string
}

/** A message that came or went, and the webhook about it on its way. */
export interface FrontChange {
  message: FrontMessage
  conversationId: string
  delivered: Promise<Delivered>
}

/** What the desk works with. */
interface Parts {
  company: Company
  rows: Rows
  webhooks: FrontWebhooks
  settings: SimulatorSettings
}

/** How long Front takes to send what it accepted. */
const sendingMs = 1000

/** The desk of a company: what people do there, and the doors of the API that lead to it. */
export function frontDesk(parts: Parts): {
  run: FrontDesk
  doors: Pick<Desk, 'accept' | 'importMessage'>
  stop(): void
} {
  const { company, settings } = parts
  const taken: string[] = []
  const timers = new Map<string, NodeJS.Timeout>()
  const settle = (uid: string, end: 'fine' | 'failed'): Promise<void> => {
    clearTimeout(timers.get(uid))
    timers.delete(uid)
    return settled(parts, uid, end)
  }
  const accept = (wish: SendWish): FrontMessage => {
    const message = pendingOf(parts, wish)
    taken.push(message.uid)
    const end = isUnreachable(message) ? 'failed' : 'fine'
    const timer = setTimeout(() => void settle(message.uid, end), sendingMs / (settings.speed ?? 1000))
    timers.set(message.uid, timer.unref())
    return message
  }
  const run: FrontDesk = {
    hear: (wish = {}) => heard(parts, wish),
    reply: (conversationId, text) => said(parts, known(company, conversationId), { isInbound: false, text }),
    merge: (into, from) => merged(parts, known(company, into), from),
    changeContact: (id, wish) => changedContact(parts, id, wish),
    removeContact: id => void company.contacts.delete(id),
    happen: (type, conversationId) => tell(parts, happenNow(parts, type, known(company, conversationId))),
    taken: () => [...taken],
    settle,
    many: (count, what) => many(parts, count, what),
  }
  return {
    run,
    doors: { accept, importMessage: wish => imported(parts, wish) },
    stop: () => timers.forEach(timer => clearTimeout(timer)),
  }
}

function known(company: Company, id: string): FrontConversation {
  const conversation = presentOf(company, id)
  if (!conversation) throw new RangeError(`there is no conversation ${id}`)
  return conversation
}

function happenNow({ company, settings }: Parts, type: string, conversation: FrontConversation) {
  return happen(company, { type, conversation, at: settings.now() })
}

function tell({ rows, webhooks }: Parts, event: ReturnType<typeof happen>): Promise<Delivered> {
  return webhooks.send(event.id, event.type, { full: rows.event(event), preview: rows.event(event, true) })
}

function heard(parts: Parts, { from, name, text, subject, files, conversationId }: HearWish): FrontChange {
  const { company, settings } = parts
  const { phone, firstName, lastName } = settings.world.demoCaller
  const handle = from ?? phone
  const at = settings.now()
  contactWith(company, handle, name ?? (from === undefined ? `${firstName} ${lastName}` : null), at)
  const conversation =
    conversationId === undefined ? conversationWith(parts, handle, subject) : known(company, conversationId)
  return said(parts, conversation, { isInbound: true, text: text ?? 'Is my gown ready?', files })
}

/** The latest open conversation with this handle, or a new one; a new subject is a new one. */
function conversationWith({ company, settings }: Parts, handle: string, subject?: string): FrontConversation {
  const kind = handle.includes('@') ? 'email' : 'sms'
  const open = [...company.conversations.values()].filter(one => one.handle === handle && !one.mergedInto).at(-1)
  const isSame = open && (subject === undefined || open.subject === subject)
  return isSame ? open : openConversation(company, { kind, handle, subject: subject ?? null, at: settings.now() })
}

function said(
  parts: Parts,
  conversation: FrontConversation,
  what: { isInbound: boolean; text: string; files?: readonly string[] | undefined },
): FrontChange {
  const { company, settings } = parts
  const at = settings.now()
  const message = messageOf(company, { conversation, ...what, files: what.files ?? [], at })
  company.messages.set(message.id, message)
  const event = happen(company, { type: what.isInbound ? 'inbound' : 'out_reply', conversation, message, at })
  return { message, conversationId: conversation.id, delivered: tell(parts, event) }
}

function merged(parts: Parts, into: FrontConversation, from: string[]): Promise<Delivered> {
  for (const id of from) known(parts.company, id).mergedInto = into.id
  const target = { _meta: { type: 'deleted_conversation_ids' }, data: from }
  const event = happen(parts.company, {
    ...{ type: 'conversations_merged', conversation: into, target, at: parts.settings.now() },
  })
  return tell(parts, event)
}

function changedContact({ company, settings }: Parts, id: string | null, wish: ContactWish): WorldContact {
  const old = id === null ? null : (company.contacts.get(id) ?? null)
  if (id !== null && !old) throw new RangeError(`there is no contact ${id}`)
  const wished = handlesIn(wish)
  const others = (old?.handles ?? []).filter(({ source }) => !wished.some(one => one.source === source))
  const contact: WorldContact = {
    ...(old ?? { id: nextContactId(company), name: null, groups: [], isPrivate: false }),
    ...(wish.name !== undefined && { name: wish.name }),
    handles: [...wished, ...others],
    updatedAt: settings.now(),
  }
  company.contacts.set(contact.id, contact)
  return contact
}

function handlesIn({ email, phone }: ContactWish): Handle[] {
  return [
    ...(email === undefined ? [] : [{ handle: email, source: 'email' as const }]),
    ...(phone === undefined ? [] : [{ handle: phone, source: 'phone' as const }]),
  ]
}

/** A message that Front said it would send. */
function pendingOf(parts: Parts, { conversationId, channelId, to, subject, text }: SendWish): FrontMessage {
  const { company, settings } = parts
  const [handle = ''] = to
  const kind = channelId === 'cha_email' || handle.includes('@') ? 'email' : 'sms'
  const at = settings.now()
  const conversation = conversationId === null ? null : known(company, conversationId)
  const where = conversation ?? openConversation(company, { kind, handle, subject, at })
  const message = addressed(messageOf(company, { conversation: where, isInbound: false, text, at, subject }), to)
  company.pending.set(message.uid, message)
  return message
}

/** A send that names people is for those, also in a conversation with others. */
function addressed(message: FrontMessage, to: string[]): FrontMessage {
  const own = message.recipients.filter(({ role, handle }) => role === 'from' || to.length === 0 || to.includes(handle))
  const others = to.filter(handle => !own.some(one => one.handle === handle))
  return {
    ...message,
    recipients: [...own, ...others.map(handle => ({ handle, role: 'to' as const, name: null, contactId: null }))],
  }
}

/** Numbers and domains that are there to fail. */
function isUnreachable({ recipients }: FrontMessage): boolean {
  return recipients.some(({ role, handle }) => role === 'to' && /^\+1\d{3}5550199$|\.invalid$/.test(handle))
}

/** What fails is first sent, and comes back: Front tells of both. */
async function settled(parts: Parts, uid: string, end: 'fine' | 'failed'): Promise<void> {
  const { company, settings } = parts
  const pending = company.pending.get(uid)
  const conversation = pending && company.conversations.get(pending.conversationId)
  if (!pending || !conversation) throw new RangeError(`nothing with the uid ${uid} is being sent`)
  company.pending.delete(uid)
  const at = settings.now()
  const message = { ...pending, at }
  company.messages.set(message.id, message)
  const sent = tell(parts, happen(company, { type: 'outbound', conversation, message, at }))
  if (end === 'fine') return void (await sent)
  company.messages.set(message.id, { ...message, errorType: 'recipient_unreachable' })
  const failed = tell(parts, happen(company, { type: 'sending_error', conversation, message, at }))
  await Promise.all([sent, failed])
}

/** One external id is imported once. */
function imported(parts: Parts, wish: ImportWish): FrontMessage {
  const { company, settings } = parts
  const { externalId, isInbound, sender, to, subject, text, at } = wish
  const known = company.imported.get(externalId)
  if (known) return known
  const handle = (isInbound ? sender.handle : to[0]) ?? ''
  const kind = handle.includes('@') ? 'email' : 'sms'
  contactWith(company, handle, isInbound ? sender.name : null, at)
  const conversation = openConversation(company, { kind, handle, subject, at })
  const message = { ...messageOf(company, { conversation, isInbound, text, at }), importedAs: externalId }
  company.messages.set(message.id, message)
  company.imported.set(externalId, message)
  const type = isInbound ? 'inbound' : 'outbound'
  void tell(parts, happen(company, { type, conversation, message, at: settings.now() }))
  return message
}

/** Seeded: the same company, asked for the same, changes in the same way. Seven in ten contacts are new. */
function many(parts: Parts, count: number, what?: 'contacts' | 'messages'): ReturnType<FrontDesk['many']> {
  const { company, settings } = parts
  const random = randomOf(seedOf(settings.seed, `many ${company.contacts.size} ${company.events.length}`))
  const made: ReturnType<FrontDesk['many']> = { contacts: [], heard: [] }
  for (let number = 0; number < count; number++) {
    const isContact = random.chance(0.5)
    const [isNew, old] = [random.chance(0.7), random.pick([...company.contacts.values()])]
    const phone = `+614${String(random.int(0, 99_999_999)).padStart(8, '0')}`
    if (what === 'contacts' || (what === undefined && isContact))
      made.contacts.push(changedContact(parts, isNew ? null : old.id, { name: `Guest ${number + 1}`, phone }))
    else made.heard.push(heard(parts, { from: phone, text: `Message ${number + 1} of ${count}.` }))
  }
  return made
}
