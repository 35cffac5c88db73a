import { after, day, messageOf, second, z, type Hub, type Job, type Tx } from '@switchboard/core'
import { readFile } from 'node:fs/promises'
import { HoursSettings } from './settings.ts'
import { readCalendar } from './read-calendar.ts'
import { currentVersion, forgetCalendars, holidaysTold, replaceCalendar } from './store.ts'

/** The hours that count now. */
export interface Present {
  /** 0: those of the configuration. */
  version: number
  settings: HoursSettings
}

/** The hours, kept at hand: a ring must not wait for them. */
export interface Calendar {
  present(tx: Tx): Promise<Present>
  /** They were changed in this transaction. */
  changed(tx: Tx): void
  start(): void
  stop(): void
}

const channel = 'hours'
/** Where a change was not told, it is noticed after so long. */
const freshMs = 10 * second

/** The hours of the configuration, unless others were set since; with the holidays that calendars told. */
export function calendarOf(
  { signals, now, log }: Pick<Hub, 'signals' | 'now' | 'log'>,
  configured: HoursSettings,
): Calendar {
  let kept: { present: Present; at: number } | null = null
  let unhear: (() => void) | undefined
  const forget = (): void => void (kept = null)
  return {
    present: async tx => {
      if (kept && now().getTime() - kept.at < freshMs) return kept.present
      const present = await load(tx, configured, log)
      kept = { present, at: now().getTime() }
      return present
    },
    changed: tx => {
      signals.send(tx, channel)
      tx.afterCommit(forget)
    },
    start: () => void (unhear = signals.hear(channel, forget)),
    stop: () => unhear?.(),
  }
}

async function load(tx: Tx, configured: HoursSettings, log: Hub['log']): Promise<Present> {
  const found = await currentVersion(tx)
  const told = await holidaysTold(tx)
  const parsed = found && HoursSettings.safeParse(found.settings)
  if (parsed && !parsed.success)
    log.error(
      { version: found.version, error: z.prettifyError(parsed.error) },
      'the hours that were set cannot be read',
    )
  const settings = parsed?.success ? parsed.data : configured
  return { version: found?.version ?? 0, settings: withHolidays(settings, told) }
}

/** What somebody set for a day goes before what a calendar says of it. */
export function withHolidays(settings: HoursSettings, told: readonly { date: string; name: string }[]): HoursSettings {
  const own = new Set(settings.holidays.map(({ date }) => date))
  const more = new Map(
    told.filter(({ date }) => !own.has(date)).map(({ date, name }) => [date, { date, name, hours: [] }]),
  )
  return { ...settings, holidays: [...settings.holidays, ...more.values()] }
}

/** Where the holidays of a calendar are read. */
export interface CalendarSource {
  file?: string | undefined
  url?: string | undefined
}

const part = 'hours'
const alertKey = (name: string): string => `calendar:${name}`

/** Reads calendars of holidays again. One that cannot be read leaves its holidays as they were, and somebody is told. */
export function businessHours(
  hub: Pick<Hub, 'store' | 'http' | 'now' | 'log' | 'wanted'>,
  calendar: Calendar,
  { sources, schedule }: { sources: Readonly<Record<string, CalendarSource>>; schedule: string | null },
): Job {
  return {
    name: 'BusinessHours',
    schedule,
    handle: async () => {
      let [days, failed] = [0, 0]
      for (const [name, source] of Object.entries(sources)) {
        const read = await refresh(hub, calendar, name, source).catch((error: unknown) => tellFailed(hub, name, error))
        if (read === null) failed++
        else days += read
      }
      await hub.store.transact(async tx => {
        await forgetCalendars(tx, Object.keys(sources))
        calendar.changed(tx)
      })
      return { days, failed }
    },
  }
}

async function refresh(
  { store, http, now, wanted }: Pick<Hub, 'store' | 'http' | 'now' | 'wanted'>,
  calendar: Calendar,
  name: string,
  { file, url = '' }: CalendarSource,
): Promise<number> {
  const text = file === undefined ? await fetched(http, url) : await readFile(file, 'utf8')
  const [from, until] = [after(now(), -day), after(now(), 750 * day)].map(at => at.toISOString().slice(0, 10)) as [
    string,
    string,
  ]
  const days = readCalendar(text, { from, until })
  await store.transact(async tx => {
    await replaceCalendar(tx, name, days, from)
    await wanted('alerts')?.clear(tx, { part, key: alertKey(name) })
    calendar.changed(tx)
  })
  return days.length
}

async function fetched(http: Hub['http'], url: string): Promise<string> {
  const { status, body } = await http.send({ url, timeoutMs: 30_000 })
  if (status !== 200) throw new Error(`it was answered ${status}`)
  return body
}

async function tellFailed(
  { store, log, wanted }: Pick<Hub, 'store' | 'log' | 'wanted'>,
  name: string,
  error: unknown,
): Promise<null> {
  const message = `the calendar ${name} could not be read and its holidays stay as they were: ${messageOf(error)}; see plugins.hours.calendars.${name}`
  log.error({ calendar: name, error: messageOf(error) }, 'a calendar could not be read')
  await store.transact(async tx => wanted('alerts')?.raise(tx, { part, key: alertKey(name), message }))
  return null
}
