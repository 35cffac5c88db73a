import { testDatabase } from '@switchboard/test-postgres'
import t from 'tap'
import type { Principal } from '../ports/auth.ts'
import { silentLog } from '../hub/log.ts'
import { listAudit, openAudit, type AuditSearch } from './audit.ts'
import { openStore } from './open.ts'

const { url } = await testDatabase(t)
const store = await openStore({ url, log: silentLog() })
t.teardown(() => store.close())
let now = new Date('2026-11-21T10:00:00Z')
const audit = openAudit({ now: () => now })
const alex: Principal = { kind: 'key', keyId: 'k1', role: 'manager', name: 'Alex' }

await store.transact(async tx => {
  await audit.record(tx, { by: alex, what: 'profile.merge', target: 'profile:a', after: { into: 'a' }, reason: 'one' })
  await audit.record(tx, { by: null, what: 'profile.split', target: 'profile:b' })
})
now = new Date('2026-11-21T11:00:00Z')
await store.transact(tx => audit.record(tx, { by: alex, what: 'setting.change', target: 'profile:a' }))

t.test('lines come newest first, narrowed by who, what, target and time', async t => {
  const found = async (search: Partial<AuditSearch>) =>
    (await listAudit(store, { limit: 10, ...search })).map(({ what }) => what)
  t.same(await found({}), ['setting.change', 'profile.split', 'profile.merge'])
  t.same(await found({ by: 'key:k1' }), ['setting.change', 'profile.merge'])
  t.same(await found({ by: 'hub' }), ['profile.split'])
  t.same(await found({ what: 'profile.merge' }), ['profile.merge'])
  t.same(await found({ what: 'profile.' }), ['profile.split', 'profile.merge'])
  t.same(await found({ what: 'profile' }), [])
  t.same(await found({ target: 'profile:a', to: now }), ['profile.merge'])
  t.same(await found({ from: now }), ['setting.change'])
})

t.test('a page ends where the next begins', async t => {
  const [newest] = await listAudit(store, { limit: 1 })
  const rest = await listAudit(store, { limit: 5, before: newest!.id })
  t.same(
    rest.map(({ what }) => what),
    ['profile.split', 'profile.merge'],
  )
  t.match(rest[1], { by: 'key:k1', byName: 'Alex', after: { into: 'a' }, before: null, reason: 'one' })
})

t.test('a change that is taken back leaves no line', async t => {
  const failing = store.transact(async tx => {
    await audit.record(tx, { by: alex, what: 'undone', target: 'x' })
    throw new Error('taken back')
  })
  await t.rejects(failing, /taken back/)
  t.same(await listAudit(store, { limit: 5, what: 'undone' }), [])
})

t.test('the database refuses to change or delete a line', async t => {
  await t.rejects(
    store.transact(tx => tx.sql`delete from audit`),
    /only ever added to/,
  )
  await t.rejects(
    store.transact(tx => tx.sql`update audit set by = 'hub'`),
    /only ever added to/,
  )
})
