import type { Test } from 'tap'
import type { JobData, JobOptions, JobsPort, JobStats } from '@switchboard/core'

/** One hub's jobs. */
export interface JobsInstance {
  jobs: JobsPort
  /** Lets go of everything at once, as a process does that is killed. */
  kill(): Promise<void>
}

/** One more hub. `behindMs`: by how much its clock is behind, as that of a hub is that hangs; default 0. */
export type MakeHub = (settings?: { behindMs?: number }) => JobsInstance

/** What an implementation must do, and how that is tried. */
export type Check = (t: Test, hub: MakeHub) => Promise<void>

/** Defines a job that does `work`, and gives the list of what it was run with. */
export function watch(jobs: JobsPort, name: string, work?: () => unknown, options?: JobOptions): JobData[] {
  const seen: JobData[] = []
  const handle = async (data: JobData): Promise<JobData | undefined> => {
    seen.push(data)
    return (await work?.()) as JobData | undefined
  }
  jobs.define(name, handle, options)
  return seen
}

/** A job that fails. */
export async function broken(): Promise<never> {
  throw new Error('broken')
}

/** How a job is doing. */
export async function statsOf(jobs: JobsPort, name: string): Promise<JobStats | undefined> {
  return (await jobs.stats()).find(job => job.name === name)
}

/** Something to wait at until it is opened. */
export function gate(): { opened: Promise<void>; open(): void } {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  return { opened, open }
}

/** Until nothing runs or is due, and then as long again as any hub takes to look for work. */
export async function quiet(jobs: JobsPort): Promise<void> {
  const isDue = ({ isRunning, nextRunAt }: JobStats): boolean =>
    isRunning || (nextRunAt !== null && nextRunAt <= new Date())
  await until(async () => !(await jobs.stats()).some(isDue))
  await wait(300)
}

/** For as long as that. */
export function wait(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

/** Asks until the answer is yes, for at most 20 s. */
export async function until<T>(ask: () => T | Promise<T>): Promise<T> {
  for (let tries = 0; tries < 400; tries++) {
    const answer = await ask()
    if (answer) return answer
    await wait(50)
  }
  throw new Error('it did not come to pass in 20 s')
}
