import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import {
  defineAdapter,
  definePlugin,
  HubError,
  z,
  type BlobsPort,
  type Caller,
  type Hub,
  type Opening,
  type ProfileId,
  type Role,
} from '@switchboard/core'
import { silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { testDatabase } from '@switchboard/test-postgres'
import type { Test } from 'tap'
import { calls } from './calls.ts'
import { incoming, place, status } from './test-exchange.ts'
import { makeRoster, makeVendor, type Person, type Vendor } from './test-vendor.ts'

/** A hub with calls, a vendor that exists only here, and whatever else they need. */
export interface CallHub {
  hub: RunningHub
  vendor: Vendor
  inside: Hub
  files: Map<string, Buffer>
  /** While true, files cannot be kept. */
  disk: { isFull: boolean }
  published: { name: string; data: Record<string, unknown> }[]
}

/** Starts it. Who calls is Ann, of this profile. */
export async function startCallHub(
  t: Test,
  people: Person[],
  profileId: ProfileId,
  { hours, ...options }: { hours?: { opening: Opening }; [option: string]: unknown } = {},
): Promise<CallHub> {
  const { url: databaseUrl } = await testDatabase(t)
  const [vendor, staff] = [makeVendor(), makeRoster(people)]
  const files: CallHub['files'] = new Map()
  const [disk, published] = [{ isFull: false }, [] as CallHub['published']]
  const inside: { hub?: Hub } = {}
  const hub = await startHub({
    adapters: { phone: { use: phone(vendor) }, files: { use: filesIn(files, disk) } },
    plugins: {
      door: { use: door },
      roster: { use: rosterOf(staff) },
      calls: { use: calls, options },
      people: { use: known(profileId) },
      ...(hours && { hours: { use: hoursOf(hours) } }),
      probe: { use: probe(inside, published) },
    },
    ...{ databaseUrl, dataDir: t.testdir(), log: silentLog() },
  })
  t.teardown(() => hub.close())
  if (!inside.hub) throw new Error('the probe was not set up')
  return { hub, vendor, inside: inside.hub, files, disk, published }
}

function phone(vendor: Vendor) {
  const channel = {
    port: 'telephony' as const,
    verify: ({ body }: { body: Buffer }) => createHash('sha256').update(body).digest('hex'),
  }
  return defineAdapter({
    ...{ name: 'phone', options: z.object({}), provides: ['telephony'] },
    create: () => ({ telephony: vendor, channels: { voice: { ...channel, answer: 'now' }, reports: channel } }),
  })
}

function filesIn(files: Map<string, Buffer>, disk: { isFull: boolean }) {
  const blobs: BlobsPort = {
    put: async (key, body) => {
      if (disk.isFull) throw new HubError('unavailable', 'the disk is full')
      files.set(key, Buffer.from(body))
    },
    get: async key => {
      const kept = files.get(key)
      return kept ? { body: Readable.from([kept]), size: kept.length } : null
    },
    remove: async key => void files.delete(key),
  }
  return defineAdapter({ name: 'files', options: z.object({}), provides: ['blobs'], create: () => ({ blobs }) })
}

function hoursOf(hours: { opening: Opening }) {
  return definePlugin({
    ...{ name: 'hours', options: z.object({}), provides: ['hours'] },
    setup: () => ({ ports: { hours: { at: async () => hours.opening } } }),
  })
}

/** Everybody who sends a role as token has that role. */
const door = definePlugin({
  ...{ name: 'door', options: z.object({}), provides: ['auth'] },
  setup: () => ({
    ports: { auth: { authenticate: async role => ({ kind: 'key', keyId: role, role: role as Role, name: 'Robin' }) } },
  }),
})

const rosterOf = (roster: ReturnType<typeof makeRoster>) =>
  definePlugin({ name: 'roster', options: z.object({}), provides: ['roster'], setup: () => ({ ports: { roster } }) })

const known = (profileId: ProfileId) =>
  definePlugin({
    ...{ name: 'people', options: z.object({}), provides: ['directory'] },
    setup: () => ({
      ports: {
        directory: { card: async (_tx, number) => ({ profileId, displayName: 'Ann', phone: number }) as Caller },
      },
    }),
  })

const heard = ['promise.changed', 'call.wrongCaller', 'call.voicemail']

const probe = (inside: { hub?: Hub }, published: CallHub['published']) =>
  definePlugin({
    name: 'probe',
    options: z.object({}),
    wants: ['history'],
    setup: hub => {
      inside.hub = hub
      const hear = async (_tx: unknown, { name, data }: { name: string; data: unknown }): Promise<void> =>
        void published.push({ name, data: data as Record<string, unknown> })
      return { on: Object.fromEntries(heard.map(name => [name, hear])) }
    },
  })

/** A webhook of the vendor; on the channel `voice` it waits for what is to be done. */
export async function deliver(hub: RunningHub, channel: 'voice' | 'reports', event: object): Promise<unknown> {
  const answer = await fetch(`${hub.url}/webhooks/phone/${channel}`, { method: 'POST', body: JSON.stringify(event) })
  return channel === 'voice' ? answer.json() : answer.text()
}

/** Asks the API, as an agent unless told otherwise. */
export async function api<T>(hub: RunningHub, path: string, body?: object, role = 'agent'): Promise<T> {
  const headers = { authorization: `Bearer ${role}`, 'content-type': 'application/json' }
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
  const answer = await fetch(hub.url + path, init)
  return (await answer.json()) as T
}

/** What `look` finds, as soon as it does. */
export async function soon<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (let left = 1000; left > 0; left--) {
    const found = await look()
    if (found) return found
    await pause(50)
  }
  throw new Error('it did not come')
}

/** Somebody calls, is asked for a message, and hangs up without one. Calls of one hub have different `vendorId`s. */
export async function missedCall({ hub }: CallHub, vendorId: string, from?: string | null): Promise<void> {
  await deliver(hub, 'voice', incoming(vendorId, from))
  await deliver(hub, 'reports', status(vendorId, 'completed'))
}

/** Somebody calls, and Alex answers. */
export async function talkedCall(at: CallHub, vendorId: string): Promise<void> {
  const { hub, vendor } = at
  const before = vendor.performed.length
  await deliver(hub, 'voice', incoming(vendorId))
  const dialled = await soon(async () => [...vendor.legs.keys()].find(id => id === `V${before + 1}`))
  await deliver(hub, 'reports', status(dialled, 'in-progress', { sequence: 2 }))
  await soon(async () => vendor.performed.some(command => command.do === 'redirect' && command.to.do === 'join'))
  await deliver(hub, 'reports', place('joined', dialled, 1))
  await deliver(hub, 'reports', place('joined', vendorId, 2))
}
