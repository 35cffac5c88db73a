import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  command,
  HubError,
  newId,
  z,
  type AuthPort,
  type Directory,
  type GatewayCommand,
  type Hub,
  type PluginParts,
  type Presence,
  type Principal,
  type Roster,
  type Staff,
  type StaffId,
  type Tx,
  type Welcome,
  type Who,
} from '@switchboard/core'
import { silentLog } from '@switchboard/core/hub'
import { postgresHints } from '@switchboard/core/hints'
import { openSignals } from '@switchboard/core/signals'
import { openStore } from '@switchboard/core/store'
import { testDatabase } from '@switchboard/test-postgres'
import type { Test } from 'tap'
import { gateway } from './gateway.ts'

/** A gateway on a real port and a real database, with everything around it made by hand. */
export interface TestGateway {
  /** Publishes an event as another plugin would: what is listening runs in a transaction of its own, after the commit. */
  publish(name: string, data: object): Promise<void>
  ticket(principal: Principal | StaffId, body?: { staff: string }): Promise<{ ticket: string; url: string }>
  staff: Record<'sam' | 'robin' | 'olive', Staff>
  /** What the roster was told, newest last. */
  clientsOf(staffId: StaffId): number | undefined
  presenceOf(staffId: StaffId): Presence | undefined
  /** Who is in a call, and which sign-ins and keys are over. */
  inCall: Set<StaffId>
  ended: Set<string>
  /** Whose presence the roster cannot note. */
  stuck: Set<StaffId>
  logged: { facts: Record<string, unknown>; phrase: string }[]
  /** Moves the clock. */
  pass(ms: number): void
  sql: Tx['sql']
  signals: Hub['signals']
  parts: PluginParts
  close(): Promise<void>
}

/** What a test gateway may be given. */
export interface TestSettings {
  url: string
  options?: Record<string, unknown>
  directory?: Directory
  /** The people of another test gateway on the same database. */
  staff?: TestGateway['staff']
  welcome?: Record<string, Welcome>
  /** Besides those of the gateway and the tests' own. */
  commands?: GatewayCommand[]
}

const person = (name: string, role: Staff['role']): Staff => ({
  id: newId<'staff'>(),
  email: `${name.toLowerCase()}@demo.example`,
  name,
  role,
  isActive: true,
})

function isWho({ id, email }: Staff, who: Who): boolean {
  return 'id' in who ? id === who.id : email === who.email
}

