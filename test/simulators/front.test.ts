import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'tap'
import { contactsOf } from './contacts.ts'
import type { FaultSettings } from './faults.ts'
import { frontSimulator, type RunningFront } from './front.ts'
import { worldOf, type World } from './world.ts'

const token = String(frontSimulator.options['token'])

test('the shared inbox knows two in five people of the world, and who each contact really is', t => {
  const world = worldOf({ seed: 3, now: new Date('2026-11-20T10:00:00Z'), people: 500 })
  const book = contactsOf(world)
  t.same(contactsOf(world), book, 'the same world, the same book')
  t.ok(book.contacts.length > 150 && book.contacts.length < 300)
  t.equal(new Set(book.contacts.map(({ id }) => id)).size, book.contacts.length)
  const contacts = new Map(book.contacts.map(contact => [contact.id, contact]))
  t.equal(book.truth.length, book.contacts.length)
  for (const { externalId, person } of book.truth) {
    const { email, phone } = world.people.find(({ id }) => id === person) ?? sarah(world)
    for (const { handle } of contacts.get(externalId)?.handles ?? [])
      t.ok(handle === phone?.e164 || (email && handle.toLowerCase().endsWith(email)), handle)
  }
  t.ok(book.contacts.some(({ name }) => name === null))
  t.ok(new Set(book.truth.map(({ person }) => person)).size < book.truth.length, 'some people are two contacts')
  t.match(book.contacts.at(-1), { name: 'Sarah Whitlock', handles: [{ source: 'email' }, { source: 'phone' }] })
  t.end()
})

test('an unknown token is refused, and an expired one', async t => {
  const { vendor, get } = await demo(t)
  t.equal((await fetch(`${vendor.url}/me`)).status, 401)
  t.equal((await fetch(`${vendor.url}/me`, { headers: { authorization: 'Bearer another' } })).status, 401)
  t.equal((await get('/me')).status, 200)
  vendor.faults.force('tokenExpired')
  t.equal((await get('/me')).status, 401)
})

test('events come fifteen at most, newest first unless asked otherwise, and links lead to another host', async t => {
  const { vendor, get, list } = await demo(t)
  t.equal((await get('/events?limit=16')).status, 400)
  const { pages, links } = await list('/events?limit=15&sort_order=asc')
  const events = pages.flat() as { id: string; emitted_at: number; type: string }[]
  const times = events.map(event => event.emitted_at)
  t.ok(times.length > 30)
  t.same(
    times,
    times.toSorted((one, other) => one - other),
  )
  t.ok(pages.every(page => page.length <= 15))
  t.ok(
    pages.slice(0, -1).some(page => page.length === 0),
    'an empty page that has a next one',
  )
  t.ok(pages.slice(0, -1).some(page => page.length > 0 && page.length < 15))
  for (const link of links) t.equal(new URL(link).host, `localhost:${new URL(vendor.url).port}`)
  const newest = (await list('/events')).pages.flat() as { id: string }[]
  t.same(
    newest.map(({ id }) => id).toReversed(),
    events.map(({ id }) => id),
  )
  t.ok(
    events.some(({ type }) => type === 'ai_summary_written'),
    'a type that is in no list',
  )
})

test('filters hold across pages', async t => {
  const { vendor, list } = await demo(t)
  const middle = vendor.messages()[10]?.at.getTime() ?? 0
  const { pages } = await list(`/events?sort_order=asc&q[types]=inbound&q[after]=${middle / 1000}`)
  const events = pages.flat() as { type: string; emitted_at: number }[]
  const wanted = vendor.messages().filter(({ isInbound, at }) => isInbound && at.getTime() > middle)
  t.equal(events.length, wanted.length)
  t.ok(events.every(({ type, emitted_at: at }) => type === 'inbound' && at > middle / 1000))
})

test('contacts come by the time of their change', async t => {
  const { vendor, list } = await demo(t)
  const since = vendor.contacts()[10]?.updatedAt.getTime() ?? 0
  const { pages } = await list(`/contacts?limit=7&sort_order=asc&q[updated_after]=${since / 1000}`)
  const ids = (pages.flat() as { id: string }[]).map(({ id }) => id)
  const wanted = vendor.contacts().filter(({ updatedAt }) => updatedAt.getTime() > since)
  t.same(
    ids,
    wanted.map(({ id }) => id),
  )
})

