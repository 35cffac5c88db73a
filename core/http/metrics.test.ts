import t from 'tap'
import { counter, gauge, histogram, makeMetrics } from './metrics.ts'

t.test('two hubs in one process never count for each other', async t => {
  const [one, other] = [makeMetrics(), makeMetrics()]
  one.webhooks.inc({ adapter: 'shop', outcome: 'accepted' })
  t.match(await one.registry.metrics(), /switchboard_webhooks_total\{adapter="shop",outcome="accepted"\} 1/)
  t.notMatch(await other.registry.metrics(), /adapter="shop"/)
})

t.test('a metric that is asked for again is the same one', async t => {
  const { registry } = makeMetrics()
  const shape = { name: 'switchboard_things_total', help: 'Things.' }
  counter(registry, shape).inc()
  counter(registry, shape).inc()
  t.match(await registry.metrics(), /switchboard_things_total 2/)
  const waiting = { name: 'switchboard_waiting', help: 'Waiting.' }
  t.equal(gauge(registry, waiting), gauge(registry, waiting))
  const took = { name: 'switchboard_took_seconds', help: 'Took.' }
  t.equal(histogram(registry, took), histogram(registry, took))
})
