import type { Job } from '../ports/plugin.ts'

/** What an install says about one job. */
export interface JobSwitch {
  on?: boolean | undefined
  /** In place of the plugin's own; null: only by hand. */
  schedule?: string | null | undefined
}

/** Which jobs run by themselves. */
export interface JobSwitches {
  /** Whether chores run that nobody switched. */
  isOn: boolean
  /** Why. */
  because: string
  byName: Readonly<Record<string, JobSwitch>>
}

/** A job, whether it runs by itself, and why. */
export interface PlannedJob extends Job {
  /** The plugin's entry that brings it. */
  part: string
  isOn: boolean
  because: string
}

/** Without a word from the install every job runs. */
export const everyJob: JobSwitches = { isOn: true, because: 'nothing says otherwise', byName: {} }

/** Decides about one job: what its switch says, else upkeep runs everywhere, and chores where the install wants them. */
export function planJob(part: string, job: Job, { isOn, because, byName }: JobSwitches): PlannedJob {
  const said = byName[job.name]
  const schedule = said?.schedule === undefined ? job.schedule : said.schedule
  const decided = (isOn: boolean, because: string): PlannedJob => ({ ...job, part, schedule, isOn, because })
  if (said?.on === false) return decided(false, 'switched off in the configuration')
  if (said?.on === true) return decided(true, 'asked for in the configuration')
  if (job.name.includes('.')) return decided(true, `upkeep of ${part}`)
  return decided(isOn, because)
}
