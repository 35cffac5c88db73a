import type { OutboundMessage, Sent } from '@switchboard/core'
import type { AddressOf } from './addresses.ts'
import { MessageRow, messageStatusOf } from './message.ts'
import type { Options } from './options.ts'
import type { Rest } from './rest.ts'
import { refusal, unsendable } from './trouble.ts'

/** What texts are sent with. */
export interface Sending {
  rest: Rest
  options: Pick<Options, 'messagingServiceSid' | 'textFrom' | 'callerId'>
  address: AddressOf
}

/** Limits of one message: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource. */
const maxCharacters = 1600
const maxFiles = 10

/** Sends a text. Twilio knows no key of ours that would keep it from sending twice; its reports carry the key in their address. */
export async function send(message: OutboundMessage, key: string, { rest, options, address }: Sending): Promise<Sent> {
  const body = new URLSearchParams([
    ['To', recipientOf(message)],
    senderOf(message, options),
    ...(message.text ? [['Body', message.text] as [string, string]] : []),
    ...message.media.map((url): [string, string] => ['MediaUrl', url]),
    ['StatusCallback', address('sms-status', { key })],
  ])
  try {
    const { sid, status } = await rest.ask('/Messages.json', MessageRow.pick({ sid: true, status: true }), {
      method: 'POST',
      body,
    })
    return { externalId: sid, status: messageStatusOf(status) ?? 'queued' }
  } catch (error) {
    throw refusal(error)
  }
}

/** Whom a message goes to. @throws VendorError for what Twilio would refuse */
export function recipientOf({ to, text, media }: OutboundMessage): string {
  const [recipient] = to
  if (!recipient || to.length > 1) throw unsendable('21604', `a text goes to one number, not to ${to.length}`)
  if (text === '' && media.length === 0) throw unsendable('21602', 'a text without words or files')
  if (text.length > maxCharacters) throw unsendable('21617', `a text of more than ${maxCharacters} characters`)
  if (media.length > maxFiles) throw unsendable('21623', `a text with more than ${maxFiles} files`)
  return recipient
}

/** What a message comes from, as the vendor's parameter. A messaging service is named by its SID. @throws VendorError when nothing is set */
export function senderOf(
  { from }: OutboundMessage,
  { messagingServiceSid, textFrom, callerId }: Sending['options'],
): [string, string] {
  const sender = from ?? messagingServiceSid ?? textFrom ?? callerId
  if (!sender) throw unsendable('21603', 'a text needs a line: set textFrom or messagingServiceSid')
  return [/^MG[0-9a-f]{32}$/.test(sender) ? 'MessagingServiceSid' : 'From', sender]
}
