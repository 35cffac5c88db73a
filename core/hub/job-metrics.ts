import type { Registry } from 'prom-client'
import { counter, gauge, histogram } from '../http/metrics.ts'
import type { JobRun } from '../ports/jobs.ts'
import { second } from '../model/time.ts'
import type { JobState } from './job-states.ts'
import { within } from './lifecycle.ts'

/** What is counted of jobs. */
export interface JobMetrics {
  began(job: string, run: JobRun): void
  ended(job: string, outcome: string, seconds: number): void
}

/** Counts this hub's runs. */
export function jobMetrics(registry: Registry): JobMetrics {
  const runs = counter(registry, {
    name: 'switchboard_job_runs_total',
    help: 'Runs of jobs in this hub, by how they ended: succeeded, failed, stopped, lost.',
    labelNames: ['job', 'outcome'],
  })
  const retries = counter(registry, {
    name: 'switchboard_job_retries_total',
    help: 'Runs of jobs in this hub that repeated a failed one.',
    labelNames: ['job'],
  })
  const took = histogram(registry, {
    name: 'switchboard_job_run_seconds',
    help: 'How long runs of jobs take.',
    labelNames: ['job'],
    buckets: [0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600],
  })
  return {
    began: (job, { attempt }) => void (attempt > 1 && retries.inc({ job })),
    ended: (job, outcome, seconds) => {
      runs.inc({ job, outcome })
      took.observe({ job }, seconds)
    },
  }
}

/** Tells how jobs are, over all hubs, whenever Prometheus asks; nothing new while the database is away. */
export function exposeJobs(registry: Registry, read: () => Promise<JobState[]>, now: () => Date): void {
  let reading: Promise<JobState[]> | null = null
  const states = (): Promise<JobState[]> =>
    (reading ??= within(2 * second, 'asking how jobs are', read()).finally(() => (reading = null)))
  for (const [name, { help, of }] of Object.entries(gauges)) {
    const shown = gauge(registry, {
      name: `switchboard_job_${name}`,
      help,
      labelNames: ['job'],
      collect: async () => {
        for (const state of await states().catch(() => [])) {
          const value = of(state, now().getTime())
          if (value !== null) shown.set({ job: state.name }, value)
        }
      },
    })
  }
}

interface Shown {
  help: string
  /** Null: nothing to tell yet. */
  of(state: JobState, now: number): number | null
}

const gauges: Readonly<Record<string, Shown>> = {
  last_success_timestamp_seconds: {
    help: 'When a job last succeeded, in any hub.',
    of: ({ lastSuccessAt }) => lastSuccessAt && lastSuccessAt.getTime() / 1000,
  },
  failures: {
    help: 'Failed runs of a job since the last that succeeded.',
    of: ({ failures }) => failures,
  },
  running: { help: '1 while a job runs, in any hub.', of: ({ isRunning }) => Number(isRunning) },
  paused: { help: '1 while the schedule of a job is paused.', of: ({ pausedAt }) => Number(pausedAt !== null) },
  late_seconds: {
    help: 'For how long a job has been due and was not begun.',
    of: (state, now) => (state.isRunning ? 0 : lateMs(state, now) / 1000),
  },
  overrun_seconds: {
    help: 'For how long a job has run on past its next time.',
    of: (state, now) => (state.isRunning ? lateMs(state, now) / 1000 : 0),
  },
}

function lateMs({ nextRunAt, isOn }: JobState, now: number): number {
  return nextRunAt && isOn ? Math.max(0, now - nextRunAt.getTime()) : 0
}
