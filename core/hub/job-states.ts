import { z } from 'zod'
import type { JobStats } from '../ports/jobs.ts'
import type { JobRow } from '../store/jobs.ts'
import type { PlannedJob } from './job-plan.ts'

/** How a job is doing, over all hubs. */
export const jobStateSchema = z.object({
  name: z.string(),
  /** The plugin's entry that brings it. */
  part: z.string(),
  /** Whether it runs by itself in this hub, and why. */
  isOn: z.boolean(),
  because: z.string(),
  schedule: z.string().nullable(),
  isRunning: z.boolean(),
  pausedAt: z.date().nullable(),
  pausedBy: z.string().nullable(),
  pausedBecause: z.string().nullable(),
  /** Null while it is paused. */
  nextRunAt: z.date().nullable(),
  lastRunAt: z.date().nullable(),
  lastFinishedAt: z.date().nullable(),
  lastSuccessAt: z.date().nullable(),
  /** Failed runs since the last that succeeded. */
  failures: z.int(),
  /** When and why the last run failed; null once one has succeeded since. */
  failedAt: z.date().nullable(),
  failReason: z.string().nullable(),
  result: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
})

/** What `/api/jobs` tells of a job, and from one time of its schedule to the next, in milliseconds. */
export type JobState = z.output<typeof jobStateSchema> & { everyMs: number | null }

/** What the plan, the scheduler and the history know of each job, as one; by name. */
export function jobStates(
  planned: readonly PlannedJob[],
  stats: readonly JobStats[],
  rows: readonly JobRow[],
): JobState[] {
  const statOf = new Map(stats.map(stat => [stat.name, stat]))
  const rowOf = new Map(rows.map(row => [row.name, row]))
  return planned
    .map(job => jobState(job, statOf.get(job.name), rowOf.get(job.name) ?? unknown))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
}

function jobState(
  { name, part, isOn, because, schedule }: PlannedJob,
  stat: JobStats | undefined,
  { isHeld, ...row }: Omit<JobRow, 'name'>,
): JobState {
  return {
    ...{ ...row, name, part, isOn, because, schedule },
    isRunning: isHeld || stat?.isRunning === true,
    nextRunAt: row.pausedAt ? null : (stat?.nextRunAt ?? null),
    everyMs: stat?.everyMs ?? null,
  }
}

const unknown: Omit<JobRow, 'name'> = {
  ...{ isHeld: false, lastSuccessAt: null, failures: 0, pausedAt: null, pausedBy: null, pausedBecause: null },
  ...{ lastRunAt: null, lastFinishedAt: null, failedAt: null, failReason: null, result: null },
}
