import fc from 'fast-check'
import type { Person } from '@switchboard/core'
import type { OpenStore } from '@switchboard/core/store'
import t from 'tap'
import { empty, match, noon, parkedIn, profilesIn, put, testStore, type TestRecord } from './test-records.ts'

const maybe = (...values: string[]) => fc.constantFrom(null, ...values)

const person: fc.Arbitrary<Partial<Person>> = fc.record({
  firstName: maybe('Ann', 'Bob', 'Cy'),
  lastName: maybe('Smith', 'Lee'),
  email: maybe('a@x.example', 'A+tag@x.example', 'b@x.example', 'c@x.example'),
  phones: fc.uniqueArray(fc.constantFrom('0412 345 678', '+61412345678', '0412345679', '0412345670'), { maxLength: 2 }),
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

t.test(
  'records that come in any batches, changed and deleted on the way, give what one match of the last state gives',
  async t => {
    const { store } = await testStore(t)
    const batches = fc.array(fc.array(record, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(batches, async batches => {
        await empty(store)
        for (const batch of batches) {
          await put(store, ...batch)
          await match(store)
        }
        const bit = await result(store)
        await match(store, { scope: 'all' })
        t.same(await result(store), bit, 'everything at once, on top')
        await empty(store)
        await put(store, ...lastOf(batches.flat()).toReversed())
        await match(store)
        t.same(await result(store), bit, 'everything at once, from nothing, in another order')
      }),
      { numRuns: 25 },
    )
  },
)

/** The last state of each record. */
function lastOf(records: TestRecord[]): TestRecord[] {
  return [...new Map(records.map(record => [record.externalId, record])).values()]
}

/** All that was decided, without ids and times of ours. */
async function result(store: OpenStore): Promise<object> {
  const profiles = await profilesIn(store)
  const edges = await store.read(
    tx => tx.sql<object>`select a, b, weight, levels from profile_edge join profile p on p.id = profile_id
      where p.merged_into is null order by a, b`,
  )
  return { profiles: profiles.map(({ id: _, ...profile }) => profile), parked: await parkedIn(store), edges }
}
