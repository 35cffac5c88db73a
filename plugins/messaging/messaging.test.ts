import { newId, VendorError, type Holding, type MessageEvent, type ProfileId } from '@switchboard/core'
import t from 'tap'
import { alex, line, sam, soon, startMessageHub, wrote, type MessageHub } from './test-hub.ts'

interface ThreadSeen {
  id: string
  handle: string
  profileId: string | null
  attached: string
  ownerId: string | null
  unread: number
  lastText: string
}
interface MessageSeen {
  id: string
  direction: string
  text: string
  status: string
  by: string | null
  trouble: { because: string } | null
  media: { url: string | null }[]
}

const ann = '+61412345678'
const holding = (displayName: string, confidence: number): Holding => ({ profileId: newId(), displayName, confidence })

const threads = async (at: MessageHub, query = ''): Promise<ThreadSeen[]> =>
  (await at.ask<{ items: ThreadSeen[] }>(`/api/threads${query}`)).items
const said = async (at: MessageHub, id: string): Promise<MessageSeen[]> =>
  (await at.ask<{ items: MessageSeen[] }>(`/api/threads/${id}/messages`)).items
const firstThread = (at: MessageHub): Promise<ThreadSeen> => soon(async () => (await threads(at))[0])
const named = (at: MessageHub, name: string) => at.published.filter(event => event.name === name)

t.test('a text becomes a thread of its person, unread, and everybody who answers is told', async t => {
  const at = await startMessageHub(t)
  const sarah = holding('Sarah', 0.98)
  at.people.set(ann, [sarah])
  await at.tell(wrote('M1', '0412 345 678', 'Is my dress ready?'))
  const thread = await firstThread(at)
  t.match(thread, {
    handle: ann,
    profileId: sarah.profileId,
    attached: 'sure',
    unread: 1,
    lastText: 'Is my dress ready?',
  })
  await soon(() => named(at, 'message.received').length === 1)
  t.match(at.published.find(({ name }) => name === 'message.received')?.data, {
    staffIds: [alex.id, sam.id],
    profileId: sarah.profileId,
    message: { text: 'Is my dress ready?' },
  })
  await at.ask(`/api/threads/${thread.id}/read`, {})
  t.match(await threads(at), [{ unread: 0 }])
})

t.test('an event acts once, whether it comes by webhook, by reading, or by both', async t => {
  const at = await startMessageHub(t)
  const one = wrote('M1', ann, 'Hello')
  await at.tell(one)
  await firstThread(at)
  at.carrier.history.push([one, wrote('M2', ann, 'Again')])
  await at.hub.runJob('FrontEvents')
  await at.tell(one, wrote('M2', ann, 'Again'))
  await at.hub.runJob('FrontEvents')
  const [thread] = await threads(at)
  t.equal(thread?.unread, 2)
  t.same((await said(at, thread?.id ?? '')).map(({ text }) => text).sort(), ['Again', 'Hello'])
  await soon(() => named(at, 'message.received').length >= 2)
  t.equal(named(at, 'message.received').length, 2)
})

t.test('what is old is kept, and told nobody', async t => {
  const at = await startMessageHub(t)
  at.carrier.history.push([wrote('M1', ann, 'Last year', { at: new Date('2025-01-02T03:04:05Z') })])
  await at.hub.runJob('FrontEvents')
  t.match(await threads(at), [{ unread: 0, lastText: 'Last year' }])
  t.same(named(at, 'message.received'), [])
})

t.test('a number that is nobody yet gets its person when they are known', async t => {
  const at = await startMessageHub(t)
  await at.tell(wrote('M1', ann, 'Hi'))
  t.match(await firstThread(at), { profileId: null, attached: 'nobody' })
  const sarah = holding('Sarah', 0.98)
  at.people.set(ann, [sarah])
  at.reach.set(sarah.profileId, { profileId: sarah.profileId, displayName: 'Sarah', phones: [ann], emails: [] })
  const { store, events } = at.inside
  await store.transact(tx => events.publish(tx, 'profile.changed', { profileId: sarah.profileId }))
  await soon(async () => (await threads(at))[0]?.profileId === sarah.profileId)
  const merged = newId<'profile'>()
  at.people.set(ann, [{ ...sarah, profileId: merged }])
  at.reach.set(merged, { profileId: merged, displayName: 'Sarah', phones: [ann], emails: [] })
  await store.transact(tx => events.publish(tx, 'profile.merged', { profileId: merged, merged: [sarah.profileId] }))
  await soon(async () => (await threads(at))[0]?.profileId === merged)
})

