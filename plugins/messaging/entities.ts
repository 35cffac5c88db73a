import { defineEntity, p } from '@mikro-orm/core'

const time = () => p.datetime().columnType('timestamptz')

/** A conversation with one person by text or email. */
export const ThreadRow = defineEntity({
  name: 'Thread',
  tableName: 'thread',
  indexes: [
    { name: 'thread_profile', properties: ['profileId', 'lastAt'] },
    { name: 'thread_handle', properties: ['handle'] },
    { name: 'thread_line', properties: ['line'] },
    { name: 'thread_last', properties: ['lastAt', 'id'] },
    {
      name: 'thread_unread',
      expression: 'create index thread_unread on thread (last_at) where unread > 0',
    },
  ],
  uniques: [{ name: 'thread_key', properties: ['vendor', 'key'] }],
  properties: {
    id: p.uuid().primary(),
    vendor: p.text(),
    key: p.text(),
    kind: p.text(),
    conversationId: p.text().nullable(),
    line: p.text().nullable(),
    handle: p.text().nullable(),
    handleName: p.text().nullable(),
    subject: p.text().nullable(),
    profileId: p.uuid().nullable(),
    attached: p.text().default('nobody'),
    ownerId: p.uuid().nullable(),
    unread: p.integer().default(0),
    lastAt: time(),
    lastText: p.text().default(''),
    lastDirection: p.text(),
    lastInboundAt: time().nullable(),
    mergedInto: p.uuid().nullable(),
    createdAt: time(),
    changedAt: time(),
  },
})

/** One item of a conversation. */
export const MessageRow = defineEntity({
  name: 'Message',
  tableName: 'message',
  indexes: [
    { name: 'message_thread', properties: ['threadId', 'at', 'id'] },
    {
      name: 'message_external',
      expression: 'create unique index message_external on message (vendor, external_id) where external_id is not null',
    },
    {
      name: 'message_key',
      expression: 'create unique index message_key on message (send_key) where send_key is not null',
    },
    {
      name: 'message_words',
      expression: `create index message_words on message using gin (to_tsvector('simple', coalesce(subject, '') || ' ' || body))`,
    },
  ],
  properties: {
    id: p.uuid().primary(),
    threadId: p.uuid(),
    vendor: p.text(),
    externalId: p.text().nullable(),
    sendKey: p.text().nullable(),
    kind: p.text(),
    direction: p.text(),
    sender: p.json().nullable(),
    recipients: p.json(),
    subject: p.text().nullable(),
    body: p.text(),
    media: p.json(),
    status: p.text(),
    trouble: p.json().nullable(),
    at: time(),
    staffId: p.uuid().nullable(),
    author: p.text().nullable(),
    triedAt: time().nullable(),
    madeAt: time(),
  },
})

/** An event of a vendor that was heard, by webhook, by reading, or both. */
export const MessageEventRow = defineEntity({
  name: 'MessageEvent',
  tableName: 'message_event',
  indexes: [{ name: 'message_event_kind', properties: ['vendor', 'type', 'at'] }],
  properties: {
    vendor: p.text().primary(),
    eventId: p.text().primary(),
    type: p.text(),
    at: time(),
    webhookAt: time().nullable(),
    readAt: time().nullable(),
  },
})

/** Whether somebody wants messages; who never said so does. */
export const MessageConsentRow = defineEntity({
  name: 'MessageConsent',
  tableName: 'message_consent',
  properties: {
    vendor: p.text().primary(),
    handle: p.text().primary(),
    line: p.text().primary(),
    isWanted: p.boolean(),
    because: p.text(),
    at: time(),
  },
})

/** The tables of this plugin. */
export const messagingEntities = [ThreadRow, MessageRow, MessageEventRow, MessageConsentRow]
