import fc from 'fast-check'
import type { Person } from '@switchboard/core'
import type { OpenStore } from '@switchboard/core/store'
import t from 'tap'
import { addDecisions, liftDecisions, makeDirty } from './decisions/store.ts'
import { people } from './engine/models/people.ts'
import { keepLearned, loadLearned, type Learned } from './model-store.ts'
import { identityOptions } from './settings.ts'
import { empty, match, noon, put, result, settle, testStore, type TestRecord } from './test-records.ts'

const maybe = (...values: string[]) => fc.constantFrom(null, ...values)

const person: fc.Arbitrary<Partial<Person>> = fc.record({
  firstName: maybe('Ann', 'Annie', 'Bob', 'Cyrus', 'B'),
  lastName: maybe('Smith', 'Smyth', 'Lee'),
  email: maybe('a@x.example', 'A+tag@x.example', 'b@x.example', 'c@x.example', 'd@x.example'),
  phones: fc.uniqueArray(fc.constantFrom('0412 345 678', '+61412345678', '0412345679', '0412345670', '0412345671'), {
    maxLength: 2,
  }),
  isUnverified: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
})

const record: fc.Arbitrary<TestRecord> = fc
  .oneof(
    fc.record({ people: fc.array(person, { minLength: 1, maxLength: 2 }) }),
    fc.tuple(person, person).map(([one, other]) => ({
      kind: 'appointment' as const,
      people: [
        { role: 'primary' as const, ...one },
        { role: 'partner' as const, ...other },
      ],
    })),
  )
  .chain(rest =>
    fc
      .record({
        externalId: fc.constantFrom(...'abcdefghijklmnop'),
        updatedAt: fc.nat(1000).map(days => new Date(noon.getTime() - days * 24 * 60 * 60 * 1000)),
        deletedAt: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constant(noon) }),
      })
      .map(head => ({ ...rest, ...head })),
  )

/** Records that come together, or something that somebody decides. */
type Act = { put: TestRecord[] } | { decide: 'apart' | 'together'; who: [number, number] } | { lift: number }

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ put: fc.array(record, { minLength: 1, maxLength: 6 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      decide: fc.constantFrom('apart' as const, 'together' as const),
      who: fc.tuple(fc.nat(30), fc.nat(30)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ lift: fc.nat(5) }) },
)
const acts = fc.array(act, { minLength: 1, maxLength: 7 })

for (const cap of [4, 200])
  t.test(`what comes bit by bit gives what one match of everything gives, with a cap of ${cap}`, async t => {
    const { store } = await testStore(t)
    const options = identityOptions.parse({ model: people, cap })
    const learned = await learnedFrom(store, options)
    await fc.assert(
      fc.asyncProperty(acts, async acts => {
        await empty(store)
        await store.transact(tx => keepLearned(tx, learned, noon))
        for (const act of acts) {
          await carryOut(store, act)
          await settle(store, { options })
        }
        const bit = await result(store)
        await match(store, { scope: 'all', options })
        t.same(await result(store), bit, 'everything at once, on top')
      }),
      { numRuns: 10 },
    )
  })

t.test('records without decisions give the same from nothing, in another order', async t => {
  const { store } = await testStore(t)
  const options = identityOptions.parse({ model: people })
  const learned = await learnedFrom(store, options)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(record, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 }),
      async batches => {
        await empty(store)
        await store.transact(tx => keepLearned(tx, learned, noon))
        for (const batch of batches) {
          await put(store, ...batch)
          await settle(store, { options })
        }
        const bit = await result(store)
        await empty(store)
        await store.transact(tx => keepLearned(tx, learned, noon))
        await put(store, ...lastOf(batches.flat()).toReversed())
        await match(store, { options })
        t.same(await result(store), bit)
      },
    ),
    { numRuns: 10 },
  )
})

/** What everything is judged by: learned once, so that all runs are judged alike. */
async function learnedFrom(store: OpenStore, options: ReturnType<typeof identityOptions.parse>): Promise<Learned> {
  await put(
    store,
    ...fc.sample(record, { numRuns: 40, seed: 7 }).map((one, at) => ({ ...one, externalId: String(at) })),
  )
  await match(store, { options })
  const learned = await store.read(tx => loadLearned(tx, {}))
  return { ...learned!, records: 1_000_000 }
}

async function carryOut(store: OpenStore, act: Act): Promise<void> {
  if ('put' in act) return put(store, ...act.put)
  await store.transact(async tx => {
    if ('lift' in act) {
      const made = await tx.sql<{ id: string }>`select id from decision where lifted_at is null order by id`
      const ids = made.slice(act.lift, act.lift + 1).map(({ id }) => id)
      const sides = await tx.sql<{ id: string }>`
        select c.id from decision_side s join candidate c using (record_id, position) where s.decision_id = any(${ids}::uuid[])`
      await liftDecisions(tx, ids, noon)
      return makeDirty(
        tx,
        sides.map(({ id }) => id),
      )
    }
    const all = await tx.sql<{ id: string }>`select id from candidate order by record_id, position`
    const [one, other] = act.who.map(at => all[at % Math.max(1, all.length)]?.id)
    if (!one || !other || one === other) return
    await addDecisions(tx, [{ kind: act.decide, sides: [[one], [other]] }], { by: 'test', reason: null, at: noon })
    await makeDirty(tx, [one, other])
  })
}

/** The last state of each record. */
function lastOf(records: TestRecord[]): TestRecord[] {
  return [...new Map(records.map(record => [record.externalId, record])).values()]
}