t.test('a shared number asks which of two, and stays as chosen', async t => {
  const at = await startMessageHub(t)
  const [tom, sarah] = [holding('Tom', 0.5), holding('Sarah', 0.49)]
  at.people.set(ann, [tom, sarah])
  for (const one of [tom, sarah])
    at.reach.set(one.profileId, { profileId: one.profileId, displayName: one.displayName, phones: [ann], emails: [] })
  await at.tell(wrote('M1', ann, 'Hi'))
  const thread = await firstThread(at)
  t.match(thread, { attached: 'asked', profileId: null })
  t.match(await at.ask(`/api/threads/${thread.id}`), { people: [{ displayName: 'Tom' }, { displayName: 'Sarah' }] })
  t.match(await at.ask(`/api/threads/${thread.id}/person`, { profileId: newId<ProfileId>() }), { status: 404 })
  t.match(await at.ask(`/api/threads/${thread.id}/person`, { profileId: sarah.profileId }), { attached: 'chosen' })
  const { store, events } = at.inside
  await store.transact(tx => events.publish(tx, 'profile.changed', { profileId: tom.profileId }))
  await at.tell(wrote('M2', ann, 'Me again'))
  await soon(async () => (await threads(at))[0]?.unread === 2)
  t.match(await threads(at), [{ attached: 'chosen', profileId: sarah.profileId }])
})

t.test('an answer is sent once for its key, and its steps are told to whoever sent it', async t => {
  const at = await startMessageHub(t)
  await at.tell(wrote('M1', ann, 'Is it ready?'))
  const { id } = await firstThread(at)
  const send = () => at.ask<{ messageId: string }>(`/api/threads/${id}/messages`, { text: 'It is.', key: 'k1' })
  const [one, other] = await Promise.all([send(), send()])
  t.equal(one.messageId, other.messageId)
  await soon(async () => (await said(at, id))[0]?.status === 'queued' && at.carrier.taken.length === 1)
  t.match(at.carrier.taken, [{ message: { to: [ann], from: line, text: 'It is.' } }])
  const report = { type: 'status', key: null, trouble: null, at: new Date() } as const
  await at.tell({ ...report, eventId: 'OUT1:delivered', externalId: 'OUT1', status: 'delivered' })
  await at.tell({ ...report, eventId: 'OUT1:sent', externalId: 'OUT1', status: 'sent' })
  await soon(async () => (await said(at, id))[0]?.status === 'delivered')
  await soon(() => named(at, 'message.changed').some(({ data }) => data['status'] === 'delivered'))
  t.match(named(at, 'message.changed').at(-1)?.data, { staffIds: [alex.id], messageId: one.messageId })
  t.match(await threads(at), [{ unread: 0, lastText: 'It is.' }])
})

t.test('a send whose answer was lost is found again, and never sent twice', async t => {
  const at = await startMessageHub(t)
  at.carrier.next.push('lost', 'gone')
  await at.ask('/api/threads', { to: '0412 345 678', text: 'First', line })
  await soon(async () => (await threads(at))[0] && at.carrier.taken.length === 1)
  const { id } = await firstThread(at)
  await soon(async () => (await said(at, id))[0]?.status === 'sent')
  await at.ask(`/api/threads/${id}/messages`, { text: 'Second' })
  await soon(async () => (await said(at, id))[0]?.status === 'queued' && at.carrier.taken.length === 2)
  t.same(
    at.carrier.taken.map(({ message }) => message.text),
    ['First', 'Second'],
  )
})

