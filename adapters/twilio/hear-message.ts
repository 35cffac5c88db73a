import { createHash } from 'node:crypto'
import type { Media, Message, MessageEvent, WebhookRequest } from '@switchboard/core'
import { consentOf, type Wish } from './consent.ts'
import { formOf, queryOf } from './form.ts'
import { correspondent, kindOf, messageStatusOf } from './message.ts'
import { troubleOf } from './trouble.ts'

/** Reads a delivery of a channel about messages. Twilio puts no time into them: they are of when they came. What is not known is `other`. */
export function hearMessage(request: WebhookRequest): MessageEvent[] {
  const form = formOf(request)
  const sid = form.get('MessageSid') || form.get('SmsSid') || form.get('SmsMessageSid') || ''
  const events = sid
    ? request.channel === 'sms-status'
      ? report(request, form, sid)
      : inbound(request, form, sid)
    : []
  return events.length > 0 ? events : [other(request, form, sid)]
}

function inbound({ channel, receivedAt: at }: WebhookRequest, form: URLSearchParams, sid: string): MessageEvent[] {
  const isMessage = channel === 'sms' || channel === 'sms-fallback'
  if (!isMessage || messageStatusOf(form.get('SmsStatus') ?? 'received') !== 'received') return []
  const said = (name: string): string => form.get(name) ?? ''
  const wish = { sid, at, text: said('Body'), from: said('From'), to: said('To'), optOutType: form.get('OptOutType') }
  const message: MessageEvent = { type: 'message', eventId: receivedId(sid), at, message: messageIn(form, wish) }
  return [message, ...consentOf({ ...wish, messagingServiceSid: form.get('MessagingServiceSid') || null })]
}

function messageIn(form: URLSearchParams, { sid, at, text, from, to }: Omit<Wish, 'messagingServiceSid'>): Message {
  const recipient = correspondent(to)
  return {
    ...{ externalId: sid, conversationId: null, direction: 'inbound', subject: null, text, status: 'received', at },
    kind: kindOf(from),
    from: correspondent(from, form.get('ProfileName') || null),
    to: recipient ? [recipient] : [],
    media: mediaIn(form),
  }
}

/** An inbound message is one event, by webhook and when read. */
export function receivedId(sid: string): string {
  return `${sid}:received`
}

/** A message's step is one event, by callback and when read. */
export function statusId(sid: string, word: string): string {
  return `${sid}:${word}`
}

function mediaIn(form: URLSearchParams): Media[] {
  const count = Math.min(Number(form.get('NumMedia')) || 0, 10)
  return Array.from({ length: Math.max(count, 0) }, (_, index) => index).flatMap(index => {
    const url = form.get(`MediaUrl${index}`)
    return url ? [{ url, contentType: form.get(`MediaContentType${index}`), name: null }] : []
  })
}

function report({ url, receivedAt: at }: WebhookRequest, form: URLSearchParams, sid: string): MessageEvent[] {
  const word = form.get('MessageStatus') || form.get('SmsStatus')
  const status = messageStatusOf(word)
  if (!word || !status) return []
  const [key, code] = [queryOf(url).get('key') || null, form.get('ErrorCode')]
  const trouble = code ? troubleOf(code) : null
  return [{ type: 'status', eventId: statusId(sid, word), at, externalId: sid, key, status, trouble }]
}

function other(request: WebhookRequest, form: URLSearchParams, sid: string): MessageEvent {
  const name = form.get('MessageStatus') || form.get('SmsStatus') || form.get('EventType') || request.channel
  const what = sid || createHash('sha256').update(request.body).digest('base64url').slice(0, 22)
  return { type: 'other', eventId: `${what}:${name}`, at: request.receivedAt, name, conversationId: null }
}
