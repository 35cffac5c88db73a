import { z } from 'zod'
import type { ServerData, ServerFrame, ServerType } from './protocol.ts'

const at = '2026-03-02T09:00:00.000Z'
const staffId = '019cabb2-1c00-7000-8000-000000000001'
const callId = '019cabb2-1c00-7000-8000-000000000002'
const legId = '019cabb2-1c00-7000-8000-000000000003'
const profileId = '019cabb2-1c00-7000-8000-000000000004'
const threadId = '019cabb2-1c00-7000-8000-000000000006'
const phone = '+61491570156'

const ringing = {
  call: { id: callId, from: phone, to: '+61755550100', at, legId },
  caller: {
    profileId,
    displayName: 'Sarah Whitlock',
    phone,
    place: 'Australia',
    confidence: 0.98,
    reasons: ['this phone is on 5 of their 6 records'],
    household: [],
    orders: [
      {
        number: '#1042',
        placedAt: '2026-02-08T03:00:00Z',
        total: { amount: '398.00', currency: 'AUD' },
        status: 'fulfilled',
        source: 'shopify',
        asOf: '2026-02-08T03:10:00Z',
      },
    ],
    bookings: [
      {
        when: 'next',
        title: 'Fitting',
        startsAt: '2026-03-14T00:30:00Z',
        endsAt: null,
        timeZone: 'Australia/Brisbane',
        status: 'confirmed',
        with: 'Anna',
        location: null,
        source: 'appointjet',
        asOf: at,
      },
    ],
    promises: [],
    notes: [{ text: 'prefers the afternoon', by: 'Sam', at: '2026-02-08T04:00:00Z' }],
  },
}

const text = 'Are you open on Sunday?'
const message = {
  ...{ id: '019cabb2-1c00-7000-8000-000000000009', threadId, kind: 'sms', direction: 'inbound', subject: null, text },
  ...{ from: { handle: phone, name: null }, to: [{ handle: '+61755550100', name: null }], media: [] },
  ...{ status: 'received', trouble: null, at, by: null },
}
const thread = {
  ...{ id: threadId, vendor: 'twilio', kind: 'sms', line: '+61755550100', handle: phone, name: null, subject: null },
  ...{ profileId, attached: 'sure', ownerId: null, unread: 1, lastAt: at, lastText: text, lastDirection: 'inbound' },
}

/** The data of one frame of each type, as the hub may send it. The shapes are those of the schemas, but for the brands of ids. */
const data: Record<ServerType, unknown> = {
  welcome: {
    version: 1,
    epoch: '019cabb2-1c00-7000-8000-000000000005',
    seq: 41,
    isResumed: false,
    staff: { id: staffId, name: 'Alex', email: 'alex@demo.example', role: 'agent' },
    calls: [
      {
        call: {
          ...{ ...ringing.call, state: 'AllInConference' },
          ...{ answeredAt: at, isRinging: false, isAccepted: true },
        },
        caller: null,
      },
    ],
    presence: [{ staffId, name: 'Alex', presence: 'available', isConnected: true }],
    threads: [thread],
  },
  reset: { because: 'pruned' },
  notice: { reconnectInMs: 1200 },
  'call.ringing': ringing,
  'call.state': { callId, state: 'AllInConference', because: 'Alex answered', with: [staffId], at },
  'call.answeredElsewhere': { callId, by: staffId },
  'call.answered': { callId, by: staffId, device: '019cabb2-1c00-7000-8000-000000000008' },
  'call.missed': { callId, from: phone, at },
  'message.received': { threadId, profileId, message, thread, at },
  'message.sent': {
    ...{
      threadId,
      profileId,
      at,
      thread: { ...thread, unread: 0, lastDirection: 'outbound', lastText: 'Nine is fine' },
    },
    message: {
      ...{ ...message, direction: 'outbound', from: message.to[0] ?? null, to: message.from ? [message.from] : [] },
      ...{ text: 'Nine is fine', status: 'queued', by: 'Sam' },
    },
  },
  'message.changed': { messageId: message.id, threadId, status: 'delivered', trouble: null, at },
  'thread.changed': { thread: { ...thread, ownerId: staffId, unread: 0 }, at },
  'reminder.due': {
    ...{ reminderId: '019cabb2-1c00-7000-8000-00000000000a', profileId, text: 'Ask about the veil', dueAt: at, at },
  },
  'presence.changed': { staffId, presence: 'away', isConnected: true },
  'promise.changed': {
    promise: {
      ...{ id: '019cabb2-1c00-7000-8000-000000000007', state: 'open', number: phone, profileId, reason: 'missed' },
      ...{ asked: 1, ownerId: null, since: at, dueAt: '2026-03-02T10:00:00.000Z', closedBecause: null },
    },
    at,
  },
  'alert.changed': {
    ...{ part: 'front', key: 'webhook-silent', news: 'raised', since: at, at },
    message: 'Front has announced nothing for an hour: is the webhook switched off?',
  },
}

/** A frame of this type, as it comes over the wire. */
export function exampleFrame(type: ServerType): ServerFrame {
  return { seq: 41, type, at, data: data[type] as ServerData[ServerType] } as ServerFrame
}

/** A client's hello that resumes. */
export const helloExample = {
  type: 'hello',
  data: { ticket: 'Zk3v…', versions: [1], epoch: '019cabb2-1c00-7000-8000-000000000005', seq: 41 },
}

/** The parts of a JSON Schema that an example is made from. */
interface Shape {
  type?: string
  format?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  examples?: unknown[]
  anyOf?: Shape[]
  allOf?: Shape[]
  properties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  minimum?: number
}

/** An example that a schema takes: what it says itself in `meta({ examples })`, else the least that fits. */
export function exampleOf(schema: z.ZodType): unknown {
  return exampleFor(jsonSchemaOf(schema) as Shape, '')
}

/** A schema as JSON Schema of draft 7. Fields that it does not name may be there: they are ignored. */
export function jsonSchemaOf(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema: _, ...shown } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' })
      // The format says it already, and can be read.
      if (jsonSchema.format) delete jsonSchema.pattern
    },
  })
  return shown
}

function exampleFor(shape: Shape, name: string): unknown {
  if (shape.examples) return shape.examples[0]
  if (shape.const !== undefined) return shape.const
  if (shape.enum) return shape.enum[0]
  if (shape.allOf) return Object.assign({}, ...shape.allOf.map(part => exampleFor(part, name) as object)) as object
  if (shape.anyOf) return exampleFor(shape.anyOf[0] ?? {}, name)
  return exampleByType(shape, name)
}

function exampleByType(shape: Shape, name: string): unknown {
  switch (shape.type) {
    case 'object': {
      const named = Object.entries(shape.properties ?? {}).filter(([key]) => shape.required?.includes(key))
      return Object.fromEntries(named.map(([key, value]) => [key, exampleFor(value, key)]))
    }
    case 'array':
      return []
    case 'boolean':
      return true
    case 'integer':
    case 'number':
      return shape.minimum ?? 1
    case 'null':
      return null
    default:
      return exampleText(shape, name)
  }
}

const texts: Readonly<Record<string, string>> = {
  ...{ callId, legId, staffId, profileId, phone, at },
  ...{
    state: 'AllInConference',
    by: 'Alex',
    text: 'call back after five',
    note: 'call back after five',
    code: 'follow-up',
  },
}

function exampleText({ format }: Shape, name: string): string {
  if (format === 'date-time') return at
  return texts[name] ?? (format === 'uuid' ? callId : 'some text')
}
