import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { people } from './engine/models/people.ts'
import { identityOptions } from './settings.ts'
import { acts, beginWith, bitByBit, lastOf, learnedFrom, particular, record, type Act } from './test-acts.ts'
import { match, put, result, settle, testStore } from './test-records.ts'

for (const cap of [4, 200])
  t.test(`what comes bit by bit gives what one match of everything gives, with a cap of ${cap}`, async t => {
    const { store } = await testStore(t)
    const options = identityOptions.parse({ model: people, cap })
    const learned = await learnedFrom(store, options)
    const check = async (acts: readonly Act[]): Promise<void> => {
      const bit = await bitByBit(store, acts, { learned, options })
      await match(store, { options, scope: 'all' })
      deepStrictEqual(await result(store), bit, 'everything at once, on top')
    }
    for (const [what, acts] of Object.entries(particular)) await t.resolves(check(acts), what)
    await fc.assert(fc.asyncProperty(acts, check), { numRuns: 10 })
  })

t.test('records without decisions give the same from nothing, in another order', async t => {
  const { store } = await testStore(t)
  const options = identityOptions.parse({ model: people })
  const learned = await learnedFrom(store, options)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(record, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 }),
      async batches => {
        await beginWith(store, learned)
        for (const batch of batches) {
          await put(store, ...batch)
          await settle(store, { options })
        }
        const bit = await result(store)
        await beginWith(store, learned)
        await put(store, ...lastOf(batches.flat()).toReversed())
        await match(store, { options })
        deepStrictEqual(await result(store), bit)
      },
    ),
    { numRuns: 10 },
  )
})
