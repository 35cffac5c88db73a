import t, { type Test } from 'tap'
import {
  definePlugin,
  newId,
  z,
  type Hub,
  type HubEvent,
  type Principal,
  type Role,
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

/** A token is a staff id, or one of the words `key` and `manager`. */
function principalOf(bearer: string): Principal {
  if (bearer === 'key') return { kind: 'key', keyId: 'key', role: 'admin', name: 'a program' }
  if (bearer === 'manager') return { kind: 'staff', staffId: newId(), role: 'manager', name: 'a manager' }
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
function hire({ hub }: Desk, name: string, role: Role = 'agent'): Promise<StaffId> {
  const roster = hub.port('roster')
  return hub.store.transact(async tx => {
    const person = await roster?.enrol(tx, { email: `${name}@example.org`, name, role })
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
  t.match(desk.heard, [
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
  t.match(desk.heard.slice(1), [
    { staffId: alex, presence: 'wrapup', isConnected: true, duty: { wrapupUntil: '2026-11-21T10:00:20.000Z' } },
    {
      staffId: alex,
      presence: 'available',
      isConnected: true,
      duty: { wrapupUntil: null, presenceSince: '2026-11-21T10:00:20.000Z' },
    },
  ])
})

t.test(
  'a client is welcomed with everybody’s presence; what they do is shown of oneself, and to whoever leads',
  async t => {
    const desk = await openDesk(t)
    const [alex, sam, mia] = [await hire(desk, 'alex'), await hire(desk, 'sam'), await hire(desk, 'mia', 'manager')]
    const presence = desk.inside.welcomes().get('presence')
    const welcomed = (who: StaffId) =>
      desk.hub.store.read(async tx => (await presence?.(tx, who)) as { staffId: StaffId; duty?: object }[])
    t.match(await welcomed(alex), [
      { staffId: alex, name: 'alex', presence: 'available', isConnected: true, duty: { devices: 1, callId: null } },
      { staffId: sam, name: 'sam', presence: 'available', isConnected: true },
      { staffId: mia },
    ])
    t.same(
      (await welcomed(alex)).filter(({ duty }) => duty).map(({ staffId }) => staffId),
      [alex],
    )
    t.equal((await welcomed(mia)).filter(({ duty }) => duty).length, 3)
  },
)

t.test(
  'whoever leads sees who is on, since when, in which call and until when they wrap up; others see the status only',
  async t => {
    const desk = await openDesk(t)
    const alex = await hire(desk, 'alex')
    const callId = newId<'call'>()
    const roster = desk.hub.port('roster')
    desk.clock.now = new Date('2026-11-21T10:01:00Z')
    await desk.hub.store.transact(async tx => roster?.claim(tx, alex, callId))
    const team = async () => (await desk.ask('GET', '/api/team', 'manager')).body as { items: object[] }
    t.match(await team(), {
      items: [
        {
          id: alex,
          presence: 'available',
          presenceSince: '2026-11-21T10:00:00.000Z',
          connectedSince: '2026-11-21T10:00:00.000Z',
          devices: 1,
          callId,
          callSince: '2026-11-21T10:01:00.000Z',
          wrapupUntil: null,
        },
      ],
    })
    const other = await hire(desk, 'sam')
    const seenBy = async (bearer: string) =>
      (
        (await desk.ask('GET', '/api/staff', bearer)).body as { items: { id: string; callId: string | null }[] }
      ).items.find(({ id }) => id === alex)
    t.match(await seenBy(other), { callId: null, notFreeBecause: 'is on another call' })
    t.match(await seenBy(alex), { callId }, 'one’s own call is no secret')
    t.match(await seenBy('manager'), { callId })
    await desk.hub.store.transact(async tx => roster?.release(tx, alex, callId, true))
    t.match(await team(), {
      items: [
        {},
        {
          id: alex,
          presence: 'wrapup',
          presenceSince: '2026-11-21T10:01:00.000Z',
          wrapupUntil: '2026-11-21T10:01:20.000Z',
          callId: null,
        },
      ],
    })
    t.match(await desk.ask('GET', '/api/team', alex), { status: 403, body: { code: 'forbidden', detail: /ViewTeam/ } })
  },
)

t.test('an admin changes a role and shuts people out; the last admin stays; it is in the audit log', async t => {
  const desk = await openDesk(t)
  const [alex, root] = [await hire(desk, 'alex'), await hire(desk, 'root', 'admin')]
  const change = (id: StaffId, body: object, bearer = 'key') => desk.ask('PATCH', `/api/staff/${id}`, bearer, body)
  t.match(await change(alex, { role: 'manager' }, alex), { status: 403 })
  t.match(await change(alex, { role: 'manager' }), { status: 200, body: { role: 'manager', isActive: true } })
  t.match(await change(alex, { isActive: false }), { status: 200, body: { isActive: false } })
  t.match(await change(root, { role: 'agent' }), { status: 409, body: { detail: /last admin/ } })
  t.match(await change(root, { isActive: false }), { status: 409 })
  t.match(await change(alex, { isActive: true, role: 'admin' }), { status: 200 })
  t.match(await change(root, { role: 'agent' }), { status: 200 }, 'once there is another')
  t.match(await change(newId<'staff'>(), { role: 'agent' }), { status: 404 })
  t.match(await change(alex, {}), { status: 400 })
  const audited = await desk.hub.store.read(tx => tx.sql`select what from audit`)
  t.same(
    audited,
    Array.from({ length: 4 }, () => ({ what: 'staff.change' })),
  )
})

t.test('each client is welcomed with what its own transaction wrote, whatever others write meanwhile', async t => {
  const desk = await openDesk(t)
  const staff = [await hire(desk, 'alex'), await hire(desk, 'sam')]
  const roster = desk.hub.port('roster')
  const presence = desk.inside.welcomes().get('presence')
  const hasWritten = staff.map(() => Promise.withResolvers<void>())
  const hasRead = Promise.withResolvers<void>()
  const seen = await Promise.all(
    staff.map((id, index) =>
      desk.hub.store.transact(async tx => {
        await roster?.presence(tx, id, { set: 'dnd' })
        hasWritten[index]?.resolve()
        await Promise.all(hasWritten.map(({ promise }) => promise))
        if (index > 0) await hasRead.promise
        const everybody = (await presence?.(tx, id)) as { staffId: StaffId; presence: string }[]
        hasRead.resolve()
        return everybody.find(({ staffId }) => staffId === id)?.presence
      }),
    ),
  )
  t.same(seen, ['dnd', 'dnd'])
})

t.test('of two admins who demote each other at the same moment, one stays', async t => {
  const desk = await openDesk(t)
  const admins = [await hire(desk, 'ann', 'admin'), await hire(desk, 'bob', 'admin')]
  const answers = await Promise.all(admins.map(id => desk.ask('PATCH', `/api/staff/${id}`, 'key', { role: 'agent' })))
  t.same(answers.map(({ status }) => status).toSorted(), [200, 409])
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
