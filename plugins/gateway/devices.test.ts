import { command, newId, z } from '@switchboard/core'
import { testDatabase } from '@switchboard/test-postgres'
import { test } from 'tap'
import { enter, open } from './test-client.ts'
import { at, started, state, until, type TestGateway } from './test-hub.ts'

/** Answers a call, as the part does that owns calls. */
const answer = command({
  name: 'call.answer',
  summary: 'Answers',
  access: 'agent',
  input: z.object({ callId: z.string() }),
  handle: async (_staffId, { callId }) => ({ callId, legId: 'l' }),
})

/** A client of Sam's, on a device of this name. */
async function device(gateway: TestGateway, name: string, resume: object = {}) {
  const { ticket, url } = await gateway.ticket(gateway.staff.sam.id)
  const client = await open(url)
  client.send({ type: 'hello', data: { ticket, device: name, ...resume } })
  return client
}

test('who answers on one device silences their others, and the one they answered on knows that it was it', async t => {
  const gateway = await started(t, { commands: [answer] })
  const { sam, robin } = gateway.staff
  const [desk, mobile] = [await device(gateway, 'desk'), await device(gateway, 'mobile')]
  t.equal((await desk.next('welcome')).data.device, 'desk')
  const { data, seq } = await mobile.next('welcome')
  const callId = newId<'call'>()
  const legs = [{ staffId: sam.id, legId: newId<'leg'>() }]
  await gateway.publish('call.ringing', { callId, legs, from: null, to: '+61700000000', at })
  for (const client of [desk, mobile]) await client.next('call.ringing')
  t.match(await desk.ask('call.answer', { callId }), { ok: true })
  await gateway.publish('call.accepted', { callId, staffId: sam.id, legId: legs[0]?.legId })
  await gateway.publish('call.accepted', { callId, staffId: sam.id, legId: legs[0]?.legId })
  await gateway.publish('call.state', state(callId, sam.id, robin.id))
  const told = { callId, by: sam.id, device: 'desk' }
  const silenced = await mobile.next('call.answeredElsewhere')
  const own = await desk.next('call.answered')
  t.same(silenced.data, told)
  t.same(own.data, told)
  t.equal(silenced.seq, own.seq)
  for (const client of [desk, mobile]) await client.next('call.state')
  const types = (client: typeof desk) =>
    client.frames.map(({ type }) => type).filter(type => type.startsWith('call.an'))
  t.same([types(desk), types(mobile)], [['call.answered'], ['call.answeredElsewhere']], 'once')

  mobile.close(4900)
  await mobile.closed
  const back = await device(gateway, 'mobile', { epoch: data.epoch, seq })
  t.same((await back.next('call.answeredElsewhere')).data, told, 'also who was away')
  const again = await device(gateway, 'desk', { epoch: data.epoch, seq })
  t.same((await again.next('call.answered')).data, told)
})

test('a call that was answered by other means silences nobody in particular', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const client = await device(gateway, 'desk')
  await client.next('welcome')
  const callId = newId<'call'>()
  await gateway.publish('call.accepted', { callId, staffId: sam.id, legId: newId() })
  await gateway.publish('call.state', state(callId, sam.id))
  await client.next('call.state')
  t.notOk(client.frames.some(({ type }) => type === 'call.answeredElsewhere'))
})

test('what somebody does is told to whoever may see the team, and their status to everybody', async t => {
  const gateway = await started(t)
  const { sam, robin, olive } = gateway.staff
  olive.role = 'manager'
  const clients = []
  for (const { id } of [sam, robin, olive]) {
    const client = await enter(await gateway.ticket(id))
    await client.next('welcome')
    clients.push(client)
  }
  const duty = {
    ...{ presenceSince: at, connectedSince: at, callId: newId(), callSince: at, wrapupUntil: null, devices: 1 },
  }
  const busy = { staffId: sam.id, presence: 'busy', isConnected: true, duty }
  await gateway.publish('presence.changed', busy)
  await gateway.publish('duty.changed', { ...busy, duty: { ...duty, callId: null } })
  await gateway.publish('call.state', state('last', sam.id, robin.id, olive.id))
  const heard = []
  for (const client of clients) {
    await client.next('call.state')
    heard.push(
      client.frames.flatMap(({ type, data }) =>
        type === 'presence.changed' && data.staffId === sam.id && data.presence === 'busy' ? [data.duty?.callId] : [],
      ),
    )
  }
  t.same(heard, [[duty.callId], [undefined], [duty.callId, null]], 'Sam, a colleague, a manager')
})

test('who is in a call counts as there for longer when the line is cut', async t => {
  const { url } = await testDatabase(t)
  const gateway = await started(t, { url, options: { graceSeconds: 1, callGraceSeconds: 60 } })
  const { sam, robin } = gateway.staff
  gateway.inCall.add(sam.id)
  for (const { id } of [sam, robin]) {
    const client = await enter(await gateway.ticket(id))
    await client.next('welcome')
    client.close(4900)
    await client.closed
  }
  const lost = async () => (await gateway.sql`select 1 from gateway_connection where gone_at is not null`).length
  await until(async () => (await lost()) === 2)
  gateway.pass(2_000)
  await until(() => gateway.clientsOf(robin.id) === 0)
  t.equal(gateway.clientsOf(sam.id), 1)
  gateway.pass(60_000)
  await until(() => gateway.clientsOf(sam.id) === 0)
})

test('so do those in a call whose hub died', async t => {
  const gateway = await started(t, { options: { graceSeconds: 1, callGraceSeconds: 60 } })
  const { sam, robin } = gateway.staff
  gateway.inCall.add(sam.id)
  const dead = newId()
  await gateway.sql`insert into gateway_hub (id, alive_until) values (${dead}, now() - interval '1 second')`
  for (const { id } of [sam, robin])
    await gateway.sql`insert into gateway_connection (id, staff_id, hub_id, opened_at) values (${newId()}, ${id}, ${dead}, now())`
  await until(() => gateway.clientsOf(robin.id) === 0)
  const left = await gateway.sql`select staff_id as "staffId" from gateway_connection where gone_at > now()`
  t.same(left, [{ staffId: sam.id }])
})
