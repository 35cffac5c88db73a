import { HubError, messageOf, minute, second, type JobHandler, type JobOptions, type Kit } from '@switchboard/core'
import { Agenda, backoffStrategies } from 'agenda'
import { guard, mostAtOnce, type Guard } from './guard.ts'
import type { JobStore, Kept } from './job-store.ts'
import { makeNudges, type Nudges } from './nudges.ts'
import { report, runner, type Running } from './run.ts'

/** How jobs are run. */
export interface JobSettings {
  /** How often the hub looks for jobs that are due, as Agenda reads it. */
  processEvery: string
  /** Of the time zone's clock a cron expression speaks, by its IANA name. */
  timeZone: string
  /** Between a failed run and its first repetition; each further pause is four times as long, up to ten minutes. */
  firstRetrySeconds: number
}

/** What an engine is made of. */
export interface EngineNeeds {
  kit: Pick<Kit, 'log' | 'now'>
  /** Opens the place where jobs are kept. */
  open(): Promise<JobStore>
  settings: JobSettings
  running: Running
  /** Aborted when no job is to be taken any more. */
  signal(): AbortSignal
}

/** What there is once the jobs' database is open. */
export interface Opened {
  agenda: Agenda
  store: JobStore
  guard: Guard
  /** Has it look at once. */
  nudge(): void
}

/** Agenda with its store, opened when it is first needed. */
export interface Engine {
  define(name: string, handler: JobHandler, options: JobOptions): void
  /** The names of the jobs defined here. */
  names(): Iterable<string>
  /** @throws HubError unavailable when the database cannot be opened; it is tried again at the next call */
  ready(): Promise<Opened>
  /** What is open; undefined before anything was asked of it. */
  opened(): Opened | undefined
  close(): Promise<void>
}

/** A job's handler and how it behaves. */
interface Defined {
  handler: JobHandler
  lockMs: number
  retries: number
}

const defaultLockMs = minute

/** Makes an engine. Opens nothing. */
export function makeEngine(needs: EngineNeeds): Engine {
  const defined = new Map<string, Defined>()
  let opening: Promise<Opened> | undefined
  let opened: Opened | undefined
  const nudges = makeNudges(async () => (await opened?.guard.due())?.filter(name => defined.has(name)) ?? [])
  const lockMs = (name: string): number => defined.get(name)?.lockMs ?? defaultLockMs
  const connect = async (): Promise<Opened> => {
    opened = openedOn(await needs.open(), needs, { lockMs, nudges })
    for (const [name, job] of defined) defineIn(opened, needs, name, job)
    return opened
  }
  return {
    define: (name, handler, { lockSeconds, retries = 3 }) => {
      const job = { handler, retries, lockMs: lockSeconds ? lockSeconds * second : defaultLockMs }
      defined.set(name, job)
      if (opened) defineIn(opened, needs, name, job)
    },
    names: () => defined.keys(),
    ready: () => {
      opening ??= connect().catch(error => {
        opening = undefined
        throw new HubError('unavailable', `the jobs’ database cannot be opened: ${messageOf(error)}`, { cause: error })
      })
      return opening
    },
    opened: () => opened,
    close: async () => {
      const made = await opening?.catch(() => undefined)
      opening = opened = undefined
      await made?.agenda.stop(false)
      for (const letGo of needs.running.values()) letGo()
      await made?.store.close()
    },
  }
}

function openedOn(
  store: JobStore,
  { kit, settings, running, signal }: EngineNeeds,
  { lockMs, nudges }: { lockMs(name: string): number; nudges: Nudges },
): Opened {
  const { log } = kit
  const guarded = guard({ store, log, lockMs, now: () => kit.now(), isStopping: () => signal().aborted })
  const agenda = makeAgenda(guarded, settings.processEvery, nudges)
  report(agenda, log, running)
  agenda.on('complete', nudges.nudge)
  return { agenda, store, guard: guarded, nudge: nudges.nudge }
}

/** The store is connected already, and closed by us. Agenda's lifetime of a lock is not used: see the guard. */
function makeAgenda({ repository }: Guard, processEvery: string, { channel: notificationChannel }: Nudges): Agenda {
  const nothing = async (): Promise<void> => {}
  const connection = { ownsConnection: false, connect: nothing, disconnect: nothing }
  const backend = { name: 'switchboard', repository, notificationChannel, ...connection }
  return new Agenda({
    backend,
    processEvery,
    maxConcurrency: mostAtOnce,
    lockLimit: mostAtOnce,
    defaultLockLifetime: second,
  })
}

function defineIn({ agenda, store, guard }: Opened, needs: EngineNeeds, name: string, job: Defined): void {
  const { kit, running, signal, settings } = needs
  const backoff = backoffStrategies.exponential({
    delay: settings.firstRetrySeconds * second,
    factor: 4,
    maxDelay: 10 * minute,
    maxRetries: job.retries,
    jitter: 0.1,
  })
  agenda.define<Kept>(name, runner({ ...job, kit, store, signal, running, renew: attrs => guard.renew(attrs) }), {
    concurrency: 1,
    lockLimit: 1,
    backoff,
  })
}
