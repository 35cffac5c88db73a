import { test } from 'tap'
import fc from 'fast-check'
import { pauseAfter, subjectOf } from './throttle.ts'

test('the pause grows with the failures, and never beyond a quarter of an hour', async t => {
  t.same([1, 4, 5, 6, 7, 8].map(pauseAfter), [0, 0, 1000, 2000, 4000, 8000])
  fc.assert(
    fc.property(fc.nat(10_000), failures => {
      const pause = pauseAfter(failures)
      return pause <= pauseAfter(failures + 1) && pause <= 15 * 60_000
    }),
  )
  t.equal(pauseAfter(10_000), 15 * 60_000)
})

test('what is counted tells emails and addresses apart, and names neither', async t => {
  t.not(subjectOf('a', 'b,c'), subjectOf('a,b', 'c'))
  t.match(subjectOf('kim@example.org', '10.0.0.1'), /^[0-9a-f]{64}$/)
})
