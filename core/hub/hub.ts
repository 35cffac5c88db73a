import { OptionError } from '../model/errors.ts'
import type { EventsPort } from '../ports/events.ts'
import type { JobData } from '../ports/jobs.ts'
import type { Log } from '../ports/kit.ts'
import type { FollowResult, FollowWish, HubRole, PortName, Ports, PullResult, PullWish } from '../ports/plugin.ts'
import { makeMetrics } from '../http/metrics.ts'
import { makeOnlookers } from '../http/onlookers.ts'
import { listen } from '../http/listen.ts'
import { openAudit } from '../store/audit.ts'
import { makeJobGuard } from '../store/job-guard.ts'
import { workInbox, workInboxInBatches } from '../store/inbox.ts'
import { openInbox } from '../store/inbox-door.ts'
import { openOutbox } from '../store/outbox.ts'
import { workOutbox } from '../store/outbox-worker.ts'
import { openStore, type OpenStore } from '../store/open.ts'
import { behindTheScenes } from '../store/share.ts'
import { bothQueues } from '../store/queue.ts'
import { follow } from '../sync/follow.ts'
import { pull } from '../sync/pull.ts'
import { lookAt, watchSources, type WatchSettings } from '../sync/watch.ts'
import { openVault } from '../store/vault.ts'
import type { SourcePort } from '../ports/source.ts'
import { sourceDeliveries } from '../sync/deliveries.ts'
import { assemble, sharedCacheOf, type Assembly } from './assembly.ts'
import { openBeyond } from './beyond.ts'
import { couriersOf, forgettersOf, listenersOf, readersOf } from './collect.ts'
import { watchClock } from './clock.ts'
import { closing } from './closing.ts'
import { edgeOf } from './edge.ts'
import type { Held, HubSettings } from './held.ts'
import { startHousekeeping } from './housekeeping.ts'
import { everyJob } from './job-plan.ts'
import { openJobs, type HubJobs } from './jobs.ts'
import { makeKit } from './kit.ts'
import { runSteps } from './lifecycle.ts'
import { makeLog } from './log.ts'
import { planParts, type Plan } from './plan.ts'
import { startPlugins } from './start-plugins.ts'
import type { PartState } from './states.ts'

export { describeJobs, describeParts, type JobDescription } from './describe.ts'
export type { HubSettings } from './held.ts'
export type { JobSwitch, JobSwitches } from './job-plan.ts'
export { planParts, type Entry, type Parts, type Plan, type Unset } from './plan.ts'
export { whenReachable } from '../store/reachable.ts'
export { makeLog, silentLog } from './log.ts'
export { listen, type Listening } from '../http/listen.ts'
export type { PartState } from './states.ts'

/** A hub that runs. */
export interface RunningHub {
  url: string
  publicUrl: string
  store: OpenStore
  log: Log
  port<Name extends PortName>(name: Name): Ports[Name] | null
  parts(): PartState[]
  pull(source: string, wish?: PullWish): Promise<PullResult>
  /** Every source that is on, by its entry's name. */
  sources: ReadonlyMap<string, SourcePort>
  /** Looks at a source as the hub does every hour: webhooks, clock, silence. */
  lookAt(source: string): Promise<void>
  /** Runs a job here and now, and waits for it; first, as long as patience lasts, for whoever runs it already in any hub. */
  runJob(name: string, data?: JobData, patienceMs?: number): Promise<JobData | undefined>
  /** Looks whether schedules are kept, as the hub does every minute. */
  lookAtJobs(): Promise<void>
  /** Stops as on SIGTERM: finishes what is in flight, lets go of everything in reverse order. */
  close(): Promise<void>
}

const allRoles: readonly HubRole[] = ['web', 'gateway', 'worker']

/**
 * Starts a hub: plans the parts, opens the store and the door, makes and starts the parts in order.
 * @throws OptionError with every wrong option, before anything is started
 */
export async function startHub(settings: HubSettings): Promise<RunningHub> {
  const plan = planParts(settings, settings.unset)
  if (plan.issues.length > 0) throw new OptionError(plan.issues)
  const hub = await openHub(settings, plan)
  try {
    await settings.prepare?.()
    return await hub.start()
  } catch (error) {
    await hub.close()
    throw error
  }
}

async function openHub(
  settings: HubSettings,
  plan: Plan,
): Promise<{ start(): Promise<RunningHub>; close(): Promise<void> }> {
  const log = settings.log ?? makeLog({ level: 'info' })
  const now = settings.now ?? (() => new Date())
  const door = settings.door ?? (await listen(settings.port ?? 0))
  const queues: Held['queues'] = {}
  const listeners: Held['listeners'] = new Map()
  const url = settings.databaseUrl
  const roles = new Set(settings.roles ?? allRoles)
  let assembly: Assembly | null = null
  const events = (): EventsPort | null => assembly?.ports.events ?? null
  const beyond = openBeyond({ url, log, roles, queues, events })
  const guard = makeJobGuard()
  const held: Held = {
    ...{ settings, plan, log, now, door, queues, roles, beyond, guard, jobs: null, onlookers: makeOnlookers(now) },
    audit: openAudit({ now }),
    metrics: makeMetrics(),
    stopping: new AbortController(),
    publicUrl: settings.publicUrl ?? door.url,
    store: guard.guarded(await openStore({ url, log, entities: plan.plugins.flatMap(plugin => plugin.use.entities) })),
    inboxDoor: openInbox({ url, log, now, onKept: beyond.kept, worker: () => queues.inbox }),
    leaveHouse: [],
    listeners,
    outbox: openOutbox({
      now,
      listeners,
      wake: beyond.sent,
      isRelayed: () => events() !== null,
      worker: () => queues.outbox,
    }),
    phase: { is: 'starting' },
  }
  const close = once(() => runSteps(closing(held, assembly), log))
  return {
    close,
    start: async () => {
      assembly = assembleHub(held)
      held.jobs = openJobs({ ...held, assembly, events: held.outbox, switches: settings.jobs ?? everyJob })
      openEdge(held, assembly)
      beyond.signals.start()
      await startPlugins(assembly, log)
      // Again, without what a part that failed would have added.
      listenTo(held, assembly)
      openEdge(held, assembly)
      await startWork(held, assembly)
      held.phase.is = 'ready'
      return running(held, assembly, close)
    },
  }
}

