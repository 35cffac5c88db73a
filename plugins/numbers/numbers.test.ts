import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  defineAdapter,
  definePlugin,
  newId,
  z,
  type Caller,
  type Hub,
  type Line,
  type Role,
  type TelephonyPort,
} from '@switchboard/core'
import { silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { testDatabase } from '@switchboard/test-postgres'
import t, { type Test } from 'tap'
import { numbers } from './numbers.ts'

const ann = '+61412345678'
const profileId = newId<'profile'>()

/** A hub whose lines, people and alerts exist only here. */
interface Scene {
  hub: RunningHub
  inside: Hub
  lines: Line[]
  /** Lines that the vendor does not let us set. */
  stuck: Set<string>
  looked: string[]
  name: { is: string }
  /** What comes before a card is made. */
  before: { card(): Promise<void> }
  alerts: Map<string, string>
  clock: { at: Date }
  ask<T>(path: string, options?: { method?: string; body?: object; role?: Role }): Promise<T>
  why(phone: string): Promise<string | null>
}

async function scene(t: Test, options: object = {}): Promise<Scene> {
  const { url: databaseUrl } = await testDatabase(t)
  const lines: Line[] = []
  const stuck = new Set<string>()
  const looked: string[] = []
  const name = { is: 'Ann' }
  const before = { card: async () => undefined as void }
  const alerts = new Map<string, string>()
  const clock = { at: new Date('2026-11-21T00:00:00Z') }
  const inside: { hub?: Hub } = {}
  const hub = await startHub({
    adapters: { phone: { use: phone(lines, stuck) } },
    plugins: {
      door: { use: door },
      people: { use: people(looked, name, before) },
      alerts: { use: alertsIn(alerts) },
      numbers: {
        use: numbers,
        options: { phoneNumberSync: null, twilioPhoneSync: null, blockedSync: null, ...options },
      },
      probe: { use: probe(inside) },
    },
    ...{ databaseUrl, dataDir: t.testdir(), log: silentLog(), now: () => clock.at },
  })
  t.teardown(() => hub.close())
  if (!inside.hub) throw new Error('the probe was not set up')
  const within = inside.hub
  return {
    ...{ hub, inside: within, lines, stuck, looked, name, before, alerts, clock },
    ask: async (path, { method = 'GET', body, role = 'agent' } = {}) => {
      const headers = { authorization: `Bearer ${role}`, 'content-type': 'application/json' }
      const answer = await fetch(hub.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
      const text = await answer.text()
      return (text === '' ? {} : JSON.parse(text)) as never
    },
    why: number => hub.store.read(async tx => (await within.wanted('blocklist')?.why(tx, number)) ?? null),
  }
}

function phone(lines: Line[], stuck: Set<string>) {
  const telephony: Pick<TelephonyPort, 'lines' | 'claimLine'> = {
    lines: async () => lines,
    claimLine: async vendorId => {
      const index = lines.findIndex(line => line.vendorId === vendorId)
      if (stuck.has(vendorId)) throw new Error('not allowed')
      return (lines[index] = { ...lines[index]!, drift: [] })
    },
  }
  return defineAdapter({
    ...{ name: 'phone', options: z.object({}), provides: ['telephony'] },
    create: () => ({ telephony: telephony as TelephonyPort }),
  })
}

const door = definePlugin({
  ...{ name: 'door', options: z.object({}), provides: ['auth'] },
  setup: () => ({
    ports: { auth: { authenticate: async role => ({ kind: 'key', keyId: role, role: role as Role, name: 'Robin' }) } },
  }),
})

const people = (looked: string[], name: { is: string }, before: Scene['before']) =>
  definePlugin({
    ...{ name: 'people', options: z.object({}), provides: ['directory'] },
    setup: () => ({
      ports: {
        directory: {
          card: async (_tx, number) => {
            looked.push(number ?? 'withheld')
            await before.card()
            return { profileId, displayName: name.is, phone: number, household: [] } as unknown as Caller
          },
          reach: async () => [{ profileId, displayName: name.is, phones: [ann], emails: [] }],
          likely: async () => [ann, '+61491570156'],
        },
      },
    }),
  })

const alertsIn = (alerts: Map<string, string>) =>
  definePlugin({
    ...{ name: 'alerts', options: z.object({}), provides: ['alerts'] },
    setup: () => ({
      ports: {
        alerts: {
          raise: async (_tx, { key, message }) => void alerts.set(key, message),
          clear: async (_tx, { key }) => void alerts.delete(key),
        },
      },
    }),
  })

const probe = (inside: { hub?: Hub }) =>
  definePlugin({
    ...{ name: 'probe', options: z.object({}), wants: ['screenpop', 'blocklist'] },
    setup: hub => {
      inside.hub = hub
      return {}
    },
  })

/** Events that nobody has been told of yet. */
const waiting = ({ inside }: Scene): Promise<number> =>
  inside.store.read(async tx => (await tx.sql`select from outbox where done_at is null`).length)

const card = ({ inside }: Scene, number: string | null): Promise<Caller | undefined> =>
  inside.store.read(async tx => inside.wanted('screenpop')?.card(tx, number))

t.test('who was looked up is known at once, until something is heard of them', async t => {
  const on = await scene(t)
  t.match(await card(on, '0412 345 678'), { displayName: 'Ann' })
  t.match(await card(on, ann), { displayName: 'Ann' })
  t.same(on.looked, ['0412 345 678'])
  on.name.is = 'Ann Berg'
  await on.inside.store.transact(tx => on.inside.events.publish(tx, 'profile.changed', { profileId }))
  for (let left = 1200; left > 0 && on.looked.length < 2; left--) {
    await pause(25)
    await card(on, ann)
  }
  t.match(await card(on, ann), { displayName: 'Ann Berg' })
  t.equal(on.looked.length, 2)
  await card(on, null)
  await card(on, null)
  t.equal(on.looked.length, 4, 'a withheld number is nobody')
})

t.test('after everybody was looked at anew, no card of before is shown', async t => {
  const on = await scene(t)
  await card(on, ann)
  on.name.is = 'Ann Berg'
  await on.inside.store.transact(tx => on.inside.events.publish(tx, 'profiles.rebuilt', { count: 700 }))
  for (let left = 1200; left > 0 && on.looked.length < 2; left--) {
    await pause(25)
    await card(on, ann)
  }
  t.match(await card(on, ann), { displayName: 'Ann Berg' })
})

t.test('a card that is being made while its person changes is given and not kept', async t => {
  const on = await scene(t)
  const { promise: isChanged, resolve: changed } = Promise.withResolvers<void>()
  on.before.card = () => isChanged
  const slow = card(on, ann)
  await on.inside.store.transact(tx => on.inside.events.publish(tx, 'profile.changed', { profileId }))
  while ((await waiting(on)) > 0) await pause(10)
  changed()
  t.match(await slow, { displayName: 'Ann' })
  await card(on, ann)
  t.equal(on.looked.length, 2, 'it is made again')
  await card(on, ann)
  t.equal(on.looked.length, 2, 'and kept then')
})

t.test('cards of those who are likely to call are made ahead', async t => {
  const on = await scene(t)
  t.same(await on.hub.runJob('PhoneNumberSync'), { made: 2 })
  await card(on, ann)
  t.equal(on.looked.length, 2)
})

t.test('a reported number is turned away for a while, unless it is allowed', async t => {
  const on = await scene(t)
  t.match(await on.ask('/api/blocked', { method: 'POST', body: { phone: 'abc' } }), { status: 400 })
  await on.ask('/api/blocked', { method: 'POST', body: { phone: '0412 345 678', reason: 'robocaller', days: 10 } })
  t.equal(await on.why(ann), 'robocaller')
  t.equal(await on.why('+61491570156'), null)
  const body = { phone: ann, reason: 'a good customer' }
  t.match(await on.ask('/api/allowed', { method: 'POST', body }), { status: 403 })
  await on.ask('/api/allowed', { method: 'POST', body, role: 'manager' })
  t.equal(await on.why(ann), null)
  t.match(await on.ask('/api/blocked'), { items: [{ number: ann, list: 'staff', isAllowed: true }] })
  await on.ask(`/api/allowed/${encodeURIComponent(ann)}`, { method: 'DELETE', role: 'manager' })
  t.equal(await on.why(ann), 'robocaller')
  on.clock.at = new Date('2026-12-02T00:00:00Z')
  t.equal(await on.why(ann), null, 'it expired')
  t.match(await on.ask('/api/blocked/0491570156', { method: 'DELETE' }), { status: 404 })
})

t.test('lists are what their file and address say now; one that cannot be read stays, and is told', async t => {
  const file = join(t.testdirName, 'spam.csv')
  const served = { status: 200, body: '+61491570157,scam' }
  const server = createServer((_request, answer) => answer.writeHead(served.status).end(served.body))
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/list`
  const on = await scene(t, { lists: { ours: { file }, theirs: { url } } })
  await writeFile(file, '0412345678\n0491570156\nnonsense\n')
  t.match(await on.hub.runJob('BlockedSync'), { added: 3, gone: 0, unreadable: 1, failed: 0 })
  t.equal(await on.why('+61491570157'), 'scam')
  await writeFile(file, '0412345678\n')
  served.status = 503
  on.clock.at = new Date('2026-11-21T06:00:00Z')
  t.match(await on.hub.runJob('BlockedSync'), { gone: 1, failed: 1 })
  t.equal(await on.why('+61491570156'), null)
  t.equal(await on.why('+61491570157'), 'scam')
  t.match(on.alerts.get('list:theirs'), /theirs could not be read/)
  served.status = 200
  on.clock.at = new Date('2026-11-21T12:00:00Z')
  await on.hub.runJob('BlockedSync')
  t.equal(on.alerts.size, 0)
})

t.test('a line that leads elsewhere is set right, and somebody is told until a look finds it well', async t => {
  const on = await scene(t)
  const drift = [{ setting: 'VoiceUrl', is: 'https://old.example/voice', shouldBe: 'https://hub.example/voice' }]
  on.lines.push(
    { vendorId: 'PN1', number: '+61255501234', name: 'Shop', takes: ['voice'], drift },
    { vendorId: 'PN2', number: '+61255501235', name: null, takes: ['voice', 'sms'], drift: [] },
    { vendorId: 'PN3', number: '+61255501236', name: null, takes: ['voice'], drift },
  )
  on.stuck.add('PN3')
  t.same(await on.hub.runJob('TwilioPhoneSync'), { lines: 3, drifted: 2, mended: 1 })
  t.match(on.alerts.get('line:+61255501234'), /was set right: VoiceUrl was https:\/\/old/)
  t.match(on.alerts.get('line:+61255501236'), /could not be set right \(not allowed\)/)
  t.match(await on.ask('/api/lines'), { items: [{ number: '+61255501234', drift: [] }, {}, { drift }] })
  on.stuck.clear()
  await on.hub.runJob('TwilioPhoneSync')
  await on.hub.runJob('TwilioPhoneSync')
  t.equal(on.alerts.size, 0)
  on.lines.pop()
  on.clock.at = new Date('2026-11-21T01:00:00Z')
  await on.hub.runJob('TwilioPhoneSync')
  t.match([...on.alerts.keys()], ['line:+61255501236'])
})

t.test('switched off, lines that lead elsewhere are told and left alone', async t => {
  const on = await scene(t, { mendLines: false })
  const drift = [{ setting: 'SmsUrl', is: null, shouldBe: 'https://hub.example/sms' }]
  on.lines.push({ vendorId: 'PN1', number: '+61255501234', name: null, takes: ['sms'], drift })
  t.match(await on.hub.runJob('TwilioPhoneSync'), { drifted: 1, mended: 0 })
  t.match(on.alerts.get('line:+61255501234'), /SmsUrl was empty/)
})
