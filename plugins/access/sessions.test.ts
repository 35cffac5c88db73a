import t from 'tap'
import { newId } from '@switchboard/core'
import { adminPassword, startTestHub, type TestHub } from './test-hub.ts'

const email = 'admin@localhost'

/** Signs the admin in. */
async function signedIn({ ask }: TestHub): Promise<{ accessToken: string; refreshToken: string }> {
  const { body } = await ask('POST', '/api/sessions', { body: { email, password: adminPassword } })
  return body as { accessToken: string; refreshToken: string }
}

const me = async ({ ask }: TestHub, bearer: string) => (await ask('GET', '/api/me', { bearer })).status

t.test('email and password give an access token, with which one is known', async t => {
  const test = await startTestHub(t)
  const answer = await test.ask('POST', '/api/sessions', {
    body: { email: ' Admin@Localhost ', password: adminPassword },
  })
  t.equal(answer.status, 201)
  const { accessToken, refreshToken, expiresAt } = answer.body
  t.equal(new Date(String(expiresAt)).getTime(), test.clock.now.getTime() + 15 * 60_000)
  t.match(refreshToken, /^sbr_[\w-]{43}$/)
  const who = await test.ask('GET', '/api/me', { bearer: String(accessToken) })
  t.match(who, { status: 200, body: { kind: 'staff', name: 'Admin', role: 'admin', email } })
})

t.test('a wrong password and an unknown email are answered alike', async t => {
  const { ask } = await startTestHub(t)
  const wrong = await ask('POST', '/api/sessions', { body: { email, password: 'not it' } })
  const unknown = await ask('POST', '/api/sessions', { body: { email: 'nobody@localhost', password: 'not it' } })
  t.equal(wrong.status, 401)
  t.equal(unknown.status, wrong.status)
  t.equal(unknown.body.code, 'unauthenticated')
  t.equal(unknown.body.detail, wrong.body.detail)
})

t.test('whoever left cannot sign in, and their access ends within half a minute', async t => {
  const test = await startTestHub(t)
  const { accessToken, refreshToken } = await signedIn(test)
  t.equal(await me(test, accessToken), 200)
  await test.hub.store.transact(tx => tx.sql`update staff set is_active = false`)
  test.clock.now = new Date(test.clock.now.getTime() + 31_000)
  t.equal(await me(test, accessToken), 401)
  t.equal((await test.ask('POST', '/api/sessions/refresh', { body: { refreshToken } })).status, 401)
  t.equal((await test.ask('POST', '/api/sessions', { body: { email, password: adminPassword } })).status, 401)
})

t.test('a new role takes effect within half a minute, without signing in again', async t => {
  const test = await startTestHub(t)
  const { accessToken } = await signedIn(test)
  t.equal((await test.ask('GET', '/api/keys', { bearer: accessToken })).status, 200)
  await test.hub.store.transact(tx => tx.sql`update staff set role = 'agent'`)
  test.clock.now = new Date(test.clock.now.getTime() + 31_000)
  t.equal((await test.ask('GET', '/api/keys', { bearer: accessToken })).status, 403)
})

t.test('an access token ends when it says, and one that was changed is worth nothing', async t => {
  const test = await startTestHub(t)
  const { accessToken } = await signedIn(test)
  const [head, payload = '', signature] = accessToken.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number }
  const longer = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 3600 })).toString('base64url')
  t.equal(await me(test, [head, longer, signature].join('.')), 401)
  const unsigned = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
  t.equal(await me(test, [unsigned, payload, ''].join('.')), 401)
  test.clock.now = new Date(test.clock.now.getTime() + 15 * 60_000 - 1000)
  t.equal(await me(test, accessToken), 200)
  test.clock.now = new Date(test.clock.now.getTime() + 2000)
  t.equal(await me(test, accessToken), 401)
})

t.test('a refresh token is good once; used again, it ends the sign-in for everybody who has a token of it', async t => {
  const test = await startTestHub(t)
  const first = await signedIn(test)
  const other = await signedIn(test)
  const refresh = (refreshToken: string) => test.ask('POST', '/api/sessions/refresh', { body: { refreshToken } })
  const second = await refresh(first.refreshToken)
  t.equal(second.status, 200)
  t.not(second.body.refreshToken, first.refreshToken)
  t.equal(await me(test, String(second.body.accessToken)), 200)
  t.equal((await refresh(first.refreshToken)).status, 401, 'the thief, or the victim')
  t.equal((await refresh(String(second.body.refreshToken))).status, 401, 'so the other one is out as well')
  t.equal((await refresh(other.refreshToken)).status, 200, 'another sign-in of the same person goes on')
})

t.test('two exchanges of one refresh token at once: one of them wins at most', async t => {
  const test = await startTestHub(t)
  const { refreshToken } = await signedIn(test)
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => test.ask('POST', '/api/sessions/refresh', { body: { refreshToken } })),
  )
  t.same(answers.map(({ status }) => status).sort(), [200, 401, 401, 401, 401])
})

