import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { adminPassword, startTestHub, type TestHub } from './test-hub.ts'

const signIn = ({ ask }: TestHub, email: string, password: string) =>
  ask('POST', '/api/sessions', { body: { email, password } })

const secretIn = async (path: string) => (await readFile(path, 'utf8')).trim()

t.test('the first start makes an admin with a password of its own, in a file that only the owner reads', async t => {
  const test = await startTestHub(t, {})
  const path = join(test.dataDir, 'admin-password')
  const password = await secretIn(path)
  t.match(password, /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/)
  t.equal((await stat(path)).mode & 0o777, 0o600)
  t.equal((await signIn(test, 'admin@localhost', password)).status, 201)
})

t.test('a password that was given is in no file', async t => {
  const test = await startTestHub(t, { adminEmail: 'Boss@Example.org', adminPassword })
  await t.rejects(stat(join(test.dataDir, 'admin-password')), { code: 'ENOENT' })
  t.equal((await signIn(test, 'boss@example.org', adminPassword)).status, 201)
})

t.test('a later start changes nobody’s password', async t => {
  const first = await startTestHub(t)
  const again = await startTestHub(t, { adminPassword: 'something else', adminEmail: 'other@localhost' }, first)
  t.equal((await signIn(again, 'admin@localhost', adminPassword)).status, 201)
  t.equal((await signIn(again, 'other@localhost', 'something else')).status, 401)
})

t.test('two hubs that start at once make one admin, and the password in the file is theirs', async t => {
  const { url: databaseUrl } = await testDatabase(t)
  const [dataDir, elsewhere] = [t.testdir({ a: {}, b: {} }) + '/a', t.testdirName + '/b']
  const hubs = await Promise.all([
    startTestHub(t, {}, { databaseUrl, dataDir }),
    startTestHub(t, {}, { databaseUrl, dataDir: elsewhere }),
  ])
  const passwords = await Promise.all(hubs.map(hub => secretIn(join(hub.dataDir, 'admin-password')).catch(() => null)))
  const made = passwords.filter(password => password !== null)
  t.equal(made.length, 1)
  for (const hub of hubs) t.equal((await signIn(hub, 'admin@localhost', made[0] ?? '')).status, 201)
  const people = await hubs[0].hub.store.read(tx => tx.sql`select 1 from staff`)
  t.equal(people.length, 1)
})

t.test(
  'commands on the same machine get a key, which is kept from start to start and made anew when it is gone',
  async t => {
    const first = await startTestHub(t)
    const path = join(first.dataDir, 'cli-key')
    const key = await secretIn(path)
    t.equal((await stat(path)).mode & 0o777, 0o600)
    t.match(await first.ask('GET', '/api/me', { bearer: key }), { body: { kind: 'key', name: 'cli', role: 'admin' } })

    await startTestHub(t, {}, first)
    t.equal(await secretIn(path), key)

    await rm(path)
    const third = await startTestHub(t, {}, first)
    const fresh = await secretIn(path)
    t.not(fresh, key)
    t.equal((await third.ask('GET', '/api/me', { bearer: fresh })).status, 200)
  },
)

t.test('a key left over from another database is made anew', async t => {
  const dataDir = t.testdir({ 'cli-key': 'sbk_' + 'a'.repeat(43) })
  const test = await startTestHub(t, {}, { dataDir })
  t.equal((await test.ask('GET', '/api/me', { bearer: await secretIn(join(dataDir, 'cli-key')) })).status, 200)
})

t.test('demo staff sign in with the admin’s password while they are wanted, and not after', async t => {
  const test = await startTestHub(t, { demoStaff: true })
  const password = await secretIn(join(test.dataDir, 'admin-password'))
  for (const name of ['alex', 'sam', 'robin'])
    t.equal((await signIn(test, `${name}@demo.example`, password)).status, 201, name)
  const { body } = await signIn(test, 'alex@demo.example', password)
  t.match(await test.ask('GET', '/api/me', { bearer: String(body.accessToken) }), {
    body: { name: 'Alex Chen', role: 'agent' },
  })

  const real = await startTestHub(t, { demoStaff: false }, test)
  t.equal((await signIn(real, 'alex@demo.example', password)).status, 401)
  t.equal((await real.ask('GET', '/api/me', { bearer: String(body.accessToken) })).status, 401)
})
