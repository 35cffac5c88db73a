import { newId } from '@switchboard/core'
import t from 'tap'
import { keySheet, relationSheet } from '../sheets.ts'
import { empty, noon, put, testStore } from '../test-records.ts'
import { bulkOn } from './bulk-store.ts'
import { connect } from './test-connection.ts'

const { store, url } = await testStore(t)
const connection = await connect(t, url)
t.beforeEach(() => empty(store))

t.test('rows go over those that are there, and what they say stays what it was', async t => {
  const [a, b] = [newId<'profile'>(), newId<'profile'>()]
  const via = 'email:a\\tb\t"c"\n{d}@x.example'
  const bulk = bulkOn(connection, () => false)
  for (const kind of ['household', 'shares_email'] as const) {
    await connection.query('begin')
    await bulk.write(relationSheet, [{ profileA: a, profileB: b, via, kind }])
    await bulk.write(keySheet, [{ key: via, id: a }])
    await connection.query('commit')
  }
  t.same(await store.read(tx => tx.sql`select via, kind from profile_relation`), [{ via, kind: 'shares_email' }])
  t.same(await store.read(tx => tx.sql`select key from candidate_key`), [{ key: via }])
})

t.test('a record that has changed since it was read stays dirty, and so does one that is being changed', async t => {
  await put(store, ...['a', 'b', 'c'].map(externalId => ({ externalId, people: [] })))
  const read = await store.read(
    tx => tx.sql<{ id: string; revision: string }>`select id, revision::text from source_record order by external_id`,
  )
  await put(store, { externalId: 'b', people: [], updatedAt: noon })
  const other = await connect(t, url)
  await other.query('begin')
  await other.query('update source_dirty set revision = revision + 1 where record_id = $1', [read[2]!.id])
  await connection.query('begin')
  await bulkOn(connection, () => false).markRead(read)
  await connection.query('commit')
  await other.query('commit')
  const dirty = await store.read(
    tx => tx.sql`select external_id from source_dirty d join source_record r on r.id = d.record_id order by 1`,
  )
  t.same(dirty, [{ external_id: 'b' }, { external_id: 'c' }])
})
