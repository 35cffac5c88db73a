import { createHash } from 'node:crypto'
import { defineAdapter, definePlugin, z, type Hub, type Role } from '@switchboard/core'
import { silentLog, startHub } from '@switchboard/core/hub'
import { staff } from '@switchboard/staff'
import { testDatabase } from '@switchboard/test-postgres'
import t from 'tap'
import { calls } from './calls.ts'
import { incoming, place, status } from './test-exchange.ts'
import { makeVendor } from './test-vendor.ts'
import { api, deliver, soon } from './test-hub.ts'

const none = z.object({})

t.test(
  'after a conversation somebody is left alone for a while; who calls meanwhile waits, and then it rings',
  async t => {
    const { url: databaseUrl } = await testDatabase(t)
    const vendor = makeVendor()
    const verify = ({ body }: { body: Buffer }): string => createHash('sha256').update(body).digest('hex')
    const channel = { port: 'telephony' as const, verify }
    const phone = defineAdapter({
      ...{ name: 'phone', options: none, provides: ['telephony'] },
      create: () => ({ telephony: vendor, channels: { voice: { ...channel, answer: 'now' }, reports: channel } }),
    })
    const authenticate = async (role: string | null) => ({
      kind: 'key' as const,
      keyId: 'k',
      role: role as Role,
      name: 'R',
    })
    const door = definePlugin({
      ...{ name: 'door', options: none, provides: ['auth'], setup: () => ({ ports: { auth: { authenticate } } }) },
    })
    const inside: { hub?: Hub } = {}
    const probe = definePlugin({
      ...{ name: 'probe', options: none, needs: ['roster'], setup: hub => ((inside.hub = hub), {}) },
    })
    const hub = await startHub({
      adapters: { phone: { use: phone } },
      plugins: {
        ...{ door: { use: door }, probe: { use: probe }, calls: { use: calls } },
        staff: { use: staff, options: { wrapUpSeconds: 3 } },
      },
      ...{ databaseUrl, dataDir: t.testdir(), log: silentLog() },
    })
    t.teardown(() => hub.close())
    const roster = inside.hub!.port('roster')
    const alex = await hub.store.transact(async tx => {
      const { id } = await roster.enrol(tx, { email: 'alex@demo.example', name: 'Alex', role: 'agent' })
      await roster.presence(tx, id, { clients: 1 })
      return id
    })
    const newest = async () =>
      (await api<{ items: { id: string; state: string; legs: { staffId: string | null }[] }[] }>(hub, '/api/calls'))
        .items[0]
    const presence = async () =>
      (await api<{ items: { id: string; presence: string }[] }>(hub, '/api/staff')).items.find(({ id }) => id === alex)
        ?.presence

    await deliver(hub, 'voice', incoming('CA1'))
    const dialled = await soon(async () => [...vendor.legs.keys()][0])
    await deliver(hub, 'reports', status(dialled, 'in-progress', { sequence: 2 }))
    await deliver(hub, 'reports', place('joined', dialled, 1))
    await deliver(hub, 'reports', place('joined', 'CA1', 2))
    await soon(async () => (await newest())?.state === 'AllInConference')
    await deliver(hub, 'reports', status('CA1', 'completed'))
    await soon(async () => (await presence()) === 'wrapup')
    await deliver(hub, 'voice', incoming('CA2'))
    t.match(await newest(), { state: 'WaitingForStaff', legs: [{ staffId: null }] })
    await soon(async () => (await presence()) === 'available')
    const rung = await soon(async () => {
      const call = await newest()
      return call?.state === 'DialingStaff' ? call : null
    })
    t.match(rung.legs, [{ staffId: null }, { staffId: alex }])
  },
)
