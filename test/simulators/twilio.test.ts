import { createHmac } from 'node:crypto'
import t, { type Test } from 'tap'
import { music, twimlHub, until, type Arrived, type Reply, type TwimlHub } from './test-twilio.ts'
import { twilioSimulator, type RunningTwilio, type TwilioSettings } from './twilio.ts'
import { worldOf } from './world.ts'

const world = worldOf({ seed: 1, now: new Date('2026-11-21T09:00:00Z'), people: 5 })
const { accountSid, authTokens: token } = twilioSimulator.options
const from = '+61491570156'

interface Scene {
  hub: TwimlHub
  vendor: RunningTwilio
}

/** A simulator a hundred times as fast as the world, and a hub that answers as told. */
async function scene(
  t: Test,
  answer?: (request: Arrived) => Reply,
  settings: Partial<TwilioSettings> = {},
): Promise<Scene> {
  const hub = await twimlHub(t, answer)
  const common = { publicUrl: hub.publicUrl, adapter: 'twilio', world, seed: 1, now: () => new Date(), speed: 100 }
  const vendor = await twilioSimulator.start({ ...common, lineOverride: '', ...settings })
  t.teardown(() => vendor.close())
  return { hub, vendor }
}

/** Asks the REST API. */
async function rest(
  { vendor }: Scene,
  path: string,
  form?: Record<string, string>,
  method = form ? 'POST' : 'GET',
): Promise<{ status: number; headers: Headers; row: Record<string, unknown> }> {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${token}`).toString('base64')}`
  const answer = await fetch(`${vendor.url}/2010-04-01/Accounts/${accountSid}/${path}`, {
    method,
    headers: { authorization },
    ...(form && { body: new URLSearchParams(form) }),
  })
  return { status: answer.status, headers: answer.headers, row: JSON.parse((await answer.text()) || '{}') }
}

const voiceOnly =
  (reply: Reply) =>
  ({ channel }: Arrived): Reply =>
    channel === 'voice' ? reply : music

t.test('webhooks are signed over the address and the sorted fields, and carry a parameter nobody expects', async t => {
  const { hub, vendor } = await scene(t)
  const call = vendor.ring({ from })
  const { url, fields, headers } = await until(() => hub.to('voice')[0], 'a question')
  const signed = Object.keys(fields)
    .sort()
    .reduce((text, name) => text + name + fields[name], url)
  t.equal(headers['x-twilio-signature'], createHmac('sha1', token).update(signed).digest('base64'))
  t.match(fields, {
    CallSid: call.callSid,
    CallStatus: 'ringing',
    Direction: 'inbound',
    From: from,
    AccountSid: accountSid,
  })
  t.ok(fields['SimulatedExtra'])
})

t.test('a fragment is neither sent nor signed, and says how often to try again', async t => {
  const redirect = (hub: string): string =>
    `<Response><Say>x</Say><Redirect>${hub}/webhooks/twilio/next?a=1#rc=2&amp;rp=5xx</Redirect></Response>`
  const { hub, vendor } = await scene(t, ({ channel }) =>
    channel === 'voice' ? redirect(hub.publicUrl) : channel === 'next' ? 503 : music,
  )
  vendor.ring({ from })
  await until(() => hub.to('fallback')[0], 'the fallback')
  const tries = hub.to('next')
  t.equal(tries.length, 3)
  t.equal(new Set(tries.map(({ headers }) => headers['i-twilio-idempotency-token'])).size, 1, 'retries share a token')
  t.match(tries[0]?.url, /next\?a=1$/)
  t.match(hub.to('fallback')[0]?.fields, { ErrorCode: '11200', ErrorUrl: tries[0]?.url })
})

t.test('a refusal is not tried again unless asked for; the fallback is told why', async t => {
  const { hub, vendor } = await scene(t, voiceOnly(500))
  const call = vendor.ring({ from })
  await until(() => call.view().heard.at(-1)?.sound === 'music', 'music')
  t.equal(hub.to('voice').length, 1)
  t.match(hub.to('fallback')[0]?.fields, { ErrorCode: '11200', CallSid: call.callSid, CallStatus: 'ringing' })
})

