import type { Evidence, Log, Region, Tx } from '@switchboard/core'
import { changesOf } from './pipeline/changes.ts'
import { askAboutDoubted } from './reviews/doubted.ts'
import { learnedFrom } from './reviews/learned.ts'
import { runSteps } from './pipeline/steps.ts'
import type { Tools } from './pipeline/step.ts'
import { countIfMany, writeChanges } from './change-store.ts'
import { endRebuild, noteTouched } from './rebuild/rebuild-store.ts'
import { countRecords, keepLearned, loadStanding, type Learned, type Memory } from './model-store.ts'
import type { Trained } from './engine/trained.ts'
import { readingOf } from './pipeline/reading.ts'
import { fingerprintOf, type IdentityOptions } from './settings.ts'
import { everyRecord, loadFirst, loadRows, type FirstRows, type Scope } from './record-store.ts'
import { beginMatch, loadConnected, TooConnected } from './store.ts'
import { countsOf, type MatchCounts } from './counts.ts'
import type { Made } from './pipeline/made.ts'

export type { MatchCounts } from './counts.ts'

/** What to match, and how. */
export interface MatchSettings {
  options: IdentityOptions
  /** What plugins add to how people are told apart. */
  evidence?: readonly Evidence[]
  scope: Scope
  at: Date
  log: Log
  /** Leaves the work when more candidates than this are concerned. */
  most?: number
  /** Leaves the work when everything is to be matched, and that is more than so many records. */
  mostAtOnce?: number
  signal?: AbortSignal
  /** What was read before and need not be read again. */
  memory?: Memory
}

/** What a match did: `busy` when somebody else is at it, `tooMuch` when it was more than `most`. Nothing was written then. */
export type MatchOutcome = 'busy' | 'tooMuch' | MatchCounts

/**
 * Reads the records that changed, or all, and decides anew who they and everybody connected with them are. What it finds depends
 * on the records alone, not on their order or on how many are read at once.
 */
export async function matchRecords(tx: Tx, settings: MatchSettings): Promise<MatchOutcome> {
  const { options, at, log, signal } = settings
  // What is given together leaves together, though some of it may be for nothing.
  const [isOurs, plan, first] = await Promise.all([
    beginMatch(tx),
    planOf(tx, settings),
    settings.scope === 'dirty' ? loadFirst(tx) : undefined,
  ])
  if (!isOurs) return 'busy'
  if (plan.scope !== 'dirty' && (await isTooMuch(tx, settings))) return 'tooMuch'
  const made = await decide(tx, { ...settings, scope: plan.scope }, { ...plan, first })
  if (made === null) return 'tooMuch'
  const changes = changesOf(made, options.cap)
  signal?.throwIfAborted()
  await writeChanges(tx, changes, { at, also: noteTouched(changes.touched) })
  await countIfMany(tx, changes.candidates.put.length)
  const { trained } = made.judgement
  if (!plan.trained) await keepLearned(tx, { trained, fingerprint: plan.fingerprint, records: made.rows.length }, at)
  if (plan.scope !== 'dirty') await endRebuild(tx)
  await askAboutDoubted(tx, made.doubted ?? [], at)
  report(made, log)
  return countsOf(made, changes)
}

async function isTooMuch(tx: Tx, { most = Infinity, mostAtOnce = most }: MatchSettings): Promise<boolean> {
  return (await countRecords(tx)) > mostAtOnce
}

interface MatchPlan {
  scope: Scope
  fingerprint: string
  /** What to judge by; undefined where it is to be learned. */
  trained: Trained | undefined
  isAnyDecided: boolean
}

/** What there really is to do: everything, where what was learned no longer fits, or where a rebuild was left half done. */
async function planOf(
  tx: Tx,
  { options, scope, evidence = [], memory = {}, most = Infinity }: MatchSettings,
): Promise<MatchPlan> {
  const fingerprint = fingerprintOf(options, evidence)
  // Small matches are not held up by counting.
  const [{ learned, isAnyDecided, isHalfRebuilt }, records] = await Promise.all([
    loadStanding(tx, memory),
    most < Infinity ? 0 : countRecords(tx),
  ])
  const isFitting = learned?.fingerprint === fingerprint && scope !== 'anew' && !hasOutgrown(learned, records)
  if (!isFitting) return { scope: 'anew', fingerprint, trained: undefined, isAnyDecided }
  return { scope: isHalfRebuilt ? 'all' : scope, fingerprint, trained: learned.trained, isAnyDecided }
}

/** So few records say little, whatever they have doubled to. */
const fewRecords = 1000

/** Whether there are twice as many records as when it was learned. */
function hasOutgrown(learned: Learned, records: number): boolean {
  return records >= fewRecords && records >= 2 * learned.records
}

async function decide(
  tx: Tx,
  settings: MatchSettings,
  { trained, isAnyDecided, first }: MatchPlan & { first: FirstRows | undefined },
): Promise<Made | null> {
  const { options, scope, evidence = [], most = Infinity, signal } = settings
  const { model, cap, reliability, steps } = options
  const rows = await loadRows(tx, scope, scope === 'dirty' ? first : undefined)
  const ids = scope !== 'dirty' ? await everyRecord(tx, rows) : rows.map(({ id }) => id)
  const reading = readingOf(model, evidence, trained)
  const names = trained ? undefined : await learnedFrom(tx)
  const tools: Tools = {
    ...{
      model,
      evidence,
      trained,
      reading,
      cap,
      reliability,
      region: options.region as Region,
      isWhole: scope !== 'dirty',
      ...(names && { names }),
    },
    neighbours: fresh => loadConnected(tx, ids, fresh, { reading, cap, apart: model.apart, most, isAnyDecided }),
  }
  try {
    return await runSteps(steps, rows, tools, signal)
  } catch (error) {
    if (error instanceof TooConnected) return null
    throw error
  }
}

function report({ judgement, doubted }: Made, log: Log): void {
  for (const { field, signatures } of judgement.generic)
    log.info({ field, signatures }, 'generic key paired by name only')
  for (const { profileId, firstNames } of doubted ?? [])
    log.warn({ profileId, firstNames }, 'profile of many first names')
}
