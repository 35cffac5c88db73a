import { Conflict } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import type { JobData } from '../ports/jobs.ts'
import type { Store, Tx } from '../ports/store.ts'

/** Why a job ran: its schedule, a person, or a part that asked for it. */
export type JobCause = 'schedule' | 'hand' | 'part'

/** How a run ended: `stopped` with its hub; `lost` when another run took its place. */
export type JobOutcome = 'succeeded' | 'failed' | 'stopped' | 'lost'

/** The right to run a job, until it ends or passes on. */
export interface Turn {
  /** The run's id. */
  id: string
  name: string
  /** Rises with every run of this name over all hubs. */
  fence: string
}

/** A run that would like to begin. */
export interface TurnWish {
  name: string
  cause: JobCause
  attempt: number
  data: JobData
  now: Date
  /** Without a sign of life for so long it may be taken away. */
  ms: number
}

/**
 * Takes the turn, when nobody has it: a new fence, and a line in the history. Whether it is taken is decided by the database's clock, which
 * is the same for all hubs. A run that was there before and gave no sign of life is lost from here on.
 * @returns `busy` while another runs, `paused` when its schedule is
 */
export function takeTurn(store: Store, wish: TurnWish): Promise<Turn | 'busy' | 'paused'> {
  const { name, now } = wish
  return store.transact(async tx => {
    // Whoever waits looks often, and must not stand in the way of the run's own transactions.
    const held =
      await tx.sql`select 1 from job where name = ${name} and held_until > clock_timestamp() and paused_at is null`
    if (held.length > 0) return 'busy'
    await tx.sql`insert into job (name, fence) values (${name}, 0) on conflict do nothing`
    // Waits for whoever commits as the one whose turn it is: see mustHold.
    const [row] = await tx.sql<{ isPaused: boolean; isHeld: boolean }>`
      select paused_at is not null as "isPaused", coalesce(held_until > clock_timestamp(), false) as "isHeld"
      from job where name = ${name} for update`
    if (row?.isPaused && wish.cause === 'schedule') return 'paused'
    if (row?.isHeld) return 'busy'
    await tx.sql`update job_run set outcome = 'lost', finished_at = ${now}, error = 'its hub went away, or hung'
      where name = ${name} and finished_at is null`
    return begin(tx, wish)
  })
}

async function begin(tx: Tx, { name, cause, attempt, data, now, ms }: TurnWish): Promise<Turn> {
  const id = newId()
  const [row] = await tx.sql<{ fence: string }>`
    update job set fence = fence + 1, holder = ${id}, held_until = clock_timestamp() + ${ms} * interval '1 ms'
    where name = ${name} returning fence`
  const fence = row?.fence ?? '0'
  await tx.sql`insert into job_run (id, name, fence, cause, attempt, data, started_at)
    values (${id}, ${name}, ${fence}, ${cause}, ${attempt}, ${JSON.stringify(data)}::jsonb, ${now})`
  return { id, name, fence }
}

/** Says that a run goes on. @returns false when its turn has passed on: it must stop */
export async function keepTurn(store: Store, { name, fence }: Turn, ms: number): Promise<boolean> {
  const rows = await store.transact(
    tx => tx.sql`update job set held_until = clock_timestamp() + ${ms} * interval '1 ms'
      where name = ${name} and fence = ${fence} and holder is not null returning name`,
  )
  return rows.length === 1
}

/**
 * Makes a transaction depend on the turn: until it has committed, nobody else can take it.
 * @throws Conflict when it has passed on; nothing of the transaction stays
 */
export async function mustHold(tx: Tx, { name, fence }: Turn): Promise<void> {
  const rows = await tx.sql`select 1 from job where name = ${name} and fence = ${fence} for key share`
  if (rows.length === 0) throw turnLost(name)
}

/** Why a run whose turn has passed on ends. */
export function turnLost(name: string): Conflict {
  return new Conflict(`this run of ${name} lost its lock, and another took its place: nothing more is written by it`)
}

/** How a run ended. */
export interface TurnEnd {
  outcome: Exclude<JobOutcome, 'lost'>
  now: Date
  error?: string | null
  result?: JobData | undefined
}

