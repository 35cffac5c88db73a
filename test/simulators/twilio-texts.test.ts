import { createHmac } from 'node:crypto'
import t, { type Test } from 'tap'
import { twimlHub, until, type Arrived, type Reply, type TwimlHub } from './test-twilio.ts'
import { twilioSimulator, type RunningTwilio, type TwilioSettings } from './twilio.ts'
import { worldOf } from './world.ts'

const world = worldOf({ seed: 1, now: new Date('2026-11-21T09:00:00Z'), people: 20 })
const { accountSid, authTokens: token } = twilioSimulator.options
const [line, person] = ['+61255501234', '+61491570156']

interface Scene {
  hub: TwimlHub
  vendor: RunningTwilio
  wait(ms: number): void
}

/** A simulator a hundred times as fast as the world, whose clock the test moves, and a hub that answers as told. */
async function scene(
  t: Test,
  answer: (request: Arrived) => Reply = () => '<Response/>',
  settings: Partial<TwilioSettings> = {},
): Promise<Scene> {
  const hub = await twimlHub(t, answer)
  let at = Date.parse('2026-11-21T09:00:00Z')
  const common = { publicUrl: hub.publicUrl, adapter: 'twilio', world, seed: 1, now: () => new Date(at), speed: 100 }
  const vendor = await twilioSimulator.start({ ...common, lineOverride: '', ...settings })
  t.teardown(() => vendor.close())
  return { hub, vendor, wait: ms => void (at += ms) }
}

interface Answered {
  status: number
  headers: Headers
  row: Record<string, unknown>
}

/** Asks the REST API. */
async function rest(
  { vendor }: Scene,
  path: string,
  form?: Record<string, string> | URLSearchParams,
): Promise<Answered> {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${token}`).toString('base64')}`
  const answer = await fetch(`${vendor.url}/2010-04-01/Accounts/${accountSid}${path}`, {
    method: form ? 'POST' : 'GET',
    headers: { authorization },
    ...(form && { body: new URLSearchParams(form) }),
  })
  return { status: answer.status, headers: answer.headers, row: JSON.parse((await answer.text()) || '{}') }
}

const send = (one: Scene, more: Record<string, string> = {}): Promise<Answered> =>
  rest(one, '/Messages.json', {
    ...{ From: line, To: person, Body: 'Your gown is ready' },
    ...{ StatusCallback: `${one.hub.publicUrl}/webhooks/twilio/sms-status?key=k1` },
    ...more,
  })
const words = ({ hub }: Scene): unknown[] => hub.to('sms-status').map(({ fields }) => fields['MessageStatus'])
const sids = ({ row }: Answered): unknown[] => (row['messages'] as { sid: string }[]).map(({ sid }) => sid)

t.test('who writes to a line is told to its address, signed, with a parameter nobody expects', async t => {
  const { hub, vendor } = await scene(t)
  const { messageSid, delivered } = vendor.hear({ from: person, body: "I'm late ☃", media: ['image/png'] })
  t.same(await delivered, { attempts: 1, status: 200 })
  const { url, fields, headers } = hub.to('sms')[0] as Arrived
  t.match(fields, { MessageSid: messageSid, From: person, To: line, Body: "I'm late ☃", SmsStatus: 'received' })
  t.match(fields, { NumMedia: '1', MediaUrl0: /\/Media\/ME/, MediaContentType0: 'image/png', SimulatedExtra: /./ })
  const signed = Object.keys(fields)
    .sort()
    .reduce((text, name) => text + name + fields[name], url)
  t.equal(headers['x-twilio-signature'], createHmac('sha1', token).update(signed).digest('base64'))
  t.equal(vendor.texts()[0]?.messageSid, messageSid)
  t.throws(() => vendor.hear({ to: '+61255509999', body: 'x' }), RangeError)
})

