import { second, z } from '@switchboard/core'
import { safe } from './box.ts'
import { relative } from './phrases.ts'
import { table } from './table.ts'

const job = z.looseObject({
  name: z.string(),
  isOn: z.boolean(),
  because: z.string(),
  schedule: z.string().nullable(),
  isRunning: z.boolean(),
  pausedAt: z.string().nullable(),
  pausedBy: z.string().nullable(),
  pausedBecause: z.string().nullable(),
  nextRunAt: z.string().nullable(),
  lastRunAt: z.string().nullable(),
  lastSuccessAt: z.string().nullable(),
  failures: z.number(),
  failReason: z.string().nullable(),
})

/** What `GET /api/jobs` answers. */
export const jobList = z.object({ jobs: z.array(job) })

const run = z.looseObject({
  cause: z.string(),
  attempt: z.number(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  outcome: z.string().nullable(),
  error: z.string().nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
})

/** What `GET /api/jobs/:name/history` answers. */
export const runList = z.object({ items: z.array(run), cursor: z.string().nullable() })

/** A row for each job, and below what is wrong or was said. */
export function jobsTable(jobs: z.output<typeof job>[], now: Date): string {
  const ago = (at: string | null): string => (at ? relative(at, now) : 'never')
  const rows = jobs.map(job => [
    ...[job.name, job.schedule ?? 'by hand', stateOf(job)],
    ...[nextOf(job, now), ago(job.lastRunAt), ago(job.lastSuccessAt)],
  ])
  const text = table(['job', 'every', 'state', 'next run', 'last run', 'last success'], rows)
  return [text, ...jobs.flatMap(notes).map(note => `  ${safe(note)}`)].join('\n')
}

function nextOf({ nextRunAt }: z.output<typeof job>, now: Date): string {
  if (nextRunAt === null) return ''
  const said = relative(nextRunAt, now)
  return said === 'just now' ? 'in a moment' : said
}

function stateOf({ isOn, isRunning, pausedAt, failures }: z.output<typeof job>): string {
  if (isRunning) return 'running'
  if (pausedAt !== null) return 'paused'
  if (failures > 0) return 'failing'
  return isOn ? 'on' : 'off'
}

function notes({ name, pausedBy, pausedBecause, pausedAt, failures, failReason }: z.output<typeof job>): string[] {
  const why = pausedBecause === null ? '' : `: ${pausedBecause}`
  const times = failures === 1 ? 'once' : `${failures} times in a row`
  return [
    ...(pausedAt === null ? [] : [`${name}: paused by ${pausedBy ?? 'somebody'} at ${pausedAt}${why}`]),
    ...(failures === 0 ? [] : [`${name}: failed ${times}: ${failReason ?? 'see its history'}`]),
  ]
}

/** A row for each run. */
export function historyTable(runs: z.output<typeof run>[], now: Date): string {
  const rows = runs.map(({ startedAt, finishedAt, cause, attempt, outcome, error, result }) => [
    ...[startedAt, tookOf(new Date(startedAt), finishedAt ? new Date(finishedAt) : now)],
    ...[attempt > 1 ? `${cause}, attempt ${attempt}` : cause, outcome ?? 'running'],
    safe(error ?? (result ? JSON.stringify(result) : '')),
  ])
  return table(['started', 'took', 'cause', 'outcome', 'error or result'], rows)
}

function tookOf(from: Date, to: Date): string {
  return `${((to.getTime() - from.getTime()) / second).toFixed(1)} s`
}
