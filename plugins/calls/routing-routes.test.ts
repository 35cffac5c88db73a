import {
  defineAdapter,
  definePlugin,
  newId,
  z,
  type CallEvent,
  type Hours,
  type ProfileId,
  type Role,
} from '@switchboard/core'
import { silentLog, startHub } from '@switchboard/core/hub'
import { testDatabase } from '@switchboard/test-postgres'
import t, { type Test } from 'tap'
import { calls } from './calls.ts'
import { makeRoster, makeVendor, type Person } from './test-vendor.ts'

const alex: Person = { id: newId<'staff'>(), name: 'Alex' }
const sam: Person = { id: newId<'staff'>(), name: 'Sam' }
const line = '+61255501234'

const hours: Hours = {
  at: async (_tx, at) => ({ isOpen: at.getUTCDay() !== 0, because: 'on Sundays', nextChangeAt: null }),
}

/** A hub with calls, staff, hours and a door that lets everybody in with the role they send. */
async function started(t: Test) {
  const { url: databaseUrl } = await testDatabase(t)
  const [vendor, roster] = [makeVendor(), makeRoster([alex, sam])]
  const none = z.object({})
  const phone = defineAdapter({
    ...{ name: 'phone', options: none, provides: ['telephony'] },
    create: () => ({ telephony: { ...vendor, receive: () => ({ type: 'other' }) as CallEvent } }),
  })
  const authenticate = async (role: string | null) => ({
    kind: 'key' as const,
    keyId: 'k',
    role: role as Role,
    name: 'Mia',
  })
  const provider = (name: 'auth' | 'roster' | 'hours', port: object) =>
    definePlugin({ name, options: none, provides: [name], setup: () => ({ ports: { [name]: port } }) })
  const hub = await startHub({
    adapters: { phone: { use: phone } },
    plugins: {
      door: { use: provider('auth', { authenticate }) },
      roster: { use: provider('roster', roster) },
      hours: { use: provider('hours', hours) },
      calls: { use: calls },
    },
    ...{ databaseUrl, dataDir: t.testdir(), log: silentLog() },
  })
  t.teardown(() => hub.close())
  const ask = async (method: string, path: string, { body, role = 'manager' }: { body?: object; role?: Role } = {}) => {
    const headers = { authorization: `Bearer ${role}`, 'content-type': 'application/json' }
    const answer = await fetch(hub.url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
    const said = (await answer.json()) as { version: number; rungs: object[]; [name: string]: unknown }
    return { status: answer.status, body: said }
  }
  return { hub, roster, ask }
}

t.test('the rules are read, changed and kept in versions; who was slower is told so', async t => {
  const { ask } = await started(t)
  t.match(await ask('GET', '/api/routing', { role: 'agent' }), {
    ...{ status: 200, body: { version: 0, settings: { teams: {} }, defaults: { ringSeconds: 25 }, versions: [] } },
  })
  const settings = { teams: { sales: { staff: [sam.id], strategy: 'all' } }, lines: { [line]: { teams: ['sales'] } } }
  const put = { version: 0, settings, reason: 'sales has a line' }
  t.match(await ask('PUT', '/api/routing', { body: put }), {
    ...{
      status: 200,
      body: { version: 1, settings, versions: [{ version: 1, changedBy: 'Mia', reason: 'sales has a line' }] },
    },
  })
  t.match(await ask('PUT', '/api/routing', { body: put }), { status: 409, body: { code: 'conflict' } })
  t.equal((await ask('PUT', '/api/routing', { body: put, role: 'agent' })).status, 403)
  await ask('PUT', '/api/routing', { body: { version: 1, settings: {} } })
  const { body } = await ask('GET', '/api/routing/versions?limit=1')
  t.match(body, { items: [{ version: 2, before: settings, settings: { teams: {} }, reason: null }], cursor: '2' })
  t.match((await ask('GET', '/api/routing/versions?limit=1&cursor=2')).body, {
    ...{ items: [{ version: 1, before: null, settings, changedBy: 'Mia' }], cursor: null },
  })
})

t.test('wrong rules are refused with the place of each mistake', async t => {
  const { ask } = await started(t)
  const settings = {
    everybody: { ringSeconds: 2 },
    lines: { reception: {}, [line]: { teams: ['nobody'] } },
    blocked: [{ phone: '0412', reason: '' }],
  }
  const { status, body } = await ask('PUT', '/api/routing', { body: { version: 0, settings } })
  t.equal(status, 400)
  const said = JSON.stringify(body)
  for (const path of ['settings.everybody.ringSeconds', 'settings.lines.reception', 'settings.blocked.0.reason'])
    t.ok(said.includes(path), path)
  const dangling = { lines: { [line]: { teams: ['nobody'] } } }
  const { body: named } = await ask('PUT', '/api/routing', { body: { version: 0, settings: dangling } })
  t.match(JSON.stringify(named), /settings\.lines\.\+61255501234\.teams\.0.*there is no team nobody/)
  const stranger = { teams: { sales: { staff: [newId()] } } }
  t.match(await ask('PUT', '/api/routing', { body: { version: 0, settings: stranger } }), {
    ...{
      status: 400,
      body: { issues: [{ path: 'settings.teams.sales.staff.0', message: 'is nobody on the roster' }] },
    },
  })
  t.equal((await ask('GET', '/api/routing')).body.version, 0)
})

t.test(
  'what if: rung by rung and why, by supposed presence, hours and rules; nobody is claimed, nothing is written',
  async t => {
    const { ask, hub, roster } = await started(t)
    const tuesday = { at: '2026-11-24T01:00:00Z', from: '0412 345 678', line }
    const first = await ask('POST', '/api/routing/what-if', {
      body: { ...tuesday, presence: { [alex.id]: 'away' } },
      role: 'agent',
    })
    t.match(first, {
      status: 200,
      body: {
        version: 0,
        opening: { isOpen: true },
        rungs: [
          {
            afterSeconds: 0,
            rung: [{ name: 'Sam' }],
            because: 'free the longest',
            skipped: [{ name: 'Alex', because: 'is away' }],
            ladder: [{ rule: 'blocked' }, { rule: 'hours' }, { rule: 'preferred' }, { rule: 'group', decides: true }],
            otherwise: null,
          },
          { afterSeconds: 25, rung: [], otherwise: { do: 'voicemail', because: 'nobody can be rung' } },
        ],
      },
    })
    const sunday = await ask('POST', '/api/routing/what-if', { body: { ...tuesday, at: '2026-11-22T01:00:00Z' } })
    t.match(sunday.body.rungs, [{ rung: [], otherwise: { do: 'voicemail', because: 'closed on Sundays' } }])
    const settings = { blocked: [{ phone: '+61412345678', reason: 'abuse' }] }
    const blocked = await ask('POST', '/api/routing/what-if', { body: { ...tuesday, settings } })
    t.match(blocked.body.rungs, [{ otherwise: { do: 'reject', because: 'blocked: abuse' } }])
    const taken = { [alex.id]: 'on-call', [sam.id]: 'wrapup' }
    const queue = await ask('POST', '/api/routing/what-if', { body: { ...tuesday, presence: taken } })
    t.match(queue.body.rungs, [{ otherwise: { do: 'queue', place: 1 } }])
    t.same(roster.claims.size, 0)
    t.same(await hub.store.read(tx => tx.sql`select id from call`), [])
    t.equal((await ask('POST', '/api/routing/what-if', { body: { line: 'reception' } })).status, 400)
  },
)

t.test('whose a person is can be decided, seen and taken back', async t => {
  const { ask } = await started(t)
  const profileId: ProfileId = newId()
  const path = `/api/routing/assigned/${profileId}`
  t.match((await ask('PUT', path, { body: { staffId: sam.id } })).body, { staffId: sam.id, by: 'Mia' })
  t.match((await ask('GET', path, { role: 'agent' })).body, { staffId: sam.id, by: 'Mia' })
  t.equal((await ask('PUT', path, { body: { staffId: newId() } })).status, 404)
  await ask('PUT', path, { body: { staffId: null } })
  t.match((await ask('GET', path)).body, { staffId: null })
})

t.test('replay over HTTP answers for a span, and refuses what is none', async t => {
  const { ask } = await started(t)
  const span = { from: '2026-11-01T00:00:00Z', to: '2026-11-24T00:00:00Z' }
  t.match((await ask('POST', '/api/routing/replay', { body: span })).body, { changed: 0, items: [], isCut: false })
  t.equal((await ask('POST', '/api/routing/replay', { body: { from: 'yesterday' } })).status, 400)
  t.equal((await ask('POST', '/api/routing/replay', { body: span, role: 'agent' })).status, 403)
})

t.test('a change of the rules, and whose somebody is, are in the audit log with what was before', async t => {
  const { ask } = await started(t)
  const settings = { teams: { sales: { staff: [sam.id] } } }
  await ask('PUT', '/api/routing', { body: { version: 0, settings, reason: 'sales alone' } })
  const profileId = newId<'profile'>()
  await ask('PUT', `/api/routing/assigned/${profileId}`, { body: { staffId: sam.id } })
  await ask('PUT', `/api/routing/assigned/${profileId}`, { body: { staffId: null } })
  t.equal((await ask('PUT', '/api/routing', { body: { version: 0, settings: {} } })).status, 409)
  const { body } = await ask('GET', '/api/audit', { role: 'admin' })
  const target = `profile:${profileId}`
  t.match(body.items, [
    { what: 'routing.assign', target, before: { staffId: sam.id }, after: { staffId: null } },
    { what: 'routing.assign', target, before: { staffId: null }, after: { staffId: sam.id } },
    {
      what: 'routing.change',
      target: 'routing',
      reason: 'sales alone',
      before: { version: 0 },
      after: { version: 1, settings },
    },
  ])
  t.equal((body.items as object[]).length, 3, 'a change that was refused is not')
})
