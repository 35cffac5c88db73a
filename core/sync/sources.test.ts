import t, { type Test } from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { silentLog } from '../hub/log.ts'
import { newId } from '../model/id.ts'
import type { Record, SourceNews } from '../model/record.ts'
import { hour, minute } from '../model/time.ts'
import type { Events } from '../ports/events.ts'
import type { Finding, Page, SourcePort } from '../ports/source.ts'
import type { WebhookRequest } from '../ports/webhook.ts'
import { openStore, type OpenStore } from '../store/open.ts'
import { openInbox } from '../store/inbox-door.ts'
import { workInboxInBatches } from '../store/inbox.ts'
import { sourceDeliveries } from './deliveries.ts'
import { pull } from './pull.ts'
import { storeRecords } from './records.ts'
import { sourceStates, type SourceState } from './source-state.ts'
import { lookAt } from './watch.ts'

/** One shop whose rows, webhooks and clock a test decides. */
interface Bench {
  store: OpenStore
  told: string[]
  source: SourcePort
  wait(ms: number): void
  now(): Date
  pull(from?: 'full' | Date): Promise<unknown>
  /** A verified delivery of the shop is acted on. */
  deliver(...news: SourceNews[]): Promise<void>
  look(): Promise<void>
  state(): Promise<SourceState>
}

const begun = new Date('2026-11-20T08:00:00Z')

async function bench(t: Test, source: SourcePort): Promise<Bench> {
  const { url } = await testDatabase(t)
  const store = await openStore({ url, log: silentLog() })
  t.teardown(() => store.close())
  const told: string[] = []
  const events: Events = { publish: async (_, name) => void told.push(name) }
  const clock = { ms: begun.getTime() }
  const now = (): Date => new Date(clock.ms)
  const common = { store, events, now, log: silentLog() }
  const { signal } = new AbortController()
  const deliver = async (...news: SourceNews[]): Promise<void> => {
    const webhook = { ...source, webhook: () => news }
    await delivered({ ...common, url, source: webhook })
  }
  return {
    ...{ store, told, source, now, deliver },
    wait: ms => void (clock.ms += ms),
    pull: from => pull({ ...common, source, name: 'shop', signal, ...(from ? { from } : {}) }),
    look: () => lookAt({ ...common, sources: new Map() }, 'shop', source),
    state: async () => {
      const [state] = await sourceStates(store, ['shop'], now())
      if (!state) throw new Error('the shop has no state')
      return state
    },
  }
}

/** What acting on a delivery takes. */
interface Acting {
  store: OpenStore
  events: Events
  log: ReturnType<typeof silentLog>
  now(): Date
  url: string
  source: SourcePort
}

/** Puts one delivery into the inbox and waits until the worker is through with it. */
async function delivered({ store, events, now, log, url, source }: Acting): Promise<void> {
  const inbox = openInbox({ url, log, now, onKept: () => undefined })
  const body = Buffer.from('{"email":"Ana@Example.test","id":12345}')
  const request: WebhookRequest = {
    ...{ adapter: 'shop', channel: 'webhooks', method: 'POST', url: 'http://127.0.0.1/webhooks/shop/webhooks' },
    ...{ headers: {}, body, receivedAt: now() },
  }
  await inbox.keep({ request, port: 'source', deliveryId: newId() })
  const read = sourceDeliveries({ sources: new Map([['shop', source]]), events, log, now })
  const queue = workInboxInBatches({ store, log, now, port: 'source', read })
  const waiting = (): Promise<unknown[]> =>
    store.read(tx => tx.sql`select id from inbox where done_at is null and dead_at is null`)
  while ((await waiting()).length > 0) await new Promise(resolve => setTimeout(resolve, 20))
  await queue.stop()
  await inbox.close()
}

/** A vendor that never has anything to say by itself. */
const silentSource: SourcePort = {
  async *changes() {
    yield* []
  },
}

const ana = { role: 'customer' as const, externalId: 'gid://shop/Customer/777001', email: 'ana@example.test' }
const ben = { role: 'shipping' as const, name: 'Ben Ito', phones: ['0491 570 157'] }

function order(externalId: string, at: Date, people: Record['people'] = [ana]): Record {
  const facts = { number: `#${externalId}`, placedAt: at.toISOString(), total: null, status: 'paid' }
  return { kind: 'order', externalId, version: null, updatedAt: at, deletedAt: null, people, facts }
}

function booking(externalId: string, startsAt: string, updatedAt: Date, status = 'confirmed'): Record {
  const facts = { title: 'Fitting', startsAt, endsAt: null, timeZone: null, status, with: null, location: null }
  const head = {
    externalId,
    version: null,
    updatedAt,
    deletedAt: null,
    people: [{ role: 'client' as const, name: 'Ana' }],
  }
  return { kind: 'booking', ...head, facts, isObserved: true }
}

async function peopleOf(store: OpenStore): Promise<{ externalId: string; people: object[]; isDeleted: boolean }[]> {
  return store.read(
    tx => tx.sql`select external_id as "externalId", people, deleted_at is not null as "isDeleted"
                 from source_record order by external_id`,
  )
}

