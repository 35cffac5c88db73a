import { accuracyOf } from '../../plugins/identity/match-file/truth.ts'
import { duckClusters } from './duckdb.ts'
import { asked, found } from './match-child.ts'

/** A file of cleaned rows; see `match-clean.ts`. */
export interface DuckAsk {
  file: string
  threads: number
}

/** How long DuckDB took, and how right it was. */
export interface DuckFound {
  rows: number
  readMs: number
  matchMs: number
  pairs: number
  f1: number
}

const { file, threads } = asked<DuckAsk>()
const { clusterOf, personOf, loadMs, matchMs, pairs } = await duckClusters(file, threads)
const result: DuckFound = {
  rows: clusterOf.length,
  readMs: loadMs,
  matchMs,
  pairs,
  f1: accuracyOf(clusterOf, personOf).f1,
}
found(result)