t.test('a report that comes before the answer of the send makes no second message', async t => {
  const at = await startMessageHub(t)
  at.carrier.next.push('lost')
  await at.ask('/api/threads', { to: ann, text: 'Hi', line })
  await soon(() => at.carrier.taken.length === 1)
  await at.tell(
    wrote('OUT1', line, 'Hi', {
      direction: 'outbound',
      status: 'sent',
      to: [{ handle: ann, name: null, externalId: null }],
    }),
  )
  const { id } = await firstThread(at)
  await soon(async () => {
    const all = await said(at, id)
    return all.length === 1 && all[0]?.by === 'Alex' && all[0].status === 'sent'
  })
  t.equal((await threads(at)).length, 1)
})

t.test('a conversation begun from here is the one its answer comes in', async t => {
  const at = await startMessageHub(t)
  await at.ask('/api/threads', { to: ann, text: 'Your dress is ready' })
  await soon(() => at.carrier.taken.length === 1)
  await at.tell(wrote('M1', ann, 'Thank you'))
  await soon(async () => (await threads(at))[0]?.unread === 1)
  const all = await threads(at)
  t.equal(all.length, 1)
  t.equal((await said(at, all[0]?.id ?? '')).length, 2)
  await at.ask('/api/threads', { to: 'ann@example.com', text: 'By email', subject: 'Your dress' })
  await soon(() => at.carrier.taken.length === 2)
  const email = { kind: 'email', direction: 'outbound', status: 'sent', conversationId: 'cnv_1' } as const
  await soon(async () => (await threads(at, '?handle=ann@example.com'))[0])
  await soon(async () => {
    const [thread] = await threads(at, '?handle=ann@example.com')
    return (await said(at, thread?.id ?? ''))[0]?.status === 'queued'
  })
  const to = [{ handle: 'ann@example.com', name: null, externalId: null }]
  await at.tell(wrote('OUT2', 'us@shop.example', 'By email', { ...email, to }))
  await at.tell(wrote('E1', 'ann@example.com', 'Thanks', { ...email, direction: 'inbound', to: [] }))
  // Whichever of them is heard first: in the end it is one.
  const [one] = await soon(async () => {
    const found = await threads(at, '?handle=ann@example.com')
    return found.length === 1 && found[0]?.unread === 1 && found
  })
  t.equal((await said(at, one?.id ?? '')).length, 2)
  t.equal((await threads(at)).length, 2)
})

t.test('who wrote STOP is not written to, by nobody and by no way, until they write START', async t => {
  const at = await startMessageHub(t)
  const consent = { type: 'consent', handle: ann, line, at: new Date() } as const
  await at.tell(wrote('M1', ann, 'STOP'), { ...consent, eventId: 'M1:consent', isWanted: false })
  const { id } = await firstThread(at)
  await soon(() => named(at, 'message.consent').length === 1)
  t.match(await at.ask(`/api/threads/${id}/messages`, { text: 'Why?' }), { status: 409, code: 'opted_out' })
  t.match(await at.ask('/api/threads', { to: ann, text: 'Why?' }), { code: 'opted_out' })
  const port = at.inside.wanted('threads')
  t.equal(await at.inside.store.read(async tx => port?.isWelcome(tx, ann)), false)
  t.match(await at.ask(`/api/threads/${id}`), { optedOut: { because: 'they wrote STOP' } })
  await at.tell({ ...consent, eventId: 'M2:consent', isWanted: true, at: new Date(Date.now() + 1000) })
  await soon(() => named(at, 'message.consent').length === 2)
  await at.ask(`/api/threads/${id}/messages`, { text: 'Welcome back' })
  await soon(() => at.carrier.taken.length === 1)
})

t.test('what the vendor refuses because they opted out is not tried again, nor written again', async t => {
  const at = await startMessageHub(t)
  at.carrier.next.push(new VendorError('they opted out', { vendorCode: '21610', because: 'optedOut' }))
  await at.ask('/api/threads', { to: ann, text: 'Hi', line })
  const { id } = await firstThread(at)
  await soon(async () => (await said(at, id))[0]?.status === 'failed')
  t.match(await said(at, id), [{ trouble: { because: 'optedOut' } }])
  t.match(await at.ask(`/api/threads/${id}/messages`, { text: 'Hi?' }), { code: 'opted_out' })
  t.same(at.carrier.taken, [])
})

