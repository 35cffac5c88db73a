import type { WorldContact } from './contacts.ts'
import { fileOf } from './files.ts'
import type { Company, FrontConversation, FrontEvent, FrontMessage } from './front-model.ts'

/** Rows as the Core API writes them. `base` is where the links lead: the company's own host. */
export interface Rows {
  contact(contact: WorldContact): object
  conversation(conversation: FrontConversation): object
  message(message: FrontMessage): object
  event(event: FrontEvent, isPreview?: boolean): object
}

/** The writers of rows for one company. */
export function rowsOf(company: Company, base: () => string): Rows {
  const link = (path: string): string => `${base()}${path}`
  const rows: Rows = {
    contact: contact => contactRow(company, contact, link),
    conversation: ({ id, subject, createdAt }) => ({
      _links: { self: link(`/conversations/${id}`), related: { messages: link(`/conversations/${id}/messages`) } },
      ...{ id, type: 'conversation', subject: subject ?? '', status: 'unassigned', status_category: 'open' },
      ...{ assignee: null, tags: [], links: [], custom_fields: {}, created_at: seconds(createdAt), is_private: false },
    }),
    message: message => messageRow(message, link),
    event(event, isPreview = false) {
      const conversation = company.conversations.get(event.conversationId)
      const message = company.messages.get(event.messageId ?? '')
      return {
        _links: { self: link(`/events/${event.id}`) },
        ...{ id: event.id, type: event.type, emitted_at: seconds(event.at) },
        source: {
          _meta: { type: 'inboxes' },
          data: [{ id: 'inb_shop', ...(isPreview ? {} : { name: 'Front desk' }) }],
        },
        target: targetOf(event, message && (isPreview ? previewOf(message, link) : rows.message(message))),
        conversation: conversation && (isPreview ? { id: conversation.id } : rows.conversation(conversation)),
      }
    },
  }
  return rows
}

function targetOf({ target }: FrontEvent, message: object | undefined): object | null {
  return message ? { _meta: { type: 'message' }, data: message } : target
}

function previewOf({ id }: FrontMessage, link: (path: string) => string): object {
  return { _links: { self: link(`/messages/${id}`) }, id }
}

function messageRow(message: FrontMessage, link: (path: string) => string): object {
  const { id, uid, conversationId, kind, isInbound, errorType, at, subject, text, recipients, attachments } = message
  return {
    _links: { self: link(`/messages/${id}`), related: { conversation: link(`/conversations/${conversationId}`) } },
    ...{ id, message_uid: uid, type: kind, is_inbound: isInbound, draft_mode: null, error_type: errorType },
    ...{ version: null, created_at: seconds(at), subject, blurb: text.slice(0, 80), author: null },
    recipients: recipients.map(({ handle, role, name, contactId }) => ({
      _links: { related: { contact: contactId && link(`/contacts/${contactId}`) } },
      ...{ name, handle, role },
    })),
    ...{ body: kind === 'email' ? `<p>${text}</p>` : text, text, signature: null, metadata: {} },
    attachments: attachments.map(({ id: file, name, contentType }) => ({
      ...{ id: file, url: link(`/download/${file}`), filename: name, content_type: contentType },
      ...{ size: fileOf(contentType, file).length, metadata: { is_inline: false } },
    })),
  }
}

function contactRow(company: Company, contact: WorldContact, link: (path: string) => string): object {
  const { id, name, handles, groups, isPrivate, updatedAt } = contact
  const listed = groups.map((group, index) => ({ id: `grp_${index + 1}`, name: group, is_private: false }))
  return {
    _links: { self: link(`/contacts/${id}`), related: { notes: link(`/contacts/${id}/notes`), owner: null } },
    ...{ id, name: name ?? '', description: '', avatar_url: null, links: [], groups: listed, lists: listed },
    handles: company.spoiled.has(id) ? 'none' : handles,
    ...{ custom_fields: {}, is_private: isPrivate, is_spammer: false },
    ...(company.isTimeHidden ? {} : { updated_at: seconds(updatedAt) }),
  }
}

/** Front's times are seconds with a fraction. */
export function seconds(at: Date): number {
  return at.getTime() / 1000
}
