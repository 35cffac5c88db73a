import fc from 'fast-check'
import type { Evidence } from './evidence.ts'

const maybe = (...values: string[]) => fc.constantFrom(null, ...values)

/** A few names, emails and phones, so that many people share some of them. For tests. */
export const somebody: fc.Arbitrary<Evidence> = fc.record({
  first: maybe('ann', 'bob', 'cy'),
  last: maybe('smith', 'lee'),
  email: maybe('a@x.example', 'b@x.example', 'c@x.example', 'd@x.example'),
  phones: fc.uniqueArray(fc.constantFrom('+61412345678', '+61412345679', '+61412345670'), { maxLength: 2 }),
})

/** A crowd, and the same crowd in another order: `order[i]` is where the i-th of the second stood in the first. */
export const shuffled = fc
  .array(somebody, { maxLength: 25 })
  .chain(people => fc.tuple(fc.constant(people), fc.shuffledSubarray([...people.keys()], { minLength: people.length })))
