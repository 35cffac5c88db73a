import { test } from 'tap'
import { joinEvidence } from './evidence.ts'
import { people } from './models/people.ts'
import { untrained } from './train.ts'
import { patternBits } from './weigh.ts'

const joined = joinEvidence(people)
const bitsOf = patternBits(joined, untrained(joined, 1000))

/** Levels by the names of comparisons; what is not named is missing. */
const levels = (found: Readonly<Record<string, string>>): number[] =>
  joined.comparisons.map(({ name, levels: all }) => all.indexOf(found[name] ?? '') + 1)

const shared = { email: 'equal', phone: 'equal' }

test('the odds that a row is somebody’s and no housemate’s count as they are, however much they share', t => {
  const [less, more] = [{ company: '12 to 1' }, { company: '12 to 1', last: 'equal', ...shared }].map(one =>
    bitsOf(levels(one)),
  )
  t.equal(more!.household, less!.household)
  t.ok(Math.abs(less!.household - Math.log2(20)) < 0.01, `${less!.household} bits`)
  t.ok(more!.random > less!.random + 30, 'strangers hardly share as much')
  t.end()
})

test('an initial still speaks against a housemate', t => {
  const household = (found: Record<string, string>): number =>
    bitsOf(levels({ company: '12 to 1', ...found })).household
  t.ok(household({ first: 'initial' }) > household({}))
  t.end()
})

test('without such odds what a household shares is weighed as what a household shares', t => {
  t.ok(bitsOf(levels({ last: 'equal', ...shared })).household > bitsOf(levels({})).household)
  t.end()
})
