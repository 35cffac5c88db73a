import { messageOf, second, type Log } from '@switchboard/core'
import type { JobParameters, JobRepository, JobRepositoryOptions } from 'agenda'
import { makeClaims, type Claims } from './claims.ts'
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
  /** Says that a job that was taken is still being run. @returns false when another run took its place: this one must stop */
  renew(job: JobParameters): Promise<boolean>
  /** Why the last look for due jobs failed; null when it did not. */
  ailing(): string | null
  /** Until no look for due jobs is under way. */
  settled(): Promise<void>
  /** Writes down how jobs ended, where that failed before. */
  flush(): Promise<void>
  /** The names of jobs that may be taken now, as many as can be run together. */
  due(): Promise<string[]>
}

/** So many jobs are run at once by one hub. */
export const mostAtOnce = 20

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
  const claims = makeClaims(store)
  let trouble: string | null = null
  const save = async (job: JobParameters, options?: JobRepositoryOptions): Promise<void> => {
    const token = tokenOf(job)
    const now = needs.now()
    if (await claims.renew(token, now))
      await inner.saveJobState({ ...job, ...(job.lockedAt && { lockedAt: now }) }, options)
    else log.warn({ job: job.name }, 'job was taken over by another run; how this one ended is not kept')
    if (!job.lockedAt) claims.drop(token)
  }
  const flush = async (): Promise<void> => {
    for (const [token, { job, options }] of unsaved) {
      if (await inner.getJobById(String(job._id))) await save(job, options)
      unsaved.delete(token)
      claims.drop(token)
    }
  }
  const [take, unlock] = [taking(needs, claims), unlocking(needs, claims)]
  const astir = asTogether(() => flush().then(() => store.astir(needs.now())))
  const look = async (name: string, options: JobRepositoryOptions | undefined): Promise<JobParameters | undefined> => {
    try {
      const job = (await astir()).has(name) ? await take(name, options) : undefined
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
    saveJobState: (job: JobParameters, options?: JobRepositoryOptions) =>
      save(job, options).catch(error => {
        log.warn({ job: job.name, error: messageOf(error) }, 'state of a job was not written')
        if (!job.lockedAt) unsaved.set(tokenOf(job), { job: { ...job }, options })
      }),
    unlockJob: (job: JobParameters) => unlock([String(job._id)]),
    unlockJobs: unlock,
  })
  return {
    repository,
    flush,
    due: async () => [...(await astir())].filter(name => !claims.holds(name)).slice(0, mostAtOnce),
    renew: job => claims.renew(tokenOf(job), needs.now()),
    ailing: () => trouble,
    settled: async () => void (await Promise.all(looks.values())),
  }
}

/** Whoever asks while somebody is told gets the same answer: Agenda looks for each name by itself, and what there is of all is asked for once. */
function asTogether<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined
  return () => (asking ??= ask().finally(() => (asking = undefined)))
}

/** Agenda carries a field of ours from taking a job to its end: it is told who changed a row last, and is given a claim's token there. */
function tokenOf({ lastModifiedBy = '' }: JobParameters): string {
  return lastModifiedBy
}

/** How a run ended, to be written down when the database is back. */
interface Unsaved {
  job: JobParameters
  options: JobRepositoryOptions | undefined
}

type Take = (name: string, options: JobRepositoryOptions | undefined) => Promise<JobParameters | undefined>

/** Takes the next job of a name that is due. Now and then it looks for those whose hub went away. */
function taking({ store, log, now, lockMs, isStopping }: GuardNeeds, claims: Claims): Take {
  const sweptAt = new Map<string, number>()
  const sweep = async (name: string): Promise<void> => {
    const at = now()
    if (at.getTime() - (sweptAt.get(name) ?? 0) < Math.min(lockMs(name) / 4, 30 * second)) return
    const count = await store.takeBack(name, new Date(at.getTime() - lockMs(name)), at)
    sweptAt.set(name, at.getTime())
    if (count > 0) log.warn({ job: name, count }, 'job taken back from a hub that went away')
  }
  let beginning = 0
  const take: Take = async (name, options) => {
    await sweep(name)
    const job = await store.repository.getNextJobToRun(name, now(), never, now(), options)
    if (!job) return undefined
    const row = { id: String(job._id), name }
    if (!isStopping()) return { ...job, lockedAt: forEver, lastModifiedBy: claims.took(row, job.lockedAt ?? now()) }
    await store.giveBack(row)
    return undefined
  }
  return async (name, options) => {
    // Agenda would take one of every name, and give back what is too much.
    if (claims.count() + beginning >= mostAtOnce) return undefined
    beginning++
    return take(name, options).finally(() => beginning--)
  }
}

/** Gives back jobs that were taken and not begun. */
function unlocking({ store, log }: GuardNeeds, claims: Claims): (ids: string[]) => Promise<void> {
  return ids => {
    claims.dropRows(ids)
    return store.repository
      .unlockJobs(ids)
      .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'job was not unlocked'))
  }
}