function assembleHub(held: Held): Assembly {
  const { plan, log, now, store, outbox, stopping, metrics, roles, publicUrl, beyond } = held
  const shared = { metrics: metrics.registry, sharedCache: () => sharedCacheOf(assembly) }
  const assembly: Assembly = assemble({
    ...{ plan, store, events: outbox, outbox, signals: beyond.signals, roles, publicUrl },
    audit: held.audit,
    kit: (name, limits) => makeKit(name, { ...shared, log, now, signal: stopping.signal }, limits),
    vault: adapter => openVault(adapter, { store, now, signal: stopping.signal }),
    dataDir: held.settings.dataDir,
    databaseUrl: held.settings.databaseUrl,
    pull: (source, wish) => pullSource(held, assembly, source, wish),
    follow: (name, wish) => followMessenger(held, assembly, name, wish),
  })
  listenTo(held, assembly)
  return assembly
}

function listenTo({ listeners }: Held, assembly: Assembly): void {
  listeners.clear()
  for (const [event, byPlugin] of listenersOf(assembly)) listeners.set(event, byPlugin)
}

function pullSource(held: Held, assembly: Assembly, name: string, wish: PullWish = {}): Promise<PullResult> {
  const { store, now, stopping, outbox } = held
  const source = sourceOf(assembly, name)
  return pull({ ...wish, store, events: outbox, name, source, now, signal: stopping.signal })
}

async function followMessenger(
  held: Held,
  { messengers }: Assembly,
  name: string,
  wish: FollowWish,
): Promise<FollowResult> {
  const { store, now, stopping } = held
  const messenger = messengers.get(name)
  if (!messenger) throw new OptionError([{ path: `adapters.${name}`, message: 'is not a messenger that is on' }])
  return follow({ store, name, messenger, now, signal: stopping.signal }, wish)
}

function sourceOf({ sources }: Assembly, name: string): SourcePort {
  const source = sources.get(name)
  if (source) return source
  const known = [...sources.keys()].join(', ') || 'none'
  throw new OptionError([{ path: `adapters.${name}`, message: `is not a source that is on (there are: ${known})` }])
}

/** How sources are looked at. */
function watchOf({ store, outbox, log, now }: Held, { sources }: Assembly): WatchSettings {
  return { store, events: outbox, log, now, sources }
}

function openEdge(held: Held, assembly: Assembly): void {
  const { door, roles } = held
  const pull = (source: string, wish: PullWish): Promise<PullResult> => pullSource(held, assembly, source, wish)
  const jobRoutes = held.jobs?.routes() ?? []
  const wakeInbox = (): void => held.queues.inbox?.wake()
  door.serve(edgeOf({ ...held, assembly, pull, isWeb: roles.has('web'), wakeInbox, jobRoutes }))
}

async function startWork(held: Held, assembly: Assembly): Promise<void> {
  const { store, log, now, listeners, outbox, roles, queues, jobs } = held
  if (jobs) held.leaveHouse.push(jobs.watch())
  // A clock that was given is somebody's of their own making.
  if (!held.settings.now)
    held.leaveHouse.push(watchClock({ store, events: outbox, log, now, registry: held.metrics.registry }))
  if (!roles.has('worker')) return
  const work = { store: behindTheScenes(store), pulse: store, log, now }
  const read = sourceDeliveries({
    sources: assembly.sources,
    forgetters: forgettersOf(assembly),
    events: outbox,
    log,
    now,
  })
  queues.outbox = workOutbox({ ...work, listeners, couriers: couriersOf(assembly), events: assembly.ports.events })
  const inbox = workInbox({ ...work, readers: readersOf(assembly) })
  queues.inbox = { ...inbox, ...bothQueues(inbox, workInboxInBatches({ ...work, port: 'source', read })) }
  held.leaveHouse.push(startHousekeeping(held), watchSources(watchOf(held, assembly)))
  await held.jobs?.start()
}

function running(held: Held, assembly: Assembly, close: () => Promise<void>): RunningHub {
  return {
    url: held.door.url,
    publicUrl: held.publicUrl,
    store: held.store,
    log: held.log,
    port: name => assembly.ports[name] ?? null,
    parts: () => [...assembly.states.values()],
    pull: (source, wish) => pullSource(held, assembly, source, wish),
    sources: assembly.sources,
    lookAt: name => lookAt(watchOf(held, assembly), name, sourceOf(assembly, name)),
    runJob: async (name, data = {}, patienceMs = Infinity) =>
      jobsIn(held).run(name, data, { signal: held.stopping.signal, patienceMs }),
    lookAtJobs: () => jobsIn(held).look(),
    close,
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null
  return () => (done ??= work())
}

function jobsIn({ jobs }: Held): HubJobs {
  if (!jobs) throw new Error('the parts are made before anything can be asked of them')
  return jobs
}
