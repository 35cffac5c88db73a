import t from 'tap'
import { gathered } from './gathered.ts'

t.test(
  'what comes while something is under way is done together, in the order it came, at most so many at once',
  async t => {
    const batches: number[][] = []
    const gates: (() => void)[] = []
    const keep = gathered<number>(2, async items => {
      batches.push(items)
      await new Promise<void>(open => gates.push(open))
    })
    const all = [keep([1]), keep([2, 3]), keep([4]), keep([5])]
    for (const promise of all.slice(0, 1)) {
      gates.shift()?.()
      await promise
    }
    while (batches.length < 3) {
      gates.shift()?.()
      await new Promise(setImmediate)
    }
    gates.shift()?.()
    await Promise.all(all)
    t.same(batches, [[1], [2, 3, 4], [5]])
  },
)

t.test('a failure is told to those it is about, and the next is done', async t => {
  let isBroken = true
  const keep = gathered<number>(10, async () => {
    await new Promise(setImmediate)
    if (isBroken) throw new Error('away')
  })
  const first = keep([1])
  await t.rejects(first, /away/)
  const [second, third] = [keep([2]), keep([3])]
  await t.rejects(second, /away/)
  isBroken = false
  await third
})
