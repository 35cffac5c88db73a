import t from 'tap'
import { adminPassword, startTestHub, type TestHub } from './test-hub.ts'

async function adminToken({ ask }: TestHub): Promise<string> {
  const { body } = await ask('POST', '/api/sessions', { body: { email: 'admin@localhost', password: adminPassword } })
  return String(body.accessToken)
}

t.test('an API key is shown once, works as its role, and is not kept', async t => {
  const test = await startTestHub(t)
  const bearer = await adminToken(test)
  const made = await test.ask('POST', '/api/keys', { bearer, body: { name: 'till', role: 'viewer' } })
  t.equal(made.status, 201)
  const key = String(made.body.key)
  t.match(key, /^sbk_[\w-]{43}$/)
  t.same(await test.ask('GET', '/api/me', { bearer: key }), {
    status: 200,
    body: { kind: 'key', id: made.body.id, name: 'till', role: 'viewer', email: null },
  })
  t.equal((await test.ask('GET', '/api/keys', { bearer: key })).status, 403)
  const list = await test.ask('GET', '/api/keys', { bearer })
  t.match(list.body.items, [
    { name: 'till', role: 'viewer', lastUsedAt: test.clock.now.toISOString(), revokedAt: null },
  ])
  const kept = await test.hub.store.read(tx => tx.sql`select * from api_key`)
  t.notMatch(JSON.stringify(kept), key.slice(4))
  t.notMatch(JSON.stringify(list), key.slice(4))
})

t.test('a revoked key is refused at once; another hub on the database refuses it within half a minute', async t => {
  const test = await startTestHub(t)
  const other = await startTestHub(t, {}, test)
  const bearer = await adminToken(test)
  const { body } = await test.ask('POST', '/api/keys', { bearer, body: { name: 'till', role: 'viewer' } })
  const key = { bearer: String(body.key) }
  t.equal((await test.ask('GET', '/api/me', key)).status, 200)
  t.equal((await other.ask('GET', '/api/me', key)).status, 200)
  t.equal((await test.ask('DELETE', `/api/keys/${body.id}`, { bearer })).status, 204)
  t.equal((await test.ask('GET', '/api/me', key)).status, 401)
  other.clock.now = new Date(other.clock.now.getTime() + 31_000)
  t.equal((await other.ask('GET', '/api/me', key)).status, 401)
  t.equal((await test.ask('DELETE', `/api/keys/${body.id}`, { bearer })).status, 404)
})

t.test('what is no key and no token is refused', async t => {
  const { ask } = await startTestHub(t)
  for (const bearer of ['sbk_' + 'a'.repeat(43), 'sbk_short', 'sbr_' + 'a'.repeat(43), 'a.b.c', 'x'])
    t.equal((await ask('GET', '/api/me', { bearer })).status, 401, bearer)
  t.equal((await ask('GET', '/api/me')).status, 401)
})

t.test('what is a person’s is refused to a key', async t => {
  const test = await startTestHub(t)
  const { body } = await test.ask('POST', '/api/keys', {
    bearer: await adminToken(test),
    body: { name: 'robot', role: 'admin' },
  })
  const bearer = String(body.key)
  t.equal((await test.ask('DELETE', '/api/sessions', { bearer })).status, 403)
  const change = { current: adminPassword, next: 'another one entirely' }
  t.equal((await test.ask('PUT', '/api/me/password', { bearer, body: change })).status, 403)
})

t.test('hubs on one database accept each other’s access tokens', async t => {
  const test = await startTestHub(t)
  const other = await startTestHub(t, {}, { databaseUrl: test.databaseUrl })
  t.equal((await other.ask('GET', '/api/me', { bearer: await adminToken(test) })).status, 200)
})
