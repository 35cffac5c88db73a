import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newId } from '@switchboard/core'
import t, { type Test } from 'tap'
import { openCalls } from '../test-exchange.ts'
import { type Person } from '../test-vendor.ts'
import { openLine, type Line } from '../test-line.ts'
import { lookForRecordings } from './find.ts'

const store = await openCalls(t)
const customer = '+61491570156'

/** Markup elsewhere that takes messages, whatever becomes of the hub. */
async function staticFallback(t: Test, line: Line): Promise<void> {
  const server = createServer((message, reply) => {
    const isOver = message.url === '/thanks'
    const next = `http://127.0.0.1:${(server.address() as AddressInfo).port}/thanks`
    const markup = line.telephony().fallback?.(isOver ? null : { say: 'Speak.', maxSeconds: 60, next })
    reply.writeHead(200, { 'content-type': 'text/xml' }).end(markup?.body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => (server.closeAllConnections(), server.close()))
  const voiceFallbackUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/voice`
  await fetch(`${line.twilio.url}/simulator/lines`, { method: 'POST', body: JSON.stringify({ voiceFallbackUrl }) })
}

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise(wake => setTimeout(wake, 10))
}

const look = (line: Line): Promise<number> => lookForRecordings(line, line)
const heard = ({ published }: Line, event: string) => published.filter(({ name }) => name === event)

t.test('a message that the fallback took while the hub was away is a missed call with its message, once', async t => {
  const alex: Person = { id: newId<'staff'>(), name: 'Alex', because: 'is away' }
  const line = await openLine(t, store, [alex])
  line.twilio.ring({ from: '+61491570157' }).hangUp()
  await line.until(() => true, 'a first call, so that the line is known')
  await staticFallback(t, line)
  line.crash()
  const caller = line.twilio.ring({ from: customer, leaveMessageMs: 9000 })
  await until(() => caller.view().status === 'completed')
  t.ok(caller.view().heard.some(({ sound }) => sound === 'beep'))
  await line.restart()
  await until(async () => (await look(line)) > 0)
  const call = await line.call()
  t.match(call, { from: customer, direction: 'inbound', state: { name: 'Hungup' }, outcome: 'voicemail' })
  t.equal(call.recording?.durationSeconds, 9)
  t.match(heard(line, 'call.voicemail'), [{ data: { callId: call.id, durationSeconds: 9 } }])
  t.match(heard(line, 'call.missed').at(-1), { data: { callId: call.id, from: customer } })
  t.match((await line.trail()).at(-1)?.because, /while the hub was away/)
  t.equal(await look(line), 0)
})

t.test('a message and a conversation of calls we know are found when their reports were lost', async t => {
  const alex: Person = { id: newId<'staff'>(), name: 'Alex' }
  const line = await openLine(t, store, [alex])
  const caller = line.twilio.ring({ from: customer })
  await line.until(({ legs }) => legs[1]?.status === 'ringing', 'Alex’s phone rings')
  line.phone(alex.id).answer()
  await line.until(({ legs }) => legs.every(leg => leg.inConference), 'both are in')
  await line.does({ type: 'record', by: 'Alex', to: 'on' })
  await line.carry()
  line.crash()
  caller.hangUp()
  await line.restart()
  await until(async () => (await look(line)) > 0)
  const { id, outcome, recording } = await line.call()
  t.strictSame([outcome, recording], ['answered', null], 'it is no message')
  t.match(heard(line, 'call.recorded'), [{ data: { callId: id, vendorId: /^RE/ } }])
  line.staff.claims.clear()
  const away = await openLine(t, store, [{ ...alex, because: 'is away' }])
  away.twilio.ring({ from: customer, leaveMessageMs: 60_000 })
  const isRecorded = (leg: { heard: { text?: string }[] }): boolean => leg.heard.at(-1)?.text === 'is recorded'
  await away.caller(isRecorded, 'it records')
  away.crash()
  await away.caller(leg => leg.status === 'completed', 'the end')
  await away.restart()
  t.match(await away.call(), { outcome: 'missed' })
  await until(async () => (await look(away)) > 0)
  t.match(await away.call(), { outcome: 'voicemail', recording: { durationSeconds: 60 } })
  t.equal(heard(away, 'call.voicemail').length, 1)
})

t.test('recordings of somebody else on the account are left alone', async t => {
  const line = await openLine(t, store, [])
  await staticFallback(t, line)
  line.crash()
  const caller = line.twilio.ring({ from: customer, leaveMessageMs: 9000 })
  await until(() => caller.view().status === 'completed')
  await line.restart()
  await until(async () => ((await line.telephony().recordings?.(new Date(0))) ?? []).length === 1)
  t.equal(await look(line), 0, 'its line was never ours, and is not set up as ours')
})
