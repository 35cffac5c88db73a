import type { Store, Table } from '@switchboard/core'
import { openPool } from '@switchboard/core/store'
import { countIfMany } from '../change-store.ts'
import { loadDecisions } from '../decisions/load.ts'
import { tableOf } from '../engine/table.ts'
import { joinPool, textPool, viewsOf } from '../engine/text.ts'
import { learnedFrom, type LearnedNames } from '../reviews/learned.ts'
import type { Trained } from '../engine/trained.ts'
import type { MatchCounts } from '../counts.ts'
import { keepLearned, loadLearned } from '../model-store.ts'
import { ask } from '../pipeline/judge.ts'
import { blockKey } from '../pipeline/reading.ts'
import type { Decisions, GenericState } from '../pipeline/made.ts'
import { fingerprintOf, type IdentityOptions } from '../settings.ts'
import { loadGeneric } from '../store.ts'
import { makeWriter } from './batch.ts'
import type { Connection } from './bulk-store.ts'
import { writeFirst } from './first.ts'
import { openHelper, type Helper } from './helper.ts'
import { dropStage } from './stage.ts'
import { clusterPlaces, type Decided } from './decided.ts'
import type { RebuildSettings } from './rebuild-settings.ts'
import {
  beginRebuild,
  finishRebuild,
  holdMatches,
  isFinished,
  keepGeneric,
  momentOf,
  touchedSince,
} from './rebuild-store.ts'
import { changedGroups } from './unchanged.ts'
import type { Part } from './read-part.ts'
import { readParts } from './read-parts.ts'
import { byPlace, joined, readSnapshot, type Snapshot } from './snapshot.ts'

export type { RebuildSettings } from './rebuild-settings.ts'

/** Candidates in one transaction. */
const batchSize = 10_000

/**
 * Decides anew who everybody is: reads one moment of the tables, decides in memory, and writes what differs in batches of whole
 * groups, each in a short transaction of its own. Others match meanwhile: whom they decided is left to them. It can be ended at
 * any point: what was written is right, and the next one writes the rest.
 * @returns `busy` when somebody else rebuilds @throws the reason of `signal` when it is aborted
 */
export async function rebuild(store: Store, settings: RebuildSettings): Promise<'busy' | MatchCounts> {
  const pool = openPool({ url: settings.url, log: settings.log, max: 2, statementTimeoutMs: 0 })
  const connection = await pool.connect()
  const helper = openHelper()
  try {
    const lock = await connection.query(
      `select pg_try_advisory_lock(hashtext('switchboard.identity.rebuild')) as taken`,
    )
    if (!lock.rows[0].taken) return 'busy'
    await connection.query('delete from match_touch')
    const stage = async (name: string): Promise<void> => {
      settings.signal?.throwIfAborted()
      settings.log.debug({ stage: name }, 'rebuilding')
      await settings.onStage?.(name)
    }
    await stage('read')
    await connection.query('begin isolation level repeatable read; set local idle_in_transaction_session_timeout = 0')
    const moment = await momentOf(connection)
    const known = await knownOf(store, settings)
    const parts = await readParts(connection, helper, settings)
    const read = await readAll(connection, parts, known)
    await connection.query('commit')
    await stage('decide')
    const decided = decide(read, known, settings)
    await stage('write')
    return await write(store, { pool, connection, helper, moment, read, known, decided, stage }, settings)
  } finally {
    await helper.end()
    // Closing would release it too, but a moment later.
    await connection.query(`select pg_advisory_unlock_all()`).catch(() => {})
    connection.release(true)
    await pool.end()
  }
}

interface Known {
  fingerprint: string
  trained: Trained | undefined
  /** What people's answers say of first names, where nothing is learned. */
  names: LearnedNames | undefined
  generic: GenericState[]
  decisions: Decisions
  /** Whether everything was written by the same rules, to the end. */
  isFinished: boolean
}

