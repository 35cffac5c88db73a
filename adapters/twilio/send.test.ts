import { VendorError, type OutboundMessage, type Sent } from '@switchboard/core'
import { faultsOf } from '@switchboard/test-simulators/faults'
import { serve } from '@switchboard/test-simulators/server'
import type { RunningTwilio } from '@switchboard/test-simulators/twilio'
import t, { type Test } from 'tap'
import { fastSimulator, twilioAdapter, twilioKit, type TwilioAdapter } from './testing.ts'
import { twilio } from './twilio.ts'

const hub = 'http://127.0.0.1:9'
const [line, person] = ['+61255501234', '+61491570156']
const message: OutboundMessage = {
  ...{ conversationId: null, from: line, to: [person], subject: null, text: 'Your gown is ready.', media: [] },
}

/** An adapter whose vendor takes everything on; what it was asked. */
async function taking(t: Test, change: object = {}): Promise<TwilioAdapter & { asked: URLSearchParams[] }> {
  const asked: URLSearchParams[] = []
  const handle = ({ body }: { body: Buffer }): object => {
    asked.push(new URLSearchParams(body.toString()))
    return { status: 201, body: { sid: 'SM1', status: 'accepted' } }
  }
  const path = '/2010-04-01/Accounts/:account/Messages.json'
  const { url, close } = await serve({ routes: [{ method: 'POST', path, handle }], faults: faultsOf(1) })
  t.teardown(close)
  const kit = twilioKit('https://hub.example.test')
  return { ...twilioAdapter(kit, { url, webhookRetries: 0, callerId: undefined, ...change }), asked }
}

t.test('a text goes out with our key in the address of its reports', async t => {
  const { messaging, asked } = await taking(t, { webhookRetries: 2 })
  t.same(await messaging.send({ ...message, media: ['https://a.test/1.jpg', 'https://a.test/2.jpg'] }, 'outbox/1 x'), {
    ...{ externalId: 'SM1', status: 'queued' },
  })
  const [form = new URLSearchParams()] = asked
  t.equal(form.get('To'), person)
  t.equal(form.get('From'), line)
  t.equal(form.get('Body'), 'Your gown is ready.')
  t.same(form.getAll('MediaUrl'), ['https://a.test/1.jpg', 'https://a.test/2.jpg'])
  const report = new URL(form.get('StatusCallback') ?? '')
  t.equal(report.origin + report.pathname, 'https://hub.example.test/webhooks/twilio/sms-status')
  t.equal(report.searchParams.get('key'), 'outbox/1 x')
  t.equal(report.hash, '#ct=2000&rt=5000&rc=2&rp=ct,rt,5xx')
  t.notOk(form.has('MessagingServiceSid'))
})

t.test('it is sent from the line that is named, else from the service, else from the usual sender', async t => {
  const service = `MG${'a'.repeat(32)}`
  const senders = async (change: object, from: string | null): Promise<object> => {
    const { messaging, asked } = await taking(t, change)
    await messaging.send({ ...message, from }, 'key')
    return { From: asked[0]?.get('From'), MessagingServiceSid: asked[0]?.get('MessagingServiceSid') }
  }
  const all = { messagingServiceSid: service, textFrom: 'LUMENLACE', callerId: '+61255500000' }
  t.same(await senders(all, line), { From: line, MessagingServiceSid: null })
  t.same(await senders(all, null), { From: null, MessagingServiceSid: service })
  t.same(await senders({ ...all, messagingServiceSid: undefined }, null), {
    From: 'LUMENLACE',
    MessagingServiceSid: null,
  })
  t.same(await senders({ callerId: '+61255500000' }, null), { From: '+61255500000', MessagingServiceSid: null })
  t.same(await senders({}, service), { From: null, MessagingServiceSid: service }, 'a service may be named too')
})

t.test('what Twilio would refuse is not sent at all', async t => {
  const { messaging, asked } = await taking(t)
  const refused = async (change: Partial<OutboundMessage>): Promise<unknown> =>
    messaging.send({ ...message, ...change }, 'key').catch((error: unknown) => error)
  const cases: [Partial<OutboundMessage>, string][] = [
    [{ text: 'x'.repeat(1601) }, '21617'],
    [{ text: '' }, '21602'],
    [{ media: Array.from({ length: 11 }, () => 'https://a.test/1.jpg') }, '21623'],
    [{ to: [] }, '21604'],
    [{ to: [person, line] }, '21604'],
    [{ from: null }, '21603'],
  ]
  for (const [change, vendorCode] of cases) {
    const error = await refused(change)
    t.ok(error instanceof VendorError)
    t.match(error, { vendorCode, retryable: false, outcomeUnknown: false })
  }
  t.same(asked, [])
  await messaging.send({ ...message, text: 'x'.repeat(1600) }, 'key')
  await messaging.send({ ...message, text: '', media: ['https://a.test/1.jpg'] }, 'key')
  t.equal(asked.length, 2)
  t.notOk(asked[1]?.has('Body'))
})

interface Scene extends TwilioAdapter {
  vendor: RunningTwilio
  now(): Date
  wait(ms: number): void
  send(text?: string): Promise<Sent>
}

