import { createHash } from 'node:crypto'
import {
  defineAdapter,
  definePlugin,
  newId,
  z,
  type Caller,
  type CallId,
  type Hub,
  type ProfileId,
  type Role,
} from '@switchboard/core'
import { silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { testDatabase } from '@switchboard/test-postgres'
import t, { type Test } from 'tap'
import { calls } from './calls.ts'
import { incoming, place, status } from './test-exchange.ts'
import { makeRoster, makeVendor, type Person, type Vendor } from './test-vendor.ts'

const alex: Person = { id: newId<'staff'>(), name: 'Alex' }
const profileId: ProfileId = newId()

interface Shown {
  id: CallId
  state: string
  profileId: string | null
  outcome: string | null
  from: string | null
  legs: { name: string; staffId: string | null; endedAt: string | null }[]
  trail: { because: string; to: string }[]
}

/** A hub with calls, a vendor that exists only here, and whatever else they need. */
async function started(t: Test, people: Person[], options: object = {}) {
  const { url: databaseUrl } = await testDatabase(t)
  const [vendor, staff, clock] = [makeVendor(), makeRoster(people), { aheadMs: 0 }]
  const inside: { hub?: Hub } = {}
  const hub = await startHub({
    adapters: { phone: { use: phone(vendor) } },
    plugins: {
      door: { use: door },
      roster: { use: rosterOf(staff) },
      calls: { use: calls, options },
      people: { use: known },
      probe: { use: probe(inside) },
    },
    ...{ databaseUrl, dataDir: t.testdir(), log: silentLog(), now: () => new Date(Date.now() + clock.aheadMs) },
  })
  t.teardown(() => hub.close())
  return { hub, vendor, clock, inside: inside.hub! }
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

/** Everybody who sends a role as token has that role. */
const door = definePlugin({
  ...{ name: 'door', options: z.object({}), provides: ['auth'] },
  setup: () => ({
    ports: { auth: { authenticate: async role => ({ kind: 'key', keyId: role, role: role as Role, name: 'Robin' }) } },
  }),
})

const rosterOf = (roster: ReturnType<typeof makeRoster>) =>
  definePlugin({ name: 'roster', options: z.object({}), provides: ['roster'], setup: () => ({ ports: { roster } }) })

const known = definePlugin({
  ...{ name: 'people', options: z.object({}), provides: ['directory'] },
  setup: () => ({
    ports: { directory: { card: async (_tx, number) => ({ profileId, displayName: 'Ann', phone: number }) as Caller } },
  }),
})

const probe = (inside: { hub?: Hub }) =>
  definePlugin({ name: 'probe', options: z.object({}), setup: hub => ((inside.hub = hub), {}) })

const deliver = async (hub: RunningHub, channel: string, event: object): Promise<unknown> => {
  const answer = await fetch(`${hub.url}/webhooks/phone/${channel}`, { method: 'POST', body: JSON.stringify(event) })
  return channel === 'voice' ? answer.json() : answer.text()
}

const ask = (hub: RunningHub, path: string, { method = 'GET', role = 'agent' } = {}): Promise<Response> =>
  fetch(hub.url + path, { method, headers: { authorization: `Bearer ${role}` } })

const show = async (hub: RunningHub, path: string): Promise<Shown> => (await (await ask(hub, path)).json()) as Shown

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise(wake => setTimeout(wake, 10))
}

async function newest(hub: RunningHub): Promise<Shown> {
  const { items } = (await (await ask(hub, '/api/calls?limit=1')).json()) as { items: Shown[] }
  return items[0]!
}

t.test('a call goes its whole way through a hub, and can be looked at over the API', async t => {
  const { hub, vendor, inside } = await started(t, [alex])
  t.match(await deliver(hub, 'voice', incoming()), { do: 'wait' })
  const { id } = await newest(hub)
  await until(() => vendor.performed.length === 1)
  const welcome = await hub.store.transact(tx => inside.welcomes().get('calls')!(tx, alex.id))
  t.match(welcome, [{ call: { id, state: 'DialingStaff', isRinging: true }, caller: { displayName: 'Ann' } }])
  t.match(await inside.commands().get('call.answer')?.handle(alex.id, { callId: id }), { callId: id })
  await deliver(hub, 'reports', status('V1', 'in-progress'))
  await until(() => vendor.performed.length === 2)
  await deliver(hub, 'reports', place('joined', 'V1', 1))
  await deliver(hub, 'reports', place('joined', 'CA1', 2))
  await until(async () => (await newest(hub)).state === 'AllInConference')
  t.equal((await ask(hub, `/api/calls/${id}/hangup`, { method: 'POST' })).status, 200)
  await until(async () => (await newest(hub)).legs.every(({ endedAt }) => endedAt !== null))
  const { outcome, trail, ...rest } = await show(hub, `/api/calls/${id}`)
  t.equal(outcome, 'answered')
  t.equal(rest.profileId, profileId)
  t.equal(trail.find(({ to }) => to === 'Hungup')?.because, 'Robin hung up')
  t.equal((await ask(hub, `/api/calls/${newId()}`)).status, 404)
  t.equal((await ask(hub, `/api/calls/${newId()}/hangup`, { method: 'POST' })).status, 404)
  t.equal((await ask(hub, '/api/calls', { role: 'viewer' })).status, 403)
})

t.test('the list of calls comes in pages, newest first, each call once', async t => {
  const { hub } = await started(t, [])
  for (const number of ['1', '2', '3']) await deliver(hub, 'voice', incoming(`CA${number}`, number))
  const seen: (string | null)[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const answer = await ask(hub, `/api/calls?limit=2${cursor && `&cursor=${cursor}`}`)
    const page = (await answer.json()) as { items: Shown[]; cursor: string | null }
    seen.push(...page.items.map(({ from }) => from))
    cursor = page.cursor
  }
  t.same(seen, ['3', '2', '1'])
  t.equal((await ask(hub, '/api/calls?cursor=nonsense')).status, 400)
})

t.test('a hub lets a rung end by itself, with its own texts and times', async t => {
  const { hub, vendor, clock } = await started(t, [alex], {
    ringSeconds: 40,
    greeting: null,
    voicemailGreeting: 'Beep.',
  })
  t.same(await deliver(hub, 'voice', incoming()), { do: 'wait', say: null })
  await until(() => vendor.performed.length === 1)
  clock.aheadMs = 39_000
  await new Promise(wake => setTimeout(wake, 400))
  t.equal((await newest(hub)).state, 'DialingStaff')
  clock.aheadMs = 41_000
  await until(() => vendor.performed.length === 3)
  // Each is about another leg: they are carried side by side.
  const [hangup, redirect] = vendor.performed.slice(1).toSorted((a, b) => a.do.localeCompare(b.do))
  t.match(hangup, { do: 'hangup' })
  t.match(redirect, { do: 'redirect', to: { do: 'voicemail', say: 'Beep.' } })
})
