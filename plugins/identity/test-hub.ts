import { setTimeout as pause } from 'node:timers/promises'
import {
  defineAdapter,
  definePlugin,
  VendorError,
  z,
  type HubEvent,
  type OrderFacts,
  type Person,
  type Record,
  type Role,
} from '@switchboard/core'
import { silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { testDatabase } from '@switchboard/test-postgres'
import type { Test } from 'tap'
import { identity } from './identity.ts'

/** What a test's hub starts with. */
export interface Setting {
  isBroken?: boolean
  databaseUrl?: string
  /** Of the identity plugin. */
  options?: object
}

/** A hub with a shop whose records the test pushes, and everything that was heard about profiles. */
export async function started(t: Test, { isBroken = false, databaseUrl, options = {} }: Setting = {}) {
  const shop: Record[] = []
  const heard: HubEvent[] = []
  const url = databaseUrl ?? (await testDatabase(t)).url
  const hub = await startHub({
    adapters: { ...(isBroken ? { broken: { use: broken } } : {}), shop: { use: shopWith(shop) } },
    plugins: { door: { use: door }, identity: { use: identity, options }, probe: { use: probe(heard) } },
    ...{ databaseUrl: url, dataDir: t.testdir(), log: silentLog() },
  })
  t.teardown(() => hub.close())
  return { hub, shop, heard, databaseUrl: url }
}

/** Everybody who sends a role as token has that role. */
const door = definePlugin({
  name: 'door',
  options: z.object({}),
  provides: ['auth'],
  setup: () => ({
    ports: {
      auth: { authenticate: async bearer => ({ kind: 'key', keyId: bearer, role: bearer as Role, name: bearer }) },
    },
  }),
})

const broken = defineAdapter({
  name: 'broken',
  options: z.object({}),
  provides: ['source'],
  create: () => ({
    source: {
      // oxlint-disable-next-line require-yield -- it fails before it has anything to give
      async *changes() {
        throw new VendorError('the vendor is down')
      },
    },
  }),
})

/** A shop whose records grow while the test runs. */
function shopWith(records: Record[]) {
  return defineAdapter({
    name: 'shop',
    options: z.object({}),
    provides: ['source'],
    create: () => ({
      source: {
        async *changes(cursor) {
          yield { records: records.slice(Number(cursor ?? 0)), unreadable: [], cursor: String(records.length) }
        },
      },
    }),
  })
}

/** Hears everything about profiles. */
function probe(heard: HubEvent[]) {
  const hear = async (_tx: unknown, event: HubEvent): Promise<void> => void heard.push(event)
  const on = { 'profile.changed': hear, 'profile.merged': hear, 'profile.split': hear, 'profiles.rebuilt': hear }
  return definePlugin({ name: 'probe', options: z.object({}), setup: () => ({ on }) })
}

/** An order of one person. */
export function order(number: string, person: Partial<Person>): Record {
  const facts: OrderFacts = { number, placedAt: '2026-11-01T00:00:00Z', total: null, status: 'PAID' }
  const people = [{ role: 'customer' as const, ...person }]
  return {
    kind: 'order',
    externalId: number,
    version: 1,
    updatedAt: new Date('2026-11-01T00:00:00Z'),
    deletedAt: null,
    people,
    facts,
  }
}

/** A profile, as far as tests look. */
export interface Shown {
  id: string
  displayName: string
}

/** What the API answers, as far as tests look. */
export interface Answer extends Shown {
  code?: string
  items: Shown[]
  cursor: string | null
  links: {
    because: string
    weight: number
    probability: number
    waterfall: { field: string; level: string; bits: number; total: number; values: string[] }[]
  }[]
}

/** Asks the API as somebody of a role. */
export async function ask(
  hub: RunningHub,
  path: string,
  role: Role = 'agent',
): Promise<{ status: number; json: Answer }> {
  const answer = await fetch(`${hub.url}${path}`, { headers: { authorization: `Bearer ${role}` } })
  return { status: answer.status, json: (await answer.json()) as Answer }
}

/** The newest profiles. */
export async function profiles(hub: RunningHub): Promise<Shown[]> {
  return (await ask(hub, '/api/profiles')).json.items
}

/** Who is calling. */
export function card(hub: RunningHub, phone: string) {
  return hub.store.read(tx => hub.port('directory')!.card(tx, phone))
}

/** Waits until it is so; the test's own timeout ends it when it never is. */
export async function until(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await pause(50)
}

/** A number as letters: names have no digits. */
export function letters(number: number): string {
  return [...String(number)].map(digit => 'abcdefghij'[Number(digit)]).join('')
}
