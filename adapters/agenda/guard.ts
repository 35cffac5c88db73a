import { messageOf, second, type Log } from '@switchboard/core'
import type { JobParameters, JobRepository, JobRepositoryOptions } from 'agenda'
import type { JobStore } from './job-store.ts'

/** What the guard needs to know. */
export interface GuardNeeds {
  store: JobStore
  log: Log
  now(): Date
  /** For how long nobody else may take a job of this name. */
  lockMs(name: string): number
  /** No job is taken any more. */
  isStopping(): boolean
}

/** A repository that Agenda can be left alone with. */
export interface Guard {
  repository: JobRepository
  /** Why the last look for due jobs failed; null when it did not. */
  ailing(): string | null
  /** Until no look for due jobs is under way. */
  settled(): Promise<void>
  /** Writes down how jobs ended, where that failed before. */
  flush(): Promise<void>
}

/**
 * Agenda decides by this time, in its memory, whether a job's lock is over, and then takes it for dead though it runs.
 * How long a lock holds is decided here, by what is stored; so in Agenda's memory it holds for ever.
 */
const forEver = new Date(8_640_000_000_000_000)
const never = new Date(0)

/**
 * Puts right what Agenda's repository leaves open: jobs are taken when they are due and not before, one look at a time;
 * the end of a run is written down also when the database was away at that moment; and nothing that Agenda does not
 * await can fail, since that would end the process.
 */
export function guard(needs: GuardNeeds): Guard {
  const { store, log } = needs
  const inner = store.repository
  const looks = new Map<string, Promise<unknown>>()
  const unsaved = new Map<string, Unsaved>()
  let trouble: string | null = null

  const flush = async (): Promise<void> => {
    for (const [id, { job, options, since }] of unsaved) {
      const isOurs = needs.now().getTime() - since.getTime() < needs.lockMs(job.name)
      if (isOurs && (await inner.getJobById(id))) await inner.saveJobState(job, options)
      unsaved.delete(id)
    }
  }
  const take = taking(needs, flush)
  const look = async (name: string, options: JobRepositoryOptions | undefined): Promise<JobParameters | undefined> => {
    try {
      const job = await take(name, options)
      trouble = null
      return job
    } catch (error) {
      if (store.isTaken(error)) return undefined
      if (!trouble) log.warn({ error: messageOf(error) }, 'the jobs’ database does not answer')
      trouble = `the jobs’ database does not answer: ${messageOf(error)}`
      return undefined
    }
  }

  const repository: JobRepository = Object.assign(Object.create(inner) as JobRepository, {
    getNextJobToRun: async (name: string, ...rest: [Date, Date, Date?, JobRepositoryOptions?]) => {
      if (needs.isStopping() || looks.has(name)) return undefined
      const looking = look(name, rest[3]).finally(() => looks.delete(name))
      looks.set(name, looking)
      return looking
    },
    saveJobState: async (job: JobParameters, options?: JobRepositoryOptions) => {
      const state = { ...job, lockedAt: job.lockedAt && needs.now() }
      await inner.saveJobState(state, options).catch(error => {
        log.warn({ job: job.name, error: messageOf(error) }, 'state of a job was not written')
        if (!state.lockedAt) unsaved.set(String(job._id), { job: state, options, since: needs.now() })
      })
    },
    unlockJob: async (job: JobParameters) => inner.unlockJob(job).catch(unlockFailed(log)),
    unlockJobs: async (ids: string[]) => inner.unlockJobs(ids).catch(unlockFailed(log)),
  })
  return { repository, flush, ailing: () => trouble, settled: async () => void (await Promise.all(looks.values())) }
}

/** How a run ended, to be written down when the database is back. */
interface Unsaved {
  job: JobParameters
  options: JobRepositoryOptions | undefined
  since: Date
}

type Take = (name: string, options: JobRepositoryOptions | undefined) => Promise<JobParameters | undefined>

/** Takes the next job of a name that is due. Now and then it looks for those whose hub went away. */
function taking({ store, log, now, lockMs, isStopping }: GuardNeeds, flush: () => Promise<void>): Take {
  const sweptAt = new Map<string, number>()
  const sweep = async (name: string): Promise<void> => {
    const at = now()
    if (at.getTime() - (sweptAt.get(name) ?? 0) < Math.min(lockMs(name) / 4, 30 * second)) return
    const count = await store.takeBack(name, new Date(at.getTime() - lockMs(name)), at)
    sweptAt.set(name, at.getTime())
    if (count > 0) log.warn({ job: name, count }, 'job taken back from a hub that went away')
  }
  return async (name, options) => {
    await flush()
    await sweep(name)
    const job = await store.repository.getNextJobToRun(name, now(), never, now(), options)
    if (!job) return undefined
    if (!isStopping()) return { ...job, lockedAt: forEver }
    await store.giveBack({ id: String(job._id), name })
    return undefined
  }
}

function unlockFailed(log: Log): (error: unknown) => void {
  return error => log.warn({ error: messageOf(error) }, 'job was not unlocked')
}
