import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
} from 'prom-client'

/** What a hub counts, in a registry of its own: two hubs in one process never mix. */
export interface Metrics {
  registry: Registry
  /** Requests to our API by method, route and status. */
  requests: Histogram<'method' | 'route' | 'status'>
  /** Deliveries at the webhook edge by adapter and what became of them. */
  webhooks: Counter<'adapter' | 'outcome'>
}

/** A new registry with the process's own figures and those of the edge. */
export function makeMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    requests: histogram(registry, {
      name: 'switchboard_http_request_seconds',
      help: 'How long requests to the API take, by route and status.',
      labelNames: ['method', 'route', 'status'],
    }),
    webhooks: counter(registry, {
      name: 'switchboard_webhooks_total',
      help: 'Webhook deliveries, by adapter and outcome: accepted, duplicate, answered, greeted, rejected, failed.',
      labelNames: ['adapter', 'outcome'],
    }),
  }
}

/** The counter of this name, made when it is new. Names begin with `switchboard_` and end in `_total`. */
export function counter<Label extends string>(registry: Registry, shape: CounterConfiguration<Label>): Counter<Label> {
  const known = registry.getSingleMetric(shape.name)
  return known ? (known as Counter<Label>) : new Counter({ ...shape, registers: [registry] })
}

/** The gauge of this name, made when it is new. With `collect` it is read when Prometheus asks. */
export function gauge<Label extends string>(registry: Registry, shape: GaugeConfiguration<Label>): Gauge<Label> {
  const known = registry.getSingleMetric(shape.name)
  return known ? (known as Gauge<Label>) : new Gauge({ ...shape, registers: [registry] })
}

/** The histogram of this name, made when it is new. Buckets suit seconds unless told otherwise. */
export function histogram<Label extends string>(
  registry: Registry,
  shape: HistogramConfiguration<Label>,
): Histogram<Label> {
  const known = registry.getSingleMetric(shape.name)
  return known ? (known as Histogram<Label>) : new Histogram({ ...shape, registers: [registry] })
}
