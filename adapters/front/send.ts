import { VendorError, type HttpRequest, type OutboundMessage, type Sent } from '@switchboard/core'
import { addressOf, ask, type Account } from './account.ts'
import { isMoved, presentId } from './conversation.ts'
import { acceptedShape } from './shape.ts'

/**
 * Sends a message. Front answers before it has sent anything, with the uid that the message will have; what became of it comes as an
 * event. An answer in a merged conversation goes to the one it became part of. Files are given as links at the end of the text.
 */
export async function send(account: Account, message: OutboundMessage): Promise<Sent> {
  const { conversationId } = message
  if (conversationId === null) return accepted(account, newMessage(account, message))
  try {
    return await accepted(account, reply(account, message, conversationId))
  } catch (error) {
    if (!(error instanceof VendorError) || !isMoved(error.vendorStatus)) throw error
    return accepted(account, reply(account, message, await presentId(account, conversationId)))
  }
}

/** What Front makes of a message it takes on: the uid that the message will have. @throws VendorError */
export async function accepted(account: Account, request: HttpRequest): Promise<Sent> {
  const { message_uid: externalId } = await ask(account, { method: 'POST', ...request }, acceptedShape)
  return { externalId, status: 'queued' }
}

function newMessage(account: Account, message: OutboundMessage): HttpRequest {
  const channel = message.from ?? account.channelId
  if (!channel) throw new VendorError('front needs a channel to send from: set channelId', { vendorCode: 'no_channel' })
  return { url: addressOf(account, `/channels/${encodeURIComponent(channel)}/messages`), body: bodyOf(message) }
}

function reply(account: Account, message: OutboundMessage, conversationId: string): HttpRequest {
  const from = message.from === null ? {} : { channel_id: message.from }
  const url = addressOf(account, `/conversations/${encodeURIComponent(conversationId)}/messages`)
  return { url, body: { ...bodyOf(message), ...from } }
}

/** The text as it is sent, links to files included. */
export function textOf({ text, media }: OutboundMessage): string {
  return [text, ...media].filter(Boolean).join('\n')
}

/** Emails are HTML, everything else is plain; an email is known by its subject or by whom it is for. */
function bodyOf(message: OutboundMessage): object {
  const { to, subject } = message
  const text = textOf(message)
  const isEmail = subject !== null || to.some(handle => handle.includes('@'))
  return {
    ...(to.length > 0 && { to }),
    ...(subject !== null && { subject }),
    ...(isEmail ? { body: html(text), text } : { body: text }),
    options: { archive: false },
  }
}

function html(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return escaped.replaceAll('\n', '<br>\n')
}
