import { newId } from '@switchboard/core'
import { test } from 'tap'
import { exampleFrame } from './protocol-examples.ts'
import { deafClient, enter, open, upgradeStatus } from './test-client.ts'
import { at, started, state, until } from './test-hub.ts'

test('a ticket opens one connection, within 30 seconds', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const ticket = await gateway.ticket(sam.id)
  t.match(ticket.url, /^ws:\/\/127\.0\.0\.1:\d+\/gateway$/)
  const welcome = await (await enter(ticket)).next('welcome')
  t.match(welcome.data, {
    isResumed: false,
    seq: 0,
    staff: { id: sam.id, name: 'Sam', email: sam.email, role: 'agent' },
  })
  t.match(welcome.data, { calls: [], presence: [], threads: [] })
  t.match(await (await enter(ticket)).closed, { code: 4001, reason: /used/ }, 'the second time')
  t.match(await (await enter({ ...ticket, ticket: 'made-up' })).closed, { code: 4001 }, 'an invented one')
  const late = await gateway.ticket(sam.id)
  gateway.pass(30_000)
  t.match(await (await enter(late)).closed, { code: 4001 }, 'an expired one')
})

test('who may have a ticket, and for whom', async t => {
  const gateway = await started(t)
  const { sam, robin } = gateway.staff
  const key = (role: 'admin' | 'manager') => ({ kind: 'key', keyId: 'k', role, name: 'cli' }) as const
  const forSam = await gateway.ticket(key('admin'), { staff: sam.email })
  t.equal((await (await enter(forSam)).next('welcome')).data.staff.id, sam.id)
  await t.rejects(gateway.ticket(key('manager'), { staff: sam.email }), { code: 'forbidden' })
  await t.rejects(gateway.ticket(key('admin')), { code: 'bad_request' }, 'a key is nobody')
  await t.rejects(gateway.ticket(key('admin'), { staff: 'nobody@demo.example' }), { code: 'not_found' })
  await t.rejects(gateway.ticket(sam.id, { staff: robin.email }), { code: 'forbidden' }, 'a person only for themselves')
})

test('pages of strange origins are refused, programs and our own pages are not', async t => {
  const gateway = await started(t, { options: { origins: ['desk.example.com', 'https://shop.example.com'] } })
  const { url } = await gateway.ticket(gateway.staff.sam.id)
  const status = (headers: Record<string, string>) => upgradeStatus(url, headers)
  t.match(await status({ origin: 'https://evil.example' }), /403/)
  t.match(await status({ origin: 'http://shop.example.com' }), /403/, 'an origin is scheme and host and port')
  t.match(await status({ origin: 'null' }), /403/)
  t.match(await status({}), /101/)
  t.match(await status({ origin: 'https://desk.example.com:8443' }), /101/, 'a host name allows any scheme and port')
  t.match(await status({ origin: 'https://shop.example.com' }), /101/)
  t.match(await status({ origin: 'http://127.0.0.1:3000' }), /101/, 'the page the hub itself serves')
})

test('a connection that says no hello is closed', async t => {
  const gateway = await started(t)
  const client = await open((await gateway.ticket(gateway.staff.sam.id)).url)
  gateway.pass(5_000)
  t.match(await client.closed, { code: 4002 })
})

test('events reach whom they name, presence reaches everybody', async t => {
  const gateway = await started(t)
  const { sam, robin } = gateway.staff
  const samClient = await enter(await gateway.ticket(sam.id))
  const robinClient = await enter(await gateway.ticket(robin.id))
  for (const client of [samClient, robinClient]) await client.next('welcome')
  const callId = newId<'call'>()
  await gateway.publish('call.state', state(callId, sam.id, robin.id))
  await gateway.publish('call.answeredElsewhere', { callId, staffIds: [robin.id], by: sam.id })
  await gateway.publish('call.missed', { callId, from: null, staffIds: [sam.id], at })
  t.match((await samClient.next('call.state')).data, {
    callId,
    state: 'DialingStaff',
    because: 'Sam is free',
    with: [sam.id, robin.id],
    at,
  })
  t.same((await robinClient.next('call.answeredElsewhere')).data, { callId, by: sam.id })
  t.same((await samClient.next('call.missed')).data, { callId, from: null, at })
  await samClient.ask('presence.set', { presence: 'dnd' })
  for (const client of [samClient, robinClient])
    for (let seen = ''; seen !== 'dnd';) {
      const { data } = await client.next('presence.changed')
      if (data.staffId === sam.id) seen = data.presence
    }
  t.equal(gateway.presenceOf(sam.id), 'dnd')
  t.notOk(robinClient.frames.some(({ type }) => type === 'call.missed'))
})

