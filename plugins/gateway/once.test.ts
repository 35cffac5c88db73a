import { setTimeout as delay } from 'node:timers/promises'
import { command, HubError, newId, z, type GatewayCommand } from '@switchboard/core'
import { testDatabase } from '@switchboard/test-postgres'
import { test, type Test } from 'tap'
import { enter, type TestClient } from './test-client.ts'
import { started, type TestGateway } from './test-hub.ts'

/** A command that counts how often it was done. */
function counter(): { done: string[]; commands: GatewayCommand[] } {
  const done: string[] = []
  const counts = command({
    name: 'test.count',
    summary: 'Counts',
    access: 'agent',
    input: z.object({ what: z.string() }),
    handle: async (_staffId, { what }) => {
      done.push(what)
      if (what === 'slow') await delay(400)
      if (what === 'taken') throw new HubError('answered_elsewhere', 'Robin was quicker')
      if (what === 'away' && done.length === 1) throw new HubError('unavailable', 'the phone line is away')
      return { times: done.length, text: 'x'.repeat(2_000) }
    },
  })
  return { done, commands: [counts] }
}

async function knock(gateway: TestGateway, resume: { epoch?: string; seq?: number } = {}): Promise<TestClient> {
  return enter(await gateway.ticket(gateway.staff.sam.id), resume)
}

/** A client that was let in, and what it would resume with. */
async function entered(gateway: TestGateway, resume: { epoch?: string; seq?: number } = {}) {
  const client = await knock(gateway, resume)
  const { data, seq } = await client.next('welcome')
  return { client, known: { epoch: data.epoch, seq } }
}

async function counting(t: Test): Promise<{ gateway: TestGateway; done: string[] }> {
  const { done, commands } = counter()
  return { gateway: await started(t, { commands }), done }
}

test('a command with a long id acts once, also over another connection, and is answered the same', async t => {
  const { gateway, done } = await counting(t)
  const id = newId()
  const { client } = await entered(gateway)
  const first = await client.ask('test.count', { what: 'once' }, id)
  t.match(first, { ok: true, data: { times: 1 } })
  t.same(
    await client.ask('test.count', { what: 'once' }, id),
    first,
    'a long answer is not kept in memory, but it is kept',
  )
  client.close(4900)
  const { client: back } = await entered(gateway)
  t.same(await back.ask('test.count', { what: 'once' }, id), first)
  t.same(done, ['once'])
})

test('a command acts once, also when the hub restarts in between', async t => {
  const { url } = await testDatabase(t)
  const { done, commands } = counter()
  const one = await started(t, { url, commands })
  const { client } = await entered(one)
  const id = newId()
  const first = await client.ask('test.count', { what: 'once' }, id)
  const two = await started(t, { url, commands, staff: one.staff })
  const { client: back } = await entered(two)
  t.same(await back.ask('test.count', { what: 'once' }, id), first)
  t.same(done, ['once'])
})

test('a short id means the same on the connection that resumes, and something new on any other', async t => {
  const { gateway, done } = await counting(t)
  const { client, known } = await entered(gateway)
  const first = await client.ask('test.count', { what: 'once' }, '1')
  client.close(4900)
  await client.closed
  const { client: back } = await entered(gateway, known)
  t.same(await back.ask('test.count', { what: 'once' }, '1'), first)
  t.match(await back.ask('test.count', { what: 'another' }, '2'), { data: { times: 2 } })
  const { client: other } = await entered(gateway)
  t.match(await other.ask('test.count', { what: 'once' }, '1'), { data: { times: 3 } })
  const { client: counts } = await entered(gateway, known)
  t.match(await counts.ask('test.count', { what: 'else' }, '1'), { data: { times: 4 } }, 'another command is another')
  t.same(done, ['once', 'another', 'once', 'else'])
})

test('an id is good for one command', async t => {
  const { gateway, done } = await counting(t)
  const id = newId()
  await (await entered(gateway)).client.ask('test.count', { what: 'one' }, id)
  const { client } = await entered(gateway)
  t.match(await client.ask('test.count', { what: 'other' }, id), { ok: false, error: { code: 'idempotency_conflict' } })
  t.same(done, ['one'])
})

test('the same command from two connections at once acts once', async t => {
  const { gateway, done } = await counting(t)
  const [one, two] = [(await entered(gateway)).client, (await entered(gateway)).client]
  const id = newId()
  const answers = await Promise.all([one, two].map(client => client.ask('test.count', { what: 'slow' }, id)))
  t.match(answers, [
    { ok: true, data: { times: 1 } },
    { ok: true, data: { times: 1 } },
  ])
  t.same(done, ['slow'])
})

test('a refusal is kept too, but not one that says "not now"', async t => {
  const { gateway, done } = await counting(t)
  const [away, taken] = [newId(), newId()]
  const { client } = await entered(gateway)
  t.match(await client.ask('test.count', { what: 'away' }, away), { error: { code: 'unavailable' } })
  t.match(await client.ask('test.count', { what: 'taken' }, taken), { error: { code: 'answered_elsewhere' } })
  const { client: back } = await entered(gateway)
  t.match(await back.ask('test.count', { what: 'away' }, away), { ok: true })
  t.match(await back.ask('test.count', { what: 'taken' }, taken), { error: { code: 'answered_elsewhere' } })
  t.same(done, ['away', 'taken', 'away'])
})

test('of a command whose hub died over it nobody knows, and it is not done again', async t => {
  const { gateway, done } = await counting(t)
  const id = newId()
  const { client } = await entered(gateway)
  await client.ask('test.count', { what: 'once' }, id)
  await gateway.sql`update gateway_answer set reply = null`
  gateway.pass(60_000)
  const { client: back } = await entered(gateway)
  t.match(await back.ask('test.count', { what: 'once' }, id), { error: { code: 'internal', message: /look whether/ } })
  t.same(done, ['once'])
})