t.test('an answer that takes too long goes to the fallback', async t => {
  const { hub, vendor } = await scene(t, voiceOnly({ afterMs: 2000 }), { webhookCapMs: 60 })
  vendor.ring({ from })
  t.match((await until(() => hub.to('fallback')[0], 'the fallback')).fields, { ErrorCode: '11200' })
})

t.test('an answer that is no TwiML goes to the fallback', async t => {
  const { hub, vendor } = await scene(t, voiceOnly('<Response><Say>'))
  vendor.ring({ from })
  t.match((await until(() => hub.to('fallback')[0], 'the fallback')).fields, { ErrorCode: '12100' })
})

t.test('when the fallback fails too, the caller hears an apology and the call ends', async t => {
  const { hub, vendor } = await scene(t, () => 500)
  const call = vendor.ring({ from })
  await until(() => call.view().status === 'completed', 'the end')
  t.match(
    call.view().heard.map(({ sound }) => sound),
    ['ringing', 'say', 'nothing'],
  )
  t.match((await until(() => hub.to('status')[0], 'the report')).fields, {
    CallStatus: 'completed',
    SequenceNumber: '0',
  })
})

t.test('while the hub is away calls live on, and can be led when it is back', async t => {
  const one = await scene(t)
  const { hub, vendor } = one
  const call = vendor.ring({ from })
  await until(() => call.view().heard.at(-1)?.sound === 'music', 'music')
  await rest(one, 'Conferences/room/Participants.json', { From: '+61255501234', To: 'client:sam' })
  await hub.stop()
  await until(() => vendor.softphone('sam').answer(), 'a ringing phone')
  await until(() => vendor.softphone('sam').legs()[0]?.conference === 'room', 'the conference')
  t.match(call.view(), { status: 'in-progress' })
  await hub.restart()
  const Twiml = '<Response><Dial><Conference>room</Conference></Dial></Response>'
  t.equal((await rest(one, `Calls/${call.callSid}.json`, { Twiml })).status, 200)
  t.match(call.view(), { conference: 'room', heard: [{}, { sound: 'music' }, { sound: 'conference' }] })
  t.equal(call.view().silenceMs, 0)
})

t.test('a line whose hub is away asks its fallback, and apologises', async t => {
  const { hub, vendor } = await scene(t)
  await hub.stop()
  const call = vendor.ring({ from })
  await until(() => call.view().status === 'completed', 'the end')
  t.ok(call.view().heard.some(({ text }) => /sorry/.test(text ?? '')))
})

t.test('faults of reports: drop, duplicate, reorder', async t => {
  const one = await scene(t, () => '<Response><Hangup/></Response>')
  const { hub, vendor } = one
  const dial = async (label: string): Promise<unknown> =>
    rest(one, `Conferences/${label}/Participants.json`, {
      ...{ From: '+61255501234', To: `client:${label}`, Label: label, StatusCallbackEvent: 'initiated' },
      StatusCallback: `${hub.publicUrl}/webhooks/twilio/${label}`,
    })
  vendor.faults.set({ drop: 1 })
  await dial('dropped')
  await until(() => vendor.softphone('dropped').legs()[0]?.status === 'ringing', 'ringing')
  vendor.faults.clear()
  vendor.faults.set({ duplicate: 1 })
  await dial('twice')
  await until(() => hub.to('twice').length === 2, 'both copies')
  const tokens = hub.to('twice').map(({ headers }) => headers['i-twilio-idempotency-token'])
  t.equal(tokens[0], tokens[1])
  t.same(hub.to('dropped'), [])
  vendor.faults.clear()
  vendor.faults.set({ reorder: 1, delayMs: 4000 })
  await dial('first')
  await until(() => vendor.softphone('first').legs()[0]?.status === 'ringing', 'ringing')
  await dial('second')
  await until(() => hub.to('first').length === 1, 'the report that was held back')
  const order = hub.arrived.map(({ channel }) => channel).filter(channel => channel === 'first' || channel === 'second')
  t.same(order, ['second', 'first'])
})

