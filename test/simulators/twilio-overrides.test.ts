import t from 'tap'
import { isRetried, overridesOf } from './twilio-overrides.ts'

t.test('without a fragment: one more try, and only when there was no connection', async t => {
  const overrides = overridesOf('https://hub.example.test/x?a=1', 15_000)
  t.match(overrides, { connectMs: 5000, readMs: 15_000, totalMs: 15_000, retries: 1 })
  t.same(
    (['2xx', '3xx', '4xx', '5xx', 'ct', 'rt'] as const).filter(ending => isRetried(ending, overrides)),
    ['ct'],
  )
})

t.test('a fragment sets how long and how often', async t => {
  const overrides = overridesOf('https://hub.example.test/x#ct=2000&rt=3000&tt=9000&rc=5&rp=ct,rt,5xx', 15_000)
  t.match(overrides, { connectMs: 2000, readMs: 3000, totalMs: 9000, retries: 5 })
  t.same(
    (['4xx', '5xx', 'ct', 'rt'] as const).filter(ending => isRetried(ending, overrides)),
    ['5xx', 'ct', 'rt'],
  )
})

t.test('all means all that failed', async t => {
  const overrides = overridesOf('https://hub.example.test/x#rp=all', 15_000)
  t.same(
    (['2xx', '4xx', 'rt'] as const).filter(ending => isRetried(ending, overrides)),
    ['4xx', 'rt'],
  )
})

t.test('what is out of range is as if it were not there, and nothing exceeds the cap', async t => {
  const wild = overridesOf('https://hub.example.test/x#ct=1&rt=99999&tt=x&rc=9', 15_000)
  t.match(wild, { connectMs: 5000, readMs: 15_000, totalMs: 15_000, retries: 1 })
  t.match(overridesOf('https://hub.example.test/x#rt=3000', 100), { connectMs: 100, readMs: 100, totalMs: 100 })
})
