import { testDatabase } from '@switchboard/test-postgres'
import t from 'tap'
import { z } from 'zod'
import { definePlugin, route } from './define.ts'
import { silentLog, startHub } from './hub.ts'

const door = definePlugin({
  name: 'door',
  options: z.object({}),
  provides: ['auth'],
  setup: () => ({
    ports: {
      auth: { authenticate: async role => ({ kind: 'key', keyId: role, role: role as 'admin', name: `the ${role}` }) },
    },
  }),
})

/** Changes something, and writes it down. */
const changes = definePlugin({
  name: 'changes',
  options: z.object({}),
  setup: ({ store, audit }) => ({
    routes: [
      route({
        method: 'POST',
        path: '/api/things/:id',
        summary: 'Change a thing',
        access: 'agent',
        handle: ({ params, principal }) => {
          const target = `thing:${(params as { id: string }).id}`
          return store.transact(tx =>
            audit.record(tx, { by: principal, what: 'thing.change', target, after: { size: 1 } }),
          )
        },
      }),
    ],
  }),
})

t.test('what a plugin writes down is found by those who may look, page by page', async t => {
  const { url } = await testDatabase(t)
  const plugins = { door: { use: door }, changes: { use: changes } }
  const hub = await startHub({ adapters: {}, plugins, databaseUrl: url, dataDir: t.testdir(), log: silentLog() })
  t.teardown(() => hub.close())
  const ask = async (path: string, role: string, method = 'GET') => {
    const answer = await fetch(`${hub.url}${path}`, { method, headers: { authorization: `Bearer ${role}` } })
    const text = await answer.text()
    return { status: answer.status, json: text ? JSON.parse(text) : null }
  }
  for (const thing of ['a', 'b', 'c']) t.equal((await ask(`/api/things/${thing}`, 'agent', 'POST')).status, 204)
  const first = await ask('/api/audit?limit=2', 'manager')
  t.match(first.json.items, [
    { target: 'thing:c', by: 'key:agent', byName: 'the agent', what: 'thing.change', after: { size: 1 }, before: null },
    { target: 'thing:b' },
  ])
  const rest = await ask(`/api/audit?limit=2&cursor=${first.json.cursor}`, 'admin')
  t.match([rest.json.items.length, rest.json.cursor, rest.json.items[0].target], [1, null, 'thing:a'])
  t.equal((await ask('/api/audit?target=thing:b&from=2020-01-01T00:00:00Z', 'manager')).json.items.length, 1)
  t.equal((await ask('/api/audit?to=2020-01-01T00:00:00Z', 'manager')).json.items.length, 0)
  t.equal((await ask('/api/audit?from=yesterday', 'manager')).status, 400)
  t.equal((await ask('/api/audit', 'agent')).status, 403)
})
