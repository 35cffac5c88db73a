import type { Exchange, Text } from './twilio-model.ts'
import {
  heading,
  listOf,
  named,
  notFound,
  paramOf,
  Refusal,
  type Ask,
  type Elsewhere,
  type Resource,
  type Row,
} from './twilio-resource.ts'
import { optOutOf, sendText, timeOf, type Sending } from './twilio-texts.ts'

/** Messages and their files: send, list (the newest first), fetch, redact. */
export const texts: readonly Resource[] = [
  { method: 'POST', path: 'Messages.json', status: 201, handle: create },
  {
    method: 'GET',
    path: 'Messages.json',
    handle: ask => {
      const rows = [...ask.exchange.texts.values()].filter(sentIn(ask.url.searchParams))
      return listOf(
        ask,
        'messages',
        rows.reverse().map(text => rowOf(ask.exchange, text)),
        ['To', 'From'],
      )
    },
  },
  { method: 'GET', path: 'Messages/:sid', handle: ask => rowOf(ask.exchange, textOf(ask)) },
  {
    method: 'POST',
    path: 'Messages/:sid',
    handle: ask => {
      const text = textOf(ask)
      if (ask.form.get('Body') === '') Object.assign(text, { body: '', updatedAt: ask.exchange.now() })
      return rowOf(ask.exchange, text)
    },
  },
  {
    method: 'GET',
    path: 'Messages/:sid/Media.json',
    handle: ask => {
      const { sid, media, createdAt } = textOf(ask)
      const rows = media.map(file => ({
        ...heading(ask.exchange, `Messages/${sid}/Media/${file.sid}`, { createdAt }),
        ...{ sid: file.sid, parent_sid: sid, content_type: file.contentType },
      }))
      return listOf(ask, 'media_list', rows, [])
    },
  },
  { method: 'GET', path: 'Messages/:sid/Media/:media', handle: fileOf },
]

/** A file is on another host, behind an address that is signed. */
function fileOf(ask: Ask): Elsewhere {
  const file = textOf(ask).media.find(({ sid }) => sid === paramOf(ask.params, 'media'))
  if (!file) throw notFound(ask.url.pathname)
  return { elsewhere: ask.exchange.fileAddress(file.contentType, file.sid) }
}

function textOf(ask: Ask): Text {
  return named(ask, 'sid', ask.exchange.texts)
}

/** By the day, in GMT. What was not sent yet has no such day. */
function sentIn(query: URLSearchParams): (text: Text) => boolean {
  const [on, from, until] = ['DateSent', 'DateSent>', 'DateSent<'].map(name => query.get(name))
  if (!on && !from && !until) return () => true
  return ({ sentAt }) => {
    const day = sentAt?.toISOString().slice(0, 10)
    return day !== undefined && (!on || day === on) && (!from || day >= from) && (!until || day <= until)
  }
}

function create({ exchange, form }: Ask): Row {
  const sending = sendingOf(form)
  check(sending)
  const { from, to } = sending
  if (from !== null && !exchange.lines.some(line => line.phoneNumber === from))
    throw new Refusal(
      400,
      21606,
      `The 'From' phone number provided (${from}) is not a valid message-capable Twilio phone number.`,
    )
  const lines = from === null ? exchange.lines.map(line => line.phoneNumber) : [from]
  if (lines.some(line => exchange.optOuts.has(optOutOf(line, to))))
    throw new Refusal(400, 21610, 'Attempt to send to unsubscribed recipient')
  const end = exchange.textEnds.get(to)
  if (typeof end === 'object' && 'refused' in end) throw new Refusal(400, end.refused, 'The message was refused')
  return rowOf(exchange, sendText(exchange, sending))
}

function sendingOf(form: URLSearchParams): Sending {
  return {
    to: form.get('To') ?? '',
    from: form.get('From') || null,
    body: form.get('Body') ?? '',
    callback: form.get('StatusCallback') || null,
    messagingServiceSid: form.get('MessagingServiceSid') || null,
    files: form.getAll('MediaUrl').map(() => 'image/jpeg'),
  }
}

/** Refuses what the vendor does; the codes are its own, each under https://www.twilio.com/docs/api/errors. */
function check({ to, from, body, messagingServiceSid, files }: Sending): void {
  if (!to) throw new Refusal(400, 21604, "A 'To' phone number is required.")
  if (!from && !messagingServiceSid) throw new Refusal(400, 21603, "A 'From' phone number is required.")
  if (!body && files.length === 0) throw new Refusal(400, 21602, 'Message body is required.')
  if (body.length > 1600)
    throw new Refusal(400, 21617, 'The concatenated message body exceeds the 1600 character limit')
  if (!/^\+[1-9]\d{6,14}$/.test(to)) throw new Refusal(400, 21211, `The 'To' number ${to} is not a valid phone number.`)
}

function rowOf(exchange: Exchange, text: Text): Row {
  const { sid, direction, from, to, body, media, status, errorCode, messagingServiceSid } = text
  return {
    ...heading(exchange, `Messages/${sid}`, text),
    ...{ sid, direction, from, to, body, status },
    date_sent: timeOf(text.sentAt),
    error_code: errorCode,
    error_message: errorCode === null ? null : 'The message did not arrive',
    messaging_service_sid: messagingServiceSid,
    num_media: String(media.length),
    num_segments: messagingServiceSid && status === 'accepted' ? '0' : '1',
    price: null,
    price_unit: 'USD',
    subresource_uris: { media: `/2010-04-01/Accounts/${exchange.accountSid}/Messages/${sid}/Media.json` },
  }
}