t.test('a forged signature is not the account’s', async t => {
  const { hub, vendor } = await scene(t)
  vendor.ring({ from })
  const genuine = await until(() => hub.to('voice')[0], 'a question')
  vendor.forgeSignatures(true)
  vendor.ring({ from })
  const forged = await until(() => hub.to('voice')[1], 'another')
  const expected = ({ url, fields }: Arrived): string =>
    createHmac('sha1', token)
      .update(
        Object.keys(fields)
          .sort()
          .reduce((text, name) => text + name + fields[name], url),
      )
      .digest('base64')
  t.equal(genuine.headers['x-twilio-signature'], expected(genuine))
  t.not(forged.headers['x-twilio-signature'], expected(forged))
})

t.test('phones do what they are scripted to', async t => {
  const one = await scene(t)
  const { vendor } = one
  const ends: Record<string, string> = {}
  const behaviours = {
    busy: 'busy',
    declines: 'declines',
    unreachable: 'unreachable',
    brief: { answersAfterMs: 500, hangsUpAfterMs: 1000 },
  } as const
  for (const [name, behaviour] of Object.entries(behaviours)) {
    vendor.script(`client:${name}`, behaviour)
    await rest(one, `Conferences/${name}/Participants.json`, { From: '+61255501234', To: `client:${name}` })
  }
  await rest(one, 'Conferences/late/Participants.json', { From: '+61255501234', To: 'client:late', Timeout: '5' })
  await until(
    () => vendor.calls().every(({ status }) => status !== 'queued' && status !== 'ringing' && status !== 'in-progress'),
    'all ends',
  )
  for (const { to, status } of vendor.calls()) ends[to] = status
  t.same(ends, {
    'client:busy': 'busy',
    'client:declines': 'busy',
    'client:unreachable': 'failed',
    'client:brief': 'completed',
    'client:late': 'no-answer',
  })
})

t.test('the controls are there over HTTP too', async t => {
  const one = await scene(t)
  const { vendor, hub } = one
  const post = (path: string, body?: object): Promise<Response> =>
    fetch(`${vendor.url}/simulator/${path}`, { method: 'POST', ...(body && { body: JSON.stringify(body) }) })
  const { callSid } = (await (await post('calls', {})).json()) as { callSid: string }
  t.equal(
    (await until(() => hub.to('voice')[0], 'a question')).fields['From'],
    world.demoCaller.phone,
    'the usual caller',
  )
  await rest(one, 'Conferences/room/Participants.json', { From: '+61255501234', To: 'client:sam', Label: 'leg-1' })
  await until(() => vendor.softphone('sam').legs()[0]?.status === 'ringing', 'ringing')
  t.equal((await post('softphone/sam/answer', { label: 'another' })).status, 409)
  t.equal((await post('softphone/sam/answer', { label: 'leg-1' })).status, 204)
  t.equal((await post('softphone/sam/decline')).status, 409, 'it no longer rings')
  t.equal((await post('softphone/sam/hangup')).status, 204)
  t.equal((await post('softphone/sam/sing')).status, 409)
  t.equal((await post(`calls/${callSid}/hangup`)).status, 204)
  t.equal((await post('calls', { to: '+61255509999' })).status, 400, 'no line of the account')
  t.equal((await post('calls', { from: 7 })).status, 400)
  const { calls } = (await (await fetch(`${vendor.url}/simulator/calls`)).json()) as { calls: object[] }
  t.match(calls, [
    { callSid, status: 'completed' },
    { label: 'leg-1', status: 'completed' },
  ])
})