test('a 429 says how long in seconds, and which limit was met', async t => {
  const { vendor, get } = await demo(t)
  vendor.faults.set({ retryAfterSeconds: 12 })
  vendor.faults.force('status429')
  const answer = await get('/me')
  t.equal(answer.status, 429)
  t.match(Object.fromEntries(answer.headers), {
    'retry-after': '12',
    'x-ratelimit-remaining': '0',
    'x-front-tier': '1',
  })
})

test('a send is accepted, and becomes a message in a moment; a number that is out of order fails', async t => {
  const { vendor, post, until } = await demo(t)
  const good = await post('/channels/cha_sms/messages', { to: ['+61491570110'], body: 'Ready!' })
  t.equal(good.status, 202)
  const { message_uid: uid } = (await good.json()) as { message_uid: string }
  const sent = await until(() => vendor.messages().find(message => message.uid === uid))
  t.equal(sent.errorType, null)
  const bad = await post('/channels/cha_sms/messages', { to: ['+14155550199'], body: 'Ready!' })
  const { message_uid: lost } = (await bad.json()) as { message_uid: string }
  await until(() => vendor.messages().find(message => message.uid === lost && message.errorType))
  t.equal((await post('/channels/cha_sms/messages', { body: 'Ready!' })).status, 400, 'nobody to send it to')
  t.same(vendor.taken(), [uid, lost])
})

test('a message is found by its uid', async t => {
  const { vendor, get } = await demo(t)
  const [message] = vendor.messages()
  t.match(await (await get(`/messages/alt:uid:${message?.uid}`)).json(), { id: message?.id, message_uid: message?.uid })
  t.equal((await get('/messages/alt:uid:none')).status, 404)
})

test('a merged conversation answers 301, to a reply as well', async t => {
  const { vendor, get, post } = await demo(t)
  const [one, two] = ['+61491570111', '+61491570112'].map(from => vendor.hear({ from }).conversationId)
  await vendor.merge(two ?? '', [one ?? ''])
  t.match((await get(`/conversations/${one}`)).headers.get('location'), new RegExp(`/conversations/${two}$`))
  const reply = await post(`/conversations/${one}/messages`, { body: 'Ready!' })
  t.equal(reply.status, 301)
  t.match(reply.headers.get('location'), new RegExp(`/conversations/${two}/messages$`))
  t.same(vendor.taken(), [])
})

test('one external id is imported once, and a number without a country becomes American', async t => {
  const { vendor, post } = await demo(t)
  const sms = { sender: { handle: '0491 570 110' }, to: ['+61255501234'], body: 'Ready?', type: 'sms' }
  const body = { ...sms, external_id: 'SM1', created_at: 1795203600, metadata: { is_inbound: true } }
  const [first, again] = [
    await post('/inboxes/inb_shop/imported_messages', body),
    await post('/inboxes/inb_shop/imported_messages', body),
  ]
  t.same(await first.json(), await again.json())
  t.equal(vendor.messages().filter(({ text }) => text === 'Ready?').length, 1)
  t.equal(vendor.messages().at(-1)?.recipients[0]?.handle, '+10491570110')
})

test('the application tries again, a rule does not', async t => {
  const { vendor, arrived } = await demo(t, { status: 500 })
  vendor.setRule('full')
  await vendor.hear().delivered
  t.equal(arrived.filter(path => path.endsWith('/app')).length, 4)
  t.equal(arrived.filter(path => path.endsWith('/rules')).length, 1)
})

test('who does not echo the challenge hears no more', async t => {
  const { vendor, arrived } = await demo(t)
  t.equal(await vendor.connect(), false)
  t.equal(vendor.isConnected(), false)
  arrived.length = 0
  await vendor.hear().delivered
  t.same(arrived, [])
})

