import type { Log, Region, Tx } from '@switchboard/core'
import { changesOf, type Changes } from './pipeline/changes.ts'
import { runSteps } from './pipeline/steps.ts'
import type { Tools } from './pipeline/step.ts'
import { fingerprintOf, type IdentityOptions } from './settings.ts'
import {
  loadAll,
  loadConnected,
  loadRows,
  madeWith,
  noteMadeWith,
  takeTime,
  TooConnected,
  tryLock,
  writeChanges,
  type Scope,
} from './store.ts'
import type { Made } from './pipeline/made.ts'

/** What to match, and how. */
export interface MatchSettings {
  options: IdentityOptions
  scope: Scope
  at: Date
  log: Log
  /** Leaves the work when more candidates than this are concerned. */
  most?: number
  signal?: AbortSignal
}

/** What a match did: `busy` when somebody else is at it, `tooMuch` when it was more than `most`. Nothing was written then. */
export type MatchOutcome = 'busy' | 'tooMuch' | MatchCounts

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

/**
 * Reads the records that changed, or all, and decides anew who they and everybody connected with them are. What it finds depends
 * on the records alone, not on their order or on how many are read at once.
 */
export async function matchRecords(tx: Tx, settings: MatchSettings): Promise<MatchOutcome> {
  const { options, at, most = Infinity } = settings
  if (!(await tryLock(tx))) return 'busy'
  await takeTime(tx)
  const fingerprint = fingerprintOf(options)
  const before = await madeWith(tx)
  const scope = before !== null && before !== fingerprint ? 'all' : settings.scope
  if (scope === 'all' && most < Infinity) return 'tooMuch'
  const made = await decide(tx, scope, settings)
  if (made === null) return 'tooMuch'
  const changes = changesOf(made)
  settings.signal?.throwIfAborted()
  await writeChanges(tx, changes, at)
  if (before !== fingerprint) await noteMadeWith(tx, fingerprint)
  report(made, settings.log)
  return countsOf(made, changes)
}

async function decide(tx: Tx, scope: Scope, { options, most = Infinity, signal }: MatchSettings): Promise<Made | null> {
  const rows = await loadRows(tx, scope)
  const { model, cap, reliability, steps } = options
  const ids = rows.map(({ id }) => id)
  const neighbours: Tools['neighbours'] = fresh => (scope === 'all' ? loadAll(tx) : loadConnected(tx, ids, fresh, most))
  try {
    return await runSteps(
      steps,
      rows,
      { model, cap, reliability, region: options.region as Region, neighbours },
      signal,
    )
  } catch (error) {
    if (error instanceof TooConnected) return null
    throw error
  }
}

function report({ generic, doubted }: Made, log: Log): void {
  for (const { field, signatures } of generic) log.info({ field, signatures }, 'generic key paired by name only')
  for (const { profileId, firstNames } of doubted) log.warn({ profileId, firstNames }, 'profile of many first names')
}

function countsOf(made: Made, changes: Changes): MatchCounts {
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
