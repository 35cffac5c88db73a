import { idMaker, type Region, type Tx } from '@switchboard/core'
import { writeChanges } from '../change-store.ts'
import { countsOf, type MatchCounts } from '../counts.ts'
import type { Candidate } from '../pipeline/candidate.ts'
import { changesOf } from '../pipeline/changes.ts'
import { comparing, nobody } from '../pipeline/gather.ts'
import type { Judgement } from '../pipeline/judgement.ts'
import type { Before, Compared, Made, SourceRow } from '../pipeline/made.ts'
import { readingOf } from '../pipeline/reading.ts'
import type { Tools } from '../pipeline/step.ts'
import { runOn } from '../pipeline/steps.ts'
import { loadStored } from '../store.ts'
import type { Batch, Decided } from './decided.ts'
import { bulkOn, statementsOn, type Bulk, type Connection } from './bulk-store.ts'
import type { RebuildSettings } from './rebuild-settings.ts'
import { goneOf, holdMatches, markDirty, recordsOf, touchedSince } from './rebuild-store.ts'
import type { Snapshot } from './snapshot.ts'

/** Writes what was decided, batch by batch. */
export interface Writer {
  counts: MatchCounts
  /** Writes one batch within the transaction on the connection; whom somebody else has decided meanwhile stays dirty. */
  write(batch: Batch): Promise<void>
  /** Writes one batch where nobody was before. */
  writeNew(batch: Batch, bulk: Bulk): Promise<void>
  /** Drops candidates who were nobody, and whose record is gone. */
  dropStrays(tx: Tx): Promise<void>
}

/** What a writer goes by. */
export interface Needs {
  connection: Connection
  snapshot: Snapshot
  decided: Decided
  settings: Pick<RebuildSettings, 'options' | 'evidence' | 'at' | 'signal'>
}

/** The steps that a rebuild has done for everybody by then. */
const done = new Set(['ingest', 'clean', 'gather', 'match', 'generic'])

/** Makes a writer. */
export function makeWriter(needs: Needs): Writer {
  const { connection, snapshot, decided, settings } = needs
  const tx = statementsOn(connection) as Tx
  const make = maker(needs)
  const counts: MatchCounts = {
    ...{ records: 0, candidates: 0, dropped: 0, parked: 0 },
    ...{ changed: 0, merged: 0, split: 0, swept: 0 },
  }
  const straysOf = Map.groupBy(snapshot.strays, ({ profile }) => profile)
  /** Records of which somebody else decided who they are, after it was read who was there. */
  const others = new Set<string>()
  let last = '0'
  const readOf = (line: number) => ({ id: snapshot.idAt(line), revision: String(snapshot.revision[line]) })
  const bulk = bulkOn(connection, () => false)
  return {
    counts,
    async write(whole) {
      await holdMatches(tx)
      const news = await touchedSince(tx, last)
      last = news.last
      for (const id of await recordsOf(tx, news.candidates)) others.add(id)
      if (last !== '0') for (const id of await goneOf(tx, idsOf(whole, snapshot))) others.add(id)
      const { batch, left } = withoutOthers(
        whole,
        decided,
        place => others.size > 0 && others.has(snapshot.idAt(snapshot.record[place]!)),
      )
      await markDirty(
        tx,
        left.map(place => snapshot.idAt(snapshot.record[place]!)),
      )
      if (batch.places.length === 0) return
      const strays = straysIn(batch, snapshot, straysOf)
      const before = { ...nobody, ...(await loadStored(tx, idsOf(batch, snapshot), strays)) }
      const made = await make(batch, before)
      const changes = changesOf(made, settings.options.cap)
      await writeChanges(tx, { ...changes, read: [] }, { at: settings.at, bulk })
      await bulk.markRead(linesOf(batch, snapshot).flatMap(line => (snapshot.isDirty[line] ? [readOf(line)] : [])))
      add(counts, countsOf(made, changes))
    },
    async writeNew(batch, bulk) {
      const made = await make(batch, nobody)
      const changes = changesOf(made, settings.options.cap)
      await writeChanges(tx, { ...changes, read: [] }, { at: settings.at, bulk })
      add(counts, countsOf(made, changes))
    },
    async dropStrays(tx) {
      const ids = (straysOf.get(-1) ?? []).map(({ id }) => id)
      if (ids.length === 0) return
      await tx.sql`delete from candidate_key where candidate_id = any(${ids})`
      await tx.sql`delete from candidate where id = any(${ids})`
    },
  }
}

