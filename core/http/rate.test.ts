import t from 'tap'
import type { CachePort, Counted } from '../ports/cache.ts'
import { turnstile } from './rate.ts'

/** A place where counts are as the test says, and every question is noted. */
function counting(answers: (Counted | null)[]): { cache: CachePort; asked: [key: string, windowMs: number][] } {
  const asked: [string, number][] = []
  const count = async (key: string, windowMs: number): Promise<Counted | null> => {
    asked.push([key, windowMs])
    return answers.shift() ?? null
  }
  return { cache: { count } as CachePort, asked }
}

const { signal } = new AbortController()
const work = async (): Promise<string> => 'done'

t.test('what all hubs sent together counts: over the rate, a request waits for the next window', async t => {
  const { cache, asked } = counting([
    { count: 100, endsInMs: 900 },
    { count: 101, endsInMs: 1 },
    { count: 117, endsInMs: 1 },
    { count: 3, endsInMs: 999 },
  ])
  const inTurn = turnstile({ perSecond: 100 }, { key: 'front', cache: () => cache })
  t.equal(await inTurn(work, signal), 'done')
  t.equal(asked.length, 1)
  t.equal(await inTurn(work, signal), 'done')
  t.same(
    asked,
    Array.from({ length: 4 }, () => ['rate:front', 1_000]),
  )
})

t.test('less than one a second is one in a longer window', async t => {
  const { cache, asked } = counting([{ count: 1, endsInMs: 1_200 }])
  const inTurn = turnstile({ perSecond: 50 / 60 }, { key: 'front', cache: () => cache })
  t.equal(await inTurn(work, signal), 'done')
  t.same(asked, [['rate:front', 1_200]])
})

t.test('where nothing can be counted together, each hub keeps the rate for itself', async t => {
  const { cache, asked } = counting([null, null])
  const away = turnstile({ perSecond: 100 }, { key: 'front', cache: () => cache })
  for (const _ of [1, 2]) t.equal(await away(work, signal), 'done')
  t.equal(asked.length, 2)
  const alone = turnstile({ perSecond: 100 }, { key: 'front', cache: () => null })
  t.equal(await alone(work, signal), 'done')
})

t.test('a vendor without a rate is not counted', async t => {
  const { cache, asked } = counting([])
  t.equal(await turnstile({}, { key: 'shop', cache: () => cache })(work, signal), 'done')
  t.same(asked, [])
})

t.test('whoever waits for a window gives up when the hub stops', async t => {
  const { cache } = counting([{ count: 101, endsInMs: 60_000 }])
  const stopping = new AbortController()
  const waiting = turnstile({ perSecond: 100 }, { key: 'front', cache: () => cache })(work, stopping.signal)
  setTimeout(() => stopping.abort(), 10)
  await t.rejects(waiting, { name: 'AbortError' })
})
