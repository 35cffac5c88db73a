import type { MessageEvent, WebhookRequest } from '@switchboard/core'
import fc from 'fast-check'
import t from 'tap'
import { hearMessage } from './hear-message.ts'

const at = new Date('2026-11-21T09:30:00Z')
const sid = `SM${'4'.repeat(32)}`
const [line, person] = ['+61255501234', '+61491570156']

/** Reads what the vendor posts to `path`, such as `sms-status?key=…`. */
function hear(path: string, fields: object): MessageEvent[] {
  const request: WebhookRequest = {
    ...{ adapter: 'twilio', channel: path.split('?')[0] ?? '', method: 'POST', headers: {}, receivedAt: at },
    url: `https://hub.example.test/webhooks/twilio/${path}`,
    body: Buffer.from(new URLSearchParams({ ...fields }).toString()),
  }
  return hearMessage(request)
}

const text = {
  ...{ MessageSid: sid, SmsSid: sid, SmsMessageSid: sid, SmsStatus: 'received', NumMedia: '0', NumSegments: '1' },
  ...{ From: person, To: line, Body: "Hi, I'd like to move my fitting ☃" },
}

t.test('a text that comes in is a message, whatever else came with it', async t => {
  const events = hear('sms', { ...text, FromCity: '', SomethingNew: 'yes' })
  const somebody = (handle: string): object => ({ handle, name: null, externalId: null })
  t.same(events, [
    {
      ...{ type: 'message', eventId: `${sid}:received`, at },
      message: {
        ...{ externalId: sid, conversationId: null, kind: 'sms', direction: 'inbound', subject: null, media: [], at },
        ...{
          from: somebody(person),
          to: [somebody(line)],
          text: "Hi, I'd like to move my fitting ☃",
          status: 'received',
        },
      },
    },
  ])
  t.same(hear('sms-fallback', { ...text, ErrorCode: '11200', ErrorUrl: 'x' })[0]?.eventId, events[0]?.eventId)
})

t.test('files come with their types, in their order', async t => {
  const media = {
    ...{ MediaUrl0: 'https://api.example.test/ME8', MediaContentType0: 'image/jpeg' },
    ...{ MediaUrl1: 'https://api.example.test/ME9', MediaContentType1: 'application/pdf' },
  }
  t.match(hear('sms', { ...text, Body: '', NumMedia: '2', ...media })[0], {
    message: {
      text: '',
      media: [
        { url: 'https://api.example.test/ME8', contentType: 'image/jpeg', name: null },
        { url: 'https://api.example.test/ME9', contentType: 'application/pdf', name: null },
      ],
    },
  })
  t.match(hear('sms', { ...text, NumMedia: '1e9' })[0], { message: { media: [] } }, 'a count is not believed')
})

t.test('chat channels keep their names before the handle', async t => {
  const chat = { From: `whatsapp:${person}`, To: `whatsapp:${line}`, ProfileName: 'Sarah' }
  t.match(hear('sms', { ...text, ...chat })[0], {
    message: {
      kind: 'chat',
      from: { handle: `whatsapp:${person}`, name: 'Sarah' },
      to: [{ handle: `whatsapp:${line}` }],
    },
  })
})

/** What a text says of whether they want more. */
function wish(fields: object): unknown {
  const consents = hear('sms', { ...text, ...fields }).filter(event => event.type === 'consent')
  return consents.length > 0 ? consents : null
}

t.test('a text that is nothing but a keyword opts out, or in again, besides being a message', async t => {
  const consent = { type: 'consent', eventId: `${sid}:consent`, at, handle: person, line }
  for (const Body of ['STOP', 'stop', ' Stop\n', 'StopAll', 'UNSUBSCRIBE', 'cancel', 'END', 'quit', 'REVOKE', 'optout'])
    t.same(wish({ Body }), [{ ...consent, isWanted: false }], Body)
  for (const Body of ['START', 'yes', 'Unstop']) t.same(wish({ Body }), [{ ...consent, isWanted: true }], Body)
  for (const Body of ['STOP PLEASE', 'please cancel', 'HELP', 'info', '', 'stop it'])
    t.equal(wish({ Body }), null, Body)
  t.match(hear('sms', { ...text, Body: 'STOP' })[0], { type: 'message', message: { text: 'STOP' } })
})

