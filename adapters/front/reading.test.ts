import { test } from 'tap'
import { day, minute, type MessagePage, type Page, type Record } from '@switchboard/core'
import { front } from './front.ts'
import { demo } from './testing.ts'

test('a link to a host that is not allowed is not followed, and the error says what to set', async t => {
  const { adapter, vendor, requests } = await demo(t, { pageSize: 5 })
  vendor.linkTo('http://elsewhere.example.org')
  const message = /elsewhere\.example\.org: if that host is yours, add it to companyHosts/
  await t.rejects(eventsOf(adapter.messaging.changes?.(null)), { name: 'VendorError', retryable: false, message })
  await t.rejects(eventsOf(adapter.source.changes(null)), { message })
  t.ok(requests('GET').length >= 2)
})

test('nor is a link by another scheme, which would show the token to the net', async t => {
  const { adapter, vendor } = await demo(t, { pageSize: 5 })
  vendor.linkTo('https://localhost:1')
  await t.rejects(eventsOf(adapter.messaging.changes?.(null)), { message: /localhost:1/ })
  const { adapter: open, vendor: other } = await demo(t, { pageSize: 5, companyHosts: ['*.example.com'] })
  other.linkTo('https://company.example.com')
  await t.rejects(eventsOf(open.messaging.changes?.(null)), { message: /https: instead of http:/ })
})

test('pages that do not move on are an error, not a loop', async t => {
  const { adapter, vendor } = await demo(t, { pageSize: 5 })
  vendor.stick()
  await t.rejects(eventsOf(adapter.source.changes(null)), { message: /do not move on/ })
})

test('a read asks for no more than fifteen events, oldest first, from a little before the last', async t => {
  const { adapter, vendor, asked, wait, kit } = await demo(t)
  const pages = await eventsOf<MessagePage>(adapter.messaging.changes?.(null))
  const [first] = asked('/events')
  t.strictSame(
    ['limit', 'sort_by', 'sort_order', 'q[after]'].map(name => first?.get(name)),
    ['15', 'created_at', 'asc', null],
  )
  wait(30 * minute)
  await vendor.hear().delivered
  const cursor = (await eventsOf<MessagePage>(adapter.messaging.changes?.(pages.at(-1)?.cursor ?? null))).at(-1)?.cursor
  await eventsOf(adapter.messaging.changes?.(cursor ?? null))
  const since = asked('/events')
    .filter(query => !query.has('page_token'))
    .at(-1)
    ?.get('q[after]')
  t.equal(Number(since), kit.now().getTime() / 1000 - 5 * 60)
})

test('an event that shows up late is not missed, and nothing is told twice', async t => {
  const { adapter, vendor, wait } = await demo(t)
  const pages = await eventsOf<MessagePage>(adapter.messaging.changes?.(null))
  await vendor.hear({ text: 'In time.' }).delivered
  const second = await eventsOf<MessagePage>(adapter.messaging.changes?.(pages.at(-1)?.cursor ?? null))
  wait(-4 * minute)
  await vendor.hear({ text: 'Late.' }).delivered
  wait(4 * minute)
  const third = await eventsOf<MessagePage>(adapter.messaging.changes?.(second.at(-1)?.cursor ?? null))
  t.strictSame(textsIn(second), ['In time.'])
  t.strictSame(textsIn(third), ['Late.'])
})

test('a first read goes back as far as it may', async t => {
  const { adapter, asked, kit } = await demo(t, { historyDays: 7, inboxes: ['inb_1', 'inb_2'] })
  await eventsOf(adapter.messaging.changes?.(null))
  const [first] = asked('/events')
  t.equal(Number(first?.get('q[after]')), (kit.now().getTime() - 7 * day) / 1000)
  t.strictSame(first?.getAll('q[inboxes]'), ['inb_1', 'inb_2'])
})

