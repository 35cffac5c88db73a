import { setTimeout as pause } from 'node:timers/promises'
import type { CachePort } from '@switchboard/core'
import type { Test } from 'tap'

/** What the suite is run on. */
export interface CacheSubject {
  name: string
  /** Makes an empty place. Each call of what it returns is one more hub on it, until the test ends; where nothing is shared, the same one. */
  start(t: Test): Promise<() => CachePort>
}

/** Every implementation of `CachePort` passes this suite. */
export function cacheContract(t: Test, { name, start }: CacheSubject): void {
  for (const [behaviour, check] of Object.entries(checks))
    t.test(`${name}: ${behaviour}`, async t => check(t, await start(t)))
}

type Check = (t: Test, hub: () => CachePort) => Promise<void>

const long = 60_000

const checks: Readonly<Record<string, Check>> = {
  'what is kept comes back as it was, whatever kind of JSON it is, also to another hub': async (t, hub) => {
    const values = {
      text: 'é 🦘',
      number: -1.5,
      no: false,
      zero: 0,
      empty: '',
      nothing: null,
      list: [1, { a: [] }],
      deep: { a: { b: 'c' } },
    }
    const one = hub()
    for (const [key, value] of Object.entries(values)) await one.set(key, value, long)
    const other = hub()
    for (const [key, value] of Object.entries(values)) t.same(await other.get(key), value, key)
  },

  'what was kept cannot be changed from outside': async (t, hub) => {
    const cache = hub()
    const value = { list: [1] }
    await cache.set('it', value, long)
    value.list.push(2)
    const first = (await cache.get('it')) as typeof value
    first.list.push(3)
    t.same(await cache.get('it'), { list: [1] })
  },

  'a key that was never kept is nothing, and forgetting it does no harm': async (t, hub) => {
    const cache = hub()
    t.equal(await cache.get('it'), undefined)
    await cache.remove('it')
  },

  'keeping again replaces, forgetting forgets, and neighbours stay': async (t, hub) => {
    const cache = hub()
    await cache.set('a', 1, long)
    await cache.set('ab', 2, long)
    await cache.set('a', 3, long)
    t.same([await cache.get('a'), await cache.get('ab')], [3, 2])
    await cache.remove('a')
    t.same([await cache.get('a'), await cache.get('ab')], [undefined, 2])
  },

  'all that begins alike is forgotten together, and nothing else': async (t, hub) => {
    const [one, other] = [hub(), hub()]
    const gone = ['it*[a]\\?:1', ...Array.from({ length: 1_500 }, (_, at) => `it*[a]\\?:many ${at}`)]
    const stays = ['it', 'it:1', 'itxa:1', 'an it*[a]\\?:1']
    for (const key of [...gone, ...stays]) await one.set(key, key, long)
    await other.removeAll('it*[a]\\?:')
    await other.removeAll('nothing begins like this')
    for (const key of gone) t.equal(await one.get(key), undefined)
    for (const key of stays) t.equal(await one.get(key), key)
  },

  'any text is a key': async (t, hub) => {
    const cache = hub()
    const keys = ['a b', 'a:b', 'é\n', '*', '__proto__', 'constructor', 'x'.repeat(2_000)]
    for (const key of keys) await cache.set(key, key, long)
    for (const key of keys) t.equal(await cache.get(key), key)
  },

  'after its time it is gone, and not before; a time that is over keeps nothing': async (t, hub) => {
    const cache = hub()
    await cache.set('stays', 1, long)
    await cache.set('goes', 1, 50.5)
    await cache.set('never', 1, 0)
    await until(async () => (await cache.get('goes')) === undefined)
    t.same([await cache.get('stays'), await cache.get('never')], [1, undefined])
  },

  'counts add up within a window, for all hubs together': async (t, hub) => {
    const [one, other] = [hub(), hub()]
    const counted = await Promise.all([1, 2, 3, 4, 5].flatMap(() => [one.count('k', long), other.count('k', long)]))
    t.same(
      counted.map(each => each?.count).sort((a, b) => (a ?? 0) - (b ?? 0)),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    )
    t.ok(counted.every(each => each && each.endsInMs > 0 && each.endsInMs <= long))
    t.equal((await one.count('k', long, 5))?.count, 15)
    t.equal((await one.count('other', long))?.count, 1)
  },

  'a window that is over begins again; counting does not make it longer': async (t, hub) => {
    const cache = hub()
    await cache.count('k', 100)
    await until(async () => (await cache.count('k', 100))?.count === 1)
    t.pass('it began again while it was counted')
    t.equal(await cache.get('k'), undefined, 'a count is no value')
  },

  'what is remembered is made once, however many ask at the same time': async (t, hub) => {
    const [one, other] = [hub(), hub()]
    let made = 0
    const make = async (): Promise<{ n: number }> => {
      await pause(50)
      return { n: ++made }
    }
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, at) => (at % 2 ? one : other).remember('it', long, make)),
    )
    t.equal(made, 1)
    t.ok(all.every(({ n }) => n === 1))
    t.same(await one.remember('it', long, make), { n: 1 })
    t.same(await other.get('it'), { n: 1 })
  },

  'what could not be made is told to all who wait, kept for nobody, and made at the next try': async (t, hub) => {
    const cache = hub()
    let tries = 0
    const make = async (): Promise<number> => {
      await pause(20)
      if (++tries === 1) throw new Error('not now')
      return tries
    }
    const all = await Promise.allSettled([1, 2, 3].map(() => cache.remember('it', long, make)))
    t.ok(all.every(({ status }) => status === 'rejected'))
    t.equal(tries, 1)
    t.equal(await cache.remember('it', long, make), 2)
  },

  'nothing at all is given and not kept': async (t, hub) => {
    const cache = hub()
    let made = 0
    const make = async (): Promise<number | undefined> => (++made, undefined)
    t.equal(await cache.remember('it', long, make), undefined)
    t.equal(await cache.remember('it', long, make), undefined)
    t.equal(made, 2)
  },

  'what is remembered is made again after its time': async (t, hub) => {
    const cache = hub()
    let made = 0
    await until(async () => (await cache.remember('it', 30, async () => ++made)) === 2)
    t.equal(made, 2)
  },
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(5)
}