t.test(
  'Advanced Opt-Out knows other words, and has the last word; it counts for every line of its service',
  async t => {
    const service = { MessagingServiceSid: `MG${'a'.repeat(32)}` }
    t.match(wish({ Body: 'ARRET', OptOutType: 'STOP', ...service }), [{ isWanted: false, line: null }])
    t.match(wish({ Body: 'JA', OptOutType: 'START', ...service }), [{ isWanted: true, line: null }])
    t.equal(wish({ Body: 'STOP', OptOutType: 'HELP', ...service }), null)
  },
)

const report = { MessageSid: sid, SmsSid: sid, From: line, To: person }

t.test('a report is a step of a message, with our key from our own address', async t => {
  const told = (MessageStatus: string, more = {}): MessageEvent[] =>
    hear('sms-status?key=outbox%2F1%20x', { ...report, MessageStatus, SmsStatus: MessageStatus, ...more })
  const step = { type: 'status', at, externalId: sid, key: 'outbox/1 x', trouble: null }
  t.same(told('sent'), [{ ...step, eventId: `${sid}:sent`, status: 'sent' }])
  t.same(told('delivered', { RawDlrDoneDate: '2611210901' }), [
    { ...step, eventId: `${sid}:delivered`, status: 'delivered' },
  ])
  for (const [word, status] of Object.entries({
    ...{ accepted: 'queued', queued: 'queued', scheduled: 'scheduled', sending: 'sending', read: 'read' },
    ...{ failed: 'failed', undelivered: 'undelivered', canceled: 'canceled', partially_delivered: 'delivered' },
  }))
    t.match(told(word), [{ status }], word)
  t.match(told('undelivered', { ErrorCode: '30003' }), [{ trouble: { code: '30003', because: 'later' } }])
  t.match(told('failed', { ErrorCode: '21610' }), [{ trouble: { code: '21610', because: 'optedOut' } }])
})

t.test('a report about a message that was sent elsewhere has no key', async t => {
  t.match(hear('sms-status', { ...report, MessageStatus: 'sent' }), [{ key: null }])
  t.match(hear('sms-status?key=', { ...report, MessageStatus: 'sent' }), [{ key: null }])
})

t.test('what is not known is other, with its name and an id of its own', async t => {
  const other = (path: string, fields: object): MessageEvent | undefined => hear(path, fields)[0]
  t.match(other('sms-status', { ...report, MessageStatus: 'levitating' }), {
    ...{ type: 'other', name: 'levitating', eventId: `${sid}:levitating`, conversationId: null },
  })
  t.match(other('sms', { ...text, SmsStatus: 'pondered' }), { type: 'other', name: 'pondered' })
  t.match(other('constructor', text), { type: 'other' })
  const [one, two] = [other('sms', { Some: 'thing' }), other('sms', { Some: 'other' })]
  t.match(one, { type: 'other', name: 'sms' })
  t.not(one?.eventId, two?.eventId)
  t.equal(one?.eventId, other('sms', { Some: 'thing' })?.eventId)
})

t.test('whatever comes, the same comes to the same, and nothing is empty', async t => {
  const fields = fc.dictionary(
    fc.constantFrom(...Object.keys({ ...text, ...report, OptOutType: '', ErrorCode: '' })),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.constantFrom('sms', 'sms-fallback', 'sms-status', 'toString'), fields, (channel, fields) => {
      const events = hear(channel, fields)
      const again = hear(channel, fields)
      return (
        events.length > 0 && events.every(({ eventId }, index) => eventId !== '' && eventId === again[index]?.eventId)
      )
    }),
  )
  t.pass()
})
