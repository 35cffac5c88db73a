import { OptionError } from '../model/errors.ts'
import type { AlertsPort } from '../ports/alerts.ts'
import type { Audit } from '../ports/audit.ts'
import type { Events } from '../ports/events.ts'
import type { JobData, JobsPort } from '../ports/jobs.ts'
import type { Log } from '../ports/kit.ts'
import type { Route } from '../ports/plugin.ts'
import type { Store } from '../ports/store.ts'
import { clearAlert, raiseAlert } from '../store/alerts.ts'
import type { JobGuard } from '../store/job-guard.ts'
import { readJobs, type Turn } from '../store/jobs.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Assembly } from './assembly.ts'
import { jobsOf } from './collect.ts'
import { exposeJobs, jobMetrics } from './job-metrics.ts'
import { planJob, type JobSwitches, type PlannedJob } from './job-plan.ts'
import { jobRoutes } from './job-routes.ts'
import { giveUpTurns, hereAndNow, jobRunner } from './job-runs.ts'
import { jobStates, type JobState } from './job-states.ts'
import { lookAtJobs, watchJobs } from './job-watch.ts'

/** What the jobs of a hub are made of. */
export interface HubJobsSettings {
  assembly: Assembly
  store: Store
  guard: JobGuard
  events: Events
  audit: Audit
  metrics: Metrics
  log: Log
  now(): Date
  switches: JobSwitches
}

/** The jobs of one hub. */
export interface HubJobs {
  /** Has the scheduler run them. */
  start(): Promise<void>
  /** Takes no new work and waits for what runs. */
  stop(): Promise<void>
  /** Lets go of what did not end meanwhile. */
  close(): Promise<void>
  /** Looks every minute whether schedules are kept. @returns a function that ends it */
  watch(): () => void
  look(): Promise<void>
  routes(): Route[]
  /** Runs one here and now, and waits for it and for whoever runs it already. @throws what it throws; OptionError when nobody brings it */
  run(name: string, data: JobData, how: { signal: AbortSignal; patienceMs?: number }): Promise<JobData | undefined>
}

/** Makes the jobs of a hub from what its plugins bring. */
export function openJobs(settings: HubJobsSettings): HubJobs {
  const { assembly, store, guard, audit, metrics, log, now, switches } = settings
  const planned = (): PlannedJob[] => jobsOf(assembly).map(({ part, job }) => planJob(part, job, switches))
  const port = (): JobsPort | null => assembly.ports.jobs ?? null
  const read = async (): Promise<JobState[]> =>
    jobStates(planned(), ...(await Promise.all([port()?.stats() ?? [], readJobs(store)])))
  const alerts = (): AlertsPort => assembly.ports.alerts ?? plainAlerts(settings)
  const needs = {
    store,
    guard,
    alerts,
    log,
    now,
    metrics: jobMetrics(metrics.registry),
    active: new Map<Turn, () => void>(),
  }
  exposeJobs(metrics.registry, read, now)
  return {
    start: async () => {
      const jobs = port()
      if (!jobs) return
      for (const job of planned()) jobs.define(job.name, jobRunner(needs, job), job.options)
      await jobs.start()
      for (const { name, schedule, isOn } of planned()) await jobs.every(isOn ? schedule : null, name)
    },
    stop: async () => port()?.stop(),
    watch: () => watchJobs({ ...needs, read }),
    look: () => lookAtJobs({ ...needs, read }),
    routes: () => jobRoutes({ store, audit, alerts, now, port, planned, read }),
    close: () => giveUpTurns(needs),
    run: async (name, data, { signal, patienceMs }) => {
      const job = planned().find(one => one.name === name)
      if (!job) throw new OptionError([{ path: name, message: 'is no job of a part that is on' }])
      return jobRunner(needs, job, patienceMs)(data, signal, hereAndNow)
    },
  }
}

/** Without a part that tells people, alerts are kept all the same. */
function plainAlerts(settings: Pick<HubJobsSettings, 'events' | 'now'>): AlertsPort {
  return {
    raise: async (tx, alert) => void (await raiseAlert(tx, alert, settings)),
    clear: async (tx, which) => void (await clearAlert(tx, which, settings)),
  }
}