t.test('a refresh token that is too old or made up is refused', async t => {
  const test = await startTestHub(t)
  const { refreshToken } = await signedIn(test)
  const refresh = (token: string) => test.ask('POST', '/api/sessions/refresh', { body: { refreshToken: token } })
  t.equal((await refresh('sbr_' + 'a'.repeat(43))).status, 401)
  t.equal((await refresh('')).status, 401)
  test.clock.now = new Date(test.clock.now.getTime() + 30 * 24 * 3600_000)
  t.equal((await refresh(refreshToken)).status, 401)
})

t.test('signing out ends this sign-in at once, and no other', async t => {
  const test = await startTestHub(t)
  const [here, there] = [await signedIn(test), await signedIn(test)]
  t.equal((await test.ask('DELETE', '/api/sessions', { bearer: here.accessToken })).status, 204)
  t.equal(await me(test, here.accessToken), 401)
  t.equal((await test.ask('POST', '/api/sessions/refresh', { body: { refreshToken: here.refreshToken } })).status, 401)
  t.equal(await me(test, there.accessToken), 200)
})

t.test('after five wrong passwords one has to wait, longer each time; elsewhere one can still sign in', async t => {
  const test = await startTestHub(t)
  const attempt = (password: string, from = '10.0.0.1') =>
    fetch(`${test.hub.url}/api/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: JSON.stringify({ email, password }),
    }).then(({ status }) => status)
  const wait = (seconds: number) => (test.clock.now = new Date(test.clock.now.getTime() + seconds * 1000))
  for (let wrong = 0; wrong < 5; wrong++) t.equal(await attempt('not it'), 401)
  t.equal(await attempt(adminPassword), 429, 'also with the right one')
  t.equal(await attempt(adminPassword, '10.0.0.2'), 201, 'the person elsewhere is not shut out')
  wait(1)
  t.equal(await attempt('not it'), 401)
  wait(1)
  t.equal(await attempt(adminPassword), 429, 'now it is two seconds')
  wait(1)
  t.equal(await attempt(adminPassword), 201)
  t.equal(await attempt('not it'), 401, 'and all is forgotten')
})

t.test('many wrong guesses at the same moment do not slip through', async t => {
  const test = await startTestHub(t)
  const guesses = Array.from({ length: 12 }, () =>
    test.ask('POST', '/api/sessions', { body: { email, password: 'not it' } }),
  )
  const statuses = (await Promise.all(guesses)).map(({ status }) => status).sort()
  t.same(statuses, [...Array<number>(5).fill(401), ...Array<number>(7).fill(429)])
})

t.test('who signs out everywhere is out on every device at once', async t => {
  const test = await startTestHub(t)
  const [desk, mobile] = [await signedIn(test), await signedIn(test)]
  t.equal(await me(test, mobile.accessToken), 200)
  t.equal((await test.ask('DELETE', '/api/me/sessions', { bearer: desk.accessToken })).status, 204)
  for (const { accessToken, refreshToken } of [desk, mobile]) {
    t.equal(await me(test, accessToken), 401)
    t.equal((await test.ask('POST', '/api/sessions/refresh', { body: { refreshToken } })).status, 401)
  }
})

t.test('an admin signs somebody out everywhere', async t => {
  const test = await startTestHub(t)
  const admin = await signedIn(test)
  const added = await test.ask('POST', '/api/staff', {
    bearer: admin.accessToken,
    body: { email: 'sam@localhost', name: 'Sam', role: 'agent', password: adminPassword },
  })
  const sam = await test.ask('POST', '/api/sessions', { body: { email: 'sam@localhost', password: adminPassword } })
  const bearer = String(sam.body.accessToken)
  const path = `/api/staff/${String(added.body.id)}/sessions`
  t.equal((await test.ask('DELETE', path, { bearer })).status, 403)
  t.equal((await test.ask('DELETE', path, { bearer: admin.accessToken })).status, 204)
  t.equal(await me(test, bearer), 401)
  t.equal(await me(test, admin.accessToken), 200)
})

t.test('it can be asked which sign-ins and keys are over', async t => {
  const test = await startTestHub(t)
  const { accessToken } = await signedIn(test)
  const auth = test.hub.port('auth')
  const principal = await auth?.authenticate(accessToken)
  t.match(principal, { kind: 'staff', expiresAt: Date })
  const sessionId = principal?.kind === 'staff' ? String(principal.sessionId) : ''
  const { body } = await test.ask('POST', '/api/keys', { bearer: accessToken, body: { name: 'k', role: 'agent' } })
  const [keyId, unknown] = [String(body.id), newId()]
  const ended = () =>
    test.hub.store.read(async tx => (await auth?.ended?.(tx, [sessionId, keyId, unknown, 'no id of ours'])) ?? [])
  t.same(await ended(), ['no id of ours', unknown])
  await test.ask('DELETE', `/api/keys/${keyId}`, { bearer: accessToken })
  await test.ask('DELETE', '/api/sessions', { bearer: accessToken })
  t.same((await ended()).toSorted(), [sessionId, keyId, unknown, 'no id of ours'].toSorted())
})
