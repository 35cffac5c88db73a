import type { JobData } from '@switchboard/core'
import type { JobRepository } from 'agenda'

/** What is kept with a job beside what Agenda keeps. */
export interface Kept {
  /** What the handler is given. */
  input: JobData
  /** Names what the job is about: of those waiting there is one at most. */
  key: string | null
  /** What its last run that succeeded returned. */
  result: JobData | null
}

/** One job, by its row. */
export interface Row {
  id: string
  name: string
}

/**
 * Where jobs are kept: Agenda's own repository, and what it has no word for.
 * A row with `locked_at` is being run, and the store itself sees to it that there is one at most of each name.
 */
export interface JobStore {
  repository: JobRepository
  /** The names of jobs that are due or being run: of all others there is nothing to take, and nothing to take back. */
  astir(now: Date): Promise<ReadonlySet<string>>
  /** Adds a job to be run once; in place of the one with the same name and key that is waiting, if there is one. */
  put(job: { name: string; key: string; kept: Kept; at: Date }): Promise<void>
  /** Says that a job is still being run, if its lock is one of `held`. @returns false when it is another's, or gone */
  renew(row: Row, held: readonly Date[], now: Date): Promise<boolean>
  /** Keeps what a run returned, and forgets the earlier runs of jobs of this name that were to run once. */
  finish(row: Row, result: JobData | null): Promise<void>
  /** Makes every job of this name due that nobody said to be running since `deadline`. @returns how many */
  takeBack(name: string, deadline: Date, now: Date): Promise<number>
  /** Gives back a job that was taken and not begun. */
  giveBack(row: Row): Promise<void>
  /** Whether an error says that a job of this name is being run, or waits, already. */
  isTaken(error: unknown): boolean
  close(): Promise<void>
}

/** Why a job that was taken back is said to have failed. */
export const abandoned = 'the hub that ran it went away'