t.test('in quiet hours a message waits, or says until when it is quiet; who just wrote is answered', async t => {
  const at = await startMessageHub(t, { quietHours: { from: '21:00', to: '08:00', timeZone: 'Australia/Brisbane' } })
  at.clock.at = new Date('2026-11-21T12:00:00Z')
  t.match(await at.ask('/api/threads', { to: ann, text: 'Hi' }), { code: 'quiet_hours', detail: /2026-11-21T22:00:00/ })
  t.match(await at.ask('/api/threads', { to: ann, text: 'Later', inQuietHours: 'wait' }), {
    dueAt: '2026-11-21T22:00:00.000Z',
  })
  await at.hub.runJob('messaging.scheduled')
  t.same(at.carrier.taken, [])
  at.clock.at = new Date('2026-11-21T22:00:01Z')
  await at.hub.runJob('messaging.scheduled')
  await soon(() => at.carrier.taken.length === 1)
  at.clock.at = new Date('2026-11-22T12:00:00Z')
  await at.tell(wrote('M1', ann, 'Are you there?', { at: new Date('2026-11-22T11:59:00Z') }))
  await soon(async () => (await threads(at))[0]?.unread === 1)
  const { id } = await firstThread(at)
  await at.ask(`/api/threads/${id}/messages`, { text: 'Yes' })
  await soon(() => at.carrier.taken.length === 2)
})

t.test('templates are filled in, and say what is missing', async t => {
  const at = await startMessageHub(t, { templates: { ready: 'Dear {name}, your {what} is ready.' } })
  t.match(await at.ask('/api/templates'), { items: [{ name: 'ready', values: ['name', 'what'] }] })
  const values = { name: 'Sarah' }
  t.match(await at.ask('/api/threads', { to: ann, template: 'ready', values }), { status: 400, detail: /what/ })
  t.match(await at.ask('/api/threads', { to: ann, template: 'gone' }), { detail: /ready/ })
  await at.ask('/api/threads', { to: ann, template: 'ready', values: { ...values, what: 'dress' } })
  await soon(() => at.carrier.taken.length === 1)
  t.equal(at.carrier.taken[0]?.message.text, 'Dear Sarah, your dress is ready.')
})

t.test('a thread has an owner, who alone is told of news', async t => {
  const at = await startMessageHub(t)
  await at.tell(wrote('M1', ann, 'Hi'))
  const { id } = await firstThread(at)
  t.match(await at.ask(`/api/threads/${id}/owner`, { ownerId: newId() }), { status: 404 })
  t.match(await at.ask(`/api/threads/${id}/owner`, { ownerId: sam.id }), { ownerId: sam.id })
  await at.tell(wrote('M2', ann, 'Again'))
  await soon(() => named(at, 'message.received').length === 2)
  t.same(named(at, 'message.received')[1]?.data['staffIds'], [sam.id])
  t.equal((await threads(at, `?owner=${sam.id}`)).length, 1)
  t.same(await threads(at, '?owner=nobody'), [])
})

t.test('words that were said are found, also in old messages', async t => {
  const at = await startMessageHub(t)
  await at.tell(wrote('M1', ann, 'Do you have ivory veils?'), wrote('M2', '+61491570156', 'Open on Sunday?'))
  await soon(async () => (await threads(at)).length === 2)
  t.match(await threads(at, '?q=ivory'), [{ handle: ann }])
  t.same(await threads(at, '?q=zebra'), [])
  const first = await at.ask<{ items: ThreadSeen[]; cursor: string }>('/api/threads?limit=1')
  const second = await threads(at, `?limit=1&cursor=${first.cursor}`)
  t.not(first.items[0]?.id, second[0]?.id)
  t.match(await at.ask('/api/threads?cursor=nonsense'), { status: 400 })
})

t.test('files of a message are fetched from the vendor and kept', async t => {
  const at = await startMessageHub(t)
  at.carrier.files.set('https://vendor.example/1', 'a picture')
  const media = [{ url: 'https://vendor.example/1', contentType: null, name: null }]
  await at.tell(wrote('M1', ann, '', { media }))
  const { id } = await firstThread(at)
  const url = await soon(async () => (await said(at, id))[0]?.media[0]?.url)
  t.equal(await at.ask(url), 'a picture')
})