t.test(
  'people who are to be forgotten leave every record, kept delivery and unreadable row, and stay away',
  async t => {
    const { store, deliver, told, now, wait } = await bench(t, silentSource)
    const contact: Record = {
      ...{ kind: 'contact', externalId: ana.externalId, version: null, updatedAt: begun, deletedAt: null },
      ...{ people: [ana], facts: { note: 'likes lilies' } },
    }
    await deliver(order('1', begun, [ana, ben]), order('2', begun, [ana, ben]), order('3', begun, [ben]), contact)
    await store.transact(
      tx => tx.sql`
    insert into source_unreadable (id, source, external_id, error, "row", seen_at)
    values (gen_random_uuid(), 'shop', '9', 'no total', '{"email":"ANA@example.test"}', ${now()})`,
    )
    wait(minute)
    const people = { externalIds: [], emails: ['Ana@example.test'], phones: [] }
    await deliver({ redact: { people, externalIds: ['1'] }, at: now() })
    t.strictSame(await peopleOf(store), [
      { externalId: '1', people: [], isDeleted: false },
      { externalId: '2', people: [ben], isDeleted: false },
      { externalId: '3', people: [ben], isDeleted: false },
      { externalId: ana.externalId, people: [], isDeleted: true },
    ])
    const held = await store.read(
      tx => tx.sql<{ texts: string }>`
    select (select coalesce(string_agg(facts::text, ''), '') from source_record)
      || (select coalesce(string_agg(encode(body, 'escape'), ''), '') from inbox)
      || (select coalesce(string_agg("row"::text, ''), '') from source_unreadable) as texts`,
    )
    t.notMatch(held[0]?.texts.toLowerCase(), /ana@|lilies/)
    t.ok(told.includes('people.redacted'))
    await deliver(order('1', begun, [ana]))
    t.same((await peopleOf(store))[0]?.people, [], 'an older delivery does not bring them back')
    wait(minute)
    await deliver(order('1', now(), [ben]))
    t.same((await peopleOf(store))[0]?.people, [ben], 'what is new is news')
  },
)

t.test('a whole shop that is to be forgotten is', async t => {
  const { store, deliver, now } = await bench(t, silentSource)
  await deliver(order('1', begun), order('2', begun, [ben]))
  await deliver({ redact: 'all', at: now() })
  t.same(
    (await peopleOf(store)).map(({ people, isDeleted }) => ({ people, isDeleted })),
    Array.from({ length: 2 }, () => ({ people: [], isDeleted: true })),
  )
})

t.test('a phone is forgotten in whatever way it is written', async t => {
  const { store, deliver, now } = await bench(t, silentSource)
  await deliver(order('1', begun, [ana, ben]))
  const people = { externalIds: [], emails: [], phones: ['+61 491 570 157'] }
  await deliver({ redact: { people, externalIds: [] }, at: now() })
  t.same((await peopleOf(store))[0]?.people, [ana])
})

t.test('a hint is read from the vendor, once for many, and what the vendor does not have is deleted', async t => {
  const asked: string[] = []
  const read = async (externalId: string): Promise<Record | null> => {
    asked.push(externalId)
    return externalId === '1' ? order('1', begun) : null
  }
  const { store, deliver } = await bench(t, { ...silentSource, read })
  await deliver(order('2', begun))
  await deliver({ hint: '1' }, { hint: '1' }, { hint: '2' })
  t.same(asked, ['1', '2'])
  t.match(await peopleOf(store), [
    { externalId: '1', isDeleted: false },
    { externalId: '2', isDeleted: true },
  ])
})

t.test('a booking missing from one whole listing stays; from two in a row it is deleted; it can come back', async t => {
  const at = '2026-11-25T01:00:00.000Z'
  const rows = new Map(['a', 'b', 'c'].map(id => [id, id === 'c' ? '2027-05-01T01:00:00.000Z' : at]))
  const { store, pull, wait, now } = await bench(t, {
    async *changes() {
      const records = [...rows].map(([id, startsAt]) => booking(id, startsAt, now()))
      const span = { from: new Date('2026-11-01'), to: new Date('2027-01-01') }
      yield { records, unreadable: [], cursor: 'x', whole: { ...span, externalIds: [...rows.keys()] } } satisfies Page
    },
  })
  const living = async (): Promise<string[]> =>
    (await peopleOf(store)).filter(({ isDeleted }) => !isDeleted).map(({ externalId }) => externalId)
  const round = async (): Promise<string[]> => {
    wait(minute)
    await pull()
    return living()
  }
  t.same(await round(), ['a', 'b', 'c'])
  rows.delete('a')
  rows.delete('c')
  t.same(await round(), ['a', 'b', 'c'], 'once may be a mistake')
  rows.set('a', at)
  t.same(await round(), ['a', 'b', 'c'])
  rows.delete('a')
  await round()
  t.same(await round(), ['b', 'c'], 'c starts beyond what was listed')
  rows.set('a', at)
  t.same(await round(), ['a', 'b', 'c'])
})

