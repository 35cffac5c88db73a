import { setTimeout as pause } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { definePlugin, z, type Hub } from '@switchboard/core'
import { silentLog, startHub } from '@switchboard/core/hub'
import { programPath } from '@switchboard/test-contracts/server'
import { testDatabase } from '@switchboard/test-postgres'
import t, { type Test } from 'tap'
import { nats } from './nats.ts'
import { testNats } from './test-nats.ts'

const path = await programPath('nats-server')

/** A hub with NATS, seen from inside, with the hints it heard. */
async function started(t: Test, databaseUrl: string, url: string) {
  const inside: { hub?: Hub } = {}
  const heard: (string[] | null)[] = []
  const probe = definePlugin({
    ...{ name: 'probe', options: z.object({}), wants: ['events'] },
    setup: hub => {
      inside.hub = hub
      hub.signals.hear('it', keys => void heard.push(keys && [...keys]))
      return {}
    },
  })
  const hub = await startHub({
    adapters: { nats: { use: nats, options: { url } } },
    plugins: { probe: { use: probe } },
    ...{ databaseUrl, dataDir: t.testdir(), log: silentLog() },
  })
  t.teardown(() => hub.close())
  if (!inside.hub) throw new Error('there is no hub')
  return { hub: inside.hub, heard }
}

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await pause(10)
}

t.test(
  'two hubs over NATS',
  { skip: path === null && 'nats-server is not installed: apt-get install nats-server' },
  async t => {
    const { url: databaseUrl } = await testDatabase(t)
    const server = await testNats(t, path ?? '')
    const { url } = server
    const one = await started(t, databaseUrl, url)
    const two = await started(t, databaseUrl, url)
    await until(() => one.hub.signals.isLive() && two.hub.signals.isLive())

    await t.test('a hint goes over NATS: the database is asked to carry none', async t => {
      await one.hub.store.transact(async tx => one.hub.signals.send(tx, 'it', ['sam']))
      await until(() => two.heard.some(keys => keys?.includes('sam')))
      const listening = await one.hub.store.read(
        tx =>
          tx.sql`select 1 from pg_stat_activity where application_name = 'switchboard hints' and datname = current_database()`,
      )
      t.same(listening, [])
    })

    await t.test('what happens on either hub is read by a program that knows NATS only, and by both hubs', async t => {
      const connection = await connect({ servers: url })
      t.teardown(() => connection.close())
      const heard: unknown[] = []
      const consuming = await two.hub.wanted('events')?.consume('desk', async ({ data }) => void heard.push(data))
      t.teardown(() => consuming?.stop())
      await one.hub.store.transact(tx => one.hub.events.publish(tx, 'call.state', { callId: 'c1', n: 1 }))
      await until(() => heard.length === 1)
      await two.hub.store.transact(tx => two.hub.events.publish(tx, 'call.state', { callId: 'c1', n: 2 }))
      await until(() => heard.length === 2)
      t.same(heard, [
        { callId: 'c1', n: 1 },
        { callId: 'c1', n: 2 },
      ])
      const manager = await jetstreamManager(connection)
      const last = await manager.streams.getMessage('switchboard', { last_by_subj: 'switchboard.events.call.state' })
      t.match(last?.json(), { name: 'call.state', key: 'c1', data: { n: 2 }, id: String, at: String })
    })

    await t.test('while NATS is away events wait in the outbox, and go out in order when it is back', async t => {
      const heard: unknown[] = []
      const consuming = await one.hub.wanted('events')?.consume('wall', async ({ data }) => void heard.push(data))
      t.teardown(() => consuming?.stop())
      await server.stop()
      for (const n of [3, 4])
        await one.hub.store.transact(tx => one.hub.events.publish(tx, 'call.state', { callId: 'c1', n }))
      await server.start()
      await until(() => heard.length >= 2)
      t.same(heard.slice(0, 2), [
        { callId: 'c1', n: 3 },
        { callId: 'c1', n: 4 },
      ])
    })
  },
)
