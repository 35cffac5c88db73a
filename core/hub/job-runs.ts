import { setTimeout as pause } from 'node:timers/promises'
import { Conflict, messageOf } from '../model/errors.ts'
import { minute, second } from '../model/time.ts'
import type { AlertsPort } from '../ports/alerts.ts'
import type { JobData, JobHandler, JobRun } from '../ports/jobs.ts'
import type { Log } from '../ports/kit.ts'
import type { Store } from '../ports/store.ts'
import type { JobGuard } from '../store/job-guard.ts'
import { endTurn, keepTurn, takeTurn, turnLost, type JobCause, type Turn, type TurnWish } from '../store/jobs.ts'
import type { JobMetrics } from './job-metrics.ts'
import type { PlannedJob } from './job-plan.ts'

/** What running jobs takes. */
export interface JobRunNeeds {
  store: Store
  guard: JobGuard
  alerts(): AlertsPort
  metrics: JobMetrics
  log: Log
  now(): Date
  /** The turns that this hub has, each with what ends its signs of life. */
  active: Map<Turn, () => void>
}

/** The key of a run that somebody asked for by hand. */
export const byHand = 'by-hand'

/** A run without a scheduler, asked for here and now. */
export const hereAndNow: JobRun = { isScheduled: false, key: byHand, attempt: 1, mayRepeat: true }

const usualLockSeconds = minute / second
const waitMs = second / 4

/** One run on its way. */
interface OneRun extends JobRunNeeds {
  job: PlannedJob
  run: JobRun
  turn: Turn
  ms: number
}

/**
 * A job's handler with everything around it: one run at a time over all hubs, nothing committed by a run that lost its lock, the history,
 * the metrics, and an alert when it was given up, until it succeeds again. `patienceMs`: for how long it waits for another run to end.
 */
export function jobRunner(needs: JobRunNeeds, job: PlannedJob, patienceMs = Infinity): JobHandler {
  const ms = (job.options?.lockSeconds ?? usualLockSeconds) * second
  return async (data, signal, run) => {
    const wish = { name: job.name, cause: causeOf(run), attempt: run.attempt, data, ms }
    const turn = await myTurn(needs, wish, { signal, patienceMs })
    if (turn === 'paused') return undefined
    return inTurn({ ...needs, job, run, turn, ms }, data, signal)
  }
}

function causeOf({ isScheduled, key }: JobRun): JobCause {
  if (isScheduled) return 'schedule'
  return key === byHand ? 'hand' : 'part'
}

/** Waits until no other run has the turn. @throws the signal's reason when the hub stops first; Conflict when it takes too long */
async function myTurn(
  { store, now }: JobRunNeeds,
  wish: Omit<TurnWish, 'now'>,
  { signal, patienceMs }: { signal: AbortSignal; patienceMs: number },
): Promise<Turn | 'paused'> {
  const until = performance.now() + patienceMs
  for (;;) {
    signal.throwIfAborted()
    const turn = await takeTurn(store, { ...wish, now: now() })
    if (turn !== 'busy') return turn
    if (performance.now() > until) throw new Conflict(`${wish.name} runs already, or its hub went away a moment ago`)
    await pause(waitMs, undefined, { signal })
  }
}

async function inTurn(one: OneRun, data: JobData, stopping: AbortSignal): Promise<JobData | undefined> {
  const { job, run, turn, guard, metrics } = one
  const lost = new AbortController()
  const stopSigns = signsOfLife(one, lost)
  const startedAt = performance.now()
  const ended = (outcome: string): void => metrics.ended(job.name, outcome, (performance.now() - startedAt) / second)
  metrics.began(job.name, run)
  one.active.set(turn, stopSigns)
  try {
    const signal = AbortSignal.any([stopping, lost.signal])
    const result = await guard.within(turn, () => job.handle(data, signal))
    lost.signal.throwIfAborted()
    await succeeded(one, result)
    ended('succeeded')
    return result
  } catch (error) {
    ended(await failed(one, error, { isLost: lost.signal.aborted, isStopped: stopping.aborted }))
    throw error
  } finally {
    stopSigns()
    one.active.delete(turn)
  }
}

/** Gives up the turns of runs that did not end in time while the hub stops, so that another hub need not wait for them. */
export async function giveUpTurns({ store, active, now }: JobRunNeeds): Promise<void> {
  const end = { outcome: 'stopped', now: now(), error: 'the hub stopped and did not wait any longer' } as const
  for (const [turn, stopSigns] of active) {
    stopSigns()
    await store.transact(tx => endTurn(tx, turn, end))
  }
}

/** Says every third of the lock's time that the run goes on. What cannot be said for as long as the lock holds counts as lost. */
function signsOfLife({ store, turn, ms, log }: OneRun, lost: AbortController): () => void {
  let keptAt = performance.now()
  let isOver = false
  const stop = (): void => {
    clearInterval(timer)
    isOver = true
  }
  const give = (): void => {
    if (isOver) return
    stop()
    log.warn({ job: turn.name, fence: turn.fence }, 'run of a job lost its lock and writes nothing more')
    lost.abort(turnLost(turn.name))
  }
  const sign = async (): Promise<void> => {
    const at = performance.now()
    try {
      if (await keepTurn(store, turn, ms)) keptAt = at
      else give()
    } catch (error) {
      log.warn({ job: turn.name, error: messageOf(error) }, 'lock of a job was not renewed')
      if (performance.now() - keptAt > ms) give()
    }
  }
  const timer = setInterval(() => void sign(), ms / 3)
  return stop
}

async function succeeded({ store, turn, job, alerts, now }: OneRun, result: JobData | undefined): Promise<void> {
  await store.transact(async tx => {
    await endTurn(tx, turn, { outcome: 'succeeded', now: now(), result })
    for (const key of [failingKey(job.name), missedKey(job.name)]) await alerts().clear(tx, { part: job.part, key })
  })
}

/** Writes down a failure; a lost run has been written down by whoever took its place. @returns the outcome */
async function failed(
  one: OneRun,
  error: unknown,
  { isLost, isStopped }: { isLost: boolean; isStopped: boolean },
): Promise<'lost' | 'stopped' | 'failed'> {
  if (isLost) return 'lost'
  const { store, turn, job, run, alerts, now, log } = one
  const outcome = isStopped ? 'stopped' : 'failed'
  const message = messageOf(error)
  const isGivenUp = outcome === 'failed' && !run.mayRepeat
  try {
    await store.transact(async tx => {
      await endTurn(tx, turn, { outcome, now: now(), error: message })
      const alert = { part: job.part, key: failingKey(job.name), message: givenUp(job, message) }
      if (isGivenUp) await alerts().raise(tx, alert)
    })
    return outcome
  } catch (trouble) {
    log.warn({ job: job.name, error: messageOf(trouble) }, 'end of a job was not kept')
    return trouble instanceof Conflict ? 'lost' : outcome
  }
}

function givenUp({ name, schedule }: PlannedJob, error: string): string {
  const next = schedule === null ? 'It waits to be run by hand' : `It is tried again by its schedule, ${schedule}`
  return `${name} failed and was given up after its repetitions: ${error}. ${next}; see \`hub jobs history ${name}\`.`
}

/** The alert of a job whose repetitions have all failed. */
export function failingKey(name: string): string {
  return `job.${name}`
}

/** The alert of a job whose schedule was missed. */
export function missedKey(name: string): string {
  return `job.${name}.missed`
}