t.test('seeing the same again is no change where the vendor tells no times', async t => {
  const { store, wait, now } = await bench(t, silentSource)
  const see = (status?: string): Promise<string[]> => {
    wait(minute)
    const row = booking('a', '2026-11-25T01:00:00.000Z', now(), status)
    return store.transact(tx => storeRecords(tx, { source: 'shop', now: now() }, [row]))
  }
  t.same(await see(), ['a'])
  t.same(await see(), [])
  t.same(await see('cancelled'), ['a'])
  const stale = booking('a', '2026-11-25T01:00:00.000Z', begun)
  t.same(
    await store.transact(tx => storeRecords(tx, { source: 'shop', now: now() }, [stale])),
    [],
    'an older look loses',
  )
})

t.test('everything can be read again, also what has not changed, and a killed full read goes on as one', async t => {
  const cursors: (string | null)[] = []
  let status = 'paid'
  let isBroken = false
  const { pull, state, store, wait } = await bench(t, {
    async *changes(cursor) {
      cursors.push(cursor)
      for (const id of ['a', 'b'].filter(name => cursor === null || name > cursor)) {
        if (isBroken && id === 'b') throw new Error('the line was cut')
        const row = { ...order(id, begun), version: 1 } as Record & { kind: 'order' }
        yield { records: [{ ...row, facts: { ...row.facts, status } }], unreadable: [], cursor: id }
      }
    },
  })
  await pull()
  status = 'mapped better'
  wait(minute)
  await pull()
  isBroken = true
  wait(minute)
  await t.rejects(pull('full'), { message: 'the line was cut' })
  t.match(await state(), {
    error: 'the line was cut',
    isReading: false,
    lastSuccessAt: new Date(begun.getTime() + minute),
  })
  isBroken = false
  wait(minute)
  await pull()
  t.same(cursors, [null, 'b', null, 'a'])
  t.same(await store.read(tx => tx.sql`select distinct facts->>'status' as status from source_record`), [{ status }])
  t.match(await state(), { error: null, lastResult: { pages: 1, rows: 1, changed: 1 }, records: 2 })
})

t.test('a read can begin at a time, where the source can', async t => {
  const cursors: (string | null)[] = []
  async function* changes(cursor: string | null): AsyncIterable<Page> {
    cursors.push(cursor)
    yield* []
  }
  const able = await bench(t, { changes, cursorAt: time => time.toISOString() })
  await able.pull(begun)
  t.same(cursors, [begun.toISOString()])
  const unable = await bench(t, { changes })
  await t.rejects(unable.pull(begun), { code: 'bad_option' })
})

t.test('webhooks that fell silent are noticed within two reads, and when they are heard again', async t => {
  const rows: Record[] = []
  const health = async () => ({ skewMs: 90_000 })
  const { pull, look, state, wait, now, deliver, told } = await bench(t, {
    async *changes() {
      yield { records: rows, unreadable: [], cursor: 'x' }
    },
    webhook: () => [],
    health,
  })
  const change = (): void => {
    rows.splice(0, 9, order('a', now()))
    wait(5 * minute)
  }
  change()
  await pull()
  change()
  await pull()
  t.match(await state(), { isSilent: false, unannounced: 1 })
  change()
  await pull()
  t.match(await state(), { isSilent: true, unannounced: 2 })
  await look()
  t.match(await state(), { skewMs: 90_000, alerts: [{ key: 'look:clock' }, { key: 'look:silent' }] })
  await look()
  t.equal(told.filter(name => name === 'alert.raised').length, 2, 'told once each')
  await deliver(order('b', now()))
  await look()
  t.match(await state(), { isSilent: false, unannounced: 0, alerts: [{ key: 'look:clock' }] })
  t.ok(told.includes('alert.cleared'))
})

t.test('what a check finds is an alert until it is mended', async t => {
  let findings: Finding[] = [{ key: 'webhooks', message: 'orders/create is not subscribed', isMended: false }]
  const { look, state, wait } = await bench(t, { ...silentSource, check: async () => findings })
  await look()
  t.match((await state()).alerts, [{ key: 'look:webhooks', message: /orders/ }])
  findings = [{ key: 'webhooks', message: 'orders/create was subscribed again', isMended: true }]
  wait(hour)
  await look()
  t.same((await state()).alerts, [])
})

t.test('a notice in a delivery is an alert that stays', async t => {
  const { deliver, look, state, told } = await bench(t, silentSource)
  await deliver({ notice: 'data-request:7', message: 'customer 7 wants their data: answer within 30 days' })
  await deliver({ notice: 'data-request:7', message: 'customer 7 wants their data: answer within 30 days' })
  await look()
  t.match((await state()).alerts, [{ key: 'data-request:7', message: /30 days/ }])
  t.equal(told.filter(name => name === 'alert.raised').length, 1)
})