t.test('a conference reports to where its first participant said, and ends with the one it should', async t => {
  const one = await scene(t)
  const { hub, vendor } = one
  const dial = (name: string, more: Record<string, string>): ReturnType<typeof rest> =>
    rest(one, 'Conferences/room/Participants.json', {
      From: '+61255501234',
      To: `client:${name}`,
      Label: name,
      ...more,
    })
  const callback = (channel: string): Record<string, string> => ({
    ConferenceStatusCallback: `${hub.publicUrl}/webhooks/twilio/${channel}`,
    ConferenceStatusCallbackEvent: 'join',
  })
  const { row } = await dial('sam', { ...callback('first'), EndConferenceOnExit: 'true' })
  t.match(row, { status: 'queued', label: 'sam' })
  await dial('robin', callback('second'))
  for (const name of ['sam', 'robin']) await until(() => vendor.softphone(name).answer(), `${name}'s phone`)
  await until(() => hub.to('first').length === 2, 'both joined')
  t.same(hub.to('second'), [])
  t.match(hub.to('first')[0]?.fields, {
    StatusCallbackEvent: 'participant-join',
    FriendlyName: 'room',
    SequenceNumber: '1',
  })
  vendor.softphone('sam').hangUp()
  await until(() => vendor.calls().every(({ status }) => status === 'completed'), 'the end of both')
  const again = await dial('sam', {})
  t.not(again.row['conference_sid'], row['conference_sid'], 'the name is free for another conference')
})

t.test('participants are found by label, held, muted and put out', async t => {
  const one = await scene(t)
  const { vendor } = one
  const { row } = await rest(one, 'Conferences/room/Participants.json', {
    From: '+61255501234',
    To: 'client:sam',
    Label: 'leg-1',
  })
  const path = `Conferences/${row['conference_sid']}/Participants`
  t.match((await rest(one, `${path}.json`)).row['participants'], [{ label: 'leg-1', status: /queued|ringing/ }])
  t.match(await rest(one, `${path}/leg-1.json`, { Muted: 'true' }), { status: 400 }, 'not before it is there')
  await until(() => vendor.softphone('sam').answer(), 'a ringing phone')
  t.match((await rest(one, `${path}/leg-1.json`, { Hold: 'true', Muted: 'true' })).row, { hold: true, muted: true })
  t.equal(vendor.calls()[0]?.heard.at(-1)?.sound, 'music')
  t.equal((await rest(one, `${path}/leg-1.json`, undefined, 'DELETE')).status, 204)
  await until(() => vendor.calls()[0]?.status === 'completed', 'the end')
  t.match(await rest(one, `${path}/leg-1.json`), { status: 404, row: { code: 20404 } }, 'who left is not listed')
  t.match((await rest(one, 'Conferences.json?FriendlyName=room')).row['conferences'], [{ status: 'completed' }])
})

t.test('calls are redirected and ended as the API allows', async t => {
  const one = await scene(t)
  const call = one.vendor.ring({ from })
  const path = `Calls/${call.callSid}.json`
  t.match(
    await rest(one, path, { Twiml: '<Response/>' }),
    { status: 400, row: { code: 21220 } },
    'not before it is answered',
  )
  await until(() => call.view().status === 'in-progress', 'the call')
  t.match(await rest(one, path, { Twiml: '<Response>' }), { status: 400 })
  t.match(await rest(one, path, { Twiml: `<Response><Say>${'x'.repeat(4000)}</Say></Response>` }), { status: 400 })
  t.match(
    await rest(one, path, { Status: 'canceled' }),
    { status: 200, row: { status: 'in-progress' } },
    'too late to cancel',
  )
  t.match(await rest(one, path, { Status: 'completed' }), { status: 200, row: { status: 'completed' } })
  t.match(await rest(one, path, { Status: 'completed' }), { status: 400, row: { code: 21220 } })
  t.match(await rest(one, path), { row: { sid: call.callSid, from, direction: 'inbound' } })
})