/** Writes down how a run ended and lets the turn go. @throws Conflict when it has passed on */
export async function endTurn(tx: Tx, { id, name, fence }: Turn, end: TurnEnd): Promise<void> {
  const { outcome, now, error = null, result } = end
  const succeeded = outcome === 'succeeded'
  const failed = outcome === 'failed' ? 1 : 0
  const rows = await tx.sql`
    update job set holder = null, held_until = null, failures = case when ${succeeded} then 0 else failures + ${failed}::int end,
      last_success_at = case when ${succeeded} then ${now}::timestamptz else last_success_at end
    where name = ${name} and fence = ${fence} and holder is not null returning name`
  if (rows.length === 0) throw turnLost(name)
  await tx.sql`update job_run set outcome = ${outcome}, finished_at = ${now}, error = ${error},
    result = ${result === undefined ? null : JSON.stringify(result)}::jsonb where id = ${id}`
}

/** Pauses a job's schedule, or lets it go on. @returns false when that is so already */
export async function setPaused(tx: Tx, name: string, pause: Pause | null): Promise<boolean> {
  const { at = null, by = null, because = null } = pause ?? {}
  await tx.sql`insert into job (name, fence) values (${name}, 0) on conflict do nothing`
  const rows = await tx.sql`
    update job set paused_at = ${at}, paused_by = ${by}, paused_because = ${because}
    where name = ${name} and (paused_at is null) <> ${at === null} returning name`
  return rows.length === 1
}

/** Who paused a job, when and why. */
export interface Pause {
  at: Date
  by: string
  because: string | null
}

/** What is known of a job beside its schedule. */
export interface JobRow {
  name: string
  isHeld: boolean
  lastSuccessAt: Date | null
  failures: number
  pausedAt: Date | null
  pausedBy: string | null
  pausedBecause: string | null
  lastRunAt: Date | null
  lastFinishedAt: Date | null
  /** Of the last run that ended, when it failed or was lost. */
  failedAt: Date | null
  failReason: string | null
  /** What the last run that succeeded returned. */
  result: JobData | null
}

/** Every job that ever ran or was paused. */
export function readJobs(store: Store): Promise<JobRow[]> {
  return store.read(
    tx => tx.sql<JobRow>`
      select j.name, coalesce(j.held_until > clock_timestamp(), false) as "isHeld", j.last_success_at as "lastSuccessAt", j.failures,
        j.paused_at as "pausedAt", j.paused_by as "pausedBy", j.paused_because as "pausedBecause",
        started.started_at as "lastRunAt", ended.finished_at as "lastFinishedAt", good.result,
        case when ended.outcome in ('failed', 'lost') then ended.finished_at end as "failedAt",
        case when ended.outcome in ('failed', 'lost') then ended.error end as "failReason"
      from job j
      left join lateral (select started_at from job_run where name = j.name order by id desc limit 1) started on true
      left join lateral (select finished_at, outcome, error from job_run
        where name = j.name and finished_at is not null order by id desc limit 1) ended on true
      left join lateral (select result from job_run
        where name = j.name and outcome = 'succeeded' order by id desc limit 1) good on true`,
  )
}

/** One run, as its history tells it. */
export interface JobRunRow {
  id: string
  cause: JobCause
  attempt: number
  data: JobData
  startedAt: Date
  finishedAt: Date | null
  /** Null while it goes on. */
  outcome: JobOutcome | null
  error: string | null
  result: JobData | null
}

/** The last runs of a job, newest first; those before the run `before`. */
export function listRuns(
  store: Store,
  { name, limit, before }: { name: string; limit: number; before: string | undefined },
): Promise<JobRunRow[]> {
  return store.read(
    tx => tx.sql<JobRunRow>`
      select id, cause, attempt, data, started_at as "startedAt", finished_at as "finishedAt", outcome, error, result from job_run
      where name = ${name} and (${before === undefined} or id < ${before ?? null}::uuid) order by id desc limit ${limit}`,
  )
}

/** Forgets runs that began before `before`, but the newest of each job. @returns how many */
export async function forgetRuns(store: Store, before: Date): Promise<number> {
  const rows = await store.transact(
    tx => tx.sql`delete from job_run where id in (
      select id from job_run r where started_at < ${before} and finished_at is not null
        and exists (select 1 from job_run newer where newer.name = r.name and newer.id > r.id and newer.outcome = 'succeeded')
      limit 10000) returning id`,
  )
  return rows.length
}
