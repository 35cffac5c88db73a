import fc from 'fast-check'
import t from 'tap'
import { numberOf, numbering, pairNumbering } from './numbering.ts'

t.test('things with one hash are told apart, and each keeps its number while the table grows', async t => {
  fc.assert(
    fc.property(fc.array(fc.nat(500), { maxLength: 2000 }), fc.integer({ min: 1, max: 1000 }), (things, hashes) => {
      const numbers = numbering()
      const known: number[] = []
      const isSame = (number: number, thing: number): boolean => known[number] === thing
      const given = things.map(thing => {
        const { size } = numbers
        const number = numberOf(numbers, thing % hashes, thing, isSame)
        if (number === size) known.push(thing)
        return number
      })
      t.ok(given.every((number, at) => known[number] === things[at]))
      t.same(known, [...new Set(things)])
    }),
    { numRuns: 100 },
  )
})

t.test('every pair of numbers has a number of its own', async t => {
  const pairs = pairNumbering()
  const numbers = new Set<number>()
  for (let left = 0; left < 200; left++) for (let right = 0; right < 200; right++) numbers.add(pairs.of(left, right))
  t.equal(numbers.size, 40_000)
  t.same([pairs.left.at(pairs.of(7, 9)), pairs.right.at(pairs.of(7, 9))], [7, 9])
  t.equal(pairs.left.length, 40_000)
})
