import t from 'tap'
import { memoryCache } from './memory-cache.ts'

t.test('it grows no further than it may: what was not used the longest makes room', async t => {
  const cache = memoryCache({ max: 3 })
  for (const key of ['a', 'b', 'c']) await cache.set(key, key, 60_000)
  await cache.get('a')
  await cache.set('d', 'd', 60_000)
  t.same(await Promise.all(['a', 'b', 'c', 'd'].map(key => cache.get(key))), ['a', undefined, 'c', 'd'])
})

t.test('time is the clock it was given', async t => {
  let now = 5_000
  const cache = memoryCache({ clock: () => now })
  await cache.set('it', 1, 1_000)
  await cache.count('k', 1_000)
  now = 5_900
  t.equal(await cache.get('it'), 1)
  t.same(await cache.count('k', 1_000), { count: 2, endsInMs: 100 })
  now = 6_001
  t.equal(await cache.get('it'), undefined)
  t.same(await cache.count('k', 1_000), { count: 1, endsInMs: 1_000 })
})
