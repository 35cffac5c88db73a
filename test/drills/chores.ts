import { stepDrill, yearDrill } from './chores-clock.ts'
import { killDrill } from './chores-kill.ts'
import { outageDrill, type OutageSettings } from './chores-outage.ts'
import { remindersDrill } from './chores-reminders.ts'
import { silentDrill } from './chores-silent.ts'

/** Where a drill of chores runs: on a migrated database of its own, whose server may be stopped. */
export interface ChoreGround {
  databaseUrl: string
  dataDir: string
  server: OutageSettings['server']
}

/** How much happens in each drill of chores. */
export interface ChoreSize {
  silent: { silentMinutes: number; perMinute: number }
  kill: { events: number; kills: number }
  reminders: { appointments: number; looks: number; kills: number }
  /** Only the days around the change of the clocks. */
  isShort: boolean
  outage: { awaySeconds: number; jobs: number }
}

/** As much as they are for, and little, for the usual tests. */
export const choreSizes: Readonly<Record<'full' | 'short', ChoreSize>> = {
  full: {
    silent: { silentMinutes: 60, perMinute: 4 },
    kill: { events: 10_000, kills: 5 },
    reminders: { appointments: 2_000, looks: 12, kills: 4 },
    isShort: false,
    outage: { awaySeconds: 30, jobs: 30 },
  },
  short: {
    silent: { silentMinutes: 10, perMinute: 1 },
    kill: { events: 60, kills: 1 },
    reminders: { appointments: 24, looks: 2, kills: 1 },
    isShort: true,
    outage: { awaySeconds: 3, jobs: 4 },
  },
}

/** What a drill found, and of it what must be nothing. */
export interface ChoreOutcome {
  report: object
  /** What should not have happened; empty when all is well. */
  broken: string[]
}

type Drill = (ground: ChoreGround, size: ChoreSize) => Promise<ChoreOutcome>

/** The drills of chores, by name. */
export const choreDrills: Readonly<Record<string, Drill>> = {
  silent: async (ground, { silent }) => {
    const report = await silentDrill({ ...ground, ...silent })
    const late = [report['runs to the alert'], report['runs to the end of it']].some(runs => runs < 1 || runs > 2)
    return {
      report,
      broken: [...notNothing(report, ['missing', 'doubled', 'wrong', 'miscounted']), ...(late ? ['late'] : [])],
    }
  },
  kill: async (ground, { kill }) => {
    const report = await killDrill({ ...ground, ...kill })
    return { report, broken: notNothing(report, ['missing', 'doubled', 'wrong', 'miscounted']) }
  },
  reminders: async (ground, size) => {
    const report = await remindersDrill({ ...ground, ...size.reminders })
    return { report, broken: notNothing(report, ['missing', 'doubled', 'wrong', 'late']) }
  },
  sydney: (ground, size) => year('Australia/Sydney', ground, size),
  berlin: (ground, size) => year('Europe/Berlin', ground, size),
  steps: async (ground, size) => {
    const report = await stepDrill({ ...ground, ...size })
    const isEarly = report['earliest, min'] > 60
    const unsent = report.reminders - report.sent
    return {
      report,
      broken: [...notNothing({ ...report, unsent }, ['again', 'too late', 'unsent']), ...(isEarly ? ['early'] : [])],
    }
  },
  outage: async (ground, { outage }) => {
    const report = await outageDrill({ ...ground, ...outage })
    const unsent = report.reminders - report.texts
    const nothings = ['lost', 'doubled', 'front missing', 'front doubled', 'unsent']
    return { report, broken: notNothing({ ...report, unsent }, nothings) }
  },
}

async function year(zone: string, ground: ChoreGround, size: ChoreSize): Promise<ChoreOutcome> {
  const report = await yearDrill(zone, { ...ground, ...size })
  return { report, broken: notNothing(report, ['an hour off', 'unsent', 'wrong days']) }
}

function notNothing(report: object, names: readonly string[]): string[] {
  const counts = new Map(Object.entries(report))
  return names.filter(name => counts.get(name) !== 0).map(name => `${name}: ${String(counts.get(name))}`)
}
