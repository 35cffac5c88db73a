import t, { type Test } from 'tap'
import {
  definePlugin,
  newId,
  z,
  type Hub,
  type HubEvent,
  type Principal,
  type StaffId,
  type Tx,
} from '@switchboard/core'
import { planParts, silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { testDatabase } from '@switchboard/test-postgres'
import { staff } from './staff.ts'

/** A hub with staff switched on, and what tests watch it with. */
interface Desk {
  hub: RunningHub
  inside: Hub
  clock: { now: Date }
  /** Every `presence.changed`. */
  heard: unknown[]
  ask(method: string, path: string, bearer: string, body?: object): Promise<{ status: number; body: unknown }>
}

async function openDesk(t: Test): Promise<Desk> {
  const { url: databaseUrl } = await testDatabase(t)
  const clock = { now: new Date('2026-11-21T10:00:00Z') }
  const heard: unknown[] = []
  const inner = Promise.withResolvers<Hub>()
  const door = definePlugin({
    name: 'door',
    options: z.object({}),
    provides: ['auth'],
    setup: hub => {
      inner.resolve(hub)
      return {
        ports: { auth: { authenticate: async bearer => principalOf(bearer) } },
        on: { 'presence.changed': async (_tx: Tx, { data }: HubEvent) => void heard.push(data) },
      }
    },
  })
  const hub = await startHub({
    adapters: {},
    plugins: { staff: { use: staff, options: { wrapUpSeconds: 20 } }, door: { use: door } },
    databaseUrl,
    dataDir: t.testdir(),
    log: silentLog(),
    now: () => clock.now,
  })
  t.teardown(() => hub.close())
  return { hub, inside: await inner.promise, clock, heard, ask: asker(hub.url) }
}

/** A token is a staff id, or the word `key`. */
function principalOf(bearer: string): Principal {
  if (bearer === 'key') return { kind: 'key', keyId: 'key', role: 'admin', name: 'a program' }
  return { kind: 'staff', staffId: bearer as StaffId, role: 'agent', name: 'a person' }
}

function asker(url: string): Desk['ask'] {
  return async (method, path, bearer, body) => {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
    const answer = await fetch(url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
    return { status: answer.status, body: await answer.json() }
  }
}

/** Somebody with a phone client. */
function hire({ hub }: Desk, name: string): Promise<StaffId> {
  const roster = hub.port('roster')
  return hub.store.transact(async tx => {
    const person = await roster?.enrol(tx, { email: `${name}@example.org`, name, role: 'agent' })
    if (!roster || !person) throw new Error('there is no roster')
    await roster.presence(tx, person.id, { clients: 1 })
    return person.id
  })
}

t.test('everybody on duty is listed, with why they cannot be rung', async t => {
  const desk = await openDesk(t)
  const alex = await hire(desk, 'alex')
  t.same(await desk.ask('GET', '/api/staff', alex), {
    status: 200,
    body: {
      items: [
        {
          id: alex,
          email: 'alex@example.org',
          name: 'alex',
          role: 'agent',
          presence: 'available',
          isConnected: true,
          callId: null,
          lastCallAt: null,
          notFreeBecause: null,
        },
      ],
    },
  })
})

t.test('a person sets their presence, and everybody hears of it', async t => {
  const desk = await openDesk(t)
  const alex = await hire(desk, 'alex')
  t.match(await desk.ask('PUT', '/api/staff/me/presence', alex, { presence: 'dnd' }), { status: 200 })
  t.match(await desk.ask('GET', '/api/staff', alex), {
    body: { items: [{ presence: 'dnd', notFreeBecause: 'does not want to be disturbed' }] },
  })
  await until(() => desk.heard.length === 2)
  t.same(desk.heard, [
    { staffId: alex, presence: 'available', isConnected: true },
    { staffId: alex, presence: 'dnd', isConnected: true },
  ])
})

t.test('wrapping up cannot be set by hand, and a program has no presence', async t => {
  const desk = await openDesk(t)
  const alex = await hire(desk, 'alex')
  t.equal((await desk.ask('PUT', '/api/staff/me/presence', alex, { presence: 'wrapup' })).status, 400)
  t.equal((await desk.ask('PUT', '/api/staff/me/presence', 'key', { presence: 'away' })).status, 403)
})

t.test('wrapping up ends by itself, and everybody hears of it', async t => {
  const desk = await openDesk(t)
  const alex = await hire(desk, 'alex')
  const callId = newId<'call'>()
  const roster = desk.hub.port('roster')
  await desk.hub.store.transact(async tx => {
    await roster?.claim(tx, alex, callId)
    await roster?.release(tx, alex, callId, true)
  })
  await until(() => desk.heard.length === 2)
  desk.clock.now = new Date('2026-11-21T10:00:20Z')
  await until(() => desk.heard.length === 3)
  t.same(desk.heard.slice(1), [
    { staffId: alex, presence: 'wrapup', isConnected: true },
    { staffId: alex, presence: 'available', isConnected: true },
  ])
})

t.test('a client is welcomed with everybody’s presence', async t => {
  const desk = await openDesk(t)
  const [alex, sam] = [await hire(desk, 'alex'), await hire(desk, 'sam')]
  const presence = desk.inside.welcomes().get('presence')
  t.same(await desk.hub.store.read(async tx => presence?.(tx, alex)), [
    { staffId: alex, name: 'alex', presence: 'available', isConnected: true },
    { staffId: sam, name: 'sam', presence: 'available', isConnected: true },
  ])
})

t.test('a time zone that does not exist is refused before anything starts', async t => {
  const { issues } = planParts({
    adapters: {},
    plugins: { staff: { use: staff, options: { timeZone: 'Mars/Olympus' } } },
  })
  t.match(issues, [{ path: 'plugins.staff.timeZone', message: /no time zone/ }])
})

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (isSo()) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('it did not come to pass in 10 s')
}