test('messages, contacts and merges are made from outside', async t => {
  const { vendor, control } = await demo(t)
  const count = vendor.contacts().length
  const heard = await control('messages', { from: '+61491570110', name: 'Mia', text: 'Hello.' })
  t.match(heard, { uid: /^[0-9a-f]{32}$/, conversationId: /^cnv_/, delivered: { attempts: 1 } })
  await control('messages', { reply: true, conversationId: heard['conversationId'], text: 'Hello, Mia.' })
  t.match(vendor.messages().slice(-2), [
    { text: 'Hello.', isInbound: true },
    { text: 'Hello, Mia.', isInbound: false },
  ])
  const contact = await control('contacts', { name: 'Noor', phone: '+61491570111' })
  await control('contacts', { id: contact['id'], email: 'noor@example.com' })
  t.equal(vendor.contacts().length, count + 2)
  t.match(vendor.contacts().at(-1), { name: 'Noor', handles: [{ handle: 'noor@example.com' }, { source: 'phone' }] })
  const other = await control('messages', { from: 'noor@example.com' })
  await control('merges', { into: heard['conversationId'], from: [other['conversationId']] })
  t.match(await control('webhooks', { rule: 'preview' }), { rule: 'preview' })
  t.match(await control('webhooks', {}), { isConnected: false })
})

test('many changes are the same many each time', async t => {
  const made = await Promise.all([1, 2].map(async () => (await demo(t)).vendor.many(60)))
  const [one, other] = made.map(({ contacts, heard }) => [
    contacts.map(({ id, handles }) => [id, handles]),
    heard.map(({ message }) => message.uid),
  ])
  t.same(one, other)
  t.ok((made[0]?.contacts.length ?? 0) > 10 && (made[0]?.heard.length ?? 0) > 10)
  const { vendor } = await demo(t)
  t.equal(vendor.many(30, 'contacts').contacts.length, 30)
  t.equal(vendor.many(30, 'messages').heard.length, 30)
})

/** The one contact who is not among the people of the world. */
function sarah({ demoCaller: { email, phone } }: World): { email: string; phone: { e164: string } } {
  return { email, phone: { e164: phone } }
}

interface Demo {
  vendor: RunningFront
  /** Paths of the webhooks that arrived. */
  arrived: string[]
  get(path: string): Promise<Response>
  post(path: string, body: object): Promise<Response>
  control(what: string, body: object): Promise<{ [field: string]: unknown }>
  list(path: string): Promise<{ pages: unknown[][]; links: string[] }>
  until<T>(look: () => T | null | undefined | '' | false): Promise<T>
}

async function demo(
  t: { teardown(end: () => unknown): void },
  { status = 200, faults = {} }: { status?: number; faults?: Partial<FaultSettings> } = {},
): Promise<Demo> {
  const arrived: string[] = []
  const hub = createServer((message, response) => {
    arrived.push(message.url ?? '')
    message.resume().on('end', () => response.writeHead(status).end())
  })
  await new Promise<void>(resolve => hub.listen(0, '127.0.0.1', resolve))
  t.teardown(() => void (hub.close(), hub.closeAllConnections()))
  const publicUrl = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`
  const now = (): Date => new Date('2026-11-20T10:00:00Z')
  const world = worldOf({ seed: 4, now: now(), people: 200 })
  const vendor = await frontSimulator.start({
    publicUrl,
    adapter: 'front',
    world,
    seed: 4,
    now,
    faults,
    speed: 100_000,
  })
  t.teardown(() => vendor.close())
  const headers = { authorization: `Bearer ${token}` }
  const get = (path: string): Promise<Response> => fetch(new URL(path, vendor.url), { headers, redirect: 'manual' })
  const post = (path: string, body: object): Promise<Response> =>
    fetch(vendor.url + path, { method: 'POST', headers, redirect: 'manual', body: JSON.stringify(body) })
  return {
    ...{ vendor, arrived, get, post },
    control: async (what, body) =>
      (await (await post(`/simulator/${what}`, body)).json()) as { [field: string]: unknown },
    list: path => pagesOf(get, path),
    until: look => soon(look),
  }
}

async function pagesOf(get: Demo['get'], path: string): Promise<{ pages: unknown[][]; links: string[] }> {
  const [pages, links]: [unknown[][], string[]] = [[], []]
  for (let next: string | null = path; next !== null;) {
    const answer = (await (await get(next)).json()) as { _results: unknown[]; _pagination: { next: string | null } }
    pages.push(answer._results)
    next = answer._pagination.next
    if (next !== null) links.push(next)
  }
  return { pages, links }
}

async function soon<T>(look: () => T | null | undefined | '' | false): Promise<T> {
  for (let tries = 0; tries < 400; tries++) {
    const found = look()
    if (found) return found
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  throw new Error('it did not happen')
}
