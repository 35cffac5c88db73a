import { createHash } from 'node:crypto'
import { contactId, contactsOf, type WorldContact, type WorldThread } from './contacts.ts'
import type { World } from './world.ts'

/** A message of the simulated shared inbox. */
export interface FrontMessage {
  id: string
  uid: string
  conversationId: string
  kind: 'sms' | 'email'
  isInbound: boolean
  /** Why it could not be sent. */
  errorType: string | null
  at: Date
  subject: string | null
  text: string
  /** The external id it was imported with. */
  importedAs: string | null
  /** Files that came with it. */
  attachments: { id: string; name: string; contentType: string }[]
  recipients: { handle: string; role: 'from' | 'to'; name: string | null; contactId: string | null }[]
}

/** A thread. A merged one leads to the one it became part of. */
export interface FrontConversation {
  id: string
  subject: string | null
  kind: 'sms' | 'email'
  /** The other end. */
  handle: string
  mergedInto: string | null
  createdAt: Date
}

/** Something that happened. */
export interface FrontEvent {
  id: string
  type: string
  at: Date
  conversationId: string
  /** What it is about: a message, or other things as they are written. */
  messageId: string | null
  target: object | null
}

/** Everything the simulated company has. */
export interface Company {
  contacts: Map<string, WorldContact>
  conversations: Map<string, FrontConversation>
  messages: Map<string, FrontMessage>
  /** Sends that were accepted and are not messages yet, by uid. */
  pending: Map<string, FrontMessage>
  /** What was imported, by the external id. */
  imported: Map<string, FrontMessage>
  /** As they happened. */
  events: FrontEvent[]
  /** Ids of contacts that come out garbled. */
  spoiled: Set<string>
  /** Contacts come without their time of change, as in the vendor's own example. */
  isTimeHidden: boolean
  /** How many contacts there ever were. */
  contactCount: number
  seed: number
}

/** The line and the address of the shop, by kind; the ids of its channels say which. */
export const ownHandles = { sms: '+61255501234', email: 'hello@lumen-and-lace.example.com' } as const

/** A company with the contacts and threads of a world. */
export function companyOf(world: World, seed: number): Company {
  const { contacts, threads } = contactsOf(world)
  const company: Company = {
    ...{ contacts: new Map(contacts.map(contact => [contact.id, contact])), conversations: new Map() },
    ...{
      messages: new Map(),
      pending: new Map(),
      imported: new Map(),
      events: [],
      ...{ spoiled: new Set(), isTimeHidden: false },
      contactCount: contacts.length,
      seed,
    },
  }
  for (const thread of threads) addThread(company, thread)
  const [some] = company.conversations.values()
  if (some)
    happen(company, { type: 'ai_summary_written', conversation: some, at: new Date(world.madeFor.getTime() - 10_000) })
  company.events.sort((one, other) => one.at.getTime() - other.at.getTime() || (one.id < other.id ? -1 : 1))
  return company
}

function addThread(company: Company, { contactId: id, kind, subject, said }: WorldThread): void {
  const source = kind === 'sms' ? 'phone' : 'email'
  const handle = company.contacts.get(id)?.handles.find(one => one.source === source)?.handle
  const [first, last] = [said[0], said.at(-1)]
  if (handle === undefined || !first || !last) return
  const conversation = openConversation(company, { kind, handle, subject, at: first.at })
  for (const { isInbound, text, at } of said) {
    const message = messageOf(company, { conversation, isInbound, text, at })
    company.messages.set(message.id, message)
    happen(company, { type: isInbound ? 'inbound' : 'outbound', conversation, message, at })
  }
  happen(company, { type: 'tag', conversation, at: new Date(last.at.getTime() + 1000) })
}

/** A new thread. */
export function openConversation(
  company: Company,
  { kind, handle, subject, at }: { kind: FrontConversation['kind']; handle: string; subject: string | null; at: Date },
): FrontConversation {
  const id = idOf('cnv', company.conversations.size)
  const conversation = { id, subject, kind, handle, mergedInto: null, createdAt: at }
  company.conversations.set(id, conversation)
  return conversation
}

/** A conversation, or the one it became part of. */
export function presentOf(company: Company, id: string): FrontConversation | null {
  const conversation = company.conversations.get(id) ?? null
  return conversation?.mergedInto ? presentOf(company, conversation.mergedInto) : conversation
}

/** The contact with this handle; a handle nobody has makes a contact. */
export function contactWith(company: Company, handle: string, name: string | null, at: Date): WorldContact {
  for (const contact of company.contacts.values())
    if (contact.handles.some(one => one.handle === handle)) return contact
  const source = handle.includes('@') ? 'email' : 'phone'
  const id = nextContactId(company)
  const contact: WorldContact = { id, name, handles: [{ handle, source }], groups: [], isPrivate: false, updatedAt: at }
  company.contacts.set(id, contact)
  return contact
}

/** An id that no contact ever had. */
export function nextContactId(company: Company): string {
  company.contactCount += 1
  return contactId(company.contactCount - 1)
}

/** A message that is not anywhere yet. */
export function messageOf(
  company: Company,
  {
    conversation,
    isInbound,
    text,
    at,
    subject,
    files = [],
  }: {
    conversation: FrontConversation
    isInbound: boolean
    text: string
    at: Date
    subject?: string | null
    files?: readonly string[]
  },
): FrontMessage {
  const { id: conversationId, kind, handle } = conversation
  const number = company.messages.size + company.pending.size
  const contact = contactWith(company, handle, null, at)
  const them = { handle, name: contact.name, contactId: contact.id }
  const us = { handle: ownHandles[kind], name: null, contactId: null }
  const id = idOf('msg', number)
  return {
    ...{ id, uid: createHash('md5').update(`${company.seed} ${id}`).digest('hex'), conversationId, kind, isInbound },
    ...{ errorType: null, at, subject: subject ?? conversation.subject, text },
    importedAs: null,
    attachments: files.map((contentType, index) => ({
      ...{ id: `fil_${id.slice(4)}${index}`, name: `file-${index + 1}.${contentType.split('/')[1]}`, contentType },
    })),
    recipients: isInbound
      ? [
          { ...them, role: 'from' },
          { ...us, role: 'to' },
        ]
      : [
          { ...us, role: 'from' },
          { ...them, role: 'to' },
        ],
  }
}

/** Notes that something happened. */
export function happen(
  company: Company,
  {
    type,
    conversation,
    message,
    target,
    at,
  }: {
    type: string
    conversation: FrontConversation
    message?: FrontMessage
    target?: object
    at: Date
  },
): FrontEvent {
  const event: FrontEvent = {
    ...{ id: idOf('evt', company.events.length), type, at, conversationId: conversation.id },
    ...{ messageId: message?.id ?? null, target: target ?? null },
  }
  company.events.push(event)
  return event
}

/** Ids sort as they were made. */
function idOf(prefix: string, number: number): string {
  return `${prefix}_${(1_600_000_000 + number * 3).toString(36)}`
}
