import { defineEntity, p } from '@mikro-orm/core'

/** Tickets that let somebody open a connection once. */
export const GatewayTicket = defineEntity({
  name: 'GatewayTicket',
  tableName: 'gateway_ticket',
  properties: {
    /** SHA-256 of the ticket, in hex: who reads the table cannot get in with it. */
    hash: p.text().primary(),
    staffId: p.uuid(),
    expiresAt: p.datetime().columnType('timestamptz'),
    /** The sign-in or the API key it was asked for with. */
    grantId: p.text().nullable(),
    /** When the token it was asked for with ends; null: never. */
    endsAt: p.datetime().columnType('timestamptz').nullable(),
  },
})

/** How far each staff member's frames are counted. Its row lock is what makes the count gapless. */
export const GatewaySeq = defineEntity({
  name: 'GatewaySeq',
  tableName: 'gateway_seq',
  properties: {
    staffId: p.uuid().primary(),
    /** A count of another epoch says nothing about this one. */
    epoch: p.uuid(),
    seq: p.integer().default(0),
    /** Frames up to here are gone. */
    prunedTo: p.integer().default(0),
  },
})

/** Frames, kept for a while for clients that come back. */
export const GatewayFrame = defineEntity({
  name: 'GatewayFrame',
  tableName: 'gateway_frame',
  properties: {
    staffId: p.uuid().primary(),
    seq: p.integer().primary(),
    type: p.text(),
    /** `json`, not `jsonb`: it is sent again as it was. */
    data: p.json().columnType('json'),
    at: p.datetime().columnType('timestamptz'),
  },
})

/** The hubs that hold connections, each with the time it is believed to live until unless it says so again. */
export const GatewayHub = defineEntity({
  name: 'GatewayHub',
  tableName: 'gateway_hub',
  properties: {
    id: p.uuid().primary(),
    aliveUntil: p.datetime().columnType('timestamptz'),
  },
})

/** Every connection that counts towards its person being connected. */
export const GatewayConnection = defineEntity({
  name: 'GatewayConnection',
  tableName: 'gateway_connection',
  indexes: [{ name: 'gateway_connection_staff', properties: ['staffId'] }],
  properties: {
    id: p.uuid().primary(),
    staffId: p.uuid(),
    hubId: p.uuid(),
    openedAt: p.datetime().columnType('timestamptz'),
    /** The socket was lost; from this time on the connection no longer counts. */
    goneAt: p.datetime().columnType('timestamptz').nullable(),
    /** The person's when they were let in; with another they are asked to come back. */
    role: p.text().default('agent'),
  },
})

/** Commands of clients with their answers, so that one that is sent again acts once. */
export const GatewayAnswer = defineEntity({
  name: 'GatewayAnswer',
  tableName: 'gateway_answer',
  indexes: [{ name: 'gateway_answer_at', properties: ['at'] }],
  properties: {
    staffId: p.uuid().primary(),
    /** The client's id of the frame, as JSON. */
    id: p.text().primary(),
    /** Within what the id names one command: a connection, or for a long id (a UUID) everything of the person: all zeros. */
    scope: p.uuid().primary(),
    type: p.text(),
    /** SHA-256 of type and data, in hex. */
    fingerprint: p.text(),
    /** What it is about, and the device it came from: who answers a call silences their other devices. */
    callId: p.text().nullable(),
    device: p.text(),
    /** Null while it runs. */
    reply: p.json().columnType('json').nullable(),
    at: p.datetime().columnType('timestamptz'),
  },
})

/** The gateway's tables. */
export const gatewayEntities = [GatewayTicket, GatewaySeq, GatewayFrame, GatewayHub, GatewayConnection, GatewayAnswer]
