/** Scheduled and deferred work. It is not the inbox, the outbox or a call timer. */
export interface JobsPort {
  /** Names a job and what it does. A job that throws is retried with backoff; one name runs once at a time over all hubs. */
  define(name: string, handler: JobHandler, options?: JobOptions): void
  /**
   * Runs a defined job over and over: "5 minutes" or a cron expression. Calling it again with another schedule replaces the first,
   * with null ends it. @throws OptionError for a schedule that cannot be read
   */
  every(schedule: string | null, name: string): Promise<void>
  /** Runs a defined job once, soon or `at` a time. With a `key`, a second call before the first ran replaces it. */
  soon(name: string, data?: JobData, options?: { key?: string; at?: Date }): Promise<void>
  /** Every job known, with its last and next run. */
  stats(): Promise<JobStats[]>
  /** Begins to run what is due. Defining comes first. */
  start(): Promise<void>
  /** Takes no new work and waits for what runs. */
  stop(): Promise<void>
}

/** Plain values only: they are kept as JSON. */
export type JobData = Readonly<Record<string, string | number | boolean | null>>

/**
 * Does the work. `signal` is aborted when the hub stops, or when the run lost its lock: nothing it writes to the store commits from then on.
 * What it returns is kept as the run's result.
 */
export type JobWork = (data: JobData, signal: AbortSignal) => Promise<JobData | undefined>

/** Work, as whoever schedules it calls it. */
export type JobHandler = (data: JobData, signal: AbortSignal, run: JobRun) => Promise<JobData | undefined>

/** One run of a job, as whoever schedules it sees it. */
export interface JobRun {
  /** Its schedule is why it runs; false when somebody asked for it with `soon`. */
  isScheduled: boolean
  /** The key it was asked for with. */
  key: string | null
  /** 1, and one more for each repetition after a failure. */
  attempt: number
  /** It will be repeated if it fails. */
  mayRepeat: boolean
}

/** How a job behaves. */
export interface JobOptions {
  /** After this long without a sign of life, another instance may take it: its hub is gone, or hangs. Default 1 minute. */
  lockSeconds?: number
  /** How often a failed run is repeated, with growing pauses. Default 3. */
  retries?: number
}

/** How a job is doing. */
export interface JobStats {
  name: string
  schedule: string | null
  /** From one time of the schedule to the next, in milliseconds; null without one. Of a cron expression: from the next to the one after. */
  everyMs: number | null
  isRunning: boolean
  nextRunAt: Date | null
  lastRunAt: Date | null
  lastFinishedAt: Date | null
  /** When and why the last run failed; null once one has succeeded since. */
  failedAt: Date | null
  failReason: string | null
  /** What the last run that succeeded returned. */
  result: JobData | null
}
