import { inChild } from './match-child.ts'
import type { PostgresAsk, PostgresFound } from './match-postgres.ts'
import { growth, time, type TableRow } from './match-table.ts'
import type { MatchBench } from './match-bench.ts'

/** Storing a million records takes its time, and is not what is measured. */
const patienceMs = 900_000
/** More rows than this are not tried. */
const mostRows = 1_000_000
const changes = [
  { count: 1, times: 200 },
  { count: 1000, times: 5 },
  { count: 5000, times: 3 },
]

/** Identity in Postgres: everything at once with and without a giant account, and then a few changed records on the largest. */
export async function postgresTables({ folder, rows, show, say }: MatchBench): Promise<void> {
  const sizes = rows.filter(count => count <= mostRows)
  const full: TableRow[] = []
  const changed: TableRow[] = []
  for (const giant of [0, 5000]) {
    let before: { rows: number; ms: number } | null = null
    for (const count of sizes) {
      const ask: PostgresAsk = { folder, rows: count, giant, model: 'people', changes: giant === 0 ? changes : [] }
      const outcome = await inChild<PostgresFound>('match-postgres.ts', ask, patienceMs)
      if ('stopped' in outcome) {
        say(`Postgres, ${count} rows: ${outcome.stopped}`)
        continue
      }
      const now = { rows: count, ms: outcome.found.matchMs }
      full.push(fullRow({ count, giant }, outcome, before ? growth(before, now).toFixed(2) : ''))
      changed.push(...changedRows(count, outcome.found))
      before = now
    }
  }
  show('Identity in Postgres: full match, model people', full)
  show('Changed records in Postgres: every second has another phone, the others are ordered once more', changed)
}

function fullRow(
  { count, giant }: { count: number; giant: number },
  { found, peakMb }: { found: PostgresFound; peakMb: number },
  grown: string,
): TableRow {
  return {
    rows: count,
    'giant account': giant === 0 ? '' : `+ ${giant.toLocaleString('en')}`,
    'full match': time(found.matchMs),
    growth: grown,
    'once more, nothing changed': time(found.againMs),
    'peak memory of the hub': `${peakMb.toLocaleString('en')} MB`,
    ...{ people: found.accuracy.rows, P: found.accuracy.precision.toFixed(4), R: found.accuracy.recall.toFixed(4) },
    F1: found.accuracy.f1.toFixed(4),
  }
}

function changedRows(rows: number, { changes }: PostgresFound): TableRow[] {
  return changes.map(({ count, times, p50Ms, p99Ms, maxMs }) => ({
    ...{ 'on records': rows, changed: count, times, p50: time(p50Ms) },
    p99: times >= 100 ? time(p99Ms) : '',
    slowest: time(maxMs),
  }))
}