t.test('a line whose address fails asks its fallback, once and with the reason', async t => {
  const { hub, vendor } = await scene(t, ({ channel }) => (channel === 'sms' ? 500 : '<Response/>'))
  t.same(await vendor.hear({ body: 'Hello' }).delivered, { attempts: 2, status: 200 })
  t.match(hub.to('sms-fallback')[0]?.fields, { ErrorCode: '11200', ErrorUrl: `${hub.publicUrl}/webhooks/twilio/sms` })
  vendor.drift(vendor.lines()[0]?.sid ?? '', { smsFallbackUrl: '' })
  t.same(await vendor.hear({ body: 'Hello' }).delivered, { attempts: 1, status: 500 })
})

t.test('lines are set up as the adapter sets them: tried again as their address says', async t => {
  const { hub, vendor } = await scene(t, () => 503, { lineOverride: undefined })
  t.match(await vendor.hear({ body: 'Hello' }).delivered, { attempts: 8, status: 503 })
  t.equal(hub.to('sms').length, 4)
  t.match(vendor.lines()[0]?.voiceUrl, /#ct=2000&rt=5000&rc=3&rp=ct,rt,5xx$/)
})

t.test('a text goes from queued over sent to its end, and each step is reported', async t => {
  const one = await scene(t)
  const { status, row } = await send(one)
  t.equal(status, 201)
  t.match(row, {
    status: 'queued',
    direction: 'outbound-api',
    from: line,
    to: person,
    date_sent: null,
    error_code: null,
  })
  await until(() => words(one).includes('delivered'), 'the end')
  t.same(words(one), ['queued', 'sent', 'delivered'])
  t.match(one.hub.to('sms-status')[0], { url: /key=k1$/, fields: { MessageSid: row['sid'], From: line, To: person } })
  t.match((await rest(one, `/Messages/${row['sid']}.json`)).row, { status: 'delivered', date_sent: /2026/ })
})

t.test('a text that does not arrive says why, and one that waits is moved on by hand', async t => {
  const one = await scene(t)
  one.vendor.scriptText(person, { undelivered: 30003 })
  await send(one)
  const last = await until(() => one.hub.to('sms-status').find(({ fields }) => fields['ErrorCode']), 'the end')
  t.match(last.fields, { MessageStatus: 'undelivered', ErrorCode: '30003' })
  one.vendor.scriptText(person, 'waits')
  const { row } = await send(one)
  await one.vendor.settleText(String(row['sid']))
  await one.vendor.settleText(String(row['sid']), { failed: 30006 })
  t.match(
    (await rest(one, `/Messages/${row['sid']}.json`)).row,
    { status: 'delivered', error_code: null },
    'it is over',
  )
  await t.rejects(one.vendor.settleText('SM0'), RangeError)
})

t.test('a service takes a text on and chooses the line later', async t => {
  const one = await scene(t)
  const { row } = await send(one, { From: '', MessagingServiceSid: 'MG1' })
  t.match(row, { status: 'accepted', from: null, messaging_service_sid: 'MG1', num_segments: '0' })
  await until(() => words(one).includes('delivered'), 'the end')
  t.match((await rest(one, `/Messages/${row['sid']}.json`)).row, { from: line })
})

t.test('STOP opts out, so the next send is 21610; START clears it', async t => {
  const one = await scene(t)
  const refused = { status: 400, row: { code: 21610, status: 400, more_info: /21610/, message: /./ } }
  one.vendor.hear({ from: person, body: 'stopall' })
  t.match(await send(one), refused)
  t.match(await send(one, { From: '', MessagingServiceSid: 'MG1' }), refused)
  t.equal((await send(one, { To: '+61491570157' })).status, 201, 'others are not meant')
  one.vendor.hear({ from: person, body: 'stop it' })
  one.vendor.hear({ from: person, body: 'Unstop' })
  t.equal((await send(one)).status, 201)
})

t.test('Advanced Opt-Out tells keywords by their kind', async t => {
  const { hub, vendor } = await scene(t)
  for (const body of ['STOP', 'start', 'Info', 'Hello'])
    await vendor.hear({ body, messagingServiceSid: 'MG1' }).delivered
  await vendor.hear({ body: 'STOP' }).delivered
  const kinds = hub.to('sms').map(({ fields }) => fields['OptOutType'])
  t.same(kinds, ['STOP', 'START', 'HELP', undefined, undefined])
})

t.test('what cannot be sent is refused with the vendor’s codes', async t => {
  const one = await scene(t)
  const code = async (form: Record<string, string>): Promise<unknown> => (await send(one, form)).row['code']
  t.equal(await code({ To: '' }), 21604)
  t.equal(await code({ From: '' }), 21603)
  t.equal(await code({ From: '+61255509999' }), 21606)
  t.equal(await code({ To: '0491 570 156' }), 21211)
  t.equal(await code({ Body: '' }), 21602)
  t.equal(await code({ Body: 'x'.repeat(1601) }), 21617)
  one.vendor.scriptText(person, { refused: 21635 })
  t.equal(await code({}), 21635)
  t.same(one.vendor.texts(), [])
})

t.test('messages are listed with the newest first, by whom and by day, in pages', async t => {
  const one = await scene(t)
  const { vendor, wait } = one
  const made: string[] = []
  for (let index = 0; index < 5; index++) {
    made.unshift(vendor.hear({ from: index % 2 ? person : '+61491570157', body: `${index}` }).messageSid)
    wait(86_400_000)
  }
  vendor.scriptText(person, 'waits')
  const { row: queued } = await send(one)
  t.same(sids(await rest(one, '/Messages.json')), [queued['sid'], ...made])
  t.same(sids(await rest(one, `/Messages.json?From=${encodeURIComponent(person)}`)), [made[1], made[3]])
  t.same(sids(await rest(one, `/Messages.json?To=${encodeURIComponent(line)}`)), made)
  t.same(sids(await rest(one, '/Messages.json?DateSent%3E=2026-11-23')), made.slice(0, 3), 'without what was not sent')
  t.same(sids(await rest(one, '/Messages.json?DateSent%3C=2026-11-22')), made.slice(3))
  t.same(sids(await rest(one, '/Messages.json?DateSent=2026-11-22')), [made[3]])
  const first = await rest(one, '/Messages.json?PageSize=4')
  const next = String(first.row['next_page_uri'])
  t.match(next, /^\/2010-04-01\//)
  vendor.hear({ from: person, body: 'meanwhile' })
  t.same(sids(await rest(one, next.slice(next.indexOf('/Messages')))), made.slice(2), 'pushed on by the one that came')
})

t.test('files are listed, and words can be redacted', async t => {
  const one = await scene(t)
  const { messageSid } = one.vendor.hear({ body: 'See', media: ['image/png', 'image/jpeg'] })
  const { row } = await rest(one, `/Messages/${messageSid}/Media.json`)
  t.match(row['media_list'], [{ content_type: 'image/png', uri: /\/Media\/ME/ }, { content_type: 'image/jpeg' }])
  t.match((await rest(one, `/Messages/${messageSid}.json`, { Body: '' })).row, { body: '', num_media: '2' })
  t.match(await rest(one, '/Messages/SM0.json'), { status: 404, row: { code: 20404 } })
})

t.test('faults of texts: a forged report beside the true one, a lost one, a clock that is ahead', async t => {
  const one = await scene(t)
  const { vendor, hub } = one
  vendor.faults.force('forged')
  await vendor.hear({ body: 'Hello' }).delivered
  const [forged, real] = hub.to('sms')
  t.match(forged?.fields, { Body: 'forged' })
  t.match(real?.fields, { Body: 'Hello' })
  t.not(forged?.headers['i-twilio-idempotency-token'], real?.headers['i-twilio-idempotency-token'])
  vendor.faults.force('silentWebhook')
  t.same(await vendor.hear({ body: 'Lost' }).delivered, { attempts: 0, status: null })
  t.equal(vendor.texts().length, 2)
  vendor.faults.set({ clockSkew: 1, skewMs: 600_000 })
  t.equal((await rest(one, '.json')).headers.get('date'), 'Sat, 21 Nov 2026 09:10:00 GMT')
})

t.test('much happens at once, the same from the same seed, and all of it is told', async t => {
  const one = await scene(t)
  const texts = await one.vendor.many(50)
  t.equal(new Set(texts.map(({ body }) => body)).size, 50)
  t.same(one.vendor.texts().length, 50)
  t.same(new Set(texts.map(({ status }) => status)), new Set(['received', 'delivered', 'undelivered']))
  const heard = texts.filter(({ direction }) => direction === 'inbound')
  t.equal(one.hub.to('sms').length, heard.length)
  t.equal(one.hub.to('sms-status').length, 3 * (50 - heard.length))
  const other = await scene(t)
  const facts = ({ body, from, to, status }: (typeof texts)[number]): object => ({ body, from, to, status })
  t.same((await other.vendor.many(50)).map(facts), texts.map(facts))
  t.notSame(
    (await other.vendor.many(50)).map(({ body }) => body),
    texts.map(({ body }) => body),
  )
})

t.test('a line can be changed behind our back, and set again by the API', async t => {
  const one = await scene(t)
  const { vendor, hub } = one
  const sid = vendor.lines()[0]?.sid ?? ''
  const path = `/IncomingPhoneNumbers/${sid}.json`
  vendor.drift(sid, { smsUrl: `${hub.publicUrl}/webhooks/other/elsewhere`, trunkSid: 'TK1' })
  await vendor.hear({ body: 'Hello' }).delivered
  t.equal(hub.to('elsewhere').length, 1)
  const call = vendor.ring({ from: person })
  await until(() => call.view().heard.some(({ text }) => /Another application/.test(text ?? '')), 'the other one')
  t.match((await rest(one, path)).row, { trunk_sid: 'TK1', capabilities: { voice: true, sms: true, mms: true } })
  t.match((await rest(one, path, { VoiceApplicationSid: 'AP1' })).row, {
    trunk_sid: null,
    voice_application_sid: 'AP1',
  })
  t.match(await rest(one, path, { SmsUrl: '', SmsFallbackUrl: 'x' }), { status: 400, row: { code: 21405 } })
  await rest(one, path, { SmsApplicationSid: 'AP2' })
  t.same(await vendor.hear({ body: 'Hello' }).delivered, { attempts: 0, status: null })
  t.throws(() => vendor.drift('PN0', {}), RangeError)
})

t.test('what the API says of a call can be made old', async t => {
  const one = await scene(t)
  const call = one.vendor.ring({ from: person })
  call.hangUp()
  one.vendor.lag(3_600_000)
  t.match((await rest(one, `/Calls/${call.callSid}.json`)).row, { status: 'ringing', end_time: null })
  one.vendor.lag(0)
  t.match((await rest(one, `/Calls/${call.callSid}.json`)).row, { status: 'no-answer', end_time: /2026/ })
})

t.test('the controls are there over HTTP too', async t => {
  const { vendor, hub } = await scene(t)
  const post = async (path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> => {
    const answer = await fetch(`${vendor.url}/simulator/${path}`, { method: 'POST', body: JSON.stringify(body) })
    return { status: answer.status, body: JSON.parse((await answer.text()) || '{}') }
  }
  t.match(await post('messages', {}), { status: 201, body: { messageSid: /^SM/, delivered: { status: 200 } } })
  t.equal(hub.to('sms')[0]?.fields['From'], world.demoCaller.phone, 'the usual caller')
  await post('messages', { from: person, body: 'Hello', media: ['image/png'] })
  t.match(hub.to('sms')[1]?.fields, { From: person, Body: 'Hello', NumMedia: '1' })
  t.equal((await post('messages', { to: '+61255509999' })).status, 400)
  t.equal((await post('messages/script', { to: person, ends: { failed: 30006 } })).status, 204)
  t.match(await post('lines', { smsUrl: 'https://elsewhere.example.test/' }), {
    body: { lines: [{ smsUrl: 'https://elsewhere.example.test/' }] },
  })
  const listed = (await (await fetch(`${vendor.url}/simulator/messages`)).json()) as { messages: object[] }
  t.match(listed.messages, [{ direction: 'inbound', status: 'received' }, { body: 'Hello' }])
})
