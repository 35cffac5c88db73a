import type { RequestListener } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import manifest from '../package.json' with { type: 'json' }
import { HubError, messageOf } from '../model/errors.ts'
import { second } from '../model/time.ts'
import { httpApp } from '../http/app.ts'
import { makeHealth, type Check, type Health } from '../http/health.ts'
import type { Onlookers } from '../http/onlookers.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Log } from '../ports/kit.ts'
import type { PullResult, PullWish, Route } from '../ports/plugin.ts'
import type { Tx } from '../ports/store.ts'
import { markAnswered, type Delivery, type InboxDoor } from '../store/inbox-door.ts'
import type { OpenStore } from '../store/open.ts'
import { patiently } from '../store/patient.ts'
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
  onlookers: Onlookers
  log: Log
  now(): Date
  publicUrl: string
  phase: { is: 'starting' | 'ready' | 'draining' }
  /** False: only health and metrics are answered. */
  isWeb: boolean
  /** How jobs are, and what can be done with them. */
  jobRoutes: Route[]
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
    wakeInbox: parts.wakeInbox,
    ...{ log, pull: parts.pull },
  })
  const app = httpApp({
    routes: isWeb ? [...ops, ...parts.jobRoutes, ...auditRoutes({ store }), ...routesOf(assembly)] : [],
    auth: assembly.ports.auth ?? null,
    health: watched(makeHealth({ phase: () => phaseOf(parts), checks: () => checksOf(parts) }), parts.onlookers),
    ...{ store, metrics, log, now, publicUrl, version },
    webhooks: {
      adapters: new Map(isWeb ? assembly.adapters.map(({ planned, thing }) => [planned.name, thing]) : []),
      keep: delivery => parts.inboxDoor.keep(delivery),
      answer: answering(parts),
    },
  })
  return app.callback()
}

/** Whoever is told how we are is somebody to be told when we stop. */
function watched(health: Health, onlookers: Onlookers): Health {
  return async () => {
    const report = await health()
    onlookers.asked(report.status === 'ready')
    return report
  }
}

/** Answers a vendor that waits: the delivery's mark, its effect and the answer come from one transaction. */
function answering({ assembly, store, log, now }: EdgeParts): (delivery: Delivery) => Promise<HttpReply> {
  const answers = answersOf(assembly)
  return async delivery => {
    const answer = answers.get(delivery.port)
    if (!answer) throw new HubError('unavailable', `nobody answers ${delivery.port} deliveries: the plugin is off`)
    const answerOnce = async (tx: Tx): Promise<HttpReply> => {
      const fresh = markAnswered(tx, delivery, now())
      const [reply] = await Promise.all([answer(tx, delivery.request, fresh), fresh])
      return reply
    }
    return patiently(
      () => store.transact(answerOnce),
      error => log.warn({ error: messageOf(error) }, 'an answer is sought again'),
    )
  }
}

function phaseOf({ phase, assembly }: EdgeParts) {
  if (phase.is === 'ready') return { status: phase.is, reasons: [] }
  if (phase.is === 'draining') return { status: phase.is, reasons: ['the hub is stopping'] }
  const starting = [...assembly.states.values()].filter(({ state }) => state === 'starting').map(({ name }) => name)
  return { status: phase.is, reasons: [`starting ${starting.join(', ')}`] }
}

/** Nobody is sent away from a hub whose connections are all in use: it is busy with them, not cut off from its database. */
async function isBusy(store: OpenStore): Promise<null> {
  await sleep(busyAfterMs, undefined, { ref: false })
  const at = store.answeredAt()
  return at !== null && performance.now() - at < busyForMs ? null : new Promise(() => undefined)
}

/** How long a free connection may be waited for until it is said that all are in use, and how long ago one may have been of use. */
const [busyAfterMs, busyForMs] = [second, 5 * second]

function checksOf({ assembly, store }: EdgeParts): Check[] {
  const database: Check = {
    name: 'database',
    ailing: () => Promise.race([store.read(tx => tx.sql`select 1`).then(() => null), isBusy(store)]),
  }
  const made = [...assembly.adapters, ...assembly.plugins]
  return [
    database,
    ...made.map(({ planned, thing }) => ({ name: planned.name, ailing: () => thing.ailing?.() ?? null })),
  ]
}
