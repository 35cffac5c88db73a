import t from 'tap'
import { collapse } from './collapse.ts'
import { joinEvidence } from './evidence.ts'
import { people } from './models/people.ts'
import { codesInHalves, comparingModule } from './parallel-compare.ts'
import { openThread, type OtherThread, type Turn } from './parallel.ts'
import { compileComparisons, fillCodes } from './patterns.ts'
import { populationOf } from './population.ts'
import { tableBuilder } from './table.ts'

t.test('pairs compare in two threads as they do in one, with all that was learned of names', async t => {
  const nodes = collapse(crowd(300))
  const joined = joinEvidence(people, [], nodes)
  const names = { aliases: [['ann', 'zoe']] as const, never: [], givenNames: ['xyzzy'] }
  const compares = compileComparisons(
    joined,
    nodes,
    populationOf(names, () => 0),
  )
  const sizes = joined.comparisons.map(({ levels }) => levels.length)
  const pairs = allPairs(nodes.count)
  const alone = new Float64Array(pairs.a.length)
  fillCodes(alone, pairs, compares, sizes)

  const thread = openThread([comparingModule])
  let told: Turn | null = null
  const other: OtherThread = { post: turn => thread.post((told = turn)) }
  const late = compares.map(compare => (a: number, b: number) => {
    for (let tries = 0; tries < 1500 && !told!.isDone.includes(1); tries++) Atomics.wait(told!.isDone, 0, 0, 5)
    return compare(a, b)
  })
  const codes = codesInHalves(other, late, sizes, { comparisons: joined.comparisons, names, table: nodes, pairs })
  thread.end()
  t.ok(told!.isDone.length > 1)
  t.same(codes, alone)
  t.ok(new Set(codes).size > 3)
})

t.test('with a comparator of a plugin no other thread is asked', async t => {
  const nodes = collapse(crowd(60))
  const joined = joinEvidence(people, [], nodes)
  const plugged = { ...joined.comparisons[0]!, comparator: { levels: ['same'], compile: () => () => 1 } }
  const pairs = allPairs(nodes.count)
  const other: OtherThread = { post: () => t.fail('it was asked') }
  const names = { aliases: [], never: [], givenNames: [] }
  for (const comparisons of [[plugged], [...joined.comparisons, plugged]]) {
    const compares = comparisons.map(({ comparator, fields }) =>
      comparator.compile(
        nodes,
        fields,
        populationOf(names, () => 0),
      ),
    )
    const sizes = comparisons.map(({ comparator }) => comparator.levels.length)
    const codes = codesInHalves(other, compares, sizes, { comparisons, names, table: nodes, pairs: manyTimes(pairs) })
    t.ok(codes.length > 8192 && codes.every(code => code % 2 === 1))
  }
})

function manyTimes({ a, b }: ReturnType<typeof allPairs>) {
  const times = Math.ceil(10_000 / a.length)
  const repeated = (ids: Int32Array): Int32Array =>
    Int32Array.from({ length: ids.length * times }, (_, at) => ids[at % ids.length]!)
  return { a: repeated(a), b: repeated(b) }
}

function crowd(count: number) {
  const builder = tableBuilder(Object.entries(people.fields).map(([name, { many }]) => ({ name, many: many === true })))
  const first = ['ann', 'zoe', 'xyzzy', 'bob', 'robert', 'a']
  for (let at = 0; at < count; at++)
    builder.add({
      first: first[at % first.length],
      last: ['lee', 'leigh', 'smith', null][at % 4],
      email: at % 5 === 0 ? null : `${first[at % 6]}.${at % 50}@x.example`,
      phone: at % 7 === 0 ? [] : [`+6141234${String(at % 90).padStart(4, '0')}`],
    })
  return builder.build()
}

function allPairs(count: number) {
  const [a, b]: [number[], number[]] = [[], []]
  for (let one = 0; one < count; one++)
    for (let other = one + 1; other < count; other++) {
      a.push(one)
      b.push(other)
    }
  return { a: Int32Array.from(a), b: Int32Array.from(b) }
}
