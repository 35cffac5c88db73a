import { test } from 'tap'
import { minute, type Message, type OutboundMessage } from '@switchboard/core'
import { demo } from './testing.ts'

const text: OutboundMessage = {
  ...{ conversationId: null, from: null, to: ['+61491570110'], subject: null, media: [], text: 'Ready!' },
}

test('a new message is sent from the channel that is named, else from our own', async t => {
  const { adapter, vendor, requests } = await demo(t)
  await adapter.messaging.send(text, 'k1')
  await adapter.messaging.send({ ...text, from: 'cha_email', to: ['mia@example.com'] }, 'k2')
  t.strictSame(requests('POST'), ['/channels/cha_sms/messages', '/channels/cha_email/messages'])
  t.equal(vendor.taken().length, 2)
  const { adapter: bare } = await demo(t, { channelId: undefined })
  await t.rejects(bare.messaging.send(text, 'k3'), { name: 'VendorError', retryable: false, message: /set channelId/ })
})

test('an email is HTML with its text beside it, a text is plain, and files are links', async t => {
  const { adapter, bodies } = await demo(t)
  const media = ['https://hub.example.com/files/1']
  await adapter.messaging.send(
    { ...text, to: ['mia@example.com'], subject: 'Veil', text: 'A <b>\n& more', media },
    'k1',
  )
  await adapter.messaging.send({ ...text, text: 'A <b>\n& more', media }, 'k2')
  t.match(bodies(), [
    { subject: 'Veil', text: `A <b>\n& more\n${media[0]}`, body: `A &lt;b&gt;<br>\n&amp; more<br>\n${media[0]}` },
    { body: `A <b>\n& more\n${media[0]}`, text: undefined, subject: undefined },
  ])
})

test('an answer in a merged conversation goes to the one it became part of, once', async t => {
  const { adapter, vendor, kit } = await demo(t)
  const [one, two, three] = ['+61491570111', '+61491570112', '+61491570113'].map(
    from => vendor.hear({ from }).conversationId,
  )
  await vendor.merge(two ?? '', [one ?? ''])
  await vendor.merge(three ?? '', [two ?? ''])
  const { externalId } = await adapter.messaging.send({ ...text, conversationId: one ?? '' }, 'k1')
  t.strictSame(vendor.taken(), [externalId])
  await vendor.settle(externalId ?? '', 'fine')
  t.match(vendor.messages().at(-1), { conversationId: three, recipients: [{}, { handle: '+61491570110' }] })
  t.ok(kit.lines.some(({ facts, phrase }) => 'to' in facts && phrase === 'conversation was merged into another'))
  const since = new Date(kit.now().getTime() - 1000)
  const found = await adapter.messaging.find?.({ ...text, conversationId: one ?? '' }, 'k1', since)
  t.equal(found?.externalId, externalId, 'and is found there')
})

test('an answer of which it is not known whether it was sent is not sent again', async t => {
  const { adapter, vendor } = await demo(t)
  const { conversationId } = vendor.hear()
  vendor.faults.force('truncatedJson')
  await t.rejects(adapter.messaging.send({ ...text, conversationId }, 'k1'), {
    name: 'VendorError',
    outcomeUnknown: true,
  })
  t.equal(vendor.taken().length, 1)
})

test('a merge is told with the conversations it ended', async t => {
  const { adapter, vendor, inbox } = await demo(t)
  const [one, two] = ['+61491570111', '+61491570112'].map(from => vendor.hear({ from }).conversationId)
  await vendor.merge(two ?? '', [one ?? ''])
  const told = inbox.requests.flatMap(request => adapter.messaging.receive(request))
  t.match(told.at(-1), { type: 'merged', conversationId: two, from: [one] })
  const read = []
  for await (const page of adapter.messaging.changes?.(null) ?? []) read.push(...page.events)
  t.strictSame(read.at(-1), told.at(-1))
})

test('where a conversation leads is never asked with our token, only its id is taken', async t => {
  const { adapter, vendor, requests } = await demo(t)
  const [one, two] = ['+61491570111', '+61491570112'].map(from => vendor.hear({ from }).conversationId)
  await vendor.merge(two ?? '', [one ?? ''])
  vendor.linkTo('https://elsewhere.example.org')
  await adapter.messaging.send({ ...text, conversationId: one ?? '' }, 'k1')
  t.strictSame(requests('POST'), [`/conversations/${one}/messages`, `/conversations/${two}/messages`])
})