t.test('conversations that the vendor merged are one here', async t => {
  const at = await startMessageHub(t)
  const email = { kind: 'email' } as const
  await at.tell(wrote('E1', 'ann@example.com', 'One', { ...email, conversationId: 'c1' }))
  await at.tell(wrote('E2', 'ann@example.com', 'Two', { ...email, conversationId: 'c2' }))
  await soon(async () => (await threads(at)).length === 2)
  await at.tell({ type: 'merged', eventId: 'm1', at: new Date(), conversationId: 'c1', from: ['c2'] })
  const [thread] = await soon(async () => {
    const all = await threads(at)
    return all.length === 1 && all
  })
  t.match(thread, { unread: 2 })
  t.equal((await said(at, thread?.id ?? '')).length, 2)
  await at.tell(wrote('E3', 'ann@example.com', 'Three', { ...email, conversationId: 'c2' }))
  await soon(async () => (await said(at, thread?.id ?? '')).length === 3)
})

t.test(
  'webhooks that silently stopped are noticed, nothing is missing, and it is said when they tell again',
  async t => {
    const at = await startMessageHub(t)
    const minutes = (count: number): Date => new Date(at.clock.at.getTime() + count * 60_000)
    await at.tell(wrote('M0', ann, 'Before', { at: at.clock.at }))
    await firstThread(at)
    at.carrier.history.push([wrote('M1', ann, 'One', { at: minutes(1) }), wrote('M2', ann, 'Two', { at: minutes(2) })])
    at.clock.at = minutes(3)
    await at.hub.runJob('FrontCheck')
    t.same(at.alerts, [], 'a webhook may still be on its way')
    at.clock.at = minutes(3)
    t.same(await at.hub.runJob('FrontCheck'), { silent: 1 })
    t.match(at.alerts, [{ raised: { part: 'texts', key: 'messages:silent', message: /2 messages/ } }])
    t.match(await threads(at), [{ unread: 3 }])
    await at.tell(wrote('M3', ann, 'Three', { at: minutes(1) }))
    await soon(async () => (await threads(at))[0]?.unread === 4)
    t.same(await at.hub.runJob('FrontCheck'), { silent: 0 })
    t.match(at.alerts.at(-1), { cleared: { part: 'texts', key: 'messages:silent' } })
  },
)

t.test('a webhook that was lost among others is read, and is no silence', async t => {
  const at = await startMessageHub(t)
  const start = at.clock.at.getTime()
  const lost = wrote('M1', ann, 'Lost', { at: new Date(start + 1000) })
  await at.tell(wrote('M0', ann, 'Before', { at: new Date(start) }))
  await at.tell(wrote('M2', ann, 'After', { at: new Date(start + 2000) }))
  await soon(async () => (await threads(at))[0]?.unread === 2)
  at.carrier.history.push([lost])
  await at.hub.runJob('FrontEvents')
  at.clock.at = new Date(start + 600_000)
  t.same(await at.hub.runJob('FrontCheck'), { silent: 0 })
  t.match(await threads(at), [{ unread: 3 }])
})

t.test('who of us wrote with a person is known, by whichever number, and only what was sent', async t => {
  const at = await startMessageHub(t)
  await at.tell(wrote('M1', ann, 'Hi'), wrote('M2', '+61412345679', 'Hi from my other phone'))
  await soon(async () => (await threads(at)).length === 2)
  const before = at.clock.at
  const write = (to: string, who: typeof alex) => at.ask('/api/threads', { to, text: 'Hello' }, who)
  await write(ann, sam)
  await write('0412 345 679', alex)
  await write(ann, alex)
  await soon(() => at.carrier.taken.length === 3)
  const port = at.inside.port('threads')
  const writtenBy = (handles: string[], until = new Date(at.clock.at.getTime() + 1000)) =>
    at.hub.store.read(async tx => (await port.writtenBy?.(tx, handles, until))?.map(({ staffId }) => staffId))
  t.same(await writtenBy([ann, '+61412345679']), [alex.id, sam.id], 'the last first, each once')
  t.same(await writtenBy(['0412345679']), [alex.id])
  t.same(await writtenBy([ann], before), [], 'nobody before that')
  at.carrier.next.push(new VendorError('refused', { vendorCode: '21211', because: 'badAddress' }))
  await at.ask('/api/threads', { to: '+61412345670', text: 'Hello?' })
  await soon(() => named(at, 'message.changed').some(({ data }) => data['status'] === 'failed'))
  t.same(await writtenBy(['+61412345670']), [], 'what was not sent does not count')
})

