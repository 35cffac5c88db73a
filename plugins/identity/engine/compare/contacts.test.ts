import fc from 'fast-check'
import { test } from 'tap'
import { columnTable, populationOf } from '../test-people.ts'
import { email } from './contacts.ts'
import { editsBetween } from './strings.ts'

const local = fc.string({ unit: fc.constantFrom('a', 'b', 'n', '.', '1'), minLength: 1, maxLength: 14 })
const host = fc.constantFrom('x.example', 'post.example')
const pair = fc
  .tuple(local, local, host, host, fc.boolean())
  .map(([one, two, here, there, isSame]): [string, string] => [`${one}@${here}`, `${isSame ? one : two}@${there}`])

test('emails compare as their edits and local parts say, whatever is settled without reading them', t => {
  const met = new Set<number>()
  fc.assert(
    fc.property(pair, ([one, other]) => {
      fc.pre(one !== other)
      const table = columnTable([one, other])
      const level = email.compile(table, ['value'], populationOf([]))(0, 1)
      met.add(level)
      return level === plainLevel(one, other)
    }),
    { numRuns: 2000, seed: 7 },
  )
  t.same([...met].sort(), [2, 3, 4, 5])
  t.end()
})

function plainLevel(one: string, other: string): number {
  if (editsBetween(one, other, 1) <= 1) return 2
  const [local, otherLocal] = [one.split('@')[0]!, other.split('@')[0]!]
  if (local === otherLocal && local.length > 4) return 3
  const most = Math.min(4, Math.floor(Math.min(one.length, other.length) / 6))
  return editsBetween(one, other, most) <= most ? 4 : 5
}
