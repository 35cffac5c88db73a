import { Conflict, messageOf, type JobHandler, type JobRun, type Kit } from '@switchboard/core'
import type { Agenda, Job } from 'agenda'
import type { JobStore, Kept } from './job-store.ts'

/** The runs that go on here, each with what stops its sign of life. */
export type Running = Map<Job<Kept>, () => void>

/** What one job's runs need. */
export interface RunNeeds {
  kit: Pick<Kit, 'log' | 'now'>
  store: JobStore
  handler: JobHandler
  lockMs: number
  retries: number
  /** Says that a job is still being run. @returns false when another run took its place */
  renew(job: Job<Kept>['attrs']): Promise<boolean>
  signal(): AbortSignal
  running: Running
}

/**
 * Runs a job as Agenda calls it. While it runs it says so in the store, so that nobody else takes it however long it is;
 * when its process is gone, it no longer does.
 */
export function runner(needs: RunNeeds): (job: Job<Kept>) => Promise<void> {
  const { kit, store, handler, signal, running } = needs
  return async job => {
    const row = { id: String(job.attrs._id), name: job.attrs.name }
    // Agenda asks at intervals whether the job is over its time, and would then call it failed while it goes on.
    job.isExpired = () => new Promise(() => {})
    const lost = new AbortController()
    const stopSigns = signsOfLife(needs, job, lost)
    running.set(job, stopSigns)
    try {
      const result = await handler(
        job.attrs.data?.input ?? {},
        AbortSignal.any([signal(), lost.signal]),
        runOf(job, needs.retries),
      )
      lost.signal.throwIfAborted()
      await store.finish(row, result ?? null).catch(error => {
        kit.log.warn({ job: row.name, error: messageOf(error) }, 'result of a job was not kept')
      })
    } finally {
      stopSigns()
    }
  }
}

function runOf({ attrs: { type, data, failCount } }: Job<Kept>, retries: number): JobRun {
  const attempt = (failCount ?? 0) + 1
  return { isScheduled: type === 'single', key: data?.key ?? null, attempt, mayRepeat: attempt <= retries }
}

function signsOfLife({ kit, renew, lockMs }: RunNeeds, { attrs }: Job<Kept>, lost: AbortController): () => void {
  const { name } = attrs
  const startedAt = kit.now().getTime()
  let isLong = false
  const sign = async (): Promise<void> => {
    const ms = kit.now().getTime() - startedAt
    if (ms >= lockMs && !isLong) kit.log.debug({ job: name, ms }, 'job takes longer than its lock; it keeps it')
    isLong ||= ms >= lockMs
    if (lost.signal.aborted || (await renew(attrs))) return
    kit.log.warn({ job: name }, 'job was taken over by another run: this one is told to stop')
    lost.abort(new Conflict(`${name} was taken over by another run`))
  }
  const timer = setInterval(() => {
    sign().catch(error => kit.log.warn({ job: name, error: messageOf(error) }, 'lock of a job was not renewed'))
  }, lockMs / 3)
  return () => clearInterval(timer)
}

/** Logs how runs end, and forgets those that did. Each scheduled run has its retries anew. */
export function report(agenda: Agenda, log: Kit['log'], running: Running): void {
  agenda.on('success', job => log.debug({ job: job.attrs.name }, 'job done'))
  agenda.on('retry', (job, { attempt, error, nextRunAt }) =>
    log.warn({ job: job.attrs.name, attempt, error: messageOf(error), nextRunAt }, 'job failed and will be repeated'),
  )
  agenda.on('retry exhausted', (error, job) => {
    log.error({ job: job.attrs.name, error: messageOf(error) }, 'job failed and will not be repeated before its time')
    job.attrs.failCount = 0
  })
  agenda.on('complete', job => running.delete(job as Job<Kept>))
  agenda.on('error', error => log.warn({ error: messageOf(error) }, 'jobs had trouble'))
}

/** Until no run goes on and the end of each is written down. */
export async function ended(agenda: Agenda, running: Running): Promise<void> {
  while (running.size > 0) await new Promise<void>(resolve => void agenda.once('complete', () => resolve()))
}
