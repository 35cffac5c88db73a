import { MongoBackend } from '@agendajs/mongo-backend'
import { second, type Kit } from '@switchboard/core'
import { toJobId, type JobParameters, type JobRepository } from 'agenda'
import { MongoClient, ObjectId, type Collection } from 'mongodb'
import { abandoned, type JobStore, type Kept } from './job-store.ts'

/** A job as Agenda keeps it in MongoDB, and `pending`, which is ours: name and key of a job that waits. */
interface Stored {
  name: string
  type: 'normal' | 'single'
  priority: number
  data: Kept
  nextRunAt: Date | null
  lockedAt: Date | null
  repeatInterval?: string | number | null
  repeatTimezone?: string | null
  pending?: string
}

const duplicateKey = 11_000

/** Keeps jobs in MongoDB. @throws when it cannot be reached */
export async function openMongo(uri: string, { log, now }: Pick<Kit, 'log' | 'now'>): Promise<JobStore> {
  const client = new MongoClient(uri, {
    appName: 'switchboard-jobs',
    maxPoolSize: 5,
    serverSelectionTimeoutMS: 5 * second,
  })
  client.on('error', error => log.warn({ error: error.message }, 'database connection of the jobs lost'))
  const db = client.db(databaseOf(uri))
  const jobs = db.collection<Stored>('agendaJobs')
  const backend = new MongoBackend({ mongo: db, collection: jobs.collectionName })
  try {
    await client.connect()
    await backend.connect()
    await makeIndexes(jobs)
  } catch (error) {
    await client.close()
    throw error
  }
  return {
    repository: withSchedules(backend.repository, jobs, now),
    astir: async now => {
      const due = { nextRunAt: { $lte: now }, lockedAt: null }
      return new Set(await jobs.distinct('name', { $or: [due, { lockedAt: { $ne: null } }] }))
    },
    put: job => replace(jobs, job),
    renew: async ({ id }, held, now) => {
      const ours = { _id: new ObjectId(id), lockedAt: { $in: [...held] } }
      return (await jobs.updateOne(ours, { $set: { lockedAt: now } })).matchedCount === 1
    },
    finish: async ({ id, name }, result) => {
      const _id = new ObjectId(id)
      await jobs.updateOne({ _id }, { $set: { 'data.result': result } })
      await jobs.deleteMany({ name, _id: { $ne: _id }, type: 'normal', nextRunAt: null, lockedAt: null })
    },
    takeBack: async (name, deadline, now) => {
      const failed = { lockedAt: null, nextRunAt: now, failedAt: now, lastFinishedAt: now, failReason: abandoned }
      const { modifiedCount } = await jobs.updateMany({ name, lockedAt: { $lte: deadline } }, { $set: failed })
      return modifiedCount
    },
    giveBack: async ({ id }) => {
      await jobs.updateOne({ _id: new ObjectId(id) }, { $set: { lockedAt: null } })
    },
    isTaken,
    close: () => client.close(),
  }
}

function isTaken(error: unknown): boolean {
  return (error as { code?: number }).code === duplicateKey
}

/** The database that the address names, else one of our name: MongoDB's own default is called `test`. */
function databaseOf(uri: string): string {
  return /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(uri)?.[1] ?? 'switchboard'
}

/** One of each name is run, one of each name has a schedule, and one of each key waits. */
async function makeIndexes(jobs: Collection<Stored>): Promise<void> {
  await jobs.createIndex(
    { name: 1 },
    { name: 'oneAtATime', unique: true, partialFilterExpression: { lockedAt: { $type: 'date' } } },
  )
  await jobs.createIndex(
    { name: 1, type: 1 },
    { name: 'oneSchedule', unique: true, partialFilterExpression: { type: 'single' } },
  )
  await jobs.createIndex({ pending: 1 }, { name: 'onePending', unique: true, sparse: true })
}

/** Agenda's own way to write a schedule unlocks the job, also while it runs, and two hubs at once would add it twice. */
function withSchedules(repository: JobRepository, jobs: Collection<Stored>, now: () => Date): JobRepository {
  const saveJob: JobRepository['saveJob'] = async (job, options) =>
    job.type === 'single' && !job._id
      ? { ...job, _id: toJobId(await saveSchedule(jobs, job, now())) }
      : repository.saveJob(job, options)
  return Object.assign(Object.create(repository) as JobRepository, { saveJob })
}

/** The first run, which is due at once, is set by whoever adds the schedule; a later one also by whoever changes it. */
async function saveSchedule(jobs: Collection<Stored>, job: JobParameters<unknown>, now: Date): Promise<string> {
  const { name, priority, nextRunAt, repeatInterval, repeatTimezone } = job
  const isDue = nextRunAt !== null && nextRunAt <= now
  const changed = { priority, repeatInterval, repeatTimezone, data: job.data as Kept, ...(isDue ? {} : { nextRunAt }) }
  const added = { lockedAt: null, ...(isDue ? { nextRunAt } : {}) }
  const write = (): Promise<{ _id: ObjectId } | null> =>
    jobs.findOneAndUpdate(
      { name, type: 'single' },
      { $set: changed, $setOnInsert: added },
      { upsert: true, returnDocument: 'after' },
    )
  const row = await write().catch(error => (isTaken(error) ? write() : Promise.reject(error)))
  return String(row?._id)
}

/** A job that is being run, or is over, no longer waits, but still says so: then it is told, and asked for again. */
async function replace(
  jobs: Collection<Stored>,
  { name, key, kept, at }: Parameters<JobStore['put']>[0],
): Promise<void> {
  const pending = `${name}/${key}`
  for (let attempt = 1; ; attempt++) {
    try {
      await jobs.updateOne(
        { pending, lockedAt: null, nextRunAt: { $ne: null } },
        { $set: { name, data: kept, nextRunAt: at }, $setOnInsert: { type: 'normal', priority: 0 } },
        { upsert: true },
      )
      return
    } catch (error) {
      if (!isTaken(error) || attempt === 5) throw error
      await jobs.updateOne(
        { pending, $or: [{ lockedAt: { $ne: null } }, { nextRunAt: null }] },
        { $unset: { pending: '' } },
      )
    }
  }
}
