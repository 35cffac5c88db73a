import { test } from 'tap'
import type { MessageEvent } from '@switchboard/core'
import { toEvent } from './event.ts'
import { receive } from './receive.ts'

const message = {
  ...{ id: 'msg_1', message_uid: 'uid_1', type: 'email', is_inbound: true, error_type: null, created_at: 1795203599 },
  ...{ subject: 'Veil', body: '<p>Is it <b>here</b> &amp; free?</p>', text: 'Is it here & free?' },
  recipients: [
    {
      ...{ handle: 'Mia@example.com', role: 'from', name: 'Mia Vella' },
      _links: { related: { contact: 'https://company.example.com/contacts/crd_1?referer=conversation' } },
    },
    { handle: 'hello@shop.example.com', role: 'to', name: null, _links: { related: { contact: null } } },
    { handle: 'noor@example.com', role: 'cc', name: null },
    { handle: 'elsewhere@example.com', role: 'reply-to', name: null },
  ],
  attachments: [
    { id: 'fil_1', filename: 'veil.png', url: 'https://company.example.com/download/fil_1', content_type: 'image/png' },
  ],
}

test('an email that came in', t => {
  t.strictSame(toEvent(event('inbound', message)), {
    ...{ eventId: 'evt_1', at: new Date('2026-11-20T19:40:00.250Z'), type: 'message' },
    message: {
      ...{ externalId: 'uid_1', conversationId: 'cnv_1', kind: 'email', direction: 'inbound', status: 'received' },
      from: { handle: 'Mia@example.com', name: 'Mia Vella', externalId: 'crd_1' },
      to: [
        { handle: 'hello@shop.example.com', name: null, externalId: null },
        { handle: 'noor@example.com', name: null, externalId: null },
      ],
      ...{ subject: 'Veil', text: 'Is it here & free?', at: new Date('2026-11-20T19:39:59Z') },
      media: [{ url: 'https://company.example.com/download/fil_1', contentType: 'image/png', name: 'veil.png' }],
    },
  })
  t.end()
})

test('a message is known by its uid, and without one by its id', t => {
  t.match(toEvent(event('inbound', { ...message, message_uid: null })), { message: { externalId: 'msg_1' } })
  t.end()
})

test('a message without plain text has that of its HTML', t => {
  const body = '<div>One &lt;two&gt;</div><p>three<br/>four</p>'
  t.match(toEvent(event('inbound', { ...message, text: null, body })), { message: { text: 'One <two>\nthree\nfour' } })
  t.match(toEvent(event('inbound', { ...message, text: null, body: null })), { message: { text: '' } })
  t.end()
})

test('kinds of messages are told apart, and those we do not know are other', t => {
  const kindOf = (type: string | null): unknown => {
    const read = toEvent(event('inbound', { ...message, type }))
    return read.type === 'message' && read.message.kind
  }
  const kinds = ['sms', 'call', 'phone-call', 'whatsapp', 'front_chat', 'tweet', null].map(kindOf)
  t.strictSame(kinds, ['sms', 'call', 'call', 'chat', 'chat', 'other', 'other'])
  t.end()
})

test('what we sent is outbound, sent or failed', t => {
  const sent = { ...message, is_inbound: false }
  t.match(toEvent(event('outbound', sent)), { message: { direction: 'outbound', status: 'sent' } })
  t.match(toEvent(event('out_reply', sent)), { type: 'message' })
  t.match(toEvent(event('outbound', { ...sent, error_type: 'bad_token' })), { message: { status: 'failed' } })
  t.end()
})

