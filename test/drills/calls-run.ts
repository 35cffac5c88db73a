import { parseArgs } from 'node:util'
import type { Postgres } from '@switchboard/postgres-embedded'
import type { BatchReport } from './calls-batch.ts'
import { states } from './calls-truth.ts'
import { databaseDrill, frozenDrill, type TroubleReport } from './calls-trouble.ts'
import { callsDrill, companyOf, summaryOf, type CallsDrillSettings } from './calls.ts'

const usual = { seeds: 1000, together: 10, workers: 2, calls: 20, rate: 0.05, sample: 50 }

/** The drill of calls as it was asked for: `--seeds N --from N`, or `--seed N` to see what a failing seed did. Prints tables. */
export async function runCalls(args: string[], freshDatabase: CallsDrillSettings['freshDatabase']): Promise<boolean> {
  const { values } = parseArgs({ args, options: { ...numbers, told: { type: 'boolean' } }, allowPositionals: true })
  const number = (name: keyof typeof numbers): number | undefined =>
    values[name] === undefined ? undefined : Number(values[name])
  const together = number('together') ?? usual.together
  const seed = number('seed')
  const from = number('from') ?? 1
  const seeds =
    seed === undefined
      ? Array.from({ length: number('seeds') ?? usual.seeds }, (_, index) => from + index)
      : companyOf(seed, together)
  const startedAt = performance.now()
  const reports = await callsDrill({
    ...{ freshDatabase, seeds, together },
    calls: number('calls') ?? usual.calls,
    workers: number('workers') ?? usual.workers,
    rate: number('rate') ?? usual.rate,
    isTold: values.told === true || seed !== undefined,
    say: report => {
      console.error(
        JSON.stringify({
          ...summaryOf([report]),
          seeds: `${report.seeds[0]}-${report.seeds.at(-1)}`,
          print: report.print,
        }),
      )
      for (const story of report.stories ?? []) console.error(story)
      for (const one of report.breaks) console.error(JSON.stringify(one))
    },
  })
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  console.table([{ ...summaryOf(reports), seconds }])
  const breaks = reports.flatMap(report => report.breaks)
  if (breaks.length > 0) console.table(breaks.map(({ seed: own, what, details }) => ({ seed: own, what, details })))
  return breaks.length === 0 && (seeds.length < usual.sample || isWhole(reports))
}

/** A drill that never comes to some state, or in which no timer runs out, says nothing of them. */
function isWhole(reports: readonly BatchReport[]): boolean {
  const reached = new Set(reports.flatMap(report => report.reached))
  const missing = [...states].filter(name => !reached.has(name))
  if (missing.length > 0) console.error(`no call was ever in ${missing.join(', ')}`)
  return missing.length === 0 && reports.every(({ ranOut }) => ranOut > 0)
}

const text = { type: 'string' } as const
const numbers = { seed: text, seeds: text, from: text, together: text, workers: text, calls: text, rate: text }

/** Whether these arguments ask for a drill of a database that restarts, or of a hub that stands still. */
export function isTroubleDrill(args: readonly string[]): boolean {
  const only = args[args.indexOf('--only') + 1]
  return args.includes('--only') && (only === 'database' || only === 'frozen')
}

/** Where a database runs that is to be restarted. */
export interface Server {
  current: Postgres
  dataDir: string
}

/** `--only database` or `--only frozen`, with `--calls N --seconds N`. Prints a table. @returns whether nothing was lost */
export async function runTrouble(args: string[], databaseUrl: string, server: Server): Promise<boolean> {
  const options = { only: text, calls: { ...text, default: '60' }, seconds: { ...text, default: '60' } }
  const { values } = parseArgs({ args, options, allowPositionals: true })
  const say = (line: string): void => console.error(line)
  const settings = {
    databaseUrl,
    dataDir: server.dataDir,
    calls: Number(values.calls),
    seconds: Number(values.seconds),
    say,
  }
  const report = await (values.only === 'database'
    ? databaseDrill({ ...settings, server: { ...server, dataDir: `${server.dataDir}/pg` } })
    : frozenDrill(settings))
  console.table([{ ...report, breaks: report.breaks.length }])
  for (const one of report.breaks) console.error(JSON.stringify(one))
  return isUnharmed(report)
}

/** Whether nobody was harmed. */
export function isUnharmed({ lost, breaks, 'hubs that died': died }: TroubleReport): boolean {
  return lost === 0 && breaks.length === 0 && died === 0
}
