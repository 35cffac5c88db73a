import { newId, type ProfileId } from '@switchboard/core'
import t from 'tap'
import type { Changes, News } from './pipeline/changes.ts'
import { takeNews, writeChanges } from './change-store.ts'
import { loadFirst, loadRows } from './record-store.ts'
import { empty, noon, put, testStore } from './test-records.ts'

const { store } = await testStore(t)
t.beforeEach(() => empty(store))

t.test('a record is clean only in the state in which it was read', async t => {
  await put(store, { externalId: 'a', people: [] }, { externalId: 'b', people: [] })
  const read = await store.read(
    tx => tx.sql<{ id: string; revision: string }>`select id, revision::text from source_record order by external_id`,
  )
  await put(store, { externalId: 'b', people: [] })
  await store.transact(tx => writeChanges(tx, { ...nothing, read }, { at: noon }))
  t.same(
    await store.read(
      tx => tx.sql`select external_id, d.record_id is not null as is_dirty from source_record r
    left join source_dirty d on d.record_id = r.id order by external_id`,
    ),
    [
      { external_id: 'a', is_dirty: false },
      { external_id: 'b', is_dirty: true },
    ],
  )
})

t.test('every record that waits is read once, however many there are', async t => {
  for (const count of [0, 3, 1000, 2100]) {
    await empty(store)
    if (count > 0) await put(store, ...Array.from({ length: count }, (_, at) => ({ externalId: `r${at}`, people: [] })))
    const { first, all } = await store.read(async tx => {
      const first = await loadFirst(tx)
      return { first, all: await loadRows(tx, 'dirty', first) }
    })
    t.equal(new Set(all.map(({ id }) => id)).size, count)
    t.equal(all.length, count)
    t.equal(first.areAll, count < 1000, `${count}`)
  }
})

t.test('news are told once, in order, and merges and splits stay as history', async t => {
  const [a, b] = [newId<'profile'>(), newId<'profile'>()]
  const news = [changed(a), { name: 'profile.merged' as const, profileId: a, data: { profileId: a, merged: [b] } }]
  await store.transact(tx => writeChanges(tx, { ...nothing, news }, { at: noon }))
  t.match(await taken(10), [
    { name: 'profile.changed', data: { profileId: a } },
    { name: 'profile.merged', data: { profileId: a, merged: [b] } },
  ])
  t.same(await taken(10), [])
  t.same(await history(), [{ name: 'profile.merged' }])
})

t.test('news are taken so many at a time', async t => {
  await store.transact(tx =>
    writeChanges(tx, { ...nothing, news: Array.from({ length: 5 }, () => changed(newId())) }, { at: noon }),
  )
  t.same([(await taken(3)).length, (await taken(3)).length, (await taken(3)).length], [3, 2, 0])
})

t.test('news that could not be told are told again', async t => {
  await store.transact(tx => writeChanges(tx, { ...nothing, news: [changed(newId())] }, { at: noon }))
  await t.rejects(
    store.transact(async tx => {
      await takeNews(tx, 10)
      throw new Error('nobody could be told')
    }),
  )
  t.equal((await taken(10)).length, 1)
})

t.test('very many changes at once are told as one, and their merges are still history', async t => {
  const a = newId<'profile'>()
  const news: News[] = Array.from({ length: 600 }, () => changed(newId()))
  news.push({ name: 'profile.merged', profileId: a, data: { profileId: a, merged: [] } })
  await store.transact(tx => writeChanges(tx, { ...nothing, news }, { at: noon }))
  t.match(await taken(1000), [{ name: 'profiles.rebuilt', data: { count: 601 } }])
  t.same(await history(), [{ name: 'profile.merged' }])
})

const nothing: Changes = {
  candidates: { put: [], drop: [] },
  memberships: { put: [], drop: [] },
  profiles: { put: [], merged: [], swept: [] },
  links: [],
  keys: { put: [], drop: [] },
  relations: { put: [], drop: [] },
  refusals: { put: [], drop: [] },
  generic: { put: [], drop: [], reopened: [] },
  touched: [],
  news: [],
  read: [],
}

function changed(profileId: ProfileId): News {
  return { name: 'profile.changed', profileId, data: { profileId } }
}

function taken(most: number): Promise<{ name: string; data: object }[]> {
  return store.transact(tx => takeNews(tx, most))
}

function history(): Promise<{ name: string }[]> {
  return store.read(tx => tx.sql<{ name: string }>`select name from profile_history order by id`)
}