test('a preview is filled in by the read, under an id of its own', async t => {
  const { adapter, vendor, inbox } = await demo(t)
  vendor.setRule('preview')
  const { message } = vendor.hear()
  await vendor.happen('assign', message.conversationId)
  const rules = inbox.requests.filter(({ channel }) => channel === 'rules')
  for (const request of rules) t.ok(adapter.channels['rules']?.verify(request))
  const [preview] = rules.flatMap(request => adapter.messaging.receive(request))
  t.match(preview, { type: 'other', name: 'inbound (preview)' })
  const read = (await eventsOf<MessagePage>(adapter.messaging.changes?.(null))).flatMap(page => page.events)
  const whole = read.find(event => event.type === 'message' && event.message.externalId === message.uid)
  t.ok(whole)
  t.not(whole?.eventId, preview?.eventId)
  vendor.setRule('full')
  const { delivered } = vendor.hear()
  await delivered
  const both = inbox.requests.slice(-2)
  t.strictSame(both.map(({ channel }) => channel).sort(), ['app', 'rules'])
  t.equal(new Set(both.flatMap(request => adapter.messaging.receive(request).map(({ eventId }) => eventId))).size, 1)
})

test('without the company secret there is no way in for rules', async t => {
  const { adapter } = await demo(t, { companySecrets: undefined })
  t.strictSame(Object.keys(adapter.channels), ['app'])
})

test('a contact is one person, with the first email and every phone, and the rest beside', async t => {
  const { adapter, vendor } = await demo(t)
  const { id } = vendor.changeContact(null, { name: 'Vella, Mia', email: 'mia@example.com', phone: '+61491570110' })
  const records = (await eventsOf<Page>(adapter.source.changes(null))).flatMap(page => page.records)
  t.match(recordIn(records, id), {
    ...{ kind: 'contact', externalId: id, version: null, deletedAt: null },
    people: [
      { role: 'contact', externalId: id, name: 'Vella, Mia', email: 'mia@example.com', phones: ['+61491570110'] },
    ],
    facts: {
      handles: [
        { handle: 'mia@example.com', source: 'email' },
        { handle: '+61491570110', source: 'phone' },
      ],
      ...{ groups: [], links: [], isPrivate: false, customFields: {} },
    },
  })
})

test('contacts are asked for from a little before the last change, or from any time', async t => {
  const { adapter, asked, kit } = await demo(t, { pageSize: 40, overlapMinutes: 10 })
  await eventsOf(adapter.source.changes(adapter.source.cursorAt?.(kit.now()) ?? null))
  const [first] = asked('/contacts')
  t.strictSame(
    ['limit', 'sort_by', 'sort_order', 'q[updated_after]'].map(name => first?.get(name)),
    ['40', 'updated_at', 'asc', ((kit.now().getTime() - 10 * minute) / 1000).toFixed(3)],
  )
})

test('contacts without a time of change are as new as the read that saw them', async t => {
  const { adapter, vendor, kit } = await demo(t)
  vendor.hideTimes()
  const pages = await eventsOf<Page>(adapter.source.changes(null))
  t.match(pages[0]?.records[0], { isObserved: true, updatedAt: kit.now() })
  t.equal(pages.at(-1)?.cursor, adapter.source.cursorAt?.(kit.now()))
})

test('a read that is cut short goes on at its page, also when all happened in one moment', async t => {
  const { adapter, vendor, asked } = await demo(t, { pageSize: 5 })
  vendor.many(60)
  await byPages(cursor => adapter.source.changes(cursor))
  await byPages(cursor => adapter.messaging.changes?.(cursor))
  const links = [...asked('/contacts'), ...asked('/events')].flatMap(query => query.getAll('page_token'))
  t.ok(links.length > 20)
  t.equal(new Set(links).size, links.length, 'no page was asked for twice')
})

test('a link that is no longer taken means reading from the last change again', async t => {
  const { adapter, vendor, kit } = await demo(t, { pageSize: 5 })
  const read = async (next: string): Promise<string[]> => {
    const pages = await eventsOf<Page>(adapter.source.changes(JSON.stringify({ updatedAt: null, next })))
    return pages.flatMap(page => page.records.map(({ externalId }) => externalId)).sort()
  }
  const all = vendor.contacts().map(({ id }) => id)
  t.strictSame(await read(`${vendor.url}/contacts?page_token=old`), all.toSorted())
  t.ok(kit.lines.some(({ phrase }) => phrase === 'front no longer takes the link to a page; the list is read again'))
  t.strictSame(await read('https://elsewhere.example.org/contacts'), all.toSorted(), 'nor does it lead elsewhere')
  vendor.faults.set({ tokenExpired: 1 })
  await t.rejects(read(`${vendor.url}/contacts?page_token=old`), { name: 'VendorError', vendorStatus: 401 })
})

