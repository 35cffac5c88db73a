import { VendorError, type Line } from '@switchboard/core'
import { twilioSimulator, type RunningTwilio } from '@switchboard/test-simulators/twilio'
import t, { type Test } from 'tap'
import { fastSimulator, twilioAdapter, twilioKit, type TwilioAdapter } from './testing.ts'
import { twilio } from './twilio.ts'

const publicUrl = 'https://hub.example.test'
const hub = `${publicUrl}/webhooks/twilio`
const override = '#ct=2000&rt=5000&rc=3&rp=ct,rt,5xx'

interface Scene extends TwilioAdapter {
  vendor: RunningTwilio
  sid: string
  line(): Promise<Line>
}

async function scene(t: Test, change: object = {}): Promise<Scene> {
  const vendor = await fastSimulator({ publicUrl })
  t.teardown(() => vendor.close())
  const adapter = twilioAdapter(twilioKit(publicUrl), { ...vendor.options, ...change })
  const line = async (): Promise<Line> => {
    const [first] = (await adapter.telephony.lines?.()) ?? []
    if (!first) throw new Error('there is no line')
    return first
  }
  return { ...adapter, vendor, line, sid: vendor.lines()[0]?.sid ?? '' }
}

t.test('a line that is set up as it should be has no drift', async t => {
  const { line, sid } = await scene(t)
  t.same(await line(), {
    ...{ vendorId: sid, number: '+61255501234', name: '+61255501234', takes: ['voice', 'sms', 'mms'], drift: [] },
  })
})

t.test('each setting that is not ours is named, with what it is and what it should be', async t => {
  const { line, vendor, sid } = await scene(t)
  vendor.drift(sid, { voiceUrl: 'https://elsewhere.example.test/', smsUrl: '', smsMethod: 'GET', statusCallback: '' })
  t.same((await line()).drift, [
    { setting: 'VoiceUrl', is: 'https://elsewhere.example.test/', shouldBe: `${hub}/voice${override}` },
    { setting: 'StatusCallback', is: null, shouldBe: `${hub}/status${override}` },
    { setting: 'SmsUrl', is: null, shouldBe: `${hub}/sms${override}` },
    { setting: 'SmsMethod', is: 'GET', shouldBe: 'POST' },
  ])
})

t.test('an address without its connection override is drift, unless none is wanted', async t => {
  const { line, vendor, sid } = await scene(t)
  vendor.drift(sid, { voiceUrl: `${hub}/voice` })
  t.same((await line()).drift, [{ setting: 'VoiceUrl', is: `${hub}/voice`, shouldBe: `${hub}/voice${override}` }])
  const without = await scene(t, { webhookRetries: 0 })
  without.vendor.drift(without.sid, { voiceUrl: `${hub}/voice` })
  t.notOk((await without.line()).drift.some(({ setting }) => setting === 'VoiceUrl'))
})

t.test('a line that an application or a trunk drives ignores its addresses, which is drift', async t => {
  const { line, vendor, sid } = await scene(t)
  vendor.drift(sid, { voiceApplicationSid: 'AP1', trunkSid: 'TK1', smsApplicationSid: 'AP2' })
  t.same((await line()).drift, [
    { setting: 'VoiceApplicationSid', is: 'AP1', shouldBe: '' },
    { setting: 'TrunkSid', is: 'TK1', shouldBe: '' },
    { setting: 'SmsApplicationSid', is: 'AP2', shouldBe: '' },
  ])
})

t.test('a claimed line is as it should be in everything, and gives itself as it is then', async t => {
  const { telephony, line, vendor, sid } = await scene(t)
  vendor.drift(sid, {
    ...{ voiceUrl: '', voiceFallbackUrl: '', statusCallback: '', voiceMethod: 'GET', voiceApplicationSid: 'AP1' },
    ...{ smsUrl: 'https://elsewhere.example.test/', smsFallbackUrl: '', smsApplicationSid: 'AP2' },
  })
  t.ok((await line()).drift.length > 5)
  t.same((await telephony.claimLine?.(sid))?.drift, [])
  t.same((await line()).drift, [])
  t.match(vendor.lines()[0], { voiceUrl: `${hub}/voice${override}`, voiceApplicationSid: '', smsApplicationSid: '' })
  vendor.drift(sid, { voiceApplicationSid: '', trunkSid: 'TK1' })
  t.same((await telephony.claimLine?.(sid))?.drift, [], 'also one that a trunk had')
})

t.test('calls may fall back to markup elsewhere, which answers while the hub is away', async t => {
  const fallbackUrl = 'https://handler.example.test/bin'
  const { telephony, line, vendor, sid } = await scene(t, { fallbackUrl })
  t.same((await line()).drift, [
    { setting: 'VoiceFallbackUrl', is: `${hub}/fallback${override}`, shouldBe: fallbackUrl },
  ])
  t.same((await telephony.claimLine?.(sid))?.drift, [])
  vendor.drift(sid, { voiceFallbackMethod: 'GET' })
  t.same((await line()).drift, [], 'however it is asked')
})

t.test('without messaging, where texts go is not our business', async t => {
  const vendor = await fastSimulator({ publicUrl })
  t.teardown(() => vendor.close())
  const sid = vendor.lines()[0]?.sid ?? ''
  vendor.drift(sid, { smsUrl: 'https://elsewhere.example.test/' })
  const all = twilioAdapter(twilioKit(publicUrl), vendor.options)
  t.match(await all.telephony.lines?.(), [{ drift: [{ setting: 'SmsUrl' }] }])
  const options = twilio.options.parse({ ...twilioSimulator.options, ...vendor.options, messaging: false })
  const calls = twilio.create(options, twilioKit(publicUrl))
  t.match(await calls.telephony?.lines?.(), [{ drift: [] }])
  t.equal(calls.messaging, undefined)
  t.same(
    Object.entries(calls.channels ?? {}).filter(([, { port }]) => port === 'messaging'),
    [],
  )
})

t.test('a line that is not there cannot be claimed', async t => {
  const { telephony } = await scene(t)
  const failure = await telephony.claimLine?.('PN0').catch((error: unknown) => error)
  t.ok(failure instanceof VendorError)
  t.match(failure, { vendorCode: '20404', retryable: false })
})

t.test('lines are read to the last page, and only from the vendor', async t => {
  const more = Array.from({ length: 120 }, (_, index) => `+6125550${String(2000 + index)}`)
  const vendor = await fastSimulator({ publicUrl, moreLines: more })
  t.teardown(() => vendor.close())
  const { telephony } = twilioAdapter(twilioKit(publicUrl), vendor.options)
  const lines = (await telephony.lines?.()) ?? []
  t.same(
    lines.map(({ number }) => number),
    ['+61255501234', ...more],
  )
})
