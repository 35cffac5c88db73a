import fc from 'fast-check'
import { test } from 'tap'
import { pauseAtMost } from './pause.ts'

const atMostMs = 10_000

test('pauses grow with each failure, up to the longest', t => {
  const pauses = [0, 1, 2, 3, 4, 5, 500].map(failures => pauseAtMost({ failures, awayMs: 60_000 }, atMostMs))
  t.same(pauses, [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
  t.end()
})

test('whoever failed often within a moment does not wait for long', t => {
  t.equal(pauseAtMost({ failures: 5, awayMs: 1_500 }, atMostMs), 1_000)
  t.equal(pauseAtMost({ failures: 5, awayMs: 6_000 }, atMostMs), 3_000)
  t.end()
})

test('whatever chance has them wait, a client is back a second or half of the outage after its end', t => {
  const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 200, maxLength: 200 })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60_000 }), chances, (outageMs, chances) => {
      let awayMs = 0
      let failures = 0
      for (const chance of chances) {
        awayMs += chance * pauseAtMost({ failures, awayMs }, atMostMs)
        if (awayMs > outageMs) break
        failures++
      }
      if (awayMs > outageMs + Math.max(1_000, outageMs / 2)) throw new Error(`${awayMs} after ${outageMs}`)
    }),
  )
  t.end()
})
