import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { command, newId, z } from '@switchboard/core'
import { testDatabase } from '@switchboard/test-postgres'
import { test } from 'tap'
import { connectGateway } from './client.ts'
import { started, state, until } from './test-hub.ts'
import { next, samOnALine } from './test-line.ts'

test('a client is welcomed, hears events and gets answers', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const client = connectGateway({ ticket: () => gateway.ticket(sam.id) })
  t.teardown(client.close)
  t.equal(client.state(), 'connecting')
  t.match(await next(client, 'welcome'), { isResumed: false, staff: { name: 'Sam' } })
  t.equal(client.state(), 'live')
  const missed = next(client, 'call.missed')
  const callId = newId<'call'>()
  await gateway.publish('call.missed', { callId, from: null, staffIds: [sam.id], at: '2026-03-02T09:00:00.000Z' })
  t.equal((await missed).callId, callId)
  t.same(await client.ask('test.echo', { callId: 'c' }), { staffId: sam.id, callId: 'c' })
  await t.rejects(client.ask('test.taken'), { code: 'answered_elsewhere', message: 'Robin was quicker' })
  await t.rejects(client.ask('test.nothing'), { code: 'unknown_type' })
})

test('who stops listening hears no more', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const client = connectGateway({ ticket: () => gateway.ticket(sam.id) })
  t.teardown(client.close)
  await next(client, 'welcome')
  const heard: string[] = []
  const end = client.on('call.state', ({ callId }) => heard.push(callId))
  for (const callId of ['one', 'two']) {
    const told = next(client, 'call.state')
    await gateway.publish('call.state', state(callId, sam.id))
    await told
    end()
  }
  t.same(heard, ['one'])
})

test('after a lost network a client comes back by itself and hears everything once, in order', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const { proxy, client, heard } = await samOnALine(t, () => gateway)
  const sent: string[] = []
  for (let round = 0; round < 3; round++) {
    const back = next(client, 'welcome')
    for (const part of ['before', 'during', 'after']) {
      if (part === 'during') proxy.cut()
      const callId = `${part} cut ${round}`
      sent.push(callId)
      await gateway.publish('call.state', state(callId, sam.id))
    }
    t.match(await back, { isResumed: true })
  }
  await until(() => heard.length === sent.length)
  t.same(heard, sent)
  t.equal(gateway.clientsOf(sam.id), 1)
})

test('a command that was under way when the network was lost fails as unsure, one without a network at once', async t => {
  const gateway = await started(t)
  const { proxy, client } = await samOnALine(t, () => gateway)
  const trouble = next(client, 'trouble')
  const unsure = t.rejects(client.ask('test.slow'), { code: 'connection_lost' })
  proxy.cut()
  await unsure
  t.match(await trouble, { code: 'connection_lost' })
  await t.rejects(client.ask('test.echo', { callId: 'c' }), { code: 'unavailable' })
})

test('a client goes on with the next hub where the last one stopped', async t => {
  const { url } = await testDatabase(t)
  let gateway = await started(t, { url })
  const { sam } = gateway.staff
  const { client, heard } = await samOnALine(t, () => gateway)
  await gateway.publish('call.state', state('old hub', sam.id))
  const notice = next(client, 'notice')
  await gateway.parts.drain?.()
  t.ok((await notice).reconnectInMs > 0)
  const back = next(client, 'welcome')
  const old = gateway
  gateway = await started(t, { url, staff: old.staff })
  await old.parts.close?.()
  await gateway.publish('call.state', state('new hub', sam.id))
  t.match(await back, { isResumed: true })
  await until(() => heard.length === 2)
  t.same(heard, ['old hub', 'new hub'])
})

test('a client that gets no ticket says so and tries again', async t => {
  const gateway = await started(t)
  let asked = 0
  const client = connectGateway({
    ticket: async () => {
      asked += 1
      if (asked < 3) throw new Error('signed out')
      return gateway.ticket(gateway.staff.sam.id)
    },
    random: () => 0,
  })
  t.teardown(client.close)
  t.match(await next(client, 'trouble'), { message: 'signed out' })
  await next(client, 'welcome')
  t.equal(asked, 3)
})

test('a command given in the time without a network is done once there is one, and once only', async t => {
  const gateway = await started(t, { commands: [takesNotes(notes)] })
  const { proxy, client } = await samOnALine(t, () => gateway)
  const waiting = next(client, 'trouble')
  proxy.cut()
  await waiting
  const asked = [
    client.request('presence.set', { presence: 'away' }),
    client.request('call.note', { callId: newId(), text: 'first' }),
    client.request('presence.set', { presence: 'dnd' }),
    client.request('call.note', { callId: newId(), text: 'second' }),
  ]
  await t.rejects(client.request('call.answer', { callId: newId() }), { code: 'unavailable' }, 'but never an answer')
  t.match(await Promise.all(asked), [{ presence: 'dnd' }, {}, { presence: 'dnd' }, {}])
  t.equal(gateway.presenceOf(gateway.staff.sam.id), 'dnd')
  t.same(notes.splice(0), ['first', 'second'], 'in order')
})

const notes: string[] = []

/** The command `call.note` of another plugin, which keeps what it is told. */
function takesNotes(kept: string[]) {
  return command({
    ...{ name: 'call.note', summary: 'Note something', access: 'agent' },
    input: z.object({ callId: z.string(), text: z.string() }),
    handle: async (_staffId, { text }) => {
      kept.push(text)
      return { notes: [], disposition: null, wrongCaller: null }
    },
  })
}

test('what one listener throws keeps nothing from the others', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const client = connectGateway({ ticket: () => gateway.ticket(sam.id) })
  t.teardown(client.close)
  await next(client, 'welcome')
  const trouble = next(client, 'trouble')
  client.on('call.state', () => {
    throw new Error('a mistake')
  })
  const heard = next(client, 'call.state')
  // Their own arrival may be told before it.
  const frame = new Promise<unknown>(resolve => {
    client.on('frame', told => told.type === 'call.state' && resolve(told))
  })
  await gateway.publish('call.state', state('one', sam.id))
  t.match(await heard, { callId: 'one' })
  t.match(await frame, { type: 'call.state', data: { callId: 'one' } })
  t.match(await trouble, { code: 'listener_failed', cause: { message: 'a mistake' } })
  t.equal(client.state(), 'live')
})

test('the client is made of nothing that a browser lacks', async t => {
  const seen = new Set<string>()
  const read = async (file: string): Promise<void> => {
    if (seen.has(file)) return
    seen.add(file)
    const text = await readFile(file, 'utf8')
    for (const [, from = ''] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gms)) {
      t.match(from, /^[.]{1,2}\//, `${file} imports ${from}`)
      if (from.startsWith('.')) await read(join(dirname(file), from))
    }
    t.notMatch(text, /\b(process|Buffer|require)\b[.(]/, file)
  }
  await read(join(import.meta.dirname, 'client.ts'))
  t.ok(seen.size > 3)
})

test('a closed client says goodbye and stays away', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  let asked = 0
  const client = connectGateway({
    ticket: () => {
      asked += 1
      return gateway.ticket(sam.id)
    },
  })
  await next(client, 'welcome')
  client.close()
  await until(() => gateway.clientsOf(sam.id) === 0)
  t.equal(client.state(), 'closed')
  t.equal(asked, 1)
  await t.rejects(client.request('presence.set', { presence: 'away' }), { code: 'closed' })
})
