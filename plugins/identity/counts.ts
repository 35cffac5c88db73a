import type { Changes } from './pipeline/changes.ts'
import type { Made } from './pipeline/made.ts'

/** What a match did, in numbers. */
export interface MatchCounts {
  /** Records that were read. */
  records: number
  /** People whose place was decided. */
  candidates: number
  /** People with neither an email nor a phone. */
  dropped: number
  /** People with a single email or phone who wait for somebody to belong to. */
  parked: number
  /** Profiles made or changed. */
  changed: number
  merged: number
  split: number
  /** Profiles that nothing belonged to any more. */
  swept: number
}

/** Counts what the steps made and what of it was new. */
export function countsOf(made: Made, changes: Changes): MatchCounts {
  return {
    records: made.rows.length,
    candidates: made.candidates.length,
    dropped: made.dropped,
    parked: made.parked.size,
    changed: changes.profiles.put.length,
    merged: changes.profiles.merged.length,
    split: made.placement.split.length,
    swept: made.swept.length,
  }
}

/** Nothing done yet. */
export function noCounts(): MatchCounts {
  return { records: 0, candidates: 0, dropped: 0, parked: 0, changed: 0, merged: 0, split: 0, swept: 0 }
}

/** Adds what more was done. */
export function addCounts(sum: MatchCounts, more: MatchCounts): void {
  for (const key of Object.keys(sum) as (keyof MatchCounts)[]) sum[key] += more[key]
}
