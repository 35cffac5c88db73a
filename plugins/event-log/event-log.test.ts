import { definePlugin, newId, z, type Hub, type Role } from '@switchboard/core'
import { silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { postgresHints } from '@switchboard/core/hints'
import { openSignals } from '@switchboard/core/signals'
import { openStore } from '@switchboard/core/store'
import { eventsContract } from '@switchboard/test-contracts/events-fanout'
import { testDatabase } from '@switchboard/test-postgres'
import t, { type Test } from 'tap'
import { carryEvents } from './carry.ts'
import { eventLog } from './event-log.ts'

const log = silentLog()

eventsContract(t, {
  name: 'Postgres',
  start: async t => {
    const { url } = await testDatabase(t)
    const open = async () => {
      const store = await openStore({ url, log, max: 4 })
      const hints = postgresHints({ url, log })
      const signals = openSignals({ hints: () => hints, log })
      signals.start()
      const stopping = new AbortController()
      const events = carryEvents(
        { store, signals, log, now: () => new Date(), signal: stopping.signal },
        { handSeconds: 1, firstRetrySeconds: 0.005 },
      )
      let ended: Promise<void> | null = null
      const end = async (): Promise<void> => {
        stopping.abort()
        await signals.close()
        await hints.close()
        await store.close()
      }
      const kill = (): Promise<void> => (ended ??= end())
      t.teardown(kill)
      return { events, kill }
    }
    const spare = await Promise.all(Array.from({ length: 5 }, open))
    const restarter = await openStore({ url, log, max: 1 })
    t.teardown(() => restarter.close())
    return {
      hub: () => {
        const next = spare.pop()
        if (!next) throw new Error('too few hubs were made')
        return next
      },
      restart: async () => {
        await restarter.read(
          tx => tx.sql`select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()`,
        )
      },
    }
  },
})

const door = definePlugin({
  ...{ name: 'door', options: z.object({}), provides: ['auth'] },
  setup: () => ({
    ports: { auth: { authenticate: async role => ({ kind: 'key', keyId: role, role: role as Role, name: 'Robin' }) } },
  }),
})

async function started(t: Test): Promise<{ hub: RunningHub; inside: Hub }> {
  const found: { hub?: Hub } = {}
  const probe = definePlugin({
    ...{ name: 'probe', options: z.object({}), wants: ['events'] },
    setup: hub => ((found.hub = hub), {}),
  })
  const hub = await startHub({
    adapters: {},
    plugins: { door: { use: door }, 'event-log': { use: eventLog }, probe: { use: probe } },
    ...{ databaseUrl: (await testDatabase(t)).url, dataDir: t.testdir(), log },
  })
  t.teardown(() => hub.close())
  if (!found.hub) throw new Error('there is no hub')
  return { hub, inside: found.hub }
}

interface Page {
  items: { id: string; name: string; key: string; data: unknown }[]
  cursor: string
}

async function ask({ url }: RunningHub, query = '', role = 'admin'): Promise<{ status: number; body: Page }> {
  const answer = await fetch(`${url}/api/events${query}`, { headers: { authorization: `Bearer ${role}` } })
  return { status: answer.status, body: (await answer.json()) as Page }
}

t.test('a program reads what happened since it asked, page by page, and misses nothing', async t => {
  const { hub, inside } = await started(t)
  const say = (name: string, data: object) => inside.store.transact(tx => inside.events.publish(tx, name, data))
  await say('call.state', { callId: 'c0', n: 0 })
  for (let seen = 0; seen === 0;) seen = Number((await ask(hub)).body.cursor)
  const { cursor } = (await ask(hub)).body
  t.same((await ask(hub, `?cursor=${cursor}`)).body, { items: [], cursor })
  for (const n of [1, 2, 3]) await say(n === 2 ? 'thing.done' : 'call.state', { callId: 'c1', n })
  let page = (await ask(hub, `?cursor=${cursor}`)).body
  while (page.items.length < 3) page = (await ask(hub, `?cursor=${cursor}`)).body
  t.match(page.items, [
    { name: 'call.state', key: 'c1', data: { n: 1 } },
    { name: 'thing.done', key: 'c1', data: { n: 2 } },
    { name: 'call.state', key: 'c1', data: { n: 3 } },
  ])
  const first = (await ask(hub, `?cursor=${cursor}&limit=2`)).body
  t.same(first.items, page.items.slice(0, 2))
  t.same((await ask(hub, `?cursor=${first.cursor}&limit=2`)).body, { items: page.items.slice(2), cursor: page.cursor })
  t.same((await ask(hub, `?cursor=${cursor}&name=thing.done,thing.undone`)).body.items, page.items.slice(1, 2))
  t.equal((await ask(hub, '', 'manager')).status, 403)
})

t.test('events that are older than is kept are forgotten', async t => {
  const { hub, inside } = await started(t)
  const event = { id: newId(), name: 'call.state', key: '', data: {}, at: inside.now() }
  await inside.wanted('events')?.publish([event, { ...event, id: newId() }])
  await hub.store.transact(
    tx => tx.sql`update event_log set kept_at = kept_at - interval '8 days' where id = ${event.id}`,
  )
  t.same(await hub.runJob('event-log.tidy'), { forgotten: 1 })
  t.equal((await ask(hub, '?cursor=0')).body.items.length, 1)
})
