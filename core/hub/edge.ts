import type { RequestListener } from 'node:http'
import manifest from '../package.json' with { type: 'json' }
import { HubError } from '../model/errors.ts'
import { httpApp } from '../http/app.ts'
import { makeHealth, type Check } from '../http/health.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Log } from '../ports/kit.ts'
import type { PullResult, PullWish } from '../ports/plugin.ts'
import { markAnswered, type Delivery, type InboxDoor } from '../store/inbox.ts'
import type { OpenStore } from '../store/open.ts'
import type { HttpReply } from '../ports/webhook.ts'
import type { Assembly } from './assembly.ts'
import { auditRoutes } from './audit-routes.ts'
import { answersOf, routesOf } from './collect.ts'
import { opsRoutes } from './ops.ts'

const { version } = manifest

/** What the HTTP edge of a hub is made of. */
export interface EdgeParts {
  assembly: Assembly
  store: OpenStore
  inboxDoor: InboxDoor
  metrics: Metrics
  log: Log
  now(): Date
  publicUrl: string
  phase: { is: 'starting' | 'ready' | 'draining' }
  /** False: only health and metrics are answered. */
  isWeb: boolean
  wakeInbox(): void
  pull(source: string, wish: PullWish): Promise<PullResult>
}

/** Everything the hub answers over HTTP. */
export function edgeOf(parts: EdgeParts): RequestListener {
  const { assembly, store, metrics, log, now, publicUrl, isWeb } = parts
  const ops = opsRoutes({
    ...{ store, now },
    parts: () => [...assembly.states.values()],
    sources: () => assembly.sources,
    jobs: () => assembly.ports.jobs ?? null,
    wakeInbox: parts.wakeInbox,
    ...{ log, pull: parts.pull },
  })
  const app = httpApp({
    routes: isWeb ? [...ops, ...auditRoutes({ store }), ...routesOf(assembly)] : [],
    auth: assembly.ports.auth ?? null,
    health: makeHealth({ phase: () => phaseOf(parts), checks: () => checksOf(parts) }),
    ...{ store, metrics, log, now, publicUrl, version },
    webhooks: {
      adapters: new Map(isWeb ? assembly.adapters.map(({ planned, thing }) => [planned.name, thing]) : []),
      keep: delivery => parts.inboxDoor.keep(delivery),
      answer: answering(parts),
    },
  })
  return app.callback()
}

/** Answers a vendor that waits: the delivery's mark, its effect and the answer come from one transaction. */
function answering({ assembly, store, now }: EdgeParts): (delivery: Delivery) => Promise<HttpReply> {
  const answers = answersOf(assembly)
  return async delivery => {
    const answer = answers.get(delivery.port)
    if (!answer) throw new HubError('unavailable', `nobody answers ${delivery.port} deliveries: the plugin is off`)
    return store.transact(async tx => answer(tx, delivery.request, await markAnswered(tx, delivery, now())))
  }
}

function phaseOf({ phase, assembly }: EdgeParts) {
  if (phase.is === 'ready') return { status: phase.is, reasons: [] }
  if (phase.is === 'draining') return { status: phase.is, reasons: ['the hub is stopping'] }
  const starting = [...assembly.states.values()].filter(({ state }) => state === 'starting').map(({ name }) => name)
  return { status: phase.is, reasons: [`starting ${starting.join(', ')}`] }
}

function checksOf({ assembly, store }: EdgeParts): Check[] {
  const database: Check = { name: 'database', ailing: () => store.read(tx => tx.sql`select 1`).then(() => null) }
  const made = [...assembly.adapters, ...assembly.plugins]
  return [
    database,
    ...made.map(({ planned, thing }) => ({ name: planned.name, ailing: () => thing.ailing?.() ?? null })),
  ]
}
