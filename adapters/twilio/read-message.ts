import type { Message, MessageEvent } from '@switchboard/core'
import { consentOf } from './consent.ts'
import { receivedId, statusId } from './hear-message.ts'
import { correspondent, kindOf, messageStatusOf, type MessageRow } from './message.ts'
import { troubleOf } from './trouble.ts'

/**
 * What a row says: of a message that came in the same events as its webhook; of one that went out the message itself, which no webhook
 * tells, and the step it has come to, which is the same event as its callback. Without its files: a row only counts them.
 */
export function eventsOf(row: MessageRow): MessageEvent[] {
  const isInbound = row.direction === 'inbound'
  const message = messageOf(row)
  const eventId = isInbound ? receivedId(row.sid) : `${row.sid}:message`
  const told: MessageEvent = { type: 'message', eventId, at: row.date_created, message }
  return [told, ...(isInbound ? wishIn(row) : stepOf(row))]
}

/** Whether the message came with files. */
export function hasFiles({ num_media: count }: MessageRow): boolean {
  return Number(count ?? 0) > 0
}

function messageOf(row: MessageRow): Message {
  const isInbound = row.direction === 'inbound'
  const [from, to] = [row.from ?? '', correspondent(row.to)]
  return {
    ...{ externalId: row.sid, conversationId: null, subject: null, text: row.body ?? '', media: [] },
    kind: kindOf(isInbound ? from : (row.to ?? '')),
    direction: isInbound ? 'inbound' : 'outbound',
    from: correspondent(from),
    to: to ? [to] : [],
    status: isInbound ? 'received' : (messageStatusOf(row.status) ?? 'sending'),
    at: row.date_sent ?? row.date_created,
  }
}

function wishIn(row: MessageRow): MessageEvent[] {
  const { sid, date_created: at, body, from, to, messaging_service_sid: service } = row
  const wish = { sid, at, text: body ?? '', from: from ?? '', to: to ?? '' }
  return consentOf({ ...wish, messagingServiceSid: service || null, optOutType: null })
}

function stepOf(row: MessageRow): MessageEvent[] {
  const { sid, status: word, error_code: code, date_updated: changed, date_created: made } = row
  const at = changed ?? made
  const status = messageStatusOf(word)
  if (!status) return [{ type: 'other', eventId: statusId(sid, word), at, name: word, conversationId: null }]
  const trouble = code ? troubleOf(String(code)) : null
  return [{ type: 'status', eventId: statusId(sid, word), at, externalId: sid, key: null, status, trouble }]
}
