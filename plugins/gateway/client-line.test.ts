import { setTimeout as delay } from 'node:timers/promises'
import { test, type Test } from 'tap'
import { connectGateway } from './client.ts'
import { started, until } from './test-hub.ts'
import { next, samOnALine } from './test-line.ts'

/** Sam's client, which asks after 50 ms of silence whether the line is alive, and its troubles. */
async function asking(t: Test, pongMs: number) {
  const gateway = await started(t)
  const line = await samOnALine(t, () => gateway, { random: () => 0, quietMs: 50, pongMs })
  const troubles: Error[] = []
  line.client.on('trouble', error => troubles.push(error))
  return { ...line, troubles }
}

test('silence alone is no trouble: the hub answers when asked', async t => {
  const { client, troubles } = await asking(t, 60_000)
  await delay(300)
  t.same(troubles, [])
  t.equal(client.state(), 'live')
})

test('a line that dies without a word is noticed, and another is taken', async t => {
  const { client, proxy, troubles } = await asking(t, 300)
  const back = next(client, 'welcome')
  proxy.freeze()
  t.match(await back, { isResumed: true })
  t.match(troubles[0], { code: 'connection_lost', message: /silent/ })
})

test('a connection goes on when the token that let it in ends', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const given: boolean[] = []
  const ends = [2_500, 5_000, 600_000].map(ms => new Date(Date.now() + ms))
  const client = connectGateway({
    ticket: async ({ isRenewal }) => {
      const expiresAt = ends[given.length] ?? new Date()
      const ticket = await gateway.ticket({ kind: 'staff', staffId: sam.id, role: 'agent', name: '', expiresAt })
      given.push(isRenewal)
      return ticket
    },
  })
  t.teardown(client.close)
  const troubles: Error[] = []
  client.on('trouble', error => troubles.push(error))
  t.ok((await next(client, 'welcome')).endsAt)
  // However slow the machine is: by the hub's clock no token ends before the last one is there.
  gateway.pass(-60_000)
  await until(async () => given.length === 3 && (await gateway.sql`select 1 from gateway_ticket`).length === 0)
  t.same(given, [false, true, true])
  t.match(await client.ask('test.echo', { callId: 'c' }), { callId: 'c' }, 'answered after the renewal')
  gateway.pass(120_000)
  await until(
    async () =>
      (await gateway.sql`select 1 from gateway_hub where alive_until > now() + interval '1 minute'`).length > 0,
  )
  t.match(await client.ask('test.echo', { callId: 'd' }), { callId: 'd' })
  t.same(troubles, [])
})

test('while nothing can be reached a client tries again and again, and is back as soon as it can be', async t => {
  const gateway = await started(t)
  const { proxy, client } = await samOnALine(t, () => gateway)
  const troubles: string[] = []
  client.on('trouble', ({ message }) => troubles.push(message))
  proxy.down()
  await until(() => troubles.length >= 4)
  t.match(troubles.slice(0, 4), [/1006/, ...Array<string>(3).fill('the gateway could not be reached')])
  const back = next(client, 'welcome')
  proxy.up()
  t.match(await back, { isResumed: true })
})