t.test('a text that comes in while closed is answered once for each closed time, by nobody in particular', async t => {
  const at = await startMessageHub(t, { autoReply: { text: 'We open {opens}.' } })
  const nine = new Date('2030-01-06T23:00:00Z')
  const taken = () => at.carrier.taken.map(({ message }) => [message.to[0], message.text])
  await at.tell(wrote('M0', ann, 'Are you open?'))
  await soon(() => named(at, 'message.received').length === 1)
  at.opening.now = { isOpen: false, because: 'on Sundays', nextChangeAt: nine }
  await at.tell(wrote('M1', ann, 'Hello?'), wrote('M2', ann, 'Anybody there?'))
  await soon(() => at.carrier.taken.length === 1)
  t.same(taken(), [[ann, 'We open Monday 9:00 am.']], 'and not while it was open')
  await soon(() => named(at, 'message.sent').length === 1)
  t.match(named(at, 'message.sent'), [{ data: { isAutomatic: true, staffIds: [] } }])
  // Another machine answers ours, and so on: it hears nothing more.
  for (const id of ['M3', 'M4', 'M5']) await at.tell(wrote(id, ann, 'Thank you for your message. We will be back.'))
  await soon(() => named(at, 'message.received').length === 6)
  await at.tell(wrote('M6', '+61412345679', 'And me?'))
  await soon(() => at.carrier.taken.length === 2)
  at.opening.now = { ...at.opening.now, nextChangeAt: new Date('2030-01-07T23:00:00Z') }
  await at.tell(wrote('M7', ann, 'Still closed?'))
  await soon(() => at.carrier.taken.length === 3)
  t.same(
    taken().map(([to]) => to),
    [ann, '+61412345679', ann],
    'others are, and the same again in the next closed time',
  )
})

t.test('no machine answers systems, our own lines, late news, who opted out, or where one of us writes', async t => {
  const at = await startMessageHub(t, { autoReply: { text: 'We are closed.' } })
  const [silent, busy] = ['+61412000001', '+61412000002']
  await at.ask('/api/threads', { to: busy, text: 'I look after you' })
  await soon(() => at.carrier.taken.length === 1)
  at.opening.now = { isOpen: false, because: 'on Sundays', nextChangeAt: null }
  const stop: MessageEvent = {
    ...{ type: 'consent', eventId: 'S1', at: at.clock.at, handle: silent, line, isWanted: false },
  }
  await at.tell(
    wrote('A', 'AUSPOST', 'Your parcel is here'),
    wrote('B', '19222', 'Your code is 1234'),
    wrote('C', line, 'from one of our lines'),
    wrote('D', '+61412000003', 'An hour ago', { at: new Date(at.clock.at.getTime() - 3_600_000) }),
    ...[wrote('E', silent, 'STOP'), stop],
    wrote('F', busy, 'Lovely'),
    wrote('G', 'ann@example.com', 'An email', { kind: 'email' }),
  )
  await soon(() => named(at, 'message.received').length === 7)
  await at.tell(wrote('H', ann, 'Hello?'))
  await soon(() => at.carrier.taken.length === 2)
  t.same(at.carrier.taken.at(-1)?.message.to, [ann])
  const left = await at.hub.store.read(tx => tx.sql`select 1 from outbox where done_at is null and dead_at is null`)
  t.ok(left.length <= 1, 'and nothing else is on its way')
})

