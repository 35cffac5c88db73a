import type { DuckAsk, DuckFound } from './duckdb-case.ts'
import { inChild, type Outcome } from './match-child.ts'
import type { CleanAsk } from './match-clean.ts'
import { generatedFile } from './match-files.ts'
import type { SpeedAsk, SpeedFound } from './match-speed.ts'
import { growth, median, time, type TableRow } from './match-table.ts'
import type { MatchBench } from './match-bench.ts'

/** Small cases are run so many times, and the median counts; each in a process of its own. */
const runs = 3
const smallRows = 200_000
const threads = 2

interface Timed {
  rows: number
  readMs: number
  matchMs: number
  f1: number
}

/** The engine beside DuckDB on the same rows, with and without a giant account. */
export async function speedTables(bench: MatchBench): Promise<void> {
  const tables: Tables = { times: [], steps: [], before: new Map() }
  for (const giant of [0, 5000]) for (const rows of bench.rows) await sized(bench, { rows, giant }, tables)
  bench.show('Speed: records in memory to clusters', tables.times)
  bench.show('Where the time of the engine goes, model people', tables.steps)
}

interface Tables {
  times: TableRow[]
  steps: TableRow[]
  /** Rows and time of the size before, by what was measured. */
  before: Map<string, { rows: number; ms: number }>
}

interface Size {
  rows: number
  giant: number
}

async function sized({ folder, say }: MatchBench, size: Size, { times, steps, before }: Tables): Promise<void> {
  const file = await generatedFile(folder, { ...size, seed: 7 })
  const cleaned = `${file}.clean`
  say(`${size.rows} rows, ${size.giant} of a giant account besides`)
  await inChild('match-clean.ts', { file, to: cleaned } satisfies CleanAsk)
  for (const model of ['reference', 'people']) {
    const outcome = await repeated<SpeedFound>(size.rows, 'match-speed.ts', { file, model } satisfies SpeedAsk)
    times.push(timedRow({ what: `engine, ${model}`, ...size }, outcome, before))
    if (model === 'people' && 'found' in outcome) steps.push(stepRow(size, outcome.found))
  }
  const duck = await repeated<DuckFound>(size.rows, 'duckdb-case.ts', { file: cleaned, threads } satisfies DuckAsk)
  times.push(timedRow({ what: 'DuckDB', ...size }, duck, before))
}

/** Of several runs the one with the median time. */
async function repeated<T extends Timed>(rows: number, file: string, ask: object): Promise<Outcome<T>> {
  const outcomes: Outcome<T>[] = []
  for (let run = 0; run < (rows <= smallRows ? runs : 1); run++) {
    const outcome = await inChild<T>(file, ask)
    if ('stopped' in outcome) return outcome
    outcomes.push(outcome)
  }
  const of = (outcome: Outcome<T>): number => ('found' in outcome ? outcome.found.matchMs : NaN)
  const middle = median(outcomes.map(of))
  return outcomes.find(outcome => of(outcome) === middle)!
}

function timedRow(
  { what, rows, giant }: Size & { what: string },
  outcome: Outcome<Timed>,
  before: Map<string, { rows: number; ms: number }>,
): TableRow {
  const start = { what, rows, 'giant account': giant === 0 ? '' : `+ ${giant.toLocaleString('en')}` }
  if ('stopped' in outcome) return { ...start, match: outcome.stopped }
  const { readMs, matchMs, f1 } = outcome.found
  const key = `${what} ${giant}`
  const smaller = before.get(key)
  const now = { rows, ms: matchMs }
  before.set(key, now)
  return {
    ...{ ...start, read: time(readMs), match: time(matchMs) },
    growth: smaller ? growth(smaller, now).toFixed(2) : '',
    'peak memory': `${outcome.peakMb.toLocaleString('en')} MB`,
    F1: f1.toFixed(4),
  }
}

function stepRow({ rows, giant }: Size, { steps }: SpeedFound): TableRow {
  const times = steps.map(({ step, ms }) => [step, time(ms)] as const)
  return { rows, 'giant account': giant === 0 ? '' : `+ ${giant.toLocaleString('en')}`, ...Object.fromEntries(times) }
}
