import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BatchReport, BatchSettings } from './calls-batch.ts'

/** Which seeds are played, and how. */
export interface CallsDrillSettings {
  /** A database that is made anew for each batch. @returns its address */
  freshDatabase(): Promise<string>
  seeds: readonly number[]
  /** Calls of each seed. */
  calls: number
  /** Seeds that share a hub and a vendor. */
  together: number
  /** Batches at the same time, each in a process of its own. */
  workers: number
  /** How likely each fault is, 0 to 1. */
  rate: number
  /** With the story of each call that broke something. */
  isTold?: boolean
  /** Told of each batch as it ends. */
  say?(report: BatchReport): void
}

/** Plays every seed to its end, some at a time. @returns a report for each batch */
export async function callsDrill(settings: CallsDrillSettings): Promise<BatchReport[]> {
  const { seeds, together, workers, say } = settings
  const batches = Array.from({ length: Math.ceil(seeds.length / together) }, (_, index) =>
    seeds.slice(index * together, (index + 1) * together),
  )
  const reports: BatchReport[] = []
  const left = batches.values()
  const worker = async (): Promise<void> => {
    for (const batch of left) {
      const report = await inProcess(settings, batch)
      reports.push(report)
      say?.(report)
    }
  }
  await Promise.all(Array.from({ length: Math.min(workers, batches.length) }, worker))
  return reports
}

/** The seeds that share a batch with this one: a failing seed takes the same turns only in their company. */
export function companyOf(seed: number, together: number): number[] {
  const first = Math.floor((seed - 1) / together) * together + 1
  return Array.from({ length: together }, (_, index) => first + index)
}

async function inProcess(
  { freshDatabase, calls, rate, isTold }: CallsDrillSettings,
  seeds: number[],
): Promise<BatchReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-drill-'))
  const settings: BatchSettings = {
    databaseUrl: await freshDatabase(),
    dataDir,
    seeds,
    calls,
    rate,
    isTold: isTold ?? false,
  }
  const child = fork(join(import.meta.dirname, 'calls-worker.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  try {
    return await new Promise<BatchReport>((resolve, reject) => {
      child.once('message', message => {
        const { report, error } = message as { report?: BatchReport; error?: string }
        if (report) resolve(report)
        else reject(new Error(`seeds ${seeds.join(', ')}: ${error}`))
      })
      child.once('exit', code => reject(new Error(`seeds ${seeds.join(', ')} ended with ${code}`)))
      child.send(settings)
    })
  } finally {
    child.kill()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** What came of all batches, in figures for a table. */
export function summaryOf(reports: readonly BatchReport[]): Record<string, number | string> {
  const sum = (of: (report: BatchReport) => number): number => reports.reduce((total, report) => total + of(report), 0)
  const most = (of: (report: BatchReport) => number): number => Math.max(0, ...reports.map(of))
  const outcome = (name: string): number => sum(({ outcomes }) => outcomes[name] ?? 0)
  return {
    seeds: sum(({ seeds }) => seeds.length),
    calls: sum(({ calls }) => calls),
    legs: sum(({ legs }) => legs),
    events: sum(({ events }) => events),
    states: new Set(reports.flatMap(({ reached }) => reached)).size,
    'ran out': sum(({ ranOut }) => ranOut),
    commands: sum(({ commands }) => commands),
    answered: outcome('answered'),
    voicemail: outcome('voicemail'),
    missed: outcome('missed'),
    breaks: sum(({ breaks }) => breaks.length),
    'silence s': (most(({ longestSilenceMs }) => longestSilenceMs) / 1000).toFixed(1),
    'last leg s': (most(({ lastLegMs }) => lastLegMs) / 1000).toFixed(1),
    'told again': sum(report => report.toldAgain),
  }
}
