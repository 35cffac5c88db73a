import {
  defineAdapter,
  definePlugin,
  HubError,
  newId,
  z,
  type Hub,
  type MessageWish,
  type Person,
  type Record,
  type Redaction,
  type Roster,
  type Staff,
} from '@switchboard/core'
import { silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { testDatabase } from '@switchboard/test-postgres'
import t, { type Test } from 'tap'
import { reminders } from './reminders.ts'

const staffId = newId<'staff'>()
const profileId = newId<'profile'>()
const start = new Date('2026-11-23T00:00:00Z')
const sarah: Person = { role: 'primary', firstName: 'Sarah', phones: ['0412 345 678'], email: 'sarah@example.com' }

/** Messaging that exists only here: it keeps what it was to send, each key once. */
interface Post {
  sent: Map<string, MessageWish>
  unwelcome: Set<string>
  last: string | null
  quietUntil: Date | null
  published: { name: string; data: unknown }[]
}

interface Scene {
  hubs: RunningHub[]
  post: Post
  clock: { at: Date }
  book(...records: Record[]): Promise<void>
  /** The source wants whoever has this phone forgotten. */
  forget(phone: string): Promise<void>
  run(hub?: number): Promise<unknown>
  ask<T>(path: string, body?: object): Promise<T>
}

async function scene(t: Test, { options = {}, hubs: count = 1 } = {}): Promise<Scene> {
  const { url: databaseUrl } = await testDatabase(t)
  const records: Record[] = []
  const redactions: Redaction[] = []
  const clock = { at: start }
  const post: Post = { sent: new Map(), unwelcome: new Set(), last: null, quietUntil: null, published: [] }
  const hubs: RunningHub[] = []
  for (let index = 0; index < count; index++) {
    const hub = await startHub({
      adapters: { book: { use: bookOf(records, redactions) } },
      plugins: {
        door: { use: door },
        others: { use: others(post) },
        reminders: { use: reminders, options: { schedule: null, timeZone: 'Australia/Sydney', ...options } },
      },
      ...{ databaseUrl, dataDir: t.testdir(), log: silentLog(), now: () => new Date(clock.at.getTime()) },
    })
    t.teardown(() => hub.close())
    hubs.push(hub)
  }
  const [first] = hubs as [RunningHub]
  return {
    ...{ hubs, post, clock },
    book: async (...all) => {
      records.push(...all)
      await first.pull('book')
    },
    forget: async phone => {
      const people = { externalIds: [], emails: [], phones: [phone] }
      redactions.push({ redact: { people, externalIds: [] }, at: clock.at })
      await fetch(`${first.url}/webhooks/book/news`, { method: 'POST', body: phone })
      while (redactions.length > 0) await new Promise(wake => setTimeout(wake, 20))
    },
    run: (hub = 0) => hubs[hub]!.runJob('AppointmentReminders'),
    ask: async (path, body) => {
      const headers = { authorization: 'Bearer alex', 'content-type': 'application/json' }
      const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
      return (await (await fetch(first.url + path, init)).json()) as never
    },
  }
}

function bookOf(records: Record[], redactions: Redaction[]) {
  return defineAdapter({
    ...{ name: 'book', options: z.object({}), provides: ['source'] },
    create: () => ({
      source: {
        async *changes(cursor) {
          yield { records: records.slice(Number(cursor ?? 0)), unreadable: [], cursor: String(records.length) }
        },
        webhook: () => redactions.splice(0),
      },
      channels: { news: { port: 'source', verify: ({ body }) => body.toString() } },
    }),
  })
}

const door = definePlugin({
  ...{ name: 'door', options: z.object({}), provides: ['auth'] },
  setup: () => ({
    ports: { auth: { authenticate: async name => ({ kind: 'staff', staffId, role: 'agent', name }) } },
  }),
})

function others(post: Post) {
  return definePlugin({
    ...{ name: 'others', options: z.object({}), provides: ['threads', 'roster', 'directory'] },
    setup: (_hub: Hub) => ({
      on: { 'reminder.due': async (_tx, { name, data }) => void post.published.push({ name, data }) },
      ports: {
        threads: {
          send: async (_tx, wish) => {
            if (wish.text.includes('BROKEN')) throw new HubError('unavailable', 'no messenger that is on carries texts')
            if (post.sent.has(wish.key)) throw new Error('sent twice')
            post.sent.set(wish.key, wish)
            return { messageId: newId(), threadId: newId(), dueAt: start }
          },
          isWelcome: async (_tx, to) => !post.unwelcome.has(to),
          usedLast: async (_tx, handles) => (post.last !== null && handles.includes(post.last) ? post.last : null),
          quietUntil: () => post.quietUntil,
        },
        roster: {
          find: async (_tx, who) => ('id' in who && who.id === staffId ? ({ id: staffId } as Staff) : null),
        } as Pick<Roster, 'find'> as Roster,
        directory: {
          card: () => Promise.reject(new Error('nobody calls here')),
          reach: async (_tx, ids) =>
            ids.includes(profileId) ? [{ profileId, displayName: 'Sarah', phones: [], emails: [] }] : [],
        },
      },
    }),
  })
}

let version = 0
function appointment(
  externalId: string,
  startsAt: string,
  change: { status?: string; people?: Person[]; title?: string } = {},
): Record {
  const { status = 'confirmed', people = [sarah], title = 'Fitting' } = change
  return {
    ...{ externalId, kind: 'appointment', version: ++version, updatedAt: start, deletedAt: null, people },
    facts: { title, startsAt, endsAt: null, timeZone: 'Australia/Sydney', status, with: null, location: null },
  }
}

const at = (text: string): Date => new Date(text)
const tomorrow = '2026-11-25T10:30:00+11:00'
const listed = async ({ ask }: Scene, query = '') =>
  (
    await ask<{ items: { state: string; because: string | null; text: string; id: string }[] }>(
      `/api/reminders${query}`,
    )
  ).items

t.test('each person of an appointment is reminded once, when it is due and not before', async t => {
  const on = await scene(t)
  await on.book(
    appointment('1', tomorrow, { people: [sarah, { role: 'partner', firstName: 'Tom', phones: ['0491 570 156'] }] }),
  )
  await on.run()
  t.equal(on.post.sent.size, 0)
  on.clock.at = at('2026-11-23T23:30:01Z')
  await on.run()
  await on.run()
  t.same([...on.post.sent.values()].map(({ to }) => to).sort(), ['+61412345678', '+61491570156'])
  t.match(await listed(on), [{ state: 'sent' }, { state: 'sent' }])
})

t.test('whoever is forgotten is not reminded, and not in what is kept; who comes along still is', async t => {
  const on = await scene(t)
  const tom: Person = { role: 'partner', firstName: 'Tom', phones: ['0491 570 156'] }
  await on.book(appointment('1', tomorrow, { people: [sarah, tom] }))
  await on.run()
  t.match(await listed(on), [{ state: 'planned' }, { state: 'planned' }])
  await on.forget(sarah.phones?.[0] ?? '')
  const kept = async () => JSON.stringify(await on.hubs[0]?.store.read(tx => tx.sql`select handle, body from reminder`))
  while (/Sarah/.test(await kept())) await new Promise(wake => setTimeout(wake, 20))
  await on.run()
  on.clock.at = at('2026-11-23T23:30:01Z')
  await on.run()
  t.same(
    [...on.post.sent.values()].map(({ to }) => to),
    ['+61491570156'],
  )
  t.notMatch(await kept(), /Sarah|412345678|412 345 678/)
})

t.test('moved and cancelled appointments take their reminders along', async t => {
  const on = await scene(t)
  await on.book(appointment('1', tomorrow), appointment('2', tomorrow))
  await on.run()
  await on.book(appointment('1', '2026-11-26T10:30:00+11:00'), appointment('2', tomorrow, { status: 'cancelled' }))
  on.clock.at = at('2026-11-23T23:30:01Z')
  await on.run()
  t.equal(on.post.sent.size, 0)
  t.same((await listed(on, '?state=dropped')).map(({ because }) => because).sort(), [
    'it was cancelled',
    'it was moved',
  ])
  on.clock.at = at('2026-11-24T23:30:01Z')
  await on.run()
  t.equal(on.post.sent.size, 1)
  await on.book(appointment('1', '2026-11-27T10:30:00+11:00'))
  on.clock.at = at('2026-11-25T23:30:01Z')
  await on.run()
  t.equal(on.post.sent.size, 2, 'moved after its reminder, it has another one for the new time')
  await on.book(appointment('2', tomorrow))
  on.clock.at = at('2026-11-24T20:00:00Z')
  await on.run()
  t.equal(on.post.sent.size, 3, 'not cancelled after all, and still ahead')
})

t.test('a change that was not planned for yet counts', async t => {
  const on = await scene(t)
  await on.book(appointment('1', tomorrow))
  await on.run()
  on.clock.at = at('2026-11-23T23:30:01Z')
  await on.hubs[0]!.store.transact(
    tx => tx.sql`update source_record set facts = facts || '{"status": "cancelled"}'::jsonb where external_id = '1'`,
  )
  await on.run()
  t.equal(on.post.sent.size, 0)
})

t.test('a reminder later than its appointment is dropped, not sent', async t => {
  const on = await scene(t)
  await on.book(appointment('1', tomorrow))
  await on.run()
  on.clock.at = at('2026-11-24T23:20:00Z')
  await on.run()
  t.equal(on.post.sent.size, 0)
  t.match(await listed(on), [{ state: 'dropped', because: 'it was too late' }])
})

t.test('at night it waits for the morning, unless that is too late', async t => {
  const on = await scene(t)
  await on.book(appointment('1', tomorrow), appointment('2', '2026-11-24T07:30:00+11:00'))
  on.post.quietUntil = at('2026-11-23T21:00:00Z')
  on.clock.at = at('2026-11-23T20:00:00Z')
  await on.run()
  t.match(await listed(on, '?state=dropped'), [{ because: 'it would have been at night' }])
  on.post.quietUntil = at('2026-11-24T00:30:00Z')
  on.clock.at = at('2026-11-23T23:31:00Z')
  await on.run()
  t.equal(on.post.sent.size, 0)
  on.post.quietUntil = null
  on.clock.at = at('2026-11-24T00:30:00Z')
  await on.run()
  t.equal(on.post.sent.size, 1)
})

t.test('people are reminded by the way they use, and not by one they do not want', async t => {
  const on = await scene(t)
  on.post.last = 'sarah@example.com'
  await on.book(appointment('1', tomorrow))
  on.clock.at = at('2026-11-23T23:30:01Z')
  await on.run()
  t.match([...on.post.sent.values()], [{ to: 'sarah@example.com', subject: 'Fitting' }])
  on.post.unwelcome.add('sarah@example.com')
  await on.book(appointment('2', tomorrow))
  await on.run()
  t.match([...on.post.sent.values()][1], { to: '+61412345678' })
  on.post.unwelcome.add('+61412345678')
  await on.book(appointment('3', tomorrow))
  await on.run()
  t.equal(on.post.sent.size, 2)
  t.match(await listed(on, '?state=dropped'), [{ because: 'they do not want messages' }])
})

t.test('one that cannot be sent does not keep the others from it', async t => {
  const on = await scene(t)
  await on.book(appointment('1', tomorrow, { title: 'BROKEN' }), appointment('2', tomorrow))
  on.clock.at = at('2026-11-23T23:30:01Z')
  await on.run()
  t.equal(on.post.sent.size, 1)
  t.match(await listed(on, '?state=dropped'), [{ because: /no messenger/ }])
})

t.test('two hubs at once remind everybody once', async t => {
  const on = await scene(t, { hubs: 2 })
  const many = Array.from({ length: 60 }, (_, index) =>
    appointment(String(index), tomorrow, { people: [{ ...sarah, phones: [`04914${String(10_000 + index)}`] }] }),
  )
  await on.book(...many)
  on.clock.at = at('2026-11-23T23:30:01Z')
  await Promise.all([on.run(0), on.run(1), on.run(1), on.run(0)])
  t.equal(on.post.sent.size, 60)
})

t.test('one of us is reminded of a person, and puts it off or is done with it', async t => {
  const on = await scene(t)
  t.match(await on.ask('/api/reminders', { profileId, text: 'Ask about the veil', at: '2026-11-22T00:00:00Z' }), {
    status: 400,
  })
  t.match(await on.ask('/api/reminders', { profileId: newId(), text: 'x', at: '2026-11-24T00:00:00Z' }), {
    status: 404,
  })
  const own = await on.ask<{ id: string }>('/api/reminders', {
    profileId,
    text: 'Ask about the veil',
    at: '2026-11-24T00:00:00Z',
  })
  t.match(await on.ask(`/api/reminders/${own.id}`, { at: '2026-11-24T01:00:00Z' }), {
    dueAt: '2026-11-24T01:00:00.000Z',
  })
  on.clock.at = at('2026-11-24T00:30:00Z')
  await on.run()
  t.same(on.post.published, [])
  on.clock.at = at('2026-11-24T01:00:01Z')
  await on.run()
  for (let left = 1200; left > 0 && on.post.published.length === 0; left--)
    await new Promise(wake => setTimeout(wake, 25))
  t.match(on.post.published, [{ name: 'reminder.due', data: { staffIds: [staffId], text: 'Ask about the veil' } }])
  t.match(await on.ask(`/api/reminders/${own.id}`, { done: true }), { state: 'done' })
  t.match(await on.ask(`/api/reminders/${own.id}`, { done: true }), { status: 404 })
})