/** Starts a gateway for a test. */
export async function startGateway(settings: TestSettings): Promise<TestGateway> {
  const store = await openStore({ url: settings.url, log: silentLog() })
  const hints = postgresHints({ url: settings.url, log: silentLog() })
  const signals = openSignals({ hints: () => hints, log: silentLog() })
  signals.start()
  const staff = settings.staff ?? {
    sam: person('Sam', 'agent'),
    robin: person('Robin', 'agent'),
    olive: person('Olive', 'viewer'),
  }
  const clients = new Map<StaffId, number>()
  const presences = new Map<StaffId, Presence>()
  const inCall = new Set<StaffId>()
  const ended = new Set<string>()
  const stuck = new Set<StaffId>()
  const logged: TestGateway['logged'] = []
  const clock = { aheadMs: 0 }
  const running = new Set<Promise<void>>()
  const commands = new Map<string, GatewayCommand>()

  const deliver = async (name: string, data: object): Promise<void> => {
    const listen = parts.on?.[name]
    const event = { id: randomUUID(), name, data: JSON.parse(JSON.stringify(data)) as unknown, at: hub.now() }
    if (typeof listen === 'function') await store.transact(tx => listen(tx, event))
    else if (listen && 'many' in listen) await store.transact(tx => listen.many(tx, [event]))
  }
  const publish = async (tx: Tx, name: string, data: object): Promise<void> => {
    tx.afterCommit(() => {
      const done = deliver(name, data).finally(() => running.delete(done))
      running.add(done)
    })
  }
  const roster: Roster = {
    find: async (_tx, who) => Object.values(staff).find(one => isWho(one, who)) ?? null,
    findAll: async (_tx, those) => Object.values(staff).filter(one => those.some(who => isWho(one, who))),
    enrol: async () => Promise.reject(new Error('not in this test')),
    onDuty: async (_tx, only) =>
      Object.values(staff)
        .filter(({ isActive, id }) => isActive && (only === undefined || only === id))
        .map(one => ({
          ...{ ...one, presence: 'available', isConnected: true, lastCallAt: null, notFreeBecause: null },
          callId: inCall.has(one.id) ? newId() : null,
        })),
    claim: async () => false,
    release: async () => undefined,
    presence: async (tx, staffId, change) => {
      if (stuck.has(staffId)) throw new Error('not now')
      const before = (clients.get(staffId) ?? 0) > 0
      if ('set' in change) presences.set(staffId, change.set)
      else clients.set(staffId, change.clients)
      const isConnected = (clients.get(staffId) ?? 0) > 0
      const presence = presences.get(staffId) ?? 'available'
      if ('set' in change || isConnected !== before)
        await publish(tx, 'presence.changed', { staffId, presence, isConnected })
    },
  }
  const auth: AuthPort = {
    authenticate: async () => null,
    ended: async (_tx, ids) => ids.filter(id => ended.has(id)),
  }
  const ports = { roster, auth, directory: settings.directory ?? null }
  const hub = {
    log: logInto(logged),
    now: () => new Date(Date.now() + clock.aheadMs),
    signal: new AbortController().signal,
    store,
    events: { publish },
    signals,
    roles: new Set(['web', 'gateway', 'worker'] as const),
    publicUrl: 'http://127.0.0.1:3000',
    port: (name: 'roster') => ports[name],
    wanted: (name: 'directory') => ports[name],
    commands: () => commands,
    welcomes: () => new Map(Object.entries(settings.welcome ?? {})),
  } as unknown as Hub
  const parts = gateway.setup(hub, gateway.options.parse({ port: 0, host: '127.0.0.1', ...settings.options }))
  for (const one of [...(parts.commands ?? []), ...testCommands, ...(settings.commands ?? [])])
    commands.set(one.name, one)
  const letGo = async (): Promise<void> => {
    await signals.close()
    await hints.close()
    await store.close()
  }
  await parts.start?.().catch(async (error: unknown) => {
    await letGo()
    throw error
  })

  return {
    publish: deliver,
    ticket: async (who, body) => {
      const principal: Principal =
        typeof who === 'string' ? { kind: 'staff', staffId: who, role: 'agent', name: '' } : who
      const route = parts.routes?.find(({ path }) => path === '/api/gateway/ticket')
      const answer = await route?.handle({
        params: {},
        query: {},
        body,
        principal,
        requestId: 'r',
        address: '127.0.0.1',
        log: hub.log,
      })
      return z.object({ ticket: z.string(), url: z.string() }).parse(answer)
    },
    staff,
    clientsOf: staffId => clients.get(staffId),
    presenceOf: staffId => presences.get(staffId),
    inCall,
    ended,
    stuck,
    logged,
    pass: ms => {
      clock.aheadMs += ms
    },
    sql: (text, ...values) => store.read(tx => tx.sql(text, ...values)),
    signals,
    parts,
    close: async () => {
      await parts.close?.()
      await Promise.all(running)
      await letGo()
    },
  }
}

/** Commands of another plugin, each ending in its own way. */
const testCommands: GatewayCommand[] = [
  command({
    name: 'test.echo',
    summary: 'Says it again',
    access: 'agent',
    input: z.object({ callId: z.string() }),
    handle: async (staffId, { callId }) => ({ staffId, callId }),
  }),
  command({
    name: 'test.taken',
    summary: 'Somebody else was quicker',
    access: 'agent',
    input: z.object({}),
    handle: () => Promise.reject(new HubError('answered_elsewhere', 'Robin was quicker')),
  }),
  command({
    name: 'test.broken',
    summary: 'Fails',
    access: 'agent',
    input: z.object({}),
    handle: () => Promise.reject(new Error('secret detail')),
  }),
  command({
    name: 'test.slow',
    summary: 'Takes its time',
    access: 'agent',
    input: z.object({}),
    handle: async () => delay(500, {}),
  }),
  command({
    name: 'test.manage',
    summary: 'For managers',
    access: 'manager',
    input: z.object({}),
    handle: async () => ({}),
  }),
]

function logInto(logged: TestGateway['logged']): Hub['log'] {
  const note = (facts: object, phrase: string): void => void logged.push({ facts: { ...facts }, phrase })
  return { debug: note, info: note, warn: note, error: note, child: () => logInto(logged) }
}

/** A test gateway that ends with the test; on a database of its own unless told another. */
export async function started(
  t: Test,
  settings: Omit<TestSettings, 'url'> & { url?: string } = {},
): Promise<TestGateway> {
  const url = settings.url ?? (await testDatabase(t)).url
  const gateway = await startGateway({ ...settings, url })
  t.teardown(gateway.close)
  return gateway
}

/** The time at which things happen in these tests. */
export const at = '2026-03-02T09:00:00.000Z'

/** What `call.state` says on the bus. */
export function state(callId: string, ...staffIds: StaffId[]) {
  return { callId, state: 'DialingStaff', because: 'Sam is free', staffIds, with: staffIds, at }
}

/** Waits until something holds, for what happens after a socket closed. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(10)
}
