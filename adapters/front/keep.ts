import { VendorError, type Message, type MessageKind, type Sent } from '@switchboard/core'
import { addressOf, type Account } from './account.ts'
import { accepted } from './send.ts'

/**
 * Writes a message that was carried elsewhere into an inbox. Front imports no two messages with one external id, so repeating does no
 * harm. @throws VendorError, also for a number that is not in E.164: Front would take it for an American one
 */
export async function keep(account: Account, inbox: string, message: Message): Promise<Sent> {
  const url = addressOf(account, `/inboxes/${encodeURIComponent(inbox)}/imported_messages`)
  const { externalId } = await accepted(account, { url, body: importOf(message), idempotent: true })
  return { externalId, status: message.status }
}

/** Front keeps imports of one `thread_ref` in one conversation. */
function importOf(message: Message): object {
  const { from, subject, kind, direction, at, conversationId } = message
  const [sender = '', ...receivers] = handlesOf(message)
  return {
    sender: { handle: sender, name: from?.name ?? undefined },
    to: receivers,
    subject: subject ?? undefined,
    body: message.text,
    ...(types[kind] ?? { type: 'custom' }),
    external_id: message.externalId,
    created_at: Math.floor(at.getTime() / 1000),
    metadata: {
      thread_ref: conversationId ?? undefined,
      ...{ is_inbound: direction === 'inbound', is_archived: false, should_skip_rules: true },
    },
  }
}

const types: { readonly [Kind in MessageKind]?: object } = {
  sms: { type: 'sms' },
  email: { type: 'email', body_format: 'markdown' },
}

/** The sender's handle and those of the others. */
function handlesOf({ from, to, kind }: Message): string[] {
  const handles = [from?.handle ?? '', ...to.map(({ handle }) => handle)]
  const isByPhone = kind === 'sms' || kind === 'call'
  if (!isByPhone || handles.every(handle => /^\+\d+$/.test(handle))) return handles
  const message = 'front takes a number without + and country for an American one: give E.164'
  throw new VendorError(message, { vendorCode: 'not_e164' })
}