test('what could not be sent says why, as well as the words of its code tell', t => {
  const because = (type: string, error_type: string | null): unknown => {
    const read = toEvent(event(type, { ...message, is_inbound: false, error_type }))
    return read.type === 'status' && [read.status, read.trouble?.code, read.trouble?.because]
  }
  t.strictSame(because('sending_error', 'recipient_unreachable'), ['failed', 'recipient_unreachable', 'badAddress'])
  t.strictSame(because('sending_error', 'recipient_opted_out'), ['failed', 'recipient_opted_out', 'optedOut'])
  t.strictSame(because('sending_error', 'channel_unauthorized'), ['failed', 'channel_unauthorized', 'config'])
  t.strictSame(because('sending_error', 'timeout'), ['failed', 'timeout', 'later'])
  t.strictSame(because('sending_error', 'moon'), ['failed', 'moon', 'rejected'])
  t.strictSame(because('message_bounce_error', null), ['undelivered', 'message_bounce_error', 'badAddress'])
  t.match(toEvent(event('sending_error', message)), { externalId: 'uid_1', key: null })
  t.end()
})

test('a merge names the conversations that are no more, however they are listed', t => {
  for (const data of [['cnv_2', 'cnv_3'], [{ id: 'cnv_2' }, { id: 'cnv_3' }], { ids: ['cnv_2', 'cnv_3'] }])
    t.match(toEvent(event('conversations_merged', data)), {
      type: 'merged',
      conversationId: 'cnv_1',
      from: ['cnv_2', 'cnv_3'],
    })
  t.match(
    toEvent(event('conversations_merged', 7)),
    { type: 'other', name: 'conversations_merged' },
    'one that names none',
  )
  t.end()
})

test('every other type is told by its name, in the words of the API', t => {
  const nameOf = (type: string): unknown => {
    const read = toEvent(event(type, { id: 'tea_1' }))
    return read.type === 'other' && [read.name, read.conversationId]
  }
  t.strictSame(nameOf('assign'), ['assign', 'cnv_1'])
  t.strictSame(nameOf('tag_added'), ['tag', 'cnv_1'])
  t.strictSame(nameOf('moon_full'), ['moon_full', 'cnv_1'])
  t.strictSame(toEvent({ id: 'evt_1', type: 'moon_full', emitted_at: 0 }), {
    ...{ eventId: 'evt_1', at: new Date(0), type: 'other', name: 'moon_full', conversationId: null },
  })
  t.end()
})

test('a preview says that there is more to read, and is not the event itself', t => {
  const target = { id: 'msg_1', _links: { self: 'https://company.example.com/messages/msg_1' } }
  t.match(toEvent(event('inbound', target)), {
    ...{ type: 'other', name: 'inbound (preview)', conversationId: 'cnv_1', eventId: 'evt_1:preview' },
  })
  t.match(toEvent(event('sending_error', target)), { type: 'other', name: 'sending_error (preview)' })
  t.end()
})

test('an event is the same in an envelope, by whatever name, and without one', t => {
  const inbound = event('inbound', message)
  const [plain] = received(inbound)
  for (const type of ['inbound', 'inbound_received', 'something'])
    t.strictSame(received({ type, authorization: { id: 'cmp_1' }, payload: inbound }), [plain])
  t.strictSame(received({ type: 'x', payload: { ...inbound, type: 'inbound_received' } }), [plain])
  t.end()
})

test('a payload that is no event is told by the name outside, and one that cannot be read names the place', t => {
  const [told] = received({ type: 'moon_full', payload: { size: 1 } })
  t.match(told, { type: 'other', name: 'moon_full', eventId: /^body:[0-9a-f]{64}$/ })
  t.match(received([]), [{ type: 'other', name: 'app' }])
  t.throws(() => received(event('inbound', { ...message, created_at: 'noon' })), {
    code: 'bad_body',
    message: /created_at/,
  })
  t.throws(() => received({ ...event('inbound', message), emitted_at: 'noon' }), {
    code: 'bad_body',
    message: /emitted_at/,
  })
  t.end()
})

function event(type: string, data: unknown): object {
  return {
    ...{ id: 'evt_1', type, emitted_at: 1795203600.25, conversation: { id: 'cnv_1', subject: 'Veil' } },
    ...{ source: { _meta: { type: 'inboxes' }, data: [] }, target: { _meta: { type: 'message' }, data } },
  }
}

function received(body: object): MessageEvent[] {
  return receive({
    ...{ adapter: 'front', channel: 'app', method: 'POST', url: '', headers: {}, receivedAt: new Date(0) },
    body: Buffer.from(JSON.stringify(body)),
  })
}