test('a client that comes back gets exactly what it missed, in order', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const first = await enter(await gateway.ticket(sam.id))
  const { epoch } = (await first.next('welcome')).data
  await gateway.publish('call.state', state('one', sam.id))
  const { seq } = await first.next('call.state')
  first.close(4900)
  await first.closed
  const missed = Array.from({ length: 70 }, (_, index) => `missed ${index} 🦘`)
  for (const callId of missed) await gateway.publish('call.state', state(callId, sam.id))
  const back = await enter(await gateway.ticket(sam.id), { epoch, seq })
  t.match(await back.next('welcome'), { seq, data: { epoch, isResumed: true } })
  for (const _ of missed) await back.next('call.state')
  const counted = back.frames.filter(frame => frame.type !== 'welcome')
  t.same(
    counted.map(frame => frame.seq),
    counted.map((_, index) => seq + 1 + index),
    'without a gap',
  )
  const states = counted.flatMap(frame => (frame.type === 'call.state' ? [String(frame.data.callId)] : []))
  t.same(states, missed)
})

test('a client that knows another epoch, a later count, or one that was pruned, is told to reset', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const first = await enter(await gateway.ticket(sam.id))
  const { epoch } = (await first.next('welcome')).data
  await gateway.publish('call.state', state('one', sam.id))
  await first.next('call.state')
  const because = async (resume: { epoch: string; seq: number }) => {
    const client = await enter(await gateway.ticket(sam.id), resume)
    const welcome = await client.next('welcome')
    const reset = await client.next('reset')
    t.match(welcome.data, { isResumed: false, epoch })
    t.equal(reset.seq, welcome.seq)
    return reset.data.because
  }
  t.equal(await because({ epoch: newId(), seq: 0 }), 'epoch')
  t.equal(await because({ epoch, seq: 1_000 }), 'ahead')
  await gateway.sql`update gateway_seq set pruned_to = 1 where staff_id = ${sam.id}`
  t.equal(await because({ epoch, seq: 0 }), 'pruned')
})

test('frames of 16 KiB are heard, larger ones close the connection', async t => {
  const gateway = await started(t)
  for (const kib of [17, 100]) {
    const client = await enter(await gateway.ticket(gateway.staff.sam.id))
    await client.next('welcome')
    t.match(await client.ask('test.echo', { callId: 'x'.repeat(15 * 1024) }), { ok: true })
    client.sendText('x'.repeat(kib * 1024))
    t.match(await client.closed, { code: kib === 17 ? 1009 : 1006 })
  }
})

test('a client that sends more than 50 frames a second is closed', async t => {
  const gateway = await started(t)
  const client = await enter(await gateway.ticket(gateway.staff.sam.id))
  await client.next('welcome')
  for (let index = 0; index < 500; index++) client.send({ id: 'same', type: 'test.echo', data: { callId: 'c' } })
  t.match(await client.closed, { code: 4029 })
})

test('a client that does not read is closed with 4008, and others hear everything', async t => {
  const gateway = await started(t)
  const { sam, robin } = gateway.staff
  const deaf = await deafClient(await gateway.ticket(sam.id))
  const client = await enter(await gateway.ticket(robin.id))
  await client.next('welcome')
  await until(() => gateway.clientsOf(sam.id) === 1)
  const text = 'x'.repeat(500_000)
  const { data } = exampleFrame('message.received') as { data: { message: object } }
  const long = { ...data, message: { ...data.message, text } }
  let count = 0
  const isClosed = async () =>
    (await gateway.sql`select 1 from gateway_connection where staff_id = ${sam.id} and gone_at > now()`).length > 0
  for (; count < 60 && !(await isClosed()); count++)
    await gateway.publish('message.received', { ...long, staffIds: [sam.id, robin.id] })
  for (let heard = 0; heard < count; heard++) await client.next('message.received')
  t.ok((await deaf.rest()).subarray(-200).includes('you read too slowly'), 'the close frame says why')
  deaf.destroy()
})

