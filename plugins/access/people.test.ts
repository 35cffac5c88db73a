import t from 'tap'
import { adminPassword, startTestHub, type TestHub } from './test-hub.ts'

const email = 'admin@localhost'

/** Signs the admin in. */
async function signedIn({ ask }: TestHub): Promise<{ accessToken: string; refreshToken: string }> {
  const { body } = await ask('POST', '/api/sessions', { body: { email, password: adminPassword } })
  return body as { accessToken: string; refreshToken: string }
}

t.test('a new password signs out everywhere else', async t => {
  const test = await startTestHub(t)
  const [here, there] = [await signedIn(test), await signedIn(test)]
  const change = (current: string) =>
    test.ask('PUT', '/api/me/password', { bearer: here.accessToken, body: { current, next: 'another one entirely' } })
  t.equal((await change('not it')).status, 403)
  t.equal((await change(adminPassword)).status, 204)
  const refresh = (refreshToken: string) => test.ask('POST', '/api/sessions/refresh', { body: { refreshToken } })
  t.equal((await refresh(there.refreshToken)).status, 401)
  t.equal((await refresh(here.refreshToken)).status, 200)
  const sign = (password: string) => test.ask('POST', '/api/sessions', { body: { email, password } })
  t.equal((await sign(adminPassword)).status, 401)
  t.equal((await sign('another one entirely')).status, 201)
})

t.test('an admin adds a person, who can sign in and do what their role may', async t => {
  const test = await startTestHub(t)
  const { accessToken } = await signedIn(test)
  const kim = { email: 'kim@example.org', name: 'Kim', role: 'agent', password: 'long enough' }
  t.equal(
    (await test.ask('POST', '/api/staff', { bearer: accessToken, body: { ...kim, password: 'short' } })).status,
    400,
  )
  t.equal((await test.ask('POST', '/api/staff', { bearer: accessToken, body: kim })).status, 201)
  t.equal((await test.ask('POST', '/api/staff', { bearer: accessToken, body: kim })).status, 409)
  const { body } = await test.ask('POST', '/api/sessions', {
    body: { email: 'KIM@example.org', password: kim.password },
  })
  const bearer = String(body.accessToken)
  t.match(await test.ask('GET', '/api/me', { bearer }), { status: 200, body: { name: 'Kim', role: 'agent' } })
  t.equal((await test.ask('POST', '/api/staff', { bearer, body: { ...kim, email: 'lee@example.org' } })).status, 403)
})
