import { identityOf, newId, VendorError, type CallId, type LegId } from '@switchboard/core'
import type { SimulatorReply } from '@switchboard/test-simulators/server'
import { faultsOf } from '@switchboard/test-simulators/faults'
import { serve } from '@switchboard/test-simulators/server'
import { twilioSimulator } from '@switchboard/test-simulators/twilio'
import t, { type Test } from 'tap'
import { fastSimulator, twilioAdapter, twilioKit, type TwilioAdapter } from './testing.ts'

const callId: CallId = newId()
const legId: LegId = newId()

/** What the vendor was asked. */
interface Asked {
  path: string
  authorization: string | undefined
  form: URLSearchParams
}

/** An adapter whose vendor answers with these, one after the other. */
async function answering(t: Test, ...replies: SimulatorReply[]): Promise<TwilioAdapter & { asked: Asked[] }> {
  const asked: Asked[] = []
  const paths = ['Calls/:sid', 'Conferences/:sid/Participants.json', 'Conferences.json', 'IncomingPhoneNumbers.json']
  const routes = ['GET', 'POST'].flatMap(method =>
    paths.map(path => ({
      method,
      path: `/2010-04-01/Accounts/:account/${path}`,
      handle: ({ url, headers, body }: { url: URL; headers: Readonly<Record<string, string>>; body: Buffer }) => {
        asked.push({
          path: url.pathname + url.search,
          authorization: headers['authorization'],
          form: new URLSearchParams(body.toString()),
        })
        return replies.shift() ?? { status: 500 }
      },
    })),
  )
  const { url, close } = await serve({ routes, faults: faultsOf(1) })
  t.teardown(close)
  return {
    ...twilioAdapter(twilioKit('https://hub.example.test'), { url, webhookRetries: 0, callerId: undefined }),
    asked,
  }
}

const vendorError = (status: number, code: number): SimulatorReply => ({
  status,
  body: { code, message: 'about +61491570156', more_info: '', status },
})

const redirect = { do: 'redirect', callId, legId, vendorLegId: 'CA1', to: { do: 'hangup' } } as const
const hangup = { do: 'hangup', callId, legId, vendorLegId: 'CA1' } as const
const dial = { do: 'dial', callId, legId, from: '+61255501234', timeoutSeconds: 25 } as const

t.test('dialling a client asks for a participant who brings nothing down with them', async t => {
  const { telephony, asked } = await answering(t, { status: 201, body: { call_sid: 'CA7' } })
  const client = identityOf(newId())
  t.same(await telephony.perform({ ...dial, to: { client } }), { outcome: 'done', vendorLegId: 'CA7' })
  const [{ path, form, authorization } = { path: '', form: new URLSearchParams(), authorization: '' }] = asked
  t.match(path, new RegExp(`^/2010-04-01/Accounts/AC[0-9a-f]{32}/Conferences/${callId}/Participants.json$`))
  t.match(authorization, /^Basic /)
  const hub = 'https://hub.example.test/webhooks/twilio'
  t.match(Object.fromEntries(form), {
    From: '+61255501234',
    To: `client:${client}`,
    Label: legId,
    Timeout: '25',
    Beep: 'false',
    EarlyMedia: 'true',
    StartConferenceOnEnter: 'true',
    EndConferenceOnExit: 'false',
    StatusCallback: `${hub}/status?call=${callId}&leg=${legId}`,
    ConferenceStatusCallback: `${hub}/conference?call=${callId}`,
  })
  t.same(form.getAll('StatusCallbackEvent'), ['initiated', 'ringing', 'answered', 'completed'])
  t.same(form.getAll('ConferenceStatusCallbackEvent'), ['start', 'end', 'join', 'leave', 'mute', 'hold', 'modify'])
})

t.test('a customer sees the number we are told to show, a client the line of the call', async t => {
  const made = { status: 201, body: { call_sid: 'CA7' } }
  const { asked, telephony } = await answering(t, made)
  await telephony.perform({ ...dial, to: { phone: '+61491570157' } })
  t.equal(asked[0]?.form.get('From'), '+61255501234', 'the line, when nothing else is set')
  t.equal(asked[0]?.form.get('To'), '+61491570157')
})

t.test('a redirect carries its markup, a hangup ends whatever the leg does', async t => {
  const done = { body: { sid: 'CA1', status: 'in-progress' } }
  const { telephony, asked } = await answering(t, done, done)
  t.same(await telephony.perform(redirect), { outcome: 'done', vendorLegId: null })
  t.same(await telephony.perform(hangup), { outcome: 'done', vendorLegId: null })
  t.match(asked[0]?.form.get('Twiml'), '<Response><Hangup/></Response>')
  t.same([...(asked[1]?.form ?? [])], [['Status', 'completed']])
})

t.test('a leg that cannot be changed is gone when it is over', async t => {
  const over = { body: { sid: 'CA1', status: 'completed' } }
  const { telephony } = await answering(
    t,
    vendorError(400, 21220),
    over,
    vendorError(404, 20404),
    vendorError(404, 20404),
  )
  t.same(await telephony.perform(redirect), { outcome: 'gone', vendorLegId: null })
  t.same(await telephony.perform(hangup), { outcome: 'gone', vendorLegId: null })
})

t.test('a leg that cannot be changed yet is tried again', async t => {
  const { telephony } = await answering(t, vendorError(400, 21220), { body: { sid: 'CA1', status: 'ringing' } })
  const failure = await telephony.perform(redirect).catch((error: unknown) => error)
  t.ok(failure instanceof VendorError)
  t.match(failure, { retryable: true })
})

