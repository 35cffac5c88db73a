import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { people } from '../engine/models/people.ts'
import { identityOptions } from '../settings.ts'
import { acts, beginWith, bitByBit, lastOf, learnedFrom, particular, type Act } from '../test-acts.ts'
import { noon, put, quiet, result, testStore } from '../test-records.ts'
import { rebuild } from './rebuild.ts'

// What was shared by many stays so for a while, though fewer share it: with a low cap it depends on what was before.
for (const cap of [4, 200])
  t.test(`a rebuild gives what came bit by bit, on top of it and from nothing, with a cap of ${cap}`, async t => {
    const { store, url } = await testStore(t)
    const options = identityOptions.parse({ model: people, cap })
    const learned = await learnedFrom(store, options)
    const rebuilt = async (): Promise<object> => {
      await rebuild(store, { url, options, evidence: [], scope: 'all', at: noon, log: quiet, batchSize: 1 })
      return result(store)
    }
    const check = async (acts: readonly Act[]): Promise<void> => {
      const bit = await bitByBit(store, acts, { learned, options })
      deepStrictEqual(await rebuilt(), bit, 'on top')
      const records = acts.flatMap(act => ('put' in act ? act.put : []))
      if (cap < 200 || records.length === 0 || acts.some(act => 'decide' in act)) return
      await beginWith(store, learned)
      await put(store, ...lastOf(records))
      deepStrictEqual(await rebuilt(), bit, 'from nothing')
    }
    for (const [what, acts] of Object.entries(particular)) await t.resolves(check(acts), what)
    await fc.assert(fc.asyncProperty(acts, check), { numRuns: 6 })
  })
