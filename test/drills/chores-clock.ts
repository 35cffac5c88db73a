import { defineAdapter, definePlugin, newId, z, type Hours, type Record, type Threads } from '@switchboard/core'
import { silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { hours } from '@switchboard/hours'
import { reminders } from '@switchboard/reminders'
import { staff } from '@switchboard/staff'
import { dateAfter, isNearChange, momentsOf, wallOf, type Shown } from './chores-calendar.ts'

/** What came of a year of days in a zone. */
export interface YearReport {
  zone: string
  days: number
  /** Reminders that were to be sent, and those that were not when their time came, or before. */
  reminders: number
  'an hour off': number
  unsent: number
  /** Moments at which it was asked whether it is open, and wrong answers; days with any. */
  moments: number
  'wrong days': number
}

/** What came of a clock that is moved. */
export interface StepReport {
  reminders: number
  sent: number
  /** Sent although they had been sent. */
  again: number
  /** Sent after their appointment, or less than a quarter of an hour before. */
  'too late': number
  /** The earliest by true time, in minutes. A hub believes its clock, so at most as much as that is wrong. */
  'earliest, min': number
}

/** Where, and whether only the days around the change of the clocks are looked at. */
export interface ClockSettings {
  databaseUrl: string
  dataDir: string
  isShort: boolean
}

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

interface ClockHub {
  hub: RunningHub
  clock: { at: number }
  /** What was sent, with the hub's time, by the title of its appointment. */
  sent: { title: string; at: number }[]
  book(...records: Record[]): Promise<void>
  remind(): Promise<unknown>
}

const week = {
  monday: ['09:00-12:30', '13:30-17:00'],
  tuesday: '08:15-17:45',
  wednesday: '09:00-17:00',
  friday: '22:00-24:00',
  saturday: ['00:00-01:15', '07:00-23:00'],
  sunday: ['01:30-03:30', '10:00-16:00'],
}
const closedOn = '12-25'
/** The same by number of the weekday, in minutes. */
const open: readonly [number, number][][] = [
  [
    [90, 210],
    [600, 960],
  ],
  [
    [540, 750],
    [810, 1020],
  ],
  [[495, 1065]],
  [[540, 1020]],
  [],
  [[1320, 1440]],
  [
    [0, 75],
    [420, 1380],
  ],
]

/** Every day of a year from March on: reminders of appointments, around the change of the clocks at three times of the day, and the opening hours at every quarter of an hour. */
export async function yearDrill(zone: string, settings: ClockSettings): Promise<YearReport> {
  const wall = wallOf(zone)
  const all = Array.from({ length: 366 }, (_, index) => dateAfter('2027-03-01', index))
  const dates = all.filter(date => !settings.isShort || isNearChange(wall, date, 2))
  const on = await clockHub(zone, settings, Date.parse(`${dates[0]}T00:00:00Z`) - 3 * day)
  try {
    const sending = await remindAll(on, zone, { wall, dates })
    return { zone, days: dates.length, ...sending, ...(await openings(on.hub, { wall, dates })) }
  } finally {
    await on.hub.close()
  }
}

interface Year {
  wall(at: number): Shown
  dates: string[]
}

interface Expected {
  title: string
  dueAt: number
}

/** Looks a second before and a second after each is due, in turn, and at nothing else. */
async function remindAll(
  on: ClockHub,
  zone: string,
  year: Year,
): Promise<Pick<YearReport, 'reminders' | 'an hour off' | 'unsent'>> {
  const usual = 10 * 60 + 30
  const times = [15, usual, 18 * 60 + 45]
  const expected: Expected[] = []
  const records: Record[] = []
  for (const date of year.dates)
    for (const minutes of isNearChange(year.wall, date, 3) ? times : [usual]) {
      const [startsAt] = momentsOf(year.wall, date, minutes)
      const [dueAt] = momentsOf(year.wall, dateAfter(date, -1), minutes)
      if (startsAt === undefined || dueAt === undefined) throw new Error(`${date} has no ${minutes}`)
      const title = `${date} ${minutes}`
      expected.push({ title, dueAt })
      records.push(appointment(title, startsAt, zone))
    }
  await on.book(...records)
  const looks = expected.flatMap(({ dueAt }) => [dueAt - 1000, dueAt + 1000]).toSorted((one, other) => one - other)
  for (const at of looks) {
    on.clock.at = at
    await on.remind()
  }
  const sentAt = new Map(on.sent.map(({ title, at }) => [title, at]))
  const isOff = ({ title, dueAt }: Expected): boolean => sentAt.has(title) && sentAt.get(title) !== dueAt + 1000
  const unsent = expected.filter(({ title }) => !sentAt.has(title)).length
  return { reminders: expected.length, 'an hour off': expected.filter(isOff).length, unsent }
}

/** Asks at every quarter of an hour of these days, and holds the answer against the clock on the wall. */
async function openings(
  { port, store }: RunningHub,
  { wall, dates }: Year,
): Promise<Pick<YearReport, 'moments' | 'wrong days'>> {
  const calendar = port('hours') as Hours
  const wrong = new Set<string>()
  let moments = 0
  for (const date of dates) {
    const [from] = momentsOf(wall, date, 12 * 60)
    if (from === undefined) throw new Error(`${date} has no noon`)
    await store.read(async tx => {
      for (let at = from - 13 * hour; at <= from + 13 * hour; at += 15 * minute) {
        const shown = wall(at)
        if (shown.date !== date) continue
        moments += 1
        const { isOpen } = await calendar.at(tx, new Date(at), { line: '+61255501234', team: null })
        if (isOpen !== isOpenBy(shown)) wrong.add(date)
      }
    })
  }
  return { moments, 'wrong days': wrong.size }
}

function isOpenBy({ date, weekday, minutes }: Shown): boolean {
  if (date.endsWith(closedOn)) return false
  return (open[weekday] ?? []).some(([from, to]) => from <= minutes && minutes < to)
}

/** The hub's clock jumps an hour ahead and back, and an hour back and ahead, while reminders come due. */
export async function stepDrill(settings: ClockSettings): Promise<StepReport> {
  const from = Date.parse('2027-05-03T00:00:00Z')
  const on = await clockHub('UTC', settings, from)
  try {
    const count = 96
    const dueAt = (n: number): number => from + n * 5 * minute
    await on.book(...Array.from({ length: count }, (_, n) => appointment(String(n), dueAt(n) + day, 'UTC')))
    const trueAt: number[] = []
    for (let at = from; at <= from + 9 * hour; at += (settings.isShort ? 10 : 1) * minute) {
      const hours = (at - from) / hour
      const isAhead = hours >= 2 && hours < 2.5
      const isBehind = hours >= 5 && hours < 5.5
      on.clock.at = at + (isAhead ? hour : isBehind ? -hour : 0)
      await on.remind()
      while (trueAt.length < on.sent.length) trueAt.push(at)
    }
    const titles = on.sent.map(({ title }) => title)
    const early = on.sent.map(({ title }, index) => dueAt(Number(title)) - (trueAt[index] ?? 0))
    return {
      ...{ reminders: count, sent: new Set(titles).size, again: titles.length - new Set(titles).size },
      'too late': early.filter(ms => ms < -day + 15 * minute).length,
      'earliest, min': Math.round(Math.max(...early) / minute),
    }
  } finally {
    await on.hub.close()
  }
}

async function clockHub(timeZone: string, { databaseUrl, dataDir }: ClockSettings, at: number): Promise<ClockHub> {
  const clock = { at }
  const records: Record[] = []
  const sent: ClockHub['sent'] = []
  const holidays = [2027, 2028].map(year => ({ date: `${year}-${closedOn}`, name: 'Christmas Day' }))
  const hub = await startHub({
    adapters: { [`book-${timeZone}`.toLowerCase().replace(/\W/g, '-')]: { use: bookOf(records) } },
    plugins: {
      staff: { use: staff },
      post: { use: postTo(sent, clock) },
      hours: { use: hours, options: { timeZone, week, holidays, schedule: null } },
      reminders: { use: reminders, options: { schedule: null, timeZone, text: '{title}' } },
    },
    ...{ databaseUrl, dataDir, log: silentLog(), now: () => new Date(clock.at) },
  })
  const [name = ''] = hub.sources.keys()
  return {
    ...{ hub, clock, sent },
    book: async (...all) => {
      records.push(...all)
      await hub.pull(name)
    },
    remind: () => hub.runJob('AppointmentReminders'),
  }
}

function bookOf(records: Record[]) {
  return defineAdapter({
    ...{ name: 'book', options: z.object({}), provides: ['source'] },
    create: () => ({
      source: {
        async *changes(cursor) {
          yield { records: records.slice(Number(cursor ?? 0)), unreadable: [], cursor: String(records.length) }
        },
      },
    }),
  })
}

/** Messaging that only writes down when it was told to send. */
function postTo(sent: ClockHub['sent'], clock: ClockHub['clock']) {
  const threads: Threads = {
    send: async (_tx, { text }) => {
      sent.push({ title: text, at: clock.at })
      return { messageId: newId(), threadId: newId(), dueAt: new Date(clock.at) }
    },
    isWelcome: async () => true,
    usedLast: async () => null,
    quietUntil: () => null,
  }
  return definePlugin({
    ...{ name: 'post', options: z.object({}), provides: ['threads'] },
    setup: () => ({ ports: { threads } }),
  })
}

function appointment(title: string, startsAt: number, timeZone: string): Record {
  return {
    ...{
      externalId: title,
      kind: 'appointment',
      version: 1,
      updatedAt: new Date(startsAt - 30 * day),
      deletedAt: null,
    },
    people: [{ role: 'primary', firstName: 'Mia', phones: ['0412 345 678'] }],
    facts: {
      ...{ title, startsAt: new Date(startsAt).toISOString(), endsAt: null, timeZone, status: 'confirmed' },
      ...{ with: null, location: null },
    },
  }
}
