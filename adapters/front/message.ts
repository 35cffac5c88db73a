import type { Correspondent, Message, MessageKind, MessageStatus } from '@switchboard/core'
import type { FrontMessage } from './shape.ts'

/**
 * A message in the hub's words. It is known by its uid, which is all that a send is answered with; `alt:uid:…` names it to the API. A
 * message without one, as old ones may be, is known by its id.
 */
export function toMessage(message: FrontMessage, conversationId: string | null): Message {
  const { is_inbound: isInbound, recipients } = message
  const people = recipients.flatMap(one =>
    one.handle ? [{ role: one.role, who: correspondentOf(one, one.handle) }] : [],
  )
  return {
    externalId: message.message_uid ?? message.id,
    conversationId,
    kind: kinds[message.type ?? ''] ?? 'other',
    direction: isInbound ? 'inbound' : 'outbound',
    from: people.find(({ role }) => role === 'from')?.who ?? null,
    to: people.filter(({ role }) => receiving.has(role ?? '')).map(({ who }) => who),
    subject: message.subject,
    text: message.text ?? plain(message.body ?? ''),
    media: message.attachments.map(({ url, filename, content_type: contentType }) => ({
      url,
      contentType,
      name: filename,
    })),
    status: statusOf(message),
    at: message.created_at,
  }
}

function statusOf({ is_inbound: isInbound, error_type: error }: FrontMessage): MessageStatus {
  if (isInbound) return 'received'
  return error === null ? 'sent' : 'failed'
}

const receiving: ReadonlySet<string> = new Set(['to', 'cc', 'bcc'])

const kinds: { readonly [type: string]: MessageKind | undefined } = {
  ...{ email: 'email', sms: 'sms', call: 'call', 'phone-call': 'call' },
  ...{ front_chat: 'chat', whatsapp: 'chat', facebook: 'chat', intercom: 'chat', smooch: 'chat', custom: 'chat' },
}

/** The contact's id is the end of its link, which may have a query. */
function correspondentOf({ name, _links }: FrontMessage['recipients'][number], handle: string): Correspondent {
  const externalId = /\/contacts\/([^/?#]+)/.exec(_links?.related?.contact ?? '')?.[1] ?? null
  return { handle, name, externalId }
}

/** Text of HTML, for the rare message that has no plain text. */
function plain(html: string): string {
  const lines = html.replace(/<br\s*\/?>|<\/(p|div|li|h\d)>/gi, '\n').replace(/<[^>]*>/g, '')
  const entities: { readonly [name: string]: string | undefined } = { lt: '<', gt: '>', quot: '"', nbsp: ' ', amp: '&' }
  return lines.replace(/&(lt|gt|quot|nbsp|amp);/g, (whole, name: string) => entities[name] ?? whole).trim()
}