t.test('errors come in the vendor’s envelope', async t => {
  const one = await scene(t)
  const envelope = (status: number, code: number): object => ({
    status,
    row: { status, code, message: /.+/, more_info: /docs\/errors/ },
  })
  const participants = 'Conferences/room/Participants.json'
  const From = '+61255501234'
  t.match(await rest(one, 'Calls/CA0.json'), envelope(404, 20404))
  t.match(await rest(one, participants, { From }), envelope(400, 21201))
  t.match(await rest(one, participants, { To: 'client:sam' }), envelope(400, 21213))
  t.match(await rest(one, participants, { From, To: '0491 570 156' }), envelope(400, 21211))
  t.match(await rest(one, participants, { From: '+61255509999', To: from }), envelope(400, 21210))
  const other = `${one.vendor.url}/2010-04-01/Accounts/AC0/Calls.json`
  t.equal((await fetch(other)).status, 401)
  one.vendor.faults.set({ tokenExpired: 1 })
  t.match(await rest(one, 'Calls.json'), envelope(401, 20003))
  one.vendor.faults.clear()
  one.vendor.faults.set({ status429: 1, retryAfterSeconds: 2 })
  const limited = await rest(one, 'Calls.json')
  t.match(limited, envelope(429, 20429))
  t.equal(limited.headers.get('retry-after'), '2')
})

t.test('lists come in pages, the next one’s address relative and null at the end', async t => {
  const one = await scene(t)
  for (let count = 0; count < 3; count++) one.vendor.ring({ from })
  const first = await rest(one, 'Calls.json?PageSize=2')
  t.match(first.row, { page: 0, page_size: 2, start: 0, end: 1, previous_page_uri: null })
  const next = String(first.row['next_page_uri'])
  t.match(next, /^\/2010-04-01\/Accounts\/.+PageSize=2&Page=1$/)
  const second = await rest(one, next.slice(next.indexOf('Calls.json')))
  t.match(second.row, { next_page_uri: null, calls: [{}] })
  t.equal((second.row['calls'] as unknown[]).length, 1)
  t.match((await rest(one, 'IncomingPhoneNumbers.json')).row['incoming_phone_numbers'], [
    { phone_number: '+61255501234' },
  ])
})

t.test('a line can be pointed elsewhere', async t => {
  const one = await scene(t)
  const { row } = await rest(one, 'IncomingPhoneNumbers.json')
  const [{ sid } = { sid: '' }] = row['incoming_phone_numbers'] as { sid: string }[]
  const path = `IncomingPhoneNumbers/${sid}.json`
  t.match(await rest(one, path, { VoiceUrl: '', VoiceFallbackUrl: 'x' }), { status: 400, row: { code: 21405 } })
  await rest(one, path, { VoiceUrl: `${one.hub.publicUrl}/webhooks/other/elsewhere` })
  one.vendor.ring({ from })
  await until(() => one.hub.to('elsewhere')[0], 'a question')
  t.same(one.hub.to('voice'), [])
})

t.test('a caller who hangs up during a dial is reported to its action', async t => {
  const { hub, vendor } = await scene(
    t,
    voiceOnly('<Response><Dial action="dial-action?x=1"><Conference>room</Conference></Dial></Response>'),
  )
  const call = vendor.ring({ from })
  await until(() => call.view().conference === 'room', 'the conference')
  t.ok(call.hangUp())
  t.notOk(call.hangUp())
  t.match((await until(() => hub.to('dial-action')[0], 'the action')).fields, {
    CallStatus: 'completed',
    DialCallStatus: 'answered',
  })
})

t.test('a message is kept as a recording', async t => {
  const one = await scene(t, voiceOnly('<Response><Record maxLength="30" action="record-action"/></Response>'))
  const call = one.vendor.ring({ from, leaveMessageMs: 12_000 })
  const { fields } = await until(() => one.hub.to('record-action')[0], 'the action')
  t.match(fields, { Digits: 'hangup', RecordingDuration: '12', CallStatus: 'completed' })
  const recording = `Recordings/${fields['RecordingSid']}.json`
  await until(() => call.view().status === 'completed', 'the end')
  t.match((await rest(one, recording)).row, { call_sid: call.callSid })
})

t.test('a caller with little patience hangs up by themselves', async t => {
  const { vendor } = await scene(t)
  const call = vendor.ring({ from, hangUpAfterMs: 3000 })
  await until(() => call.view().status === 'completed', 'the end')
  t.equal(call.view().heard.at(-1)?.sound, 'nothing')
})
