import t from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { callsDrill, companyOf } from './calls.ts'

t.test(
  'calls in which everything goes wrong now and then come to a good end, and take the same turns again',
  { timeout: 110_000 },
  async t => {
    const settings = { calls: 4, together: 1, workers: 2, rate: 0.05 }
    const freshDatabase = async (): Promise<string> => (await testDatabase(t)).url
    const [once, again] = await callsDrill({ ...settings, freshDatabase, seeds: [5, 5] })
    t.ok(once && again)
    t.strictSame(once?.breaks, [], 'nobody is left in silence, rung twice, or left behind')
    t.ok((once?.calls ?? 0) >= 3, 'the calls came in')
    t.ok((once?.events ?? 0) > 30, 'and something happened in them')
    t.ok((once?.ranOut ?? 0) > 0, 'time went on for them too')
    t.equal(again?.print, once?.print, 'the same seed takes the same turns')
  },
)

t.test('a seed is replayed in the company that it had', t => {
  t.strictSame(companyOf(1, 10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  t.strictSame(companyOf(20, 10), [11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
  t.end()
})
