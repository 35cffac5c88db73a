import { test } from 'tap'
import { together } from './together.ts'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** Work that is done when it is told to. */
function heldWork() {
  const batches: { items: readonly number[]; done(): void; fail(): void }[] = []
  const work = (items: readonly number[]): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      const done = (): void => resolve(items.map(item => `did ${item}`))
      batches.push({ items, done, fail: () => reject(new Error('not now')) })
    })
  return { batches, work }
}

test('one alone does not wait for others, and each gets what was made of it', async t => {
  const ask = together<number, number>({ atMost: 10, width: 1 }, async items => items.map(item => item * 2))
  t.equal(await ask(21), 42)
  t.same(await Promise.all([1, 2, 3].map(ask)), [2, 4, 6])
})

test('what comes at the same time is one batch, so many are under way, and the next takes all that waited', async t => {
  const { batches, work } = heldWork()
  const ask = together({ atMost: 3, width: 2 }, work)
  const all = Array.from({ length: 8 }, (_, item) => ask(item))
  await turn()
  t.same(
    batches.map(({ items }) => items),
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
  )
  all.push(ask(8))
  await turn()
  t.equal(batches.length, 2)
  batches[1]?.done()
  await turn()
  await turn()
  t.same(batches[2]?.items, [6, 7, 8])
  batches[0]?.done()
  batches[2]?.done()
  t.same(
    await Promise.all(all),
    Array.from({ length: 9 }, (_, item) => `did ${item}`),
  )
})

test('what comes while others are done gathers for a moment, and is then done as one batch', async t => {
  const { batches, work } = heldWork()
  const ask = together({ atMost: 10, width: 2, gatherMs: 300 }, work)
  const all = [ask(0)]
  await turn()
  t.same(batches[0]?.items, [0], 'one alone does not wait')
  all.push(ask(1))
  await turn()
  all.push(ask(2))
  batches[0]?.done()
  await turn()
  all.push(ask(3))
  await turn()
  t.equal(batches.length, 1)
  while (batches.length < 2) await turn()
  t.same(batches[1]?.items, [1, 2, 3])
  batches[1]?.done()
  await Promise.all(all)
  all.push(ask(4))
  while (batches.length < 3) await turn()
  batches[2]?.done()
  t.equal((await Promise.all(all)).length, 5)
})

test('a full batch does not wait', async t => {
  const { batches, work } = heldWork()
  const ask = together({ atMost: 2, width: 1, gatherMs: 1_000_000 }, work)
  const all = [0, 1, 2, 3].map(ask)
  await turn()
  batches[0]?.done()
  await turn()
  await turn()
  t.same(batches[1]?.items, [2, 3])
  batches[1]?.done()
  t.same(await Promise.all(all), ['did 0', 'did 1', 'did 2', 'did 3'])
})

test('a batch that fails is told to each in it, and to nobody else', async t => {
  const { batches, work } = heldWork()
  const ask = together({ atMost: 2, width: 1 }, work)
  const all = [0, 1, 2].map(item => ask(item).catch((error: Error) => error.message))
  await turn()
  batches[0]?.fail()
  while (batches.length < 2) await turn()
  batches[1]?.done()
  t.same(await Promise.all(all), ['not now', 'not now', 'did 2'])
})