t.test('whoever is forgotten is forgotten here too, unless another source still knows them', async t => {
  const at = await startMessageHub(t)
  const [tom, mail] = ['+61412345679', 'ann@example.com']
  at.carrier.files.set('https://files.test/1', 'a picture')
  const media = [{ url: 'https://files.test/1', contentType: 'image/png', name: null }]
  await at.tell(wrote('M1', ann, 'I am Ann, of 5 High Street', { media }), wrote('M2', tom, 'Hello from Tom'))
  await soon(() => at.files.size === 1)
  const booking = { title: 'Fitting', startsAt: '2030-01-01T00:00:00Z', endsAt: null, timeZone: null, with: null }
  await at.learn('salon', {
    ...{ externalId: '1', kind: 'booking', version: 1, updatedAt: new Date(), deletedAt: null },
    people: [{ role: 'client', name: 'Tom', phones: ['0412 345 679'] }],
    facts: { ...booking, status: 'confirmed', location: null },
  })
  const people = { externalIds: ['C1'], phones: ['0412 345 678', '0412345679'], emails: [mail] }
  await at.learn('shop', { redact: { people, externalIds: [] }, at: new Date() })
  await soon(() => at.files.size === 0)
  const rows = await at.hub.store.read(
    tx => tx.sql<{ said: string }>`select message::text || thread::text as said from message
      join thread on thread.id = message.thread_id order by message.made_at`,
  )
  t.equal(rows.length, 2)
  t.notMatch(rows.map(({ said }) => said).join(), /Ann|High Street|412345678|files.test/)
  t.match(rows.map(({ said }) => said).join(), /Hello from Tom/, 'Tom has a booking elsewhere')
  t.match(await threads(at, `?handle=${encodeURIComponent(ann)}`), [])
  // The vendor still has it, and reads it to us again long after.
  at.clock.at = new Date(at.clock.at.getTime() + 100 * 86_400_000)
  at.carrier.history.push([{ ...wrote('M1', ann, 'I am Ann', { at: new Date() }), eventId: 'again' }])
  await at.hub.runJob('FrontEvents')
  t.match(await threads(at, `?handle=${encodeURIComponent(ann)}`), [])
  await at.tell(wrote('M9', ann, 'Hi again', { at: at.clock.at }))
  await soon(async () => (await threads(at, `?handle=${encodeURIComponent(ann)}`)).length === 1)
})

t.test('what the vendor tells us of what we wrote down there ourselves is no news', async t => {
  const at = await startMessageHub(t, { writeCallsTo: 'texts' })
  const call = (summary: string) => ({
    callId: newId(),
    direction: 'inbound',
    number: ann,
    line,
    summary,
    at: new Date(),
  })
  const end = (summary: string) =>
    at.inside.store.transact(tx => at.inside.events.publish(tx, 'call.ended', call(summary)))
  at.carrier.isEchoing = true
  await end('They called: nobody answered')
  await soon(() => at.carrier.kept.length === 1)
  await at.tell(wrote('K1', '0412 345 678', 'something that the vendor has changed', { kind: 'chat' }))
  at.carrier.history.push([wrote('K1', ann, 'They called: nobody answered', { kind: 'chat' })])
  await at.hub.runJob('FrontEvents')
  await at.tell(wrote('M1', ann, 'Hi'), wrote('C1', ann, 'A call that another program has on record', { kind: 'call' }))
  await soon(() => named(at, 'message.received').length === 1)
  const found = await threads(at)
  t.same(found.map(({ lastText, unread }) => [lastText, unread]).sort(), [
    ['A call that another program has on record', 0],
    ['Hi', 1],
  ])
})

t.test('a call that is over is written back where that is switched on, once', async t => {
  const at = await startMessageHub(t, { writeCallsTo: 'texts' })
  const ended = {
    callId: newId(),
    direction: 'inbound',
    number: ann,
    line,
    summary: 'They called and spoke with Alex',
    at: new Date(),
  }
  await at.inside.store.transact(tx => at.inside.events.publish(tx, 'call.ended', ended))
  await soon(() => at.carrier.kept.length === 1)
  t.match(at.carrier.kept, [
    { externalId: `call:${ended.callId}`, kind: 'call', from: { handle: ann }, text: ended.summary },
  ])
})
