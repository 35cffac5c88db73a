import { setTimeout as pause } from 'node:timers/promises'
import {
  defineAdapter,
  definePlugin,
  newId,
  z,
  type Holding,
  type Hub,
  type Message,
  type MessageEvent,
  type OnDuty,
  type Opening,
  type Principal,
  type Reachable,
  type Roster,
  type SourceNews,
  type StaffId,
} from '@switchboard/core'
import { silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { testDatabase } from '@switchboard/test-postgres'
import type { Test } from 'tap'
import { messaging } from './messaging.ts'
import { vendor, type Carrier } from './test-carrier.ts'

export const alex = { id: newId<'staff'>(), name: 'Alex' }
export const sam = { id: newId<'staff'>(), name: 'Sam' }
export const line = '+61255501234'

/** A hub with messaging, and whatever else it needs. */
export interface MessageHub {
  hub: RunningHub
  inside: Hub
  carrier: Carrier
  people: Map<string, Holding[]>
  reach: Map<string, Reachable>
  published: { name: string; data: Record<string, unknown> }[]
  clock: { at: Date }
  /** Whether we are open. */
  opening: { now: Opening }
  alerts: object[]
  /** What `blobs` keeps. */
  files: Map<string, Buffer>
  /** A source tells news by webhook. */
  learn(source: 'shop' | 'salon', ...news: SourceNews[]): Promise<void>
  /** A webhook of the vendor. */
  tell(...events: MessageEvent[]): Promise<void>
  /** Asks the API as this person. */
  ask<T>(path: string, body?: object, who?: { id: StaffId }): Promise<T>
}

const heard = [
  'message.received',
  'message.sent',
  'message.changed',
  'thread.attached',
  'thread.changed',
  'message.consent',
]

/** Starts it. */
export async function startMessageHub(t: Test, options: object = {}): Promise<MessageHub> {
  const { url: databaseUrl } = await testDatabase(t)
  const carrier: Carrier = { taken: [], next: [], history: [], files: new Map(), kept: [], isEchoing: false }
  const people: MessageHub['people'] = new Map()
  const reach: MessageHub['reach'] = new Map()
  const published: MessageHub['published'] = []
  const alerts: object[] = []
  const clock = { at: new Date() }
  const opening: MessageHub['opening'] = { now: { isOpen: true, because: 'always', nextChangeAt: null } }
  const [news, files]: [SourceNews[], MessageHub['files']] = [[], new Map()]
  const inside: { hub?: Hub } = {}
  const hub = await startHub({
    adapters: {
      texts: { use: vendor(carrier) },
      files: { use: disk(files) },
      shop: { use: sourceOf(news) },
      salon: { use: sourceOf(news) },
    },
    plugins: {
      door: { use: door },
      roster: { use: roster },
      people: { use: directory(people, reach) },
      alerts: { use: alertsIn(alerts) },
      hours: { use: hoursOf(opening) },
      messaging: { use: messaging, options: { schedule: null, ...options } },
      probe: { use: probe(inside, published) },
    },
    ...{ databaseUrl, dataDir: t.testdir(), log: silentLog() },
    now: () => new Date(clock.at.getTime()),
  })
  t.teardown(() => hub.close())
  const ticking = setInterval(() => (clock.at = new Date(clock.at.getTime() + 50)), 50)
  t.teardown(() => clearInterval(ticking))
  if (!inside.hub) throw new Error('the probe was not set up')
  const tell = async (...events: MessageEvent[]): Promise<void> => {
    const answer = await fetch(`${hub.url}/webhooks/texts/events`, { method: 'POST', body: JSON.stringify(events) })
    if (answer.status !== 200) throw new Error(`the webhook was answered ${answer.status}`)
  }
  const learn: MessageHub['learn'] = async (source, ...told) => {
    news.push(...told)
    const body = newId()
    await fetch(`${hub.url}/webhooks/${source}/news`, { method: 'POST', body })
    await soon(() => news.length === 0)
  }
  const ask = async <T>(path: string, body?: object, who = alex): Promise<T> => {
    const headers = { authorization: `Bearer ${who.id}`, 'content-type': 'application/json' }
    const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
    const answer = await fetch(hub.url + path, init)
    const text = await answer.text()
    return (answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text) as T
  }
  return { hub, inside: inside.hub, carrier, people, reach, published, clock, opening, alerts, files, learn, tell, ask }
}

function sourceOf(news: SourceNews[]) {
  return defineAdapter({
    ...{ name: 'news', options: z.object({}), provides: ['source'] },
    create: () => ({
      source: {
        async *changes(cursor) {
          yield { records: [], unreadable: [], cursor: cursor ?? '' }
        },
        webhook: () => news.splice(0),
      },
      channels: { news: { port: 'source', verify: ({ body }) => body.toString() } },
    }),
  })
}

function disk(files: Map<string, Buffer>) {
  return defineAdapter({
    ...{ name: 'files', options: z.object({}), provides: ['blobs'] },
    create: () => ({
      blobs: {
        put: async (key, body) => void files.set(key, Buffer.from(body)),
        get: async key => {
          const { Readable } = await import('node:stream')
          const kept = files.get(key)
          return kept ? { body: Readable.from([kept]), size: kept.length } : null
        },
        remove: async key => void files.delete(key),
      },
    }),
  })
}

/** Whoever sends their id as token is that person. */
const door = definePlugin({
  ...{ name: 'door', options: z.object({}), provides: ['auth'] },
  setup: () => ({
    ports: {
      auth: {
        authenticate: async (id): Promise<Principal> => ({
          ...{ kind: 'staff', staffId: id as StaffId, role: 'agent' },
          name: id === sam.id ? 'Sam' : 'Alex',
        }),
      },
    },
  }),
})

const everybody = [alex, sam].map(({ id, name }): OnDuty => ({
  ...{ id, name, email: `${name}@demo.example`, role: 'agent', isActive: true, presence: 'available' },
  ...{ isConnected: true, callId: null, lastCallAt: null, notFreeBecause: null },
}))

const roster = definePlugin({
  ...{ name: 'roster', options: z.object({}), provides: ['roster'] },
  setup: () => {
    const port: Pick<Roster, 'onDuty' | 'find'> = {
      onDuty: async () => everybody,
      find: async (_tx, who) => everybody.find(one => 'id' in who && one.id === who.id) ?? null,
    }
    return { ports: { roster: port as Roster } }
  },
})

function directory(people: MessageHub['people'], reach: MessageHub['reach']) {
  return definePlugin({
    ...{ name: 'people', options: z.object({}), provides: ['directory'] },
    setup: () => ({
      ports: {
        directory: {
          card: () => Promise.reject(new Error('nobody calls here')),
          holders: async (_tx, handle) => people.get(handle) ?? [],
          reach: async (_tx, ids) => ids.flatMap(id => reach.get(id) ?? []),
        },
      },
    }),
  })
}

const hoursOf = (opening: MessageHub['opening']) =>
  definePlugin({
    ...{ name: 'hours', options: z.object({}), provides: ['hours'] },
    setup: () => ({ ports: { hours: { at: async () => opening.now, timeZone: () => 'Australia/Brisbane' } } }),
  })

const alertsIn = (alerts: object[]) =>
  definePlugin({
    ...{ name: 'alerts', options: z.object({}), provides: ['alerts'] },
    setup: () => ({
      ports: {
        alerts: {
          raise: async (_tx, raised) => void alerts.push({ raised }),
          // That a chore went well is told as well, and is of no interest here.
          clear: async (_tx, cleared) => {
            if (alerts.length % 2 === 1 && !cleared.key.startsWith('job.')) alerts.push({ cleared })
          },
        },
      },
    }),
  })

const probe = (inside: { hub?: Hub }, published: MessageHub['published']) =>
  definePlugin({
    ...{ name: 'probe', options: z.object({}), wants: ['threads'] },
    setup: hub => {
      inside.hub = hub
      const hear = async (_tx: unknown, { name, data }: { name: string; data: unknown }): Promise<void> =>
        void published.push({ name, data: data as Record<string, unknown> })
      return { on: Object.fromEntries(heard.map(name => [name, hear])) }
    },
  })

/** Somebody writes to our line. */
export function wrote(id: string, from: string, text: string, more: Partial<Message> = {}): MessageEvent {
  const at = more.at ?? new Date()
  const them = { handle: from, name: null, externalId: null }
  const message: Message = {
    ...{ externalId: id, conversationId: null, kind: 'sms', direction: 'inbound', from: them, subject: null, text, at },
    ...{ to: [{ handle: line, name: null, externalId: null }], media: [], status: 'received', ...more },
  }
  return { type: 'message', eventId: `${id}:received`, at, message }
}

/** What `look` finds, as soon as it does. */
export async function soon<T>(
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
): Promise<T> {
  for (let left = 1600; left > 0; left--) {
    const found = await look()
    if (found) return found
    await pause(25)
  }
  throw new Error('it did not come')
}
