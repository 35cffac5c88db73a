import { minute, VendorError, type Message, type OutboundMessage, type Sent } from '@switchboard/core'
import { pagesFrom, type Account } from './account.ts'
import { presentId } from './conversation.ts'
import { toEvent } from './event.ts'
import { eventsAddress } from './events.ts'
import { textOf } from './send.ts'

/** Front sends after it has answered: until then a message may still show up. */
const patienceMs = minute
/** How far its clock may be behind ours; `health` warns of less. */
const toleranceMs = 2 * minute

const types = ['outbound', 'out_reply', 'sending_error', 'message_bounce_error']

/**
 * Looks for a send whose answer was lost. Front gives none of our words back, so a message is known by what it says and to whom, among
 * those sent since. Of several that are alike the first is taken.
 * @throws VendorError; retryable while it is too early to say that there is none
 */
export async function findSent(account: Account, wanted: OutboundMessage, since: Date): Promise<Sent | null> {
  const { kit } = account
  const asked = { since: since.getTime() - toleranceMs, types }
  const conversationId = wanted.conversationId && (await presentId(account, wanted.conversationId))
  for await (const { rows } of pagesFrom(account, eventsAddress(account, asked)))
    for (const row of rows) {
      const message = messageIn(row)
      if (message && isSame(message, { ...wanted, conversationId }))
        return { externalId: message.externalId, status: message.status }
    }
  const waitMs = since.getTime() + patienceMs - kit.now().getTime()
  if (waitMs <= 0) return null
  throw new VendorError('front may still be about to send it: ask again', { retryable: true, retryAfterMs: waitMs })
}

/** The message an event is about; null for one that cannot be read. */
function messageIn(row: unknown): Message | null {
  try {
    const event = toEvent({ ...Object(row), type: 'outbound' })
    return event.type === 'message' ? event.message : null
  } catch {
    return null
  }
}

function isSame(message: Message, wanted: OutboundMessage): boolean {
  const handles = new Set(message.to.map(({ handle }) => bare(handle)))
  const isTo = wanted.to.every(handle => handles.has(bare(handle)))
  const isThere = wanted.conversationId === null || wanted.conversationId === message.conversationId
  const isSubject = wanted.subject === null || wanted.subject.trim() === message.subject?.trim()
  return isThere && isTo && isSubject && spaced(message.text) === spaced(textOf(wanted))
}

/** A handle as it can be compared: numbers by their digits. */
function bare(handle: string): string {
  return handle.includes('@') ? handle.trim().toLowerCase() : handle.replace(/[^\dA-Za-z]/g, '').toLowerCase()
}

function spaced(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
