import type { Tx } from '@switchboard/core'
import { mostNews, tellNew } from '../change-store.ts'
import { addCounts, type MatchCounts } from '../counts.ts'
import { statementsOn, type Connection } from './bulk-store.ts'
import type { Needs } from './batch.ts'
import type { Helper } from './helper.ts'
import type { RebuildSettings } from './rebuild-settings.ts'
import { endFirst, holdMatches, keepGeneric, sweepRead } from './rebuild-store.ts'
import { buildStage, makeStage, stagingOn, swapStage } from './stage.ts'
import { writeNew, type Batches, type NewCharge, type WrittenNew } from './write-new.ts'

/** Candidates that are made into people at once: so few that most of what is made of them is forgotten before it grows old. */
const batchSize = 2_000
/** Below so many records two threads are no faster than one. */
const worthTwo = 50_000

/** What is written where nobody was before. */
export interface First extends Needs {
  settings: RebuildSettings
  helper: Helper
  /** A second connection, for half of the indexes. */
  second: Connection
  groups: readonly Int32Array[]
  /** When everybody was read, as `pg_snapshot`. */
  moment: string
  rules: string
  stage(name: string): Promise<void>
}

/**
 * Writes everybody where nobody was: into tables of their own, which take the place of the empty ones at the end, all at once. So
 * nobody sees any of it before all is there, and one that is ended leaves nothing.
 * @returns null when somebody was written meanwhile: then nothing of this counts
 */
export async function writeFirst(first: First): Promise<MatchCounts | null> {
  const { connection, second, decided, stage } = first
  const { at } = first.settings
  await makeStage(connection)
  const { counts, news } = await writeBatches(first)
  await stage('index')
  await buildStage([connection, second])
  await stage('finish')
  await connection.query('begin; set local idle_in_transaction_session_timeout = 0; set local synchronous_commit = on')
  const tx = statementsOn(connection) as Tx
  await holdMatches(tx)
  if (!(await endFirst(tx, first.rules))) {
    await connection.query('rollback')
    return null
  }
  await keepGeneric(tx, decided.generic, at)
  await tellNew(tx, news, { count: counts.changed, at })
  await swapStage(connection, first.moment)
  await connection.query('commit')
  await connection.query(sweepRead)
  return counts
}

/** Writes all batches: where they are many, some of them in another thread. */
async function writeBatches(first: First): Promise<WrittenNew> {
  const { connection, helper, snapshot, decided, settings, groups, stage } = first
  const all = decided.batches(groups, settings.batchSize ?? batchSize).map(({ groups: _, ...batch }) => batch)
  const batches: Batches = { all, taken: new Int32Array(new SharedArrayBuffer(4)) }
  const isAlone = settings.evidence.length > 0 || snapshot.count < (settings.aloneBelow ?? worthTwo)
  const others = isAlone ? null : helper.write(chargeOf(first, batches))
  // Should both fail, the first to fail says so.
  others?.catch(() => {})
  const material = { snapshot, decided, settings, at: settings.at }
  const own = await writeNew(material, batches, await stagingOn(connection), place => stage(`batch ${place}`))
  return others ? together(own, await others) : own
}

function chargeOf({ snapshot, decided, settings }: First, batches: Batches): NewCharge {
  const { url, options, at } = settings
  const { trained, generic, clusterOf, waits, firstOf } = decided
  return {
    url,
    options,
    at,
    people: snapshot.people,
    decided: { trained, generic, clusterOf, waits, firstOf },
    batches,
  }
}

function together(own: WrittenNew, others: WrittenNew): WrittenNew {
  addCounts(own.counts, others.counts)
  return { counts: own.counts, news: [...own.news, ...others.news].slice(0, mostNews + 1) }
}
