import { z } from 'zod'
import { Conflict, HubError } from '../model/errors.ts'
import type { AlertsPort } from '../ports/alerts.ts'
import type { Audit } from '../ports/audit.ts'
import type { Principal } from '../ports/auth.ts'
import type { JobsPort } from '../ports/jobs.ts'
import type { Route } from '../ports/plugin.ts'
import type { Store, Tx } from '../ports/store.ts'
import { listRuns, setPaused, type Pause } from '../store/jobs.ts'
import { route } from './define.ts'
import type { PlannedJob } from './job-plan.ts'
import { byHand, missedKey } from './job-runs.ts'
import { jobStateSchema, type JobState } from './job-states.ts'

/** What the routes of jobs look at and change. */
export interface JobRoutesSettings {
  store: Store
  audit: Audit
  alerts(): AlertsPort
  now(): Date
  port(): JobsPort | null
  planned(): PlannedJob[]
  /** How every job is. */
  read(): Promise<JobState[]>
}

/** What a job is told: plain values only. */
const jobData = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

const byName = z.object({ name: z.string() })
const because = z.object({ because: z.string().max(500).optional() }).optional()

const oneRun = z.object({
  id: z.uuid(),
  /** Its schedule, a person, or a part that asked for it. */
  cause: z.enum(['schedule', 'hand', 'part']),
  attempt: z.int(),
  data: jobData,
  startedAt: z.date(),
  finishedAt: z.date().nullable(),
  outcome: z.enum(['succeeded', 'failed', 'stopped', 'lost']).nullable(),
  error: z.string().nullable(),
  result: jobData.nullable(),
})

/** The routes of jobs: how they are, what they did, run one, pause and resume its schedule. */
export function jobRoutes(settings: JobRoutesSettings): Route[] {
  return [listRoute(settings), historyRoute(settings), runRoute(settings), pauseRoute(settings), resumeRoute(settings)]
}

function listRoute({ port, read }: JobRoutesSettings): Route {
  return route({
    method: 'GET',
    path: '/api/jobs',
    summary:
      'Every job: whether it is on and why, its last and next run, its failure, its result, whether it is paused',
    access: 'viewer',
    answer: z.object({ jobs: z.array(jobStateSchema) }),
    handle: async () => {
      scheduler(port())
      return { jobs: (await read()).map(({ everyMs: _, ...state }) => state) }
    },
  })
}

function historyRoute(settings: JobRoutesSettings): Route {
  return route({
    method: 'GET',
    path: '/api/jobs/:name/history',
    summary: 'The last runs of a job, newest first',
    access: 'viewer',
    params: byName,
    query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(20), cursor: z.uuid().optional() }),
    answer: z.object({ items: z.array(oneRun), cursor: z.string().nullable() }),
    handle: async ({ params: { name }, query: { limit, cursor } }) => {
      known(settings, name)
      const found = await listRuns(settings.store, { name, limit: limit + 1, before: cursor })
      const items = found.slice(0, limit)
      return { items, cursor: found.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
  })
}

function runRoute(settings: JobRoutesSettings): Route {
  const { store, audit } = settings
  return route({
    method: 'POST',
    path: '/api/jobs/:name/run',
    summary: 'Run a job now, also one that is off or paused',
    access: 'admin',
    params: byName,
    body: z.object({ data: jobData.optional() }).optional(),
    answer: byName,
    status: 202,
    handle: async ({ params: { name }, body, principal }) => {
      const data = body?.data ?? {}
      const port = scheduler(settings.port())
      known(settings, name)
      await store.transact(tx =>
        audit.record(tx, { by: principal, what: 'job.run', target: `job:${name}`, after: data }),
      )
      await port.soon(name, data, { key: byHand })
      return { name }
    },
  })
}

function pauseRoute(settings: JobRoutesSettings): Route {
  return route({
    method: 'POST',
    path: '/api/jobs/:name/pause',
    summary: 'Pause the schedule of a job in every hub; a run that goes on ends, and it can be run by hand',
    access: 'admin',
    params: byName,
    body: because,
    answer: byName,
    handle: async ({ params: { name }, body, principal }) => {
      const { part } = known(settings, name)
      const pause = { at: settings.now(), by: principal?.name ?? 'the hub', because: body?.because ?? null }
      await switchOver(settings, { name, principal, pause }, tx =>
        settings.alerts().clear(tx, { part, key: missedKey(name) }),
      )
      return { name }
    },
  })
}

function resumeRoute(settings: JobRoutesSettings): Route {
  return route({
    method: 'POST',
    path: '/api/jobs/:name/resume',
    summary: 'Let the schedule of a paused job go on',
    access: 'admin',
    params: byName,
    body: because,
    answer: byName,
    handle: async ({ params: { name }, body, principal }) => {
      known(settings, name)
      await switchOver(settings, { name, principal, pause: null, reason: body?.because ?? null })
      return { name }
    },
  })
}

interface Switching {
  name: string
  principal: Principal | null
  pause: Pause | null
  reason?: string | null
}

/** @throws Conflict when that is so already */
async function switchOver(
  { store, audit }: JobRoutesSettings,
  { name, principal, pause, reason = pause?.because ?? null }: Switching,
  also: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<void> {
  await store.transact(async tx => {
    const what = pause ? 'job.pause' : 'job.resume'
    if (!(await setPaused(tx, name, pause)))
      throw new Conflict(`${name} ${pause ? 'is paused already' : 'is not paused'}`)
    await audit.record(tx, { by: principal, what, target: `job:${name}`, reason })
    await also(tx)
  })
}

/** @throws HubError not_found with the names there are */
function known({ planned }: JobRoutesSettings, name: string): PlannedJob {
  const jobs = planned()
  const job = jobs.find(one => one.name === name)
  if (job) return job
  const names = jobs.map(one => one.name).toSorted()
  throw new HubError('not_found', `job ${name} was not found; there are ${names.join(', ') || 'none'}`)
}

function scheduler(port: JobsPort | null): JobsPort {
  if (!port) throw new HubError('unavailable', 'nobody provides jobs: switch the agenda adapter on')
  return port
}