test('it is too early to say that a send is lost until Front has surely sent it', async t => {
  const { adapter, kit, wait } = await demo(t)
  const since = kit.now()
  wait(20_000)
  await t.rejects(adapter.messaging.find?.(text, 'k1', since) ?? nothing, {
    ...{ name: 'VendorError', retryable: true, retryAfterMs: 40_000 },
  })
  wait(40_000)
  t.equal(await adapter.messaging.find?.(text, 'k1', since), null)
})

test('a send is found by its words and its people, among those sent since', async t => {
  const { adapter, vendor, kit, wait } = await demo(t)
  const { externalId } = await adapter.messaging.send({ ...text, text: 'Ready,  or\nnot' }, 'k1')
  await vendor.settle(externalId ?? '', 'failed')
  const find = (changed: Partial<OutboundMessage>, since = kit.now()): Promise<unknown> =>
    adapter.messaging.find?.({ ...text, text: 'Ready, or not', ...changed }, 'k1', since) ?? nothing
  const since = kit.now()
  wait(2 * minute)
  t.strictSame(await find({}, since), { externalId, status: 'failed' })
  t.strictSame(await find({ to: ['+61 491 570 110'] }, since), { externalId, status: 'failed' })
  t.equal(await find({ to: ['+61491570111'] }, since), null)
  t.equal(await find({ text: 'Ready' }, since), null)
  t.equal(await find({ conversationId: vendor.messages()[0]?.conversationId ?? '' }, since), null)
  wait(minute)
  const late = new Date(kit.now().getTime() - minute)
  t.equal(await find({}, late), null, 'one sent two minutes before is another')
})

test('what was carried elsewhere is kept in the inbox, once', async t => {
  const { adapter, vendor, bodies } = await demo(t)
  const count = vendor.messages().length
  const [first, again] = [await adapter.messaging.keep?.(carried), await adapter.messaging.keep?.(carried)]
  t.strictSame(first, again)
  t.equal(vendor.messages().length, count + 1)
  t.match(bodies()[0], {
    ...{ external_id: 'SM1', created_at: 1795203600, type: 'sms', body: 'Ready?', to: ['+61255501234'] },
    ...{ sender: { handle: '+61491570110' }, metadata: { is_inbound: true, thread_ref: 'line:+61491570110' } },
  })
  t.match(vendor.messages().at(-1), { isInbound: true, text: 'Ready?', recipients: [{ handle: '+61491570110' }] })
  const read = []
  for await (const page of adapter.messaging.changes?.(null) ?? []) read.push(...page.events)
  t.match(read.at(-1), { message: { externalId: first?.externalId } }, 'Front tells of it as its own, by the same id')
})

test('a lost answer to an import is asked for again, for it does no harm', async t => {
  const { adapter, vendor, bodies } = await demo(t)
  const count = vendor.messages().length
  vendor.faults.force('truncatedJson')
  t.ok((await adapter.messaging.keep?.(carried))?.externalId)
  t.equal(bodies().length, 2)
  t.equal(vendor.messages().length, count + 1)
})

test('a number that Front would take for an American one is not imported', async t => {
  const { adapter } = await demo(t)
  const national: Message = { ...carried, from: { handle: '0491 570 110', name: null, externalId: null } }
  await t.rejects(adapter.messaging.keep?.(national) ?? nothing, {
    name: 'VendorError',
    vendorCode: 'not_e164',
    retryable: false,
  })
  const { adapter: without } = await demo(t, { importInbox: undefined })
  t.equal(without.messaging.keep, undefined, 'and without an inbox nothing is')
})

const carried: Message = {
  ...{ externalId: 'SM1', conversationId: 'line:+61491570110', kind: 'sms', direction: 'inbound', status: 'received' },
  from: { handle: '+61491570110', name: null, externalId: null },
  to: [{ handle: '+61255501234', name: null, externalId: null }],
  ...{ subject: null, text: 'Ready?', media: [], at: new Date('2026-11-20T19:40:00.900Z') },
}

/** What a member that is missing would give. */
const nothing: Promise<never> = new Promise(() => {})