test('a slow read does not outrun the rate, and health tells a token that is refused', async t => {
  const limits = front.http?.(front.options.parse({ token: 'x', appSecrets: 'a, b' }))
  t.match(limits, { hosts: ['api2.frontapp.com', '*.api.frontapp.com'], perSecond: 50 / 60, concurrency: 2 })
  const { adapter, vendor, kit } = await demo(t)
  vendor.faults.set({ clockSkew: 1, skewMs: 120_000 })
  await adapter.messaging.health?.()
  t.ok(kit.lines.some(({ level, phrase }) => level === 'warn' && phrase === "the vendor's clock differs from ours"))
  vendor.faults.set({ tokenExpired: 1 })
  await t.rejects(adapter.source.health?.() ?? nothing, { message: /401: the token is not accepted/ })
})

test('two hundred changes at a vendor where everything fails at times are all read, each once', async t => {
  const { adapter, vendor, wait } = await demo(t, {}, { ...faulty, retryAfterSeconds: 0, slowMs: 5, delayMs: 5 })
  const { heard } = vendor.many(200)
  wait(1000)
  const rows = new Map<string, Record>()
  const events = new Set<string>()
  const contacts = await patiently(cursor => adapter.source.changes(cursor))
  for (const { records } of contacts) for (const record of records) rows.set(record.externalId, record)
  t.strictSame(
    [...rows.keys()].sort(),
    vendor
      .contacts()
      .map(({ id }) => id)
      .sort(),
  )
  for (const contact of vendor.contacts())
    t.equal(rows.get(contact.id)?.updatedAt.getTime(), contact.updatedAt.getTime())
  const pages = await patiently(cursor => adapter.messaging.changes?.(cursor) ?? [])
  for (const { events: told } of pages)
    for (const event of told) if (event.type === 'message') events.add(event.message.externalId)
  t.ok(heard.length > 50)
  for (const { message } of heard) t.ok(events.has(message.uid))
  t.strictSame(
    pages.flatMap(page => page.unreadable),
    [],
  )
})

test('every wrong setting is named', t => {
  const given = { url: 'nowhere', token: '', appSecrets: [], companyHosts: ['https://x'], pageSize: 101, perMinute: 0 }
  const { error } = front.options.safeParse(given)
  t.strictSame(error?.issues.map(({ path }) => path[0]).sort(), Object.keys(given).sort())
  t.end()
})

const faulty = Object.fromEntries(
  [
    ...['duplicate', 'reorder', 'delay', 'drop', 'status429', 'status5xx', 'htmlError', 'slow', 'cut', 'tokenExpired'],
    ...['clockSkew', 'silentWebhook', 'truncatedJson', 'shiftedPage', 'forged', 'staleSignature'],
  ].map(name => [name, 0.1]),
)

/** Reads as the hub does: after an error it goes on at the last page's cursor. */
async function patiently<P extends { cursor: string }>(
  read: (cursor: string | null) => AsyncIterable<P> | P[],
): Promise<P[]> {
  const pages: P[] = []
  for (let tries = 0; ; tries++) {
    try {
      for await (const page of read(pages.at(-1)?.cursor ?? null)) pages.push(page)
      return pages
    } catch (error) {
      if (tries === 200) throw error
    }
  }
}

/** Reads one page, is killed, and goes on, until there is nothing more. */
async function byPages(read: (cursor: string | null) => AsyncIterable<{ cursor: string }> | undefined): Promise<void> {
  let cursor: string | null = null
  do cursor = await cursorAfterOne(read(cursor) ?? none())
  while (cursor !== null && JSON.parse(cursor).next !== null)
}

async function cursorAfterOne(pages: AsyncIterable<{ cursor: string }>): Promise<string | null> {
  for await (const { cursor } of pages) return cursor
  return null
}

async function* none(): AsyncIterable<never> {}

async function eventsOf<P>(pages: AsyncIterable<P> | undefined): Promise<P[]> {
  const read: P[] = []
  for await (const page of pages ?? []) read.push(page)
  return read
}

function textsIn(pages: MessagePage[]): string[] {
  return pages.flatMap(page => page.events.flatMap(event => (event.type === 'message' ? [event.message.text] : [])))
}

function recordIn(records: Record[], externalId: string): Record | undefined {
  return records.find(record => record.externalId === externalId)
}

/** What a member that is missing would give. */
const nothing: Promise<never> = new Promise(() => {})