/** A simulated vendor whose messages to `person` wait, with a clock of the test's own. */
async function scene(t: Test, change: object = {}): Promise<Scene> {
  let at = Date.parse('2026-11-21T09:00:00.400Z')
  const now = (): Date => new Date(at)
  const vendor = await fastSimulator({ publicUrl: hub, now })
  t.teardown(() => vendor.close())
  vendor.scriptText(person, 'waits')
  const adapter = twilioAdapter(twilioKit(hub, 'twilio', now), { ...vendor.options, pageSize: 2, ...change })
  const send = (text = message.text): Promise<Sent> => adapter.messaging.send({ ...message, text }, 'key')
  return { ...adapter, vendor, now, wait: ms => void (at += ms), send }
}

t.test('who texted STOP is not texted again until they text START', async t => {
  const { vendor, send } = await scene(t)
  vendor.hear({ from: person, body: 'Stop' })
  t.match(await send().catch((error: unknown) => error), { vendorCode: '21610', retryable: false, vendorStatus: 400 })
  vendor.hear({ from: person, body: 'START' })
  t.match(await send(), { externalId: /^SM/, status: 'queued' })
})

t.test('a full queue at the vendor is worth another try, a landline is not', async t => {
  const { vendor, send } = await scene(t)
  vendor.scriptText(person, { refused: 21611 })
  t.match(await send().catch((error: unknown) => error), {
    vendorCode: '21611',
    retryable: true,
    outcomeUnknown: false,
  })
  vendor.scriptText(person, { refused: 21635 })
  t.match(await send().catch((error: unknown) => error), { vendorCode: '21635', retryable: false })
})

t.test('too many at once is waited out: nothing was done', async t => {
  const { vendor, send } = await scene(t)
  vendor.faults.set({ retryAfterSeconds: 0 })
  vendor.faults.force('status429', 2)
  await send()
  t.equal(vendor.texts().length, 1)
})

t.test('of two texts that are alike, the one sent since is found, and not the one before', async t => {
  const { messaging, send, now, wait, vendor } = await scene(t)
  const before = await send()
  wait(10_000)
  const since = now()
  t.match(await messaging.find?.(message, 'key', since).catch((error: unknown) => error), {
    retryable: true,
    retryAfterMs: 30_000,
  })
  const first = await send()
  wait(1000)
  await send()
  for (let others = 0; others < 5; others++) await send(`Another ${others}.`)
  t.same(await messaging.find?.(message, 'key', since), first)
  t.not(first.externalId, before.externalId)
  await vendor.settleText(first.externalId ?? '')
  t.match(await messaging.find?.(message, 'key', since), { externalId: first.externalId, status: 'delivered' })
})

t.test('that a text was not sent is said only once it would have shown', async t => {
  const { messaging, send, now, wait } = await scene(t)
  await send('Something else.')
  const since = now()
  const early = await messaging.find?.(message, 'key', since).catch((error: unknown) => error)
  t.ok(early instanceof VendorError)
  t.match(early, { retryable: true, retryAfterMs: 30_000 })
  wait(30_000)
  t.equal(await messaging.find?.(message, 'key', since), null)
})

t.test('a clock that is ahead hides no text of ours, and passes no older one off for it', async t => {
  const { send, now, wait, vendor } = await scene(t)
  const before = await send()
  wait(60_000)
  // As our own clock sees it, which is ten minutes behind the vendor's.
  const since = new Date(now().getTime() - 600_000)
  const ours = twilioAdapter(
    twilioKit(hub, 'twilio', () => new Date(now().getTime() - 600_000 + 31_000)),
    vendor.options,
  )
  t.equal(await ours.messaging.find?.(message, 'key', since), null)
  const sent = await send()
  wait(31_000)
  t.same((await ours.messaging.find?.(message, 'key', since))?.externalId, sent.externalId)
  t.not(before.externalId, sent.externalId)
})

t.test('words the vendor has redacted may be ours: better found than sent twice', async t => {
  const { messaging, send, now, vendor } = await scene(t)
  const since = now()
  const sent = await send()
  const { accountSid, authTokens } = { accountSid: `AC${'5b'.repeat(16)}`, authTokens: 'simulated-auth-token' }
  await fetch(`${vendor.url}/2010-04-01/Accounts/${accountSid}/Messages/${sent.externalId}.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authTokens}`).toString('base64')}` },
    body: new URLSearchParams({ Body: '' }),
  })
  t.equal(vendor.texts()[0]?.body, '')
  t.match(await messaging.find?.(message, 'key', since), { externalId: sent.externalId })
})

t.test('a text sent by a service is found by the service, whichever line it chose', async t => {
  const service = `MG${'a'.repeat(32)}`
  const { messaging, now, wait, send } = await scene(t, { messagingServiceSid: service })
  const since = now()
  await send()
  wait(31_000)
  const wanted = { ...message, from: null }
  t.equal(
    await messaging.find?.(wanted, 'key', since),
    null,
    'the same words from a line of its own are another message',
  )
  const sent = await messaging.send(wanted, 'key')
  t.same(await messaging.find?.(wanted, 'key', since), sent)
})

t.test('it may ask nobody but the API and where files are, and not more at once than is set', async t => {
  const limits = (change: object): unknown =>
    twilio.http?.(twilio.options.parse({ accountSid: `AC${'0'.repeat(32)}`, authTokens: 'x', ...change }))
  const files = ['*.twiliocdn.com', 's3-external-1.amazonaws.com']
  const breaker = { failures: 10, pauseMs: 2_000 }
  t.same(limits({}), { hosts: ['api.twilio.com', ...files], concurrency: 10, breaker })
  t.same(limits({ url: 'http://127.0.0.1:4010', perSecond: 2, concurrency: 3 }), {
    ...{ breaker, hosts: ['127.0.0.1:4010', ...files], perSecond: 2, concurrency: 3 },
  })
})
