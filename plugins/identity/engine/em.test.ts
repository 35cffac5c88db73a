import { test } from 'tap'
import { learn, monotone, type BlockCounts, type Parameters } from './em.ts'

/** Patterns of three comparisons with two levels each, as often as two kinds of pairs would have them. */
function mixed(match: number, m: number[], u: number[]): BlockCounts {
  const levels: number[] = []
  const weight: number[] = []
  const times = (shares: number[], pattern: number[]): number =>
    shares.reduce((product, share, c) => product * (pattern[c] === 1 ? share : 1 - share), 1)
  for (let code = 0; code < 8; code++) {
    const pattern = [1 + (code & 1), 1 + ((code >> 1) & 1), 1 + ((code >> 2) & 1)]
    levels.push(...pattern)
    weight.push(10_000 * (match * times(m, pattern) + (1 - match) * times(u, pattern)))
  }
  return { isBlocked: [false, false, false], levels: Uint8Array.from(levels), weight: Float64Array.from(weight) }
}

const both = (share: number): number[] => [share, 1 - share]
const u = [0.02, 0.05, 0.01]
const shipped: Parameters = { m: [both(0.8), both(0.8), both(0.8)], h: u.map(both), u: u.map(both) }
const none = [false, false, false]
const how = { isShared: none, isOfHousehold: none, shipped, pseudoPairs: 1 }

test('what is behind the data is found again', t => {
  const m = [0.95, 0.7, 0.85]
  const found = learn([mixed(0.3, m, u)], shipped, how)
  m.forEach((share, c) => t.ok(Math.abs(found.m[c]![0]! - share) < 0.02, `${share} is found as ${found.m[c]![0]}`))
  t.strictSame(found.u, shipped.u, 'u stays')
  t.end()
})

test('nothing to learn from leaves what ships, and little changes it little', t => {
  const empty = { ...mixed(0.3, [0.5, 0.5, 0.5], u), weight: new Float64Array(8) }
  t.strictSame(
    learn([empty], shipped, how).m.map(([share]) => share!.toFixed(6)),
    ['0.800000', '0.800000', '0.800000'],
  )
  const few = mixed(0.3, [0.99, 0.99, 0.99], u)
  const found = learn([{ ...few, weight: few.weight.map(n => n / 10_000) }], shipped, { ...how, pseudoPairs: 20 })
  t.ok(found.m[0]![0]! < 0.83)
  t.end()
})

test('a block says nothing of what it asks for', t => {
  const counts = { ...mixed(0.5, [0.99, 0.9, 0.9], u), isBlocked: [true, false, false] }
  const found = learn([counts], shipped, how)
  t.equal(found.m[0]![0]!.toFixed(6), '0.800000')
  t.ok(Math.abs(found.m[1]![0]! - 0.9) < 0.02)
  t.end()
})

test('two of a household agree in what they share and differ in what is their own', t => {
  const match = mixed(1, [0.9, 0.95, 0.9], u)
  const home = mixed(1, [0.02, 0.6, 0.7], u)
  const weight = match.weight.map((n, at) => 0.7 * n + 0.3 * home.weight[at]!)
  const isShared = [false, true, true]
  const start = { ...shipped, h: [both(0.02), both(0.4), both(0.4)] }
  const found = learn([{ ...match, weight }], start, { ...how, isShared, shipped: start })
  t.ok(Math.abs(found.m[0]![0]! - 0.9) < 0.04, `first names of one person agree in ${found.m[0]![0]}`)
  t.ok(Math.abs(found.h[1]![0]! - 0.6) < 0.1, `last names of a household agree in ${found.h[1]![0]}`)
  t.equal(found.h[0], found.u[0], 'first names of a household are as those of strangers')
  t.end()
})

test('weights fall from level to level, and what was in order stays', t => {
  const fixed = monotone([0.5, 0.1, 0.3, 0.1], [0.1, 0.4, 0.1, 0.4])
  const bits = [0.5, 0.1, 0.3, 0.1].map((m, at) => Math.log2(m / fixed[at]!))
  t.ok(
    bits.every((one, at) => at === 0 || one <= bits[at - 1]! + 1e-9),
    bits.join(),
  )
  const u = [0.1, 0.2, 0.7]
  t.strictSame(
    monotone([0.8, 0.15, 0.05], u).map(share => share.toFixed(9)),
    u.map(share => share.toFixed(9)),
  )
  t.end()
})
