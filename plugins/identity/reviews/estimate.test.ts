import fc from 'fast-check'
import t from 'tap'
import { qualityOf } from './estimate.ts'
import { wilson } from './wilson.ts'

const band = (from: number, pairs: number, asked = 0, yes = 0) => ({ from, pairs, asked, yes })

t.test('the interval holds the share, narrows with answers, and is known for known counts', async t => {
  // Agresti & Coull 1998: 9 of 10 is 0.596 to 0.982 by Wilson.
  const { low, high } = wilson(9, 10)
  t.ok(Math.abs(low - 0.596) < 0.001 && Math.abs(high - 0.982) < 0.001)
  fc.assert(
    fc.property(fc.nat(50), fc.nat(50), (yes, no) => {
      const [one, ten] = [wilson(yes, yes + no), wilson(10 * yes, 10 * (yes + no))]
      t.ok(one.low <= one.value && one.value <= one.high && one.low >= 0 && one.high <= 1)
      if (yes + no > 0) t.ok(ten.high - ten.low < one.high - one.low)
    }),
    { numRuns: 100 },
  )
})

t.test('a weight counts for as many pairs as have it, not for how often it was asked about', async t => {
  const { precision } = qualityOf([band(7, 10, 100, 0), band(20, 990, 1, 1)], 6.63)
  t.ok(Math.abs(precision.value - 0.99) < 0.001)
})

t.test('what was missed lowers recall, and where nobody was asked the weight speaks', async t => {
  const sure = qualityOf([band(20, 100)], 6.63)
  t.ok(sure.precision.value > 0.999 && sure.recall.value === 1 && sure.asked === 0)
  const missing = qualityOf([band(20, 100, 10, 10), band(3, 100, 10, 10)], 6.63)
  t.equal(missing.recall.value, 0.5)
  t.ok(missing.recall.low < 0.5 && missing.recall.high > 0.5)
})

t.test('the threshold is moved only to where enough answers say so', async t => {
  t.equal(qualityOf([band(8, 50, 5, 0)], 6.63).suggested, null)
  t.match(qualityOf([band(8, 50, 20, 10), band(12, 50, 20, 20)], 6.63).suggested, { bits: 9 })
  t.match(qualityOf([band(3, 50, 30, 30)], 6.63).suggested, { bits: 3 })
})
