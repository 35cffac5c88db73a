import t from 'tap'
import { password, startHubProcess } from './hub-process.ts'
import { ask, connectPhone, signIn, type Phone } from './phone.ts'

/** A request whose answer has no body, or whose method is another. @returns the status */
async function tell(url: string, [method, path]: [string, string], token: string, body?: object): Promise<number> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const answer = await fetch(url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
  return answer.status
}

interface Member {
  id: string
  name: string
  presence: string
  isConnected: boolean
  devices: number
  callId: string | null
}

const isOver = (phone: Phone, callId: string, me: string) =>
  phone.heard(
    ({ type, data }) =>
      type === 'call.state' && data?.['callId'] === callId && !(data['with'] as string[] | undefined)?.includes(me),
  )

t.test('devices, sign-ins and roles, from npm start on', { timeout: 280_000 }, async t => {
  const hub = await startHubProcess({ DATA_DIR: t.testdir() })
  t.teardown(() => hub.end('SIGKILL'))
  const simulator = hub.simulators['twilio'] ?? ''
  const admin = await signIn(hub.url, 'admin@localhost', password)
  const token = await signIn(hub.url, 'alex@demo.example', password)
  const ring = () => fetch(`${simulator}/simulator/calls`, { method: 'POST', body: '{}' })
  const team = async () => (await ask<{ items: Member[] }>(hub.url, '/api/team', admin)).items
  const [desk, mobile] = [await connectPhone(hub.url, token), await connectPhone(hub.url, token)]
  const welcome = await desk.heard(({ type }) => type === 'welcome')
  const me = (welcome.data as { staff: { id: string } }).staff.id
  const deskName = welcome.data?.['device']

  await t.test('a ring rings every device; a decline on one is the person’s', async t => {
    await ring()
    const { data } = await mobile.heard(({ type }) => type === 'call.ringing')
    const callId = (data as { call: { id: string } }).call.id
    t.match(await mobile.send('call.decline', { callId }), { ok: true })
    for (const phone of [desk, mobile]) await isOver(phone, callId, me)
  })

  await t.test('an answer on one device silences the other; whoever leads sees who is in which call', async t => {
    const declined = desk.frames.find(({ type }) => type === 'call.ringing')
    await ring()
    const { data } = await desk.heard(frame => frame.type === 'call.ringing' && frame !== declined)
    const callId = (data as { call: { id: string } }).call.id
    t.match(await desk.send('call.answer', { callId }), { ok: true })
    const silenced = await mobile.heard(({ type }) => type === 'call.answeredElsewhere')
    t.same(silenced.data, { callId, by: me, device: deskName })
    const own = await desk.heard(({ type }) => type === 'call.answered')
    t.same(own.data, silenced.data)
    t.match(
      (await team()).find(({ id }) => id === me),
      { isConnected: true, devices: 2, callId },
    )
    const robin = await signIn(hub.url, 'robin@demo.example', password)
    t.equal(await tell(hub.url, ['POST', `/api/calls/${callId}/hangup`], robin), 403, 'it is not Robin’s')
    await desk.send('call.hangup', { callId })
    await isOver(mobile, callId, me)
  })

  await t.test('who signs out everywhere is cut off on every device', async t => {
    t.equal(await tell(hub.url, ['DELETE', '/api/me/sessions'], token), 204)
    for (const phone of [desk, mobile]) t.match(await phone.closed, { code: 4003, reason: /signed out/ })
  })

  await t.test('who gets another role, or is shut out, is asked to come back, or is out', async t => {
    const sam = await connectPhone(hub.url, await signIn(hub.url, 'sam@demo.example', password))
    const id = (await team()).find(({ name }) => name.startsWith('Sam'))?.id ?? ''
    t.equal(await tell(hub.url, ['PATCH', `/api/staff/${id}`], admin, { role: 'manager' }), 200)
    t.match(await sam.closed, { code: 4004 })
    const again = await signIn(hub.url, 'sam@demo.example', password)
    const back = await connectPhone(hub.url, again)
    t.equal(await tell(hub.url, ['PATCH', `/api/staff/${id}`], admin, { isActive: false }), 200)
    t.match(await back.closed, { code: 4003 })
    await t.rejects(signIn(hub.url, 'sam@demo.example', password), /401/)
  })
})
