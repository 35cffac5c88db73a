import { test } from 'tap'
import { turnstile } from './turnstile.ts'

test('so many are inside at once, the others come in the order they came, also after one failed', async t => {
  const through = turnstile(2)
  const entered: number[] = []
  const leave: (() => void)[] = []
  const all = [0, 1, 2, 3].map(which =>
    through(async () => {
      entered.push(which)
      await new Promise<void>(resolve => leave.push(resolve))
      if (which === 0) throw new Error('failed inside')
      return which
    }).catch(() => 'failed'),
  )
  const turn = () => new Promise(resolve => setImmediate(resolve))
  await turn()
  t.same(entered, [0, 1])
  leave[0]?.()
  await turn()
  t.same(entered, [0, 1, 2])
  leave[1]?.()
  leave[2]?.()
  await turn()
  leave[3]?.()
  t.same(await Promise.all(all), ['failed', 1, 2, 3])
})
