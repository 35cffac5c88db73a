import type { Region, Store } from '@switchboard/core'
import { openPool } from '@switchboard/core/store'
import { countAnew } from '../change-store.ts'
import { loadDecisions } from '../decisions/load.ts'
import { tableBuilder } from '../engine/table.ts'
import type { Trained } from '../engine/trained.ts'
import type { MatchCounts } from '../counts.ts'
import { keepLearned, loadLearned } from '../model-store.ts'
import { ask } from '../pipeline/judge.ts'
import { blockKey, fieldsOf, readingOf, valuesOf } from '../pipeline/reading.ts'
import type { Decisions, GenericState } from '../pipeline/made.ts'
import { fingerprintOf, type IdentityOptions } from '../settings.ts'
import { loadGeneric } from '../store.ts'
import { makeWriter } from './batch.ts'
import type { Connection } from './bulk-store.ts'
import { clusterPlaces, type Decided } from './decided.ts'
import type { RebuildSettings } from './rebuild-settings.ts'
import { beginRebuild, finishRebuild, holdMatches, isFinished, touchedSince } from './rebuild-store.ts'
import { changedGroups } from './unchanged.ts'
import { cleanerOf, readSnapshot, type Clean, type Snapshot } from './snapshot.ts'

export type { RebuildSettings } from './rebuild-settings.ts'

/** Candidates in one transaction: more where nothing is there yet, and nothing has to be looked up. */
const firstSize = 50_000
const batchSize = 10_000

/**
 * Decides anew who everybody is: reads one moment of the tables, decides in memory, and writes what differs in batches of whole
 * groups, each in a short transaction of its own. Others match meanwhile: whom they decided is left to them. It can be ended at
 * any point: what was written is right, and the next one writes the rest.
 * @returns `busy` when somebody else rebuilds @throws the reason of `signal` when it is aborted
 */
export async function rebuild(store: Store, settings: RebuildSettings): Promise<'busy' | MatchCounts> {
  const pool = openPool({ url: settings.url, log: settings.log, max: 1, statementTimeoutMs: 0 })
  const connection = await pool.connect()
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
    const known = await knownOf(store, settings)
    const read = await readAll(connection, known, settings)
    await connection.query('commit')
    await stage('decide')
    const decided = decide(read, known, settings)
    await stage('write')
    return await write(store, { connection, read, known, decided, stage }, settings)
  } finally {
    connection.release(true)
    await pool.end()
  }
}

interface Known {
  fingerprint: string
  trained: Trained | undefined
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
    return { fingerprint, trained, generic, decisions, isFinished: await isFinished(tx, rulesOf(fingerprint, trained)) }
  })
}

/** Raised whenever something else comes to be written of the same people: then nothing that is there is taken to be right. */
const writing = 1

/** Names all by which people are decided and written. */
function rulesOf(fingerprint: string, trained: Trained | undefined): string {
  return `${writing} ${fingerprint} ${trained?.version ?? ''}`
}

interface Read {
  clean: Clean
  snapshot: Snapshot
  table: ReturnType<ReturnType<typeof tableBuilder>['build']>
  /** The place of each row of the table: those of unverified people have none. */
  places: Int32Array
  roles: string[]
  /** By place. */
  isUnverified: Uint8Array
}

async function readAll(
  connection: Connection,
  { trained, decisions }: Known,
  { options, evidence }: RebuildSettings,
): Promise<Read> {
  const reading = readingOf(options.model, evidence, trained)
  const builder = tableBuilder(fieldsOf(options.model, evidence))
  const places: number[] = []
  const roles: string[] = []
  const unverified: number[] = []
  const clean = cleanerOf(options.region as Region, evidence)
  const snapshot = await readSnapshot(
    connection,
    clean,
    candidate => {
      if (!candidate.isUnverified) {
        places.push(roles.length)
        builder.add(valuesOf(candidate, reading))
      }
      roles.push(candidate.role)
      unverified.push(candidate.isUnverified ? 1 : 0)
    },
    new Set([...decisions.apart, ...decisions.together].flat()),
  )
  return {
    clean,
    snapshot,
    table: builder.build(),
    places: Int32Array.from(places),
    roles,
    isUnverified: Uint8Array.from(unverified),
  }
}

function decide(
  { snapshot, table, places, roles }: Pick<Read, 'snapshot' | 'table' | 'places' | 'roles'>,
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
  const couples = couplesIn(snapshot, roles, model.apart)
  const apart = [...couples, ...placed(known.decisions.apart)]
  const answer = ask(
    table,
    { places, count: roles.length },
    {
      ...{
        model: { ...model, cap },
        evidence,
        trained: known.trained,
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
    generic: genericNow(answer.generic, known.generic),
    options,
    evidence,
  })
}

/** Pairs of places that a record names as two people; places of one record stand together. */
function couplesIn(
  { record }: Snapshot,
  roles: string[],
  apart: IdentityOptions['model']['apart'],
): [number, number][] {
  const pairs: [number, number][] = []
  for (let one = 0; one < roles.length; one++)
    for (let other = one + 1; other < roles.length && record[other] === record[one]; other++)
      if (apart.some(([a, b]) => (roles[one] === a && roles[other] === b) || (roles[one] === b && roles[other] === a)))
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

/** So many written at once are more than the planner knows of. */
const manyCandidates = 1000

interface Job {
  connection: Connection
  read: Read
  known: Known
  decided: Decided
  stage(name: string): Promise<void>
}

async function write(store: Store, job: Job, settings: RebuildSettings): Promise<MatchCounts> {
  const { at } = settings
  const { connection, known, decided, stage } = job
  const { clean, snapshot } = job.read
  const { fingerprint } = known
  const groups = decided.groups(isAsked(job))
  settings.log.debug({ groups: groups.length }, 'groups to write')
  await store.transact(async tx => {
    await holdMatches(tx)
    await beginRebuild(tx, decided.generic, at)
    await keepLearned(tx, { trained: decided.trained, fingerprint, records: snapshot.lines.count }, at)
  })
  const writer = makeWriter({ connection, snapshot, decided, settings, clean })
  for (const [place, batch] of decided.batches(groups, writer.isFirst ? firstSize : batchSize).entries()) {
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
    await finishRebuild(tx, (await touchedSince(tx, '0')).candidates, rulesOf(fingerprint, decided.trained))
    if (writer.counts.candidates > manyCandidates) await countAnew(tx)
  })
  return writer.counts
}

/** Which groups are written: all, unless everything was written by the same rules before; then those in which something is new. */
function isAsked({ read, known, decided }: Job): (group: Int32Array) => boolean {
  const isSameGeneric = JSON.stringify(sorted(decided.generic)) === JSON.stringify(sorted(known.generic))
  if (!known.isFinished || !isSameGeneric) return () => true
  return changedGroups(read.snapshot, decided.clusterOf, at => read.isUnverified[at] === 1)
}

function sorted(generic: readonly GenericState[]): unknown[] {
  return generic
    .map(({ key, signatures, state }) => [key, signatures, state])
    .toSorted(([a], [b]) => (a! < b! ? -1 : 1))
}
