import { defineAdapter, z } from '@switchboard/core'
import type { JobStore } from './job-store.ts'
import { makeJobs } from './jobs.ts'
import { openPostgres } from './postgres.ts'

const options = z
  .object({
    /** Where jobs are kept. Default: `mongo` when there is a `mongoUri`, else `postgres`. */
    backend: z.enum(['postgres', 'mongo']).optional(),
    /** The Postgres to keep them in. Default: the hub's own. */
    databaseUrl: z
      .url({ protocol: /^postgres(ql)?$/ })
      .meta({ secret: true })
      .optional(),
    mongoUri: z
      .string()
      .regex(/^mongodb(\+srv)?:\/\//, 'is no address of a MongoDB: it begins with mongodb://')
      .meta({ secret: true })
      .optional(),
    /** How often each hub looks for jobs that are due. */
    processEvery: z
      .string()
      .regex(/^\d+(\.\d+)? (second|minute)s?$/, 'is no interval; write one such as "1 second"')
      .default('1 second'),
    /** Of this zone's clock a cron expression speaks; its IANA name. */
    timeZone: z.string().min(1).default('UTC'),
    /** Between a failed run and its first repetition; each further pause is four times as long, up to ten minutes. */
    firstRetrySeconds: z.number().positive().default(10),
  })
  .refine(({ backend, mongoUri }) => backend !== 'mongo' || mongoUri !== undefined, {
    path: ['mongoUri'],
    message: 'is needed for the backend `mongo`: set MONGODB_URI',
  })

/** Scheduled and deferred work by Agenda, kept in the hub's Postgres or in a MongoDB. */
export const agenda = defineAdapter({
  name: 'agenda',
  options,
  provides: ['jobs'],
  create: ({ backend, databaseUrl, mongoUri, ...settings }, kit) => {
    const open = (): Promise<JobStore> =>
      mongoUri && backend !== 'postgres' ? mongo(mongoUri) : openPostgres(databaseUrl ?? kit.databaseUrl, kit.log)
    const mongo = async (uri: string): Promise<JobStore> => (await import('./mongo.ts')).openMongo(uri, kit)
    const jobs = makeJobs(kit, open, settings)
    return { jobs, close: () => jobs.close(), ailing: () => jobs.ailing() }
  },
})
