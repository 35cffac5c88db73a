import { setTimeout as pause } from 'node:timers/promises'
import type { OpenStore } from '@switchboard/core/store'
import t from 'tap'
import { people } from '../engine/models/people.ts'
import { identityOptions } from '../settings.ts'
import { empty, match, noon, put, quiet, testStore } from '../test-records.ts'
import { makeAsking } from './asking.ts'

const { store } = await testStore(t)
const options = identityOptions.parse({ model: people })
const asking = () => makeAsking({ store, now: () => noon, log: quiet, evidence: [] }, options)

t.beforeEach(async () => {
  await empty(store)
  const [jane, bob] = ['Jane', 'Bob'].map(firstName => ({ firstName, lastName: 'Smith', email: 'smiths@x.example' }))
  await put(store, { externalId: 'a', people: [jane!] }, { externalId: 'b', people: [bob!] })
  await match(store, { options })
})

t.test('what became doubtful is asked about soon after, once, without anybody looking at the list', async t => {
  const { soon, stop } = asking()
  t.teardown(stop)
  soon()
  soon()
  t.equal(await questions(store, 1), 1)
  soon()
  await stop()
  t.equal(await questions(store), 1)
})

t.test('a hub that stops asks nothing more', async t => {
  const { soon, now, stop } = asking()
  soon()
  await stop()
  await now()
  t.equal(await questions(store), 0)
})

/** How many there are, as soon as there are so many. */
async function questions(store: OpenStore, least = 0): Promise<number> {
  for (let left = 1000; ; left--) {
    const [row] = await store.read(tx => tx.sql<{ count: number }>`select count(*)::int as count from review`)
    if (row!.count >= least || left === 0) return row!.count
    await pause(10)
  }
}