async function knownOf(store: Store, { options, evidence, scope }: RebuildSettings): Promise<Known> {
  const fingerprint = fingerprintOf(options, evidence)
  return store.read(async tx => {
    const learned = await loadLearned(tx, {})
    const isLearned = scope !== 'anew' && learned?.fingerprint === fingerprint
    const [generic, decisions] = [await loadGeneric(tx, null), await loadDecisions(tx, null)]
    const trained = isLearned ? learned.trained : undefined
    const names = trained ? undefined : await learnedFrom(tx)
    return {
      fingerprint,
      trained,
      names,
      generic,
      decisions,
      isFinished: await isFinished(tx, rulesOf(fingerprint, trained)),
    }
  })
}

/** Raised whenever something else comes to be written of the same people: then nothing that is there is taken to be right. */
const writing = 1

/** Names all by which people are decided and written. */
function rulesOf(fingerprint: string, trained: Trained | undefined): string {
  return `${writing} ${fingerprint} ${trained?.version ?? ''}`
}

interface Read {
  snapshot: Snapshot
  table: Table
  /** The place of each row of the table: those of unverified people have none. */
  places: Int32Array
  /** By place. */
  roles: Uint8Array
  roleNames: string[]
  /** By place of whom nobody has verified: the keys of their contacts. */
  unverified: ReadonlyMap<number, readonly string[]>
}

async function readAll(connection: Connection, parts: readonly Part[], { decisions }: Known): Promise<Read> {
  const snapshot = await readSnapshot(connection, parts, new Set([...decisions.apart, ...decisions.together].flat()))
  const unverified = byPlace(parts, part => part.unverified)
  const verified = Int32Array.from(snapshot.record.keys().filter(at => !unverified.has(at)))
  const roleNames = [...new Set(parts.flatMap(({ roles }) => roles))]
  const roles = joined(parts, ({ role, roles }) => role.map(number => roleNames.indexOf(roles[number]!)))
  return { snapshot, table: tableIn(parts), places: verified, roles: Uint8Array.from(roles), roleNames, unverified }
}

/** One table of what the parts have drafted. */
function tableIn(parts: readonly Part[]): Table {
  const [first] = parts
  const pool = { ...textPool(), ...viewsOf(first!.draft.pool.words), used: first!.draft.pool.used }
  const moved = parts.map((part, at) => (at === 0 ? 0 : joinPool(pool, part.draft.pool)))
  return tableOf(
    parts.map(({ draft }, at) => ({
      ...{ draft: { columns: draft.columns, pool }, from: 0, to: draft.count, moved: moved[at]! },
    })),
  )
}

function decide(
  { snapshot, table, places, roles, roleNames, unverified }: Read,
  known: Known,
  settings: RebuildSettings,
): Decided {
  const { options, evidence } = settings
  const { model, cap } = options
  const placed = (pairs: Decisions['apart']): [number, number][] =>
    pairs.flatMap(([a, b]): [number, number][] => {
      const [one, other] = [snapshot.placeOf.get(a), snapshot.placeOf.get(b)]
      return one === undefined || other === undefined ? [] : [[one, other]]
    })
  const couples = couplesIn(snapshot, { roles, roleNames }, model.apart)
  const apart = [...couples, ...placed(known.decisions.apart)]
  const answer = ask(
    table,
    { places, count: roles.length },
    {
      ...{
        model: { ...model, cap },
        evidence,
        trained: known.trained,
        ...(known.names && { names: known.names }),
        apart,
        together: placed(known.decisions.together),
      },
      generic: known.generic.flatMap(({ key, field, signatures, state }) =>
        state === 'lifted'
          ? []
          : [{ field, value: key.slice(field.length + 1), signatures, isHeld: state === 'confirmed' }],
      ),
    },
  )
  return clusterPlaces({
    answer,
    table,
    places,
    apart,
    couples,
    snapshot,
    unverified,
    generic: genericNow(answer.generic, known.generic),
    options,
    evidence,
  })
}

