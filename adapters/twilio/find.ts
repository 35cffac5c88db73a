import { second, VendorError, type OutboundMessage, type Sent } from '@switchboard/core'
import type { MessageLists } from './message-lists.ts'
import { messageStatusOf, type MessageRow } from './message.ts'
import type { Rest } from './rest.ts'
import { recipientOf, senderOf, type Sending } from './send.ts'

/** What is asked to find a send. */
export interface Finding extends Pick<Sending, 'options'> {
  rest: Rest
  lists: MessageLists
  now(): Date
}

/** A send we gave up waiting for may still be under way at the vendor for so long, in milliseconds. */
const patienceMs = 30 * second
/** Rows tell whole seconds, and clocks are never quite the same. */
const toleranceMs = 3 * second

/**
 * Looks for a send whose answer was lost: by whom it is for, whom it is from and what it says. Of several alike the first since then is
 * taken. Not by `DateSent`, which a message that still waits to go out does not have.
 * @throws VendorError; retryable while it is too early to say that there is none
 */
export async function find(
  message: OutboundMessage,
  since: Date,
  { rest, lists, options, now }: Finding,
): Promise<Sent | null> {
  const [parameter, sender] = senderOf(message, options)
  const filter = { To: recipientOf(message), ...(parameter === 'From' && { From: sender }) }
  const from = new Date(since.getTime() + ((await rest.skewMs()) ?? 0) - toleranceMs)
  const rows = await lists.since(filter, from)
  const [row] = rows
    .filter(one => one.date_created >= from && isOurs(one, message, parameter === 'From' ? null : sender))
    .toSorted((one, other) => one.date_created.getTime() - other.date_created.getTime())
  if (row) return { externalId: row.sid, status: messageStatusOf(row.status) ?? 'sent' }
  const waitMs = since.getTime() + patienceMs - now().getTime()
  if (waitMs <= 0) return null
  throw new VendorError('twilio may still be about to take the message on: ask again', {
    retryable: true,
    retryAfterMs: waitMs,
  })
}

function isOurs(row: MessageRow, { text, media }: OutboundMessage, service: string | null): boolean {
  if (row.direction !== 'outbound-api' || (service !== null && row.messaging_service_sid !== service)) return false
  const said = row.body ?? ''
  // A text without words and files is one whose words the vendor has redacted.
  const isRedacted = said === '' && media.length === 0 && Number(row.num_media ?? 0) === 0
  return isRedacted || spaced(said) === spaced(text)
}

function spaced(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
