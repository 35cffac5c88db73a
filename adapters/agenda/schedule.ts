import { OptionError } from '@switchboard/core'
import type { Agenda, JobRepository } from 'agenda'
import type { Kept } from './job-store.ts'

/** When a job is to run: its name, and an interval or a cron expression in a time zone; null for never. */
export interface Schedule {
  name: string
  schedule: string | null
  timeZone: string
}

/**
 * Makes a schedule what it is to be. One that is so already is left alone: a run that is due, or waits to be repeated,
 * does not get lost when a hub starts.
 * @throws OptionError when the schedule cannot be read
 */
export async function reschedule(
  agenda: Agenda,
  repository: JobRepository,
  { name, schedule, timeZone }: Schedule,
): Promise<void> {
  const { jobs } = await repository.queryJobs({ name })
  const known = jobs.find(({ type }) => type === 'single')
  if (schedule === null) return known ? void (await repository.removeJobs({ id: known._id })) : undefined
  if (known?.nextRunAt && known.repeatInterval === schedule && known.repeatTimezone === timeZone) return
  checkSchedule(agenda, { name, schedule, timeZone })
  const kept = (known?.data ?? { input: {}, key: null, result: null }) as Kept
  await agenda.every(schedule, name, kept, { timezone: timeZone, skipImmediate: known !== undefined })
}

/** From one time of a schedule to the next, in milliseconds. Of a cron expression: from the next time to the one after. */
export function everyMsOf(
  agenda: Agenda,
  { name, schedule, timeZone }: Schedule & { schedule: string },
): number | null {
  const nextAfter = (from?: Date): Date | null => {
    const probe = agenda.create(name, {})
    if (from) probe.attrs.nextRunAt = from
    return probe.repeatEvery(schedule, { timezone: timeZone, skipImmediate: true }).attrs.nextRunAt ?? null
  }
  const first = nextAfter()
  const second = first && nextAfter(first)
  return second && second.getTime() - first.getTime()
}

/** Agenda would keep a schedule it cannot read, and never run it; a bare number it would take for milliseconds. */
function checkSchedule(agenda: Agenda, { name, schedule, timeZone }: Schedule): void {
  const text = schedule ?? ''
  const probe = agenda.create(name, {})
  const madeAt = probe.attrs.nextRunAt ?? new Date(0)
  const { nextRunAt } = probe.repeatEvery(text, { timezone: timeZone, skipImmediate: true }).attrs
  const isReadable = !/^[\d\s.]*$/.test(text) && nextRunAt !== null && nextRunAt > madeAt
  if (isReadable) return
  const message = `"${text}" is no schedule; write an interval such as "5 minutes", or a cron expression such as "0 6 * * *"`
  throw new OptionError([{ path: `jobs.${name}`, message }])
}