const failures: [title: string, reply: SimulatorReply, wanted: object][] = [
  ['a number that is none', vendorError(400, 21211), { retryable: false, vendorCode: '21211', outcomeUnknown: false }],
  ['bad credentials', vendorError(401, 20003), { retryable: false, vendorCode: '20003', outcomeUnknown: false }],
  ['a 503', vendorError(503, 20500), { retryable: true, outcomeUnknown: true }],
  ['a page of HTML', { status: 502, body: '<html>' }, { retryable: true, outcomeUnknown: true, vendorStatus: 502 }],
  ['a broken answer', { status: 201, body: '{"call_sid":' }, { retryable: true, outcomeUnknown: true }],
  ['a change under way', vendorError(412, 20412), { retryable: true, vendorStatus: 412 }],
  ['an answer without what we asked for', { status: 201, body: {} }, { retryable: false, outcomeUnknown: true }],
]

for (const [title, reply, wanted] of failures)
  t.test(`a dial that ends in ${title}`, async t => {
    const { telephony } = await answering(t, reply)
    const failure = await telephony.perform({ ...dial, to: { client: 'staff_1' } }).catch((error: unknown) => error)
    t.ok(failure instanceof VendorError)
    t.match(failure, wanted)
    t.notMatch(String(failure), '491570156', 'and nobody reads a phone number in it')
  })

t.test('too many requests at once: the pause the vendor asks for is kept, and nothing was done', async t => {
  const made = { status: 201, body: { call_sid: 'CA7' } }
  const limited = { ...vendorError(429, 20429), headers: { 'retry-after': '0.1' } }
  const { telephony, asked } = await answering(t, limited, made)
  t.match(await telephony.perform({ ...dial, to: { client: 'staff_1' } }), { vendorLegId: 'CA7' })
  t.equal(asked.length, 2)
})

t.test('lists are read to their last page, and only from the vendor', async t => {
  const page = (phone_number: string, next_page_uri: string | null): SimulatorReply => ({
    body: { incoming_phone_numbers: [{ sid: 'PN1', phone_number }], next_page_uri },
  })
  const path = `/2010-04-01/Accounts/AC${'5b'.repeat(16)}/IncomingPhoneNumbers.json`
  const { telephony, asked } = await answering(
    t,
    page('+61255501234', `${path}?Page=1`),
    page('+61255501235', `https://elsewhere.example.test${path}?Page=2`),
    page('+61255501236', null),
  )
  const lines = await telephony.lines?.()
  t.same(
    lines?.map(({ number, takes, drift }) => ({ number, takes, drift })),
    ['+61255501234', '+61255501235', '+61255501236'].map(number => ({ number, takes: [], drift: [] })),
    'a line whose abilities are not told is left alone',
  )
  t.same(
    asked.map(({ path }) => path.split('?')[1]),
    ['PageSize=100', 'Page=1', 'Page=2'],
  )
})

t.test('while the token is rotated, requests are authorised by whichever is in force', async t => {
  const inForce = String(twilioSimulator.options.authTokens)
  const vendor = await fastSimulator({ publicUrl: 'https://hub.example.test' })
  t.teardown(() => vendor.close())
  const kit = twilioKit('https://hub.example.test')
  const withTokens = (...authTokens: string[]): TwilioAdapter => twilioAdapter(kit, { ...vendor.options, authTokens })
  t.match(await withTokens('the-old-token', inForce).telephony.perform({ ...dial, to: { client: 'staff_1' } }), {
    outcome: 'done',
  })
  t.equal(vendor.calls().length, 1, 'a refused request did nothing')
  const refused = withTokens('the-old-token', 'the-next').telephony.lines?.()
  t.match(await refused?.catch((error: unknown) => error), { vendorCode: '20003', retryable: false })
})

t.test(
  'what the vendor says of a leg may be old: a leg that cannot be changed and seems to live is asked about again',
  async t => {
    const vendor = await fastSimulator({ publicUrl: 'http://127.0.0.1:9' })
    t.teardown(() => vendor.close())
    const { telephony } = twilioAdapter(twilioKit('http://127.0.0.1:9'), vendor.options)
    const call = vendor.ring({ from: '+61491570156' })
    const command = { ...hangup, vendorLegId: call.callSid }
    t.ok(call.hangUp())
    vendor.lag(3_600_000)
    const { legs } = await telephony.inspect({ callId, legs: [{ legId, vendorId: call.callSid }] })
    t.same(legs, [{ vendorId: call.callSid, legId, status: 'ringing', inConference: false }])
    t.match(await telephony.perform(command).catch((error: unknown) => error), {
      retryable: true,
      outcomeUnknown: false,
    })
    vendor.lag(0)
    t.match(await telephony.perform(command), { outcome: 'gone' })
  },
)

t.test('inspect takes words it does not know for a leg that lives', async t => {
  const conferences = {
    conferences: [
      { sid: 'CF1', status: 'init' },
      { sid: 'CF0', status: 'completed' },
    ],
    next_page_uri: null,
  }
  const participants = {
    participants: [{ call_sid: 'CA2', label: 'not ours', status: 'levitating' }],
    next_page_uri: null,
  }
  const { telephony, asked } = await answering(
    t,
    { body: conferences },
    { body: participants },
    { body: { sid: 'CA1', status: 'dreaming' } },
  )
  t.same(await telephony.inspect({ callId, legs: [{ legId, vendorId: 'CA1' }] }), {
    legs: [
      { vendorId: 'CA2', legId: null, status: 'in-progress', inConference: false, conferenceId: 'CF1' },
      { vendorId: 'CA1', legId, status: 'in-progress', inConference: false },
    ],
  })
  t.equal(
    asked.filter(({ path }) => path.includes('Participants')).length,
    1,
    'conferences that are over are not asked about',
  )
})
