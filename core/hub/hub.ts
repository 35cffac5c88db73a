import { OptionError } from '../model/errors.ts'
import { second } from '../model/time.ts'
import type { Events, EventsPort, Listener, Outbox } from '../ports/events.ts'
import type { Audit } from '../ports/audit.ts'
import type { JobData } from '../ports/jobs.ts'
import type { Log } from '../ports/kit.ts'
import type { FollowResult, FollowWish, HubRole, PortName, Ports, PullResult, PullWish } from '../ports/plugin.ts'
import { makeMetrics, type Metrics } from '../http/metrics.ts'
import { makeOnlookers, type Onlookers } from '../http/onlookers.ts'
import { listen, type Listening } from '../http/listen.ts'
import { openAudit } from '../store/audit.ts'
import { makeJobGuard, type JobGuard } from '../store/job-guard.ts'
import { openInbox, workInbox, workInboxInBatches, type InboxDoor } from '../store/inbox.ts'
import { openOutbox, workOutbox, type OutboxQueue } from '../store/outbox.ts'
import { openStore, type OpenStore } from '../store/open.ts'
import { behindTheScenes } from '../store/share.ts'
import { bothQueues, type Queue } from '../store/queue.ts'
import { follow } from '../sync/follow.ts'
import { pull } from '../sync/pull.ts'
import { lookAt, watchSources, type WatchSettings } from '../sync/watch.ts'
import { openVault } from '../store/vault.ts'
import type { SourcePort } from '../ports/source.ts'
import { sourceDeliveries } from '../sync/deliveries.ts'
import { assemble, sharedCacheOf, type Assembly } from './assembly.ts'
import { openBeyond, type Beyond } from './beyond.ts'
import { couriersOf, forgettersOf, listenersOf, readersOf } from './collect.ts'
import { edgeOf } from './edge.ts'
import { startHousekeeping } from './housekeeping.ts'
import { everyJob, type JobSwitches } from './job-plan.ts'
import { openJobs, type HubJobs } from './jobs.ts'
import { makeKit } from './kit.ts'
import { runSteps, type Step } from './lifecycle.ts'
import { makeLog } from './log.ts'
import { planParts, type Parts, type Plan, type Unset } from './plan.ts'
import { startPlugins } from './start-plugins.ts'
import type { PartState } from './states.ts'

export { describeJobs, describeParts, type JobDescription } from './describe.ts'
export type { JobSwitch, JobSwitches } from './job-plan.ts'
export { planParts, type Entry, type Parts, type Plan, type Unset } from './plan.ts'
export { whenReachable } from '../store/reachable.ts'
export { makeLog, silentLog } from './log.ts'
export { listen, type Listening } from '../http/listen.ts'
export type { PartState } from './states.ts'

/** What a hub runs with. */
export interface HubSettings extends Parts {
  databaseUrl: string
  dataDir: string
  /** Where vendors reach us. Default: where it listens. */
  publicUrl?: string
  /** A door that is open already. Default: one is opened at `port`. */
  door?: Listening
  /** Default 0: any free one. */
  port?: number
  roles?: readonly HubRole[]
  log?: Log
  now?: () => Date
  /** Done before anything else, such as migrations. */
  prepare?: () => Promise<unknown>
  unset?: Unset
  /** Which jobs run by themselves. Default: every one. */
  jobs?: JobSwitches
}

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

/** Everything a hub holds open. */
interface Held {
  settings: HubSettings
  plan: Plan
  log: Log
  now(): Date
  metrics: Metrics
  onlookers: Onlookers
  stopping: AbortController
  roles: ReadonlySet<HubRole>
  door: Listening
  publicUrl: string
  store: OpenStore
  guard: JobGuard
  audit: Audit
  /** From when the parts are made. */
  jobs: HubJobs | null
  inboxDoor: InboxDoor
  queues: { inbox?: Queue; outbox?: OutboxQueue }
  /** Ends what runs by the hour. */
  leaveHouse: (() => void)[]
  listeners: Map<string, Map<string, Listener>>
  outbox: Events & Outbox
  beyond: Beyond
  phase: { is: 'starting' | 'ready' | 'draining' }
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
    inboxDoor: openInbox({ url, log, onKept: beyond.kept }),
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
  if (!roles.has('worker')) return
  const work = { store: behindTheScenes(store), log, now }
  const read = sourceDeliveries({
    sources: assembly.sources,
    forgetters: forgettersOf(assembly),
    events: outbox,
    log,
    now,
  })
  queues.outbox = workOutbox({ ...work, listeners, couriers: couriersOf(assembly), events: assembly.ports.events })
  queues.inbox = bothQueues(
    workInbox({ ...work, readers: readersOf(assembly) }),
    workInboxInBatches({ ...work, port: 'source', read }),
  )
  held.leaveHouse.push(startHousekeeping(held), watchSources(watchOf(held, assembly)))
  await held.jobs?.start()
}

function closing(held: Held, assembly: Assembly | null): Step[] {
  const { door, stopping, queues, phase, inboxDoor, store, beyond } = held
  const plugins = assembly?.plugins ?? []
  const step = (what: string, run: () => Promise<unknown> | undefined, ms = 5 * second): Step => ({
    what,
    ms,
    run: async () => run(),
  })
  return [
    step('say that we stop', async () => void (phase.is = 'draining')),
    step('be heard', () => held.onlookers.told(), 3 * second),
    ...plugins.map(({ planned, thing }) => step(`drain ${planned.name}`, () => thing.drain?.(), second)),
    step('finish requests', () => door.drain(), 3 * second),
    step('stop keeping house', async () => held.leaveHouse.forEach(leave => leave())),
    step('stop jobs', () => held.jobs?.stop(), 2 * second),
    step('give up jobs', () => held.jobs?.close(), second),
    step('finish deliveries', () => queues.inbox?.stop(), 3 * second),
    step('finish commands and events', () => queues.outbox?.stop(), 3 * second),
    step('stop waiting for vendors', async () => stopping.abort()),
    ...plugins
      .toReversed()
      .map(({ planned, thing }) => step(`close ${planned.name}`, () => thing.close?.(), 2 * second)),
    step('leave the other hubs', () => beyond.close(), 2 * second),
    ...(assembly?.adapters ?? [])
      .toReversed()
      .map(({ planned, thing }) => step(`close ${planned.name}`, () => thing.close?.(), 2 * second)),
    step('close the inbox', () => inboxDoor.close(), second),
    step('close the store', () => store.close(), 2 * second),
    step('close the door', () => door.close(), second),
  ]
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