test('commands are answered with their result or a code, whatever happens', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const client = await enter(await gateway.ticket(sam.id))
  await client.next('welcome')
  t.same(await client.ask('test.echo', { callId: 'c' }, 'mine'), {
    re: 'mine',
    ok: true,
    data: { staffId: sam.id, callId: 'c' },
  })
  t.match(
    await client.ask('test.echo', { callId: 'other' }, 'mine'),
    { data: { callId: 'c' } },
    'the same id, the same answer',
  )
  t.match(await client.ask('test.echo', { callId: 7 }), {
    ok: false,
    error: { code: 'bad_request', message: /callId/ },
  })
  t.match(await client.ask('test.nothing'), { ok: false, error: { code: 'unknown_type', message: /test\.nothing/ } })
  t.match(await client.ask('test.taken'), {
    ok: false,
    error: { code: 'answered_elsewhere', message: 'Robin was quicker' },
  })
  t.match(await client.ask('test.manage'), { ok: false, error: { code: 'forbidden', message: /manager/ } })
  t.match(await client.ask('presence.set', { presence: 'wrapup' }), { ok: false, error: { code: 'bad_request' } })
  const broken = await client.ask('test.broken')
  t.match(broken, { ok: false, error: { code: 'internal' } })
  t.notMatch(JSON.stringify(broken), /secret detail/)
  client.sendText('{"id":')
  t.match(await client.nextReply(), { re: null, ok: false, error: { code: 'bad_frame' } })
})

test('a person whose role was taken away can give no command from a connection they still have', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const client = await enter(await gateway.ticket(sam.id))
  await client.next('welcome')
  sam.role = 'viewer'
  t.match(await client.ask('test.echo', { callId: 'c' }), { error: { code: 'forbidden' } })
  sam.isActive = false
  await t.rejects(gateway.ticket(sam.id), { code: 'not_found' })
})

test('the welcome carries what other plugins add to it', async t => {
  const { thread } = (exampleFrame('message.received') as { data: { thread: object } }).data
  const gateway = await started(t, {
    welcome: { threads: async (_tx, ownerId) => [{ ...thread, ownerId }], notice: async () => 'hi' },
  })
  const { sam } = gateway.staff
  const { data } = await (await enter(await gateway.ticket(sam.id))).next('welcome')
  t.match(data, { calls: [], threads: [{ ownerId: sam.id }], notice: 'hi' })
})

test('a hub that stops tells its clients, closes them with 1012, and leaves them the grace time', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const client = await enter(await gateway.ticket(sam.id))
  await client.next('welcome')
  const { url } = await gateway.ticket(sam.id)
  await gateway.parts.drain?.()
  const notice = await client.next('notice')
  t.ok(notice.data.reconnectInMs > 0 && notice.data.reconnectInMs < 6_000)
  t.match(await upgradeStatus(url, {}), /503/)
  await gateway.parts.close?.()
  t.match(await client.closed, { code: 1012 })
  t.match(await gateway.sql`select gone_at > now() as "isKept" from gateway_connection`, [{ isKept: true }])
})

test('clients are told to come back each at another time, so that they do not all knock at once', async t => {
  const gateway = await started(t)
  const clients = []
  for (let count = 0; count < 8; count++) {
    const client = await enter(await gateway.ticket(gateway.staff.sam.id))
    await client.next('welcome')
    clients.push(client)
  }
  await gateway.parts.drain?.()
  const pauses = []
  for (const client of clients) pauses.push((await client.next('notice')).data.reconnectInMs)
  t.ok(new Set(pauses).size > 1, pauses.join())
})
