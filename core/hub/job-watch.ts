import { messageOf } from '../model/errors.ts'
import { minute } from '../model/time.ts'
import type { AlertsPort } from '../ports/alerts.ts'
import type { Log } from '../ports/kit.ts'
import type { Store } from '../ports/store.ts'
import { missedKey } from './job-runs.ts'
import type { JobState } from './job-states.ts'

/** How jobs are looked at. */
export interface JobWatchNeeds {
  store: Store
  alerts(): AlertsPort
  read(): Promise<JobState[]>
  log: Log
  now(): Date
}

/** A schedule this often not kept is somebody's matter. */
const missedTimes = 3

/** A hub that has just started takes up what was due meanwhile: it is looked at after a minute. */
const lookMs = minute

/** Raises an alert for each schedule that was missed three times over: no hub took it, or its run does not end. The next success clears it. */
export async function lookAtJobs({ store, alerts, read, now }: JobWatchNeeds): Promise<void> {
  const at = now()
  for (const state of await read()) {
    const message = missed(state, at)
    if (message === null) continue
    await store.transact(tx => alerts().raise(tx, { part: state.part, key: missedKey(state.name), message }))
  }
}

/** What is wrong with a job's schedule; null when nothing is. */
function missed(state: JobState, now: Date): string | null {
  const { name, isOn, isRunning, schedule, everyMs, nextRunAt, lastRunAt } = state
  if (!isOn || schedule === null || everyMs === null || nextRunAt === null) return null
  if (now.getTime() - nextRunAt.getTime() < missedTimes * everyMs) return null
  const due = `has been due since ${nextRunAt.toISOString()} and its schedule is ${schedule}`
  return isRunning
    ? `${name} runs since ${lastRunAt?.toISOString() ?? 'long ago'} and does not end, though its schedule is ${schedule}: see what it waits for`
    : `${name} ${due}: see whether a hub with the role \`worker\` runs`
}

/** Looks at jobs every minute. @returns a function that ends it */
export function watchJobs(needs: JobWatchNeeds): () => void {
  const look = (): void =>
    void lookAtJobs(needs).catch((error: unknown) =>
      needs.log.warn({ error: messageOf(error) }, 'schedules could not be looked at'),
    )
  const timer = setInterval(look, lookMs)
  return () => clearInterval(timer)
}
