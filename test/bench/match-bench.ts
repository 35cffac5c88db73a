import type { TableRow } from './match-table.ts'

/** What the bench was asked. */
export interface MatchBench {
  /** Where files may be written; removed at the end. */
  folder: string
  /** A folder of labelled sets. */
  data: string | undefined
  rows: readonly number[]
  show(title: string, rows: readonly TableRow[]): void
  say(text: string): void
}

/** What is wrong with the way a bench was asked for. */
export class BenchError extends Error {}