/** Pairs of places that a record names as two people; places of one record stand together. */
function couplesIn(
  { record }: Snapshot,
  { roles, roleNames }: Pick<Read, 'roles' | 'roleNames'>,
  apart: IdentityOptions['model']['apart'],
): [number, number][] {
  const pairs: [number, number][] = []
  const numbered = apart.map(([a, b]) => [roleNames.indexOf(a), roleNames.indexOf(b)])
  for (let one = 0; one < roles.length; one++)
    for (let other = one + 1; other < roles.length && record[other] === record[one]; other++)
      if (
        numbered.some(([a, b]) => (roles[one] === a && roles[other] === b) || (roles[one] === b && roles[other] === a))
      )
        pairs.push([one, other])
  return pairs
}

/** Which keys are generic now; what somebody decided about a key stays. */
function genericNow(
  found: readonly { field: string; value: string; signatures: number }[],
  known: GenericState[],
): GenericState[] {
  const now = new Map(found.map(({ field, value, signatures }) => [blockKey(field, value), { field, signatures }]))
  const decided = known.filter(({ state }) => state !== 'generic')
  return [
    ...[...now]
      .map(([key, one]): GenericState => ({ key, ...one, state: 'generic' }))
      .filter(({ key }) => !decided.some(one => one.key === key)),
    ...decided.map(one => ({ ...one, signatures: now.get(one.key)?.signatures ?? one.signatures })),
  ]
}

interface Job {
  pool: ReturnType<typeof openPool>
  connection: Connection
  helper: Helper
  moment: string
  read: Read
  known: Known
  decided: Decided
  stage(name: string): Promise<void>
}

async function write(store: Store, job: Job, settings: RebuildSettings): Promise<MatchCounts> {
  const { at } = settings
  const { connection, known, decided, stage } = job
  const { snapshot } = job.read
  const { fingerprint } = known
  const groups = decided.groups(isAsked(job))
  settings.log.debug({ groups: groups.length }, 'groups to write')
  const isFirst = snapshot.profiles.length === 0 && !snapshot.isAnyStored
  await store.transact(async tx => {
    await holdMatches(tx)
    await beginRebuild(tx, at)
    if (!isFirst) await keepGeneric(tx, decided.generic, at)
    await keepLearned(tx, { trained: decided.trained, fingerprint, records: snapshot.count }, at)
  })
  const rules = rulesOf(fingerprint, decided.trained)
  if (isFirst) {
    const second = await job.pool.connect()
    const counts = await writeFirst({ ...job, second, snapshot, settings, groups, rules }).finally(() =>
      second.release(true),
    )
    if (counts) return counts
    await store.transact(tx => keepGeneric(tx, decided.generic, at))
  }
  await dropStage(connection)
  const writer = makeWriter({ connection, snapshot, decided, settings })
  for (const [place, batch] of decided.batches(groups, settings.batchSize ?? batchSize).entries()) {
    await stage(`batch ${place}`)
    // Whatever a crash of the database takes back is made again: the rebuild is noted as unfinished until its end, durably.
    await connection.query(
      'begin; set local synchronous_commit = off; set local idle_in_transaction_session_timeout = 0',
    )
    await writer.write(batch)
    await connection.query('commit')
  }
  await stage('finish')
  await store.transact(async tx => {
    await holdMatches(tx)
    await writer.dropStrays(tx)
    await finishRebuild(tx, (await touchedSince(tx, '0')).candidates, rules)
    await countIfMany(tx, writer.counts.candidates)
  })
  return writer.counts
}

/** Which groups are written: all, unless everything was written by the same rules before; then those in which something is new. */
function isAsked({ read, known, decided }: Job): (group: Int32Array) => boolean {
  const isSameGeneric = JSON.stringify(sorted(decided.generic)) === JSON.stringify(sorted(known.generic))
  if (!known.isFinished || !isSameGeneric) return () => true
  return changedGroups(read.snapshot, decided, at => read.unverified.has(at))
}

function sorted(generic: readonly GenericState[]): unknown[] {
  return generic
    .map(({ key, signatures, state }) => [key, signatures, state])
    .toSorted(([a], [b]) => (a! < b! ? -1 : 1))
}
