import fc from 'fast-check'
import { test } from 'tap'
import { editsBetween, isClose, isOneEdit, jaroWinkler } from './strings.ts'

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'n', ' ', 'é'), maxLength: 12 })

test('Jaro and Winkler give the values of their papers', t => {
  const near = (a: string, b: string, like: number): void =>
    void t.ok(Math.abs(jaroWinkler(a, b) - like) < 0.001, `${a} and ${b}: ${jaroWinkler(a, b)}`)
  near('martha', 'marhta', 0.961)
  near('dwayne', 'duane', 0.84)
  near('dixon', 'dicksonx', 0.813)
  near('jones', 'johnson', 0.832)
  t.equal(jaroWinkler('abc', 'xyz'), 0)
  t.end()
})

test('likeness is the same from both sides, between 0 and 1, and 1 for equal texts', t => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      const like = jaroWinkler(a, b)
      return like === jaroWinkler(b, a) && like >= 0 && like <= 1 && jaroWinkler(a, a) === 1
    }),
  )
  t.end()
})

test('one edit is what counting edits says, from both sides', t => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      const edits = editsBetween(a, b, 3)
      return isOneEdit(a, b) === edits <= 1 && edits === editsBetween(b, a, 3) && isOneEdit(a, b) === isOneEdit(b, a)
    }),
  )
  t.pass()
  t.end()
})

test('an edited word is one edit away, and two neighbours swapped are one edit', t => {
  const letter = fc.constantFrom('a', 'b', 'z')
  fc.assert(
    fc.property(word, letter, fc.nat(12), (text, one, at) => {
      const inserted = text.slice(0, at) + one + text.slice(at)
      return isOneEdit(text, inserted) && editsBetween(text, inserted, 2) <= 1
    }),
  )
  t.ok(isOneEdit('0412345678', '0412354678'))
  t.equal(editsBetween('abcd', 'badc', 4), 2)
  t.equal(editsBetween('kitten', 'sitting', 5), 3)
  t.equal(editsBetween('kitten', 'sitting', 2), 3, 'above the most it says one more than the most')
  t.end()
})

test('words are close by one edit when short, by likeness when long', t => {
  t.ok(isClose('jon', 'john'))
  t.notOk(isClose('al', 'bo'))
  t.ok(isClose('katherine', 'kathrine'))
  t.notOk(isClose('andrew', 'matthew'))
  t.notOk(isClose('darla', 'darletta'), 'more than a slip')
  t.ok(isClose('siddiqui', 'sdyqy'), 'without its vowels')
  t.notOk(isClose('faisal', 'sdyqy'))
  t.end()
})

test('edits are counted as by the whole table of the recurrence, up to the most that is asked for', t => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 9 })
  fc.assert(
    fc.property(letters, letters, fc.nat(5), (a, b, most) => {
      return editsBetween(a, b, most) === Math.min(editsByTable(a, b), most + 1)
    }),
    { numRuns: 2000 },
  )
  t.pass()
  t.end()
})

/** Damerau and Levenshtein as written down, without a short cut. */
function editsByTable(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : i)),
  )
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const change = table[i - 1]![j - 1]! + Number(a[i - 1] !== b[j - 1])
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = isSwap ? table[i - 2]![j - 2]! + 1 : Infinity
      table[i]![j] = Math.min(table[i - 1]![j]! + 1, table[i]![j - 1]! + 1, change, swap)
    }
  return table[a.length]![b.length]!
}
