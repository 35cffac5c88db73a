import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { testDatabase } from '@switchboard/test-postgres'
import { VendorError } from '../model/errors.ts'
import type { AdapterKit } from '../ports/adapter.ts'
import type { HttpLimits } from '../ports/kit.ts'
import type { SourcePort } from '../ports/source.ts'
import { defineAdapter, definePlugin } from './define.ts'
import { describeParts, silentLog, startHub, type RunningHub } from './hub.ts'

/** A vendor that counts its callers, and how many were there at once. */
async function vendor(t: Test): Promise<{ url: string; host: string; most: () => number }> {
  let [here, most] = [0, 0]
  const server = createServer((_, response) => {
    most = Math.max(most, ++here)
    setTimeout(() => {
      here--
      response.end('{}')
    }, 20)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url: `http://${host}`, host, most: () => most }
}

function shopOf(make: (kit: AdapterKit) => SourcePort, limits?: HttpLimits) {
  return defineAdapter({
    name: 'shop',
    provides: ['source'],
    options: z.object({}),
    ...(limits ? { http: () => limits } : {}),
    create: (_, kit) => ({
      source: make(kit),
      channels: { 'way-in-s3cr3t': { port: 'source', isSecret: true, verify: () => kit.now().toISOString() } },
    }),
  })
}

const everybody = definePlugin({
  name: 'everybody',
  options: z.object({}),
  provides: ['auth'],
  setup: () => ({
    ports: {
      auth: {
        authenticate: async () => ({ kind: 'key', keyId: 'x', role: 'admin', name: 'test' }),
      },
    },
  }),
})

async function running(t: Test, use: ReturnType<typeof shopOf>): Promise<RunningHub> {
  const { url } = await testDatabase(t)
  const hub = await startHub({
    ...{ databaseUrl: url, dataDir: t.testdir(), log: silentLog() },
    adapters: { shop: { use } },
    plugins: { everybody: { use: everybody } },
  })
  t.teardown(() => hub.close())
  return hub
}

const nothing: SourcePort = {
  async *changes() {
    yield* []
  },
}

t.test('an adapter asks whom its definition names, as many at once as that says, and nobody else', async t => {
  const { url, host, most } = await vendor(t)
  const kits: AdapterKit[] = []
  const keep = (kit: AdapterKit): SourcePort => (kits.push(kit), nothing)
  await running(t, shopOf(keep, { hosts: [host], concurrency: 2 }))
  await running(t, shopOf(keep))
  const [limited, mute] = kits
  if (!limited || !mute) throw new Error('both hubs run')
  await Promise.all(Array.from({ length: 8 }, () => limited.http.send({ url })))
  t.equal(most(), 2)
  await t.rejects(limited.http.send({ url: url.replace('127.0.0.1', 'localhost') }), VendorError)
  await t.rejects(mute.http.send({ url }), VendorError, 'one that names nobody may ask nobody')
})

t.test('a source can be read on request, and its state is seen among the parts', async t => {
  const facts = { number: '#1', placedAt: '2026-01-01T00:00:00Z', total: null, status: 'paid' }
  const row = {
    kind: 'order',
    externalId: '1',
    version: null,
    updatedAt: new Date(),
    deletedAt: null,
    people: [],
    facts,
  } as const
  const hub = await running(
    t,
    shopOf(() => ({
      async *changes() {
        yield { records: [{ ...row, people: [] }], unreadable: [], cursor: 'a', total: 1 }
      },
    })),
  )
  const ask = async (path: string, body?: object): Promise<{ status: number; said: unknown }> => {
    const headers = { authorization: 'Bearer x', 'content-type': 'application/json' }
    const answer = await fetch(hub.url + path, {
      headers,
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    })
    return { status: answer.status, said: await answer.json() }
  }
  t.match(await ask('/api/sources/shop'), { status: 200, said: { lastSuccessAt: null, records: 0 } })
  t.match(await ask('/api/sources/shop/sync', { from: 'full' }), { status: 202 })
  const done = { lastResult: { rows: 1, changed: 1 }, records: 1, lagSeconds: Number, error: null, alerts: [] }
  t.match(await ask('/api/sources'), { status: 200, said: { sources: [done] } })
  t.match(await ask('/api/parts'), { said: { parts: [{ name: 'shop', source: done }, { name: 'everybody' }] } })
  t.match(await ask('/api/sources/nowhere'), { status: 404, said: { detail: /nowhere/ } })
  t.match(await ask('/api/sources/shop/sync', { from: 'yesterday' }), { status: 400 })
})

t.test('a channel whose name is a secret is neither printed nor kept', async t => {
  const use = shopOf(() => nothing)
  const hub = await running(t, use)
  const answer = await fetch(`${hub.url}/webhooks/shop/way-in-s3cr3t?x=1`, { method: 'POST', body: '{}' })
  t.equal(answer.status, 200)
  t.equal((await fetch(`${hub.url}/webhooks/shop/way-in`, { method: 'POST', body: '{}' })).status, 404)
  const kept = await hub.store.read(tx => tx.sql`select channel, url from inbox`)
  t.same(kept, [{ channel: 'secret', url: `${hub.publicUrl}/webhooks/shop/secret?x=1` }])
  const printed = JSON.stringify([
    hub.parts(),
    describeParts({ adapters: { shop: { use } }, plugins: {} }, silentLog()),
  ])
  t.notMatch(printed, /s3cr3t/)
  t.match(printed, /webhooks\/shop/)
})
