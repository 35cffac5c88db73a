import type { JobData, JobStats } from '@switchboard/core'
import type { JobParameters } from 'agenda'
import type { Kept } from './job-store.ts'

type Row = JobParameters<Kept | null>

/** From one time of a job's schedule to the next, in milliseconds. */
export type EveryMsOf = (name: string, schedule: string) => number | null

/** How every job is doing, by name: a name can have several rows, its schedule and whatever is to run once. */
export function statsOf(defined: Iterable<string>, rows: readonly JobParameters[], everyMsOf: EveryMsOf): JobStats[] {
  const names = new Set([...defined, ...rows.map(({ name }) => name)])
  return [...names].sort().map(name => statsOfOne(name, rows.filter(row => row.name === name) as Row[], everyMsOf))
}

function statsOfOne(name: string, rows: Row[], everyMsOf: EveryMsOf): JobStats {
  const due = rows.filter(({ disabled }) => !disabled).flatMap(({ nextRunAt }) => nextRunAt ?? [])
  const schedule = scheduleOf(rows)
  return {
    ...{ name, schedule, everyMs: schedule === null ? null : everyMsOf(name, schedule) },
    isRunning: rows.some(({ lockedAt }) => lockedAt),
    nextRunAt: due.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null,
    lastRunAt: lastBy(rows, 'lastRunAt')?.lastRunAt ?? null,
    lastFinishedAt: lastBy(rows, 'lastFinishedAt')?.lastFinishedAt ?? null,
    ...failureOf(lastBy(rows, 'lastFinishedAt')),
    result: lastResult(rows),
  }
}

function scheduleOf(rows: Row[]): string | null {
  return rows.find(({ type }) => type === 'single')?.repeatInterval?.toString() ?? null
}

/** A failure that is the last word: after a success since, the row would have finished later than it failed. */
function failureOf(last: Row | undefined): Pick<JobStats, 'failedAt' | 'failReason'> {
  const { failedAt, failReason = null, lastFinishedAt } = last ?? {}
  const isLastWord = failedAt && failedAt >= (lastFinishedAt ?? failedAt)
  return isLastWord ? { failedAt, failReason } : { failedAt: null, failReason: null }
}

function lastResult(rows: Row[]): JobData | null {
  const succeeded = rows.filter(row => row.data?.result)
  return lastBy(succeeded, 'lastFinishedAt')?.data?.result ?? null
}

/** The row where this time is the latest, of those that have it. */
function lastBy(rows: Row[], field: 'lastFinishedAt' | 'lastRunAt'): Row | undefined {
  const time = (row: Row): number => row[field]?.getTime() ?? 0
  return rows.filter(row => row[field]).toSorted((a, b) => time(b) - time(a))[0]
}
