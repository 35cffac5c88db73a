import t from 'tap'
import type { Store } from '../ports/store.ts'
import { shareOf } from './share.ts'

t.test(
  'no more than its share is used at once, everybody has their turn in order, and who fails gives it back',
  async t => {
    const [begun, endings]: [number[], (() => void)[]] = [[], []]
    let [atOnce, most] = [0, 0]
    const store = {
      transact: async (work: (tx: never) => Promise<unknown>) => {
        most = Math.max(most, (atOnce += 1))
        await new Promise<void>(end => endings.push(end))
        atOnce -= 1
        return work(undefined as never)
      },
    } as unknown as Store
    const share = shareOf(store, 2)
    const all = [1, 2, 3, 4, 5].map(number =>
      share.transact(async () => {
        begun.push(number)
        if (number % 2 === 0) throw new Error('no')
      }),
    )
    const settled = Promise.allSettled(all)
    for (let left = 5; left > 0; left--) {
      while (endings.length === 0) await new Promise(wake => setImmediate(wake))
      endings.shift()?.()
    }
    const outcomes = (await settled).map(({ status }) => status)
    t.strictSame(outcomes, ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'])
    t.strictSame(begun, [1, 2, 3, 4, 5])
    t.equal(most, 2)
  },
)
