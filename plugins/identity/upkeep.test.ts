import t from 'tap'
import { reference } from './engine/models/reference.ts'
import { identityOptions } from './settings.ts'
import { empty, membersIn, noon, put, quiet, testStore } from './test-records.ts'
import { makeUpkeep, type UpkeepNeeds } from './upkeep.ts'

const { store, url } = await testStore(t)
const options = identityOptions.parse({ model: reference })
const jane = { firstName: 'Jane', lastName: 'Smith', email: 'jane@x.example', phones: ['0412 345 678'] }
t.beforeEach(() => empty(store))

t.test('two hubs that match at once take turns, and nobody is left out', async t => {
  const [one, other] = [makeUpkeep(needs(), options), makeUpkeep(needs(), options)]
  await put(store, { externalId: 'a', people: [jane] }, { externalId: 'b', people: [jane] })
  await Promise.all([one.settle('dirty'), other.settle('dirty'), one.settle('dirty')])
  t.same(await membersIn(store), [['a/0', 'b/0']])
  await Promise.all([one.stop(), other.stop()])
})

t.test('many pokes are one match', async t => {
  const matched: object[] = []
  const log = { ...quiet, info: (facts: object) => void matched.push(facts) }
  const upkeep = makeUpkeep({ ...needs(), log }, options)
  await put(store, { externalId: 'a', people: [jane] })
  for (let at = 0; at < 20; at++) upkeep.poke()
  while (matched.length === 0) await new Promise(resolve => setTimeout(resolve, 20))
  await upkeep.settle('dirty')
  t.match(matched, [{ records: 1, changed: 1 }])
  await upkeep.stop()
})

t.test('news that a dead process left behind are told before anything else', async t => {
  await store.transact(
    tx => tx.sql`insert into profile_history (id, name, profile_id, data, at)
      values ('019ab000-0000-7000-8000-000000000000', 'profile.changed', null, '{"profileId": "x"}', ${noon})`,
  )
  const told: unknown[] = []
  const events: UpkeepNeeds['events'] = { publish: async (_tx, name, data) => void told.push({ name, data }) }
  const upkeep = makeUpkeep({ ...needs(), events }, options)
  await upkeep.settle('dirty')
  await upkeep.settle('dirty')
  t.same(told, [{ name: 'profile.changed', data: { profileId: 'x' } }])
  await upkeep.stop()
})

t.test('a match that fails is seen, and the records wait', async t => {
  await put(store, { externalId: 'a', people: [jane] })
  const upkeep = makeUpkeep(needs(), { ...options, model: { ...options.model, comparisons: undefined as never } })
  await t.rejects(upkeep.settle('dirty'), TypeError)
  t.same(await membersIn(store), [])
  const other = makeUpkeep(needs(), options)
  t.match(await other.settle('dirty'), { records: 1, changed: 1 })
  await Promise.all([upkeep.stop(), other.stop()])
})

t.test('after a stop nothing begins', async t => {
  const upkeep = makeUpkeep(needs(), options)
  await put(store, { externalId: 'a', people: [jane] })
  upkeep.poke()
  await upkeep.stop()
  upkeep.poke()
  await t.rejects(upkeep.settle('dirty'), { name: 'AbortError' })
  t.same(await membersIn(store), [])
})

function needs(): UpkeepNeeds {
  return { store, databaseUrl: url, log: quiet, now: () => noon, events: { publish: async () => {} } }
}