/** Makes a batch into people, as the steps do it. */
function maker({ snapshot, decided, settings }: Needs): (batch: Batch, before: Before) => Promise<Made> {
  const { options, evidence } = settings
  const reading = readingOf(options.model, evidence, decided.trained)
  const newId = idMaker()
  const tools: Tools = {
    newId,
    ...{ ...options, evidence, reading, trained: decided.trained, isWhole: true, region: options.region as Region },
    neighbours: () => Promise.reject(new Error('everybody is here already')),
  }
  const steps = options.steps.filter(name => !done.has(name))
  const named = namer(snapshot, newId)
  const localOf = new Int32Array(snapshot.record.length)
  return (batch, before) => {
    const rows = linesOf(batch, snapshot).map(line => ({ id: snapshot.idAt(line) }) as SourceRow)
    const candidates = named(batch, before).map(one => comparing(one, reading))
    batch.places.forEach((place, at) => (localOf[place] = at))
    const generic = genericIn(candidates, decided)
    const begun = { rows, before: { ...before, generic }, candidates, generic, dropped: 0 }
    const judgement = judgementOf(batch, candidates, { decided, localOf })
    return runOn({ ...begun, judgement } as unknown as Made, steps, tools, settings.signal)
  }
}

/** A batch without the groups in which somebody else has decided; their places are left. */
function withoutOthers(
  batch: Batch,
  decided: Decided,
  isOthers: (place: number) => boolean,
): { batch: Batch; left: number[] } {
  const [left, kept] = [
    batch.groups.filter(group => group.some(isOthers)),
    batch.groups.filter(group => !group.some(isOthers)),
  ]
  if (left.length === 0) return { batch, left: [] }
  const [rest] = decided.batches(kept, Infinity)
  const none: Batch = { groups: [], places: new Int32Array(0), links: [], refused: [], near: [] }
  return { batch: rest ?? none, left: left.flatMap(group => [...group]) }
}

/** The lines of the records of a batch, each once: places of one record stand together. */
function linesOf({ places }: Batch, { record }: Pick<Snapshot, 'record'>): number[] {
  return [...new Set(Int32Array.from(places, at => record[at]!))]
}

/** The ids of the records of a batch, each once. */
function idsOf(batch: Batch, snapshot: Snapshot): string[] {
  return linesOf(batch, snapshot).map(snapshot.idAt)
}

function straysIn({ places }: Batch, { profile }: Snapshot, straysOf: Map<number, Snapshot['strays']>): string[] {
  if (straysOf.size === 0) return []
  const profiles = new Set(Array.from(places, at => profile[at]!).filter(one => one >= 0))
  return [...profiles].flatMap(one => straysOf.get(one) ?? []).map(({ id }) => id)
}

/** Gives the candidates of batches, in the order of the places, with the ids they have. */
function namer(snapshot: Snapshot, newId: () => string): (batch: Batch, before: Before) => Candidate[] {
  return ({ places }, before) => {
    const stored = new Map(before.candidates.map(({ recordId, position, id }) => [`${recordId}:${position}`, id]))
    if (stored.size === 0) return Array.from(places, place => snapshot.at(place, newId()))
    const { idAt, record, position } = snapshot
    return Array.from(places, place =>
      snapshot.at(place, stored.get(`${idAt(record[place]!)}:${position[place]!}`) ?? newId()),
    )
  }
}

/** The generic keys that somebody here has. */
function genericIn(candidates: readonly Compared[], { generic }: Decided): Made['generic'] {
  if (generic.length === 0) return []
  const here = new Set<string>()
  const asked = new Set(generic.map(({ key }) => key))
  for (const { plainKeys } of candidates) for (const key of plainKeys) if (asked.has(key)) here.add(key)
  return generic.filter(({ key }) => here.has(key))
}

function judgementOf(
  batch: Batch,
  candidates: readonly Compared[],
  { decided, localOf }: { decided: Decided; localOf: Int32Array },
): Judgement {
  const { trained, clusterOf, waits, name } = decided
  return {
    ...{ trained, generic: [] },
    clusterOf: batch.places.map(at => localOf[clusterOf[at]!]!),
    waits: waitsIn(batch, waits),
    ...name(
      batch,
      place => candidates[localOf[place]!]!.signature,
      place => localOf[place]!,
    ),
  }
}

/** Why those of a batch wait who do, by their place in it. */
function waitsIn({ places }: Batch, waits: Decided['waits']): Map<number, string> {
  const here = new Map<number, string>()
  if (waits.size === 0) return here
  for (let at = 0; at < places.length; at++) {
    const why = waits.get(places[at]!)
    if (why !== undefined) here.set(at, why)
  }
  return here
}

function add(sum: MatchCounts, more: MatchCounts): void {
  for (const key of Object.keys(sum) as (keyof MatchCounts)[]) sum[key] += more[key]
}
