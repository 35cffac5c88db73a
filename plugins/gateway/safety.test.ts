import { newId, type Principal } from '@switchboard/core'
import { test } from 'tap'
import { enter, open, upgradeStatus } from './test-client.ts'
import { started, until, type TestGateway } from './test-hub.ts'

/** A signed-in person with a sign-in of its own. */
function signedIn(staff: TestGateway['staff']['sam'], expiresAt?: Date): Principal & { sessionId: string } {
  const { id: staffId, role, name } = staff
  return { kind: 'staff', staffId, role, name, sessionId: newId(), ...(expiresAt ? { expiresAt } : {}) }
}

test('a connection ends with its sign-in, and another sign-in of the same person goes on', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const [desk, mobile] = [signedIn(sam), signedIn(sam)]
  const [one, other] = [await enter(await gateway.ticket(desk)), await enter(await gateway.ticket(mobile))]
  for (const client of [one, other]) await client.next('welcome')
  gateway.ended.add(desk.sessionId)
  t.match(await one.closed, { code: 4003, reason: /signed out/ })
  t.match(await other.ask('ping'), { ok: true })
  t.match(await (await enter(await gateway.ticket(desk))).closed, { code: 4003 }, 'nor is it good for another')
})

test('a connection ends with the key its ticket was asked for with', async t => {
  const gateway = await started(t)
  const key: Principal = { kind: 'key', keyId: newId(), role: 'admin', name: 'terminal' }
  const client = await enter(await gateway.ticket(key, { staff: gateway.staff.sam.email }))
  t.equal((await client.next('welcome')).data.endsAt, null)
  gateway.ended.add(key.keyId)
  t.match(await client.closed, { code: 4003 })
})

test('a connection ends with its token, and goes on where it was with a ticket of a new one', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const expiresAt = new Date(Date.now() + 60_000)
  const client = await enter(await gateway.ticket(signedIn(sam, expiresAt)))
  const { data, seq } = await client.next('welcome')
  t.equal(data.endsAt, expiresAt.toISOString())
  gateway.pass(60_000)
  t.match(await client.closed, { code: 4003, reason: /token has ended/ })
  const old = await gateway.ticket(signedIn(sam, expiresAt))
  t.match(await (await enter(old)).closed, { code: 4003 }, 'a ticket of the ended token is worth nothing')
  const back = await enter(await gateway.ticket(signedIn(sam)), { epoch: data.epoch, seq })
  t.match(await back.next('welcome'), { data: { isResumed: true, endsAt: null } })
})

test('a client that renews in time is not interrupted', async t => {
  const gateway = await started(t)
  const { sam, robin } = gateway.staff
  const client = await enter(await gateway.ticket(signedIn(sam, new Date(Date.now() + 60_000))))
  await client.next('welcome')
  const renew = async (principal: Principal) =>
    client.ask('session.renew', { ticket: (await gateway.ticket(principal)).ticket })
  t.match(await renew(signedIn(robin)), { ok: false, error: { code: 'forbidden' } })
  const later = new Date(Date.now() + 600_000)
  t.match(await renew(signedIn(sam, later)), { ok: true, data: { endsAt: later.toISOString() } })
  t.match(await client.ask('session.renew', { ticket: 'made-up' }), { error: { code: 'unauthenticated' } })
  t.match(await client.ask('session.renew', {}), { error: { code: 'bad_request' } })
  gateway.pass(120_000)
  // Two rounds of the clock after the first token's end.
  await until(
    async () =>
      (await gateway.sql`select 1 from gateway_hub where alive_until > now() + interval '2 minutes'`).length > 0,
  )
  t.match(await client.ask('ping'), { ok: true })
  gateway.pass(600_000)
  t.match(await client.closed, { code: 4003 })
})

test('who is shut out is out, who gets another role comes back with it', async t => {
  const gateway = await started(t)
  const { sam, robin } = gateway.staff
  const [one, other] = [await enter(await gateway.ticket(sam.id)), await enter(await gateway.ticket(robin.id))]
  for (const client of [one, other]) await client.next('welcome')
  sam.role = 'manager'
  robin.isActive = false
  t.match(await one.closed, { code: 4004, reason: /role/ })
  t.match(await other.closed, { code: 4003, reason: /no longer/ })
  const back = await enter(await gateway.ticket(sam.id))
  t.equal((await back.next('welcome')).data.staff.role, 'manager')
})

test('a person has so many connections and no more, over all hubs; one that ends makes room', async t => {
  const limits = { connectionsPerPerson: 2 }
  const one = await started(t, { options: { limits } })
  const { sam, robin } = one.staff
  const [first, second] = [await enter(await one.ticket(sam.id)), await enter(await one.ticket(sam.id))]
  for (const client of [first, second]) await client.next('welcome')
  t.match(await (await enter(await one.ticket(sam.id))).closed, { code: 4009, reason: /too many/ })
  await (await enter(await one.ticket(robin.id))).next('welcome')
  first.close(1000)
  await until(() => one.clientsOf(sam.id) === 1)
  await (await enter(await one.ticket(sam.id))).next('welcome')
})

test('an address has so many connections; this machine itself is not counted', async t => {
  const gateway = await started(t, { options: { limits: { connectionsPerAddress: 1 } } })
  const { url } = await gateway.ticket(gateway.staff.sam.id)
  const from = (address: string) => upgradeStatus(url, { 'x-forwarded-for': address })
  const held = new WebSocket(url, { headers: { 'x-forwarded-for': '198.51.100.9' } } as never)
  await new Promise(resolve => (held.onopen = resolve))
  t.match(await from('198.51.100.9'), /503/)
  t.match(await from('198.51.100.10'), /101/)
  for (let count = 0; count < 3; count++) await open(url)
  held.close()
  await until(async () => /101/.test(await from('198.51.100.9')))
})

test('a hub takes so many connections', async t => {
  const gateway = await started(t, { options: { limits: { connections: 2 } } })
  const { url } = await gateway.ticket(gateway.staff.sam.id)
  for (let count = 0; count < 2; count++) await open(url)
  t.match(await upgradeStatus(url, {}), /503/)
})

test('limits that are set are kept to', async t => {
  const gateway = await started(t, { options: { limits: { frameBytes: 200, framesPerSecond: 5 } } })
  const big = await enter(await gateway.ticket(gateway.staff.sam.id))
  await big.next('welcome')
  big.send({ id: 'a', type: 'ping', data: 'x'.repeat(200) })
  t.match(await big.closed, { code: 1009 })
  const fast = await enter(await gateway.ticket(gateway.staff.sam.id))
  await fast.next('welcome')
  for (let count = 0; count < 60; count++) fast.send({ id: count, type: 'ping' })
  t.match(await fast.closed, { code: 4029 })
})
