import { newId, type Region, type Tx } from '@switchboard/core'
import { writeChanges } from '../change-store.ts'
import { countsOf, type MatchCounts } from '../counts.ts'
import type { StoredCandidate } from '../pipeline/candidate.ts'
import { changesOf } from '../pipeline/changes.ts'
import { compared, nobody } from '../pipeline/gather.ts'
import { storedKeysOf, closedKeys } from '../pipeline/generic.ts'
import type { Judgement } from '../pipeline/judgement.ts'
import type { Before, Compared, Made, SourceRow } from '../pipeline/made.ts'
import { readingOf } from '../pipeline/reading.ts'
import type { Tools } from '../pipeline/step.ts'
import { runOn } from '../pipeline/steps.ts'
import { loadStored } from '../store.ts'
import type { Batch, Decided } from './decided.ts'
import { bulkOn, statementsOn, type Connection } from './bulk-store.ts'
import type { RebuildSettings } from './rebuild-settings.ts'
import { goneOf, holdMatches, markDirty, recordsOf, touchedSince } from './rebuild-store.ts'
import { rowOf, type Clean, type Snapshot } from './snapshot.ts'

/** Writes what was decided, batch by batch. */
export interface Writer {
  counts: MatchCounts
  /** Whether nobody was there before. */
  isFirst: boolean
  /** Writes one batch within the transaction on the connection; whom somebody else has decided meanwhile stays dirty. */
  write(batch: Batch): Promise<void>
  /** Drops candidates who were nobody, and whose record is gone. */
  dropStrays(tx: Tx): Promise<void>
}

interface Needs {
  connection: Connection
  snapshot: Snapshot
  decided: Decided
  settings: Pick<RebuildSettings, 'options' | 'evidence' | 'at' | 'signal'>
  clean: Clean
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
  const waiting = new Set(snapshot.ids.filter((_, line) => snapshot.isDirty[line] === 1))
  /** Records of which somebody else decided who they are, after it was read who was there. */
  const others = new Set<string>()
  let last = '0'
  const isFirst = snapshot.profiles.length === 0 && snapshot.strays.length === 0 && !snapshot.isAnyStored
  const bulk = bulkOn(connection, () => isFirst && last === '0')
  return {
    ...{ counts, isFirst },
    async write(whole) {
      await holdMatches(tx)
      const news = await touchedSince(tx, last)
      last = news.last
      for (const id of await recordsOf(tx, news.candidates)) others.add(id)
      if (last !== '0') for (const id of await goneOf(tx, idsOf(whole, snapshot))) others.add(id)
      const { batch, left } = withoutOthers(whole, decided, place => others.has(snapshot.ids[snapshot.record[place]!]!))
      await markDirty(
        tx,
        left.map(place => snapshot.ids[snapshot.record[place]!]!),
      )
      if (batch.places.length === 0) return
      const strays = straysIn(batch, snapshot, straysOf)
      const before = bulk.isNew ? nobody : { ...nobody, ...(await loadStored(tx, idsOf(batch, snapshot), strays)) }
      const made = await make(batch, before)
      const changes = changesOf(made, settings.options.cap)
      const { read } = changes
      await writeChanges(tx, { ...changes, read: [] }, { at: settings.at, bulk })
      await bulk.markRead(read.filter(({ id }) => waiting.has(id)))
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
function maker({ snapshot, decided, settings, clean }: Needs): (batch: Batch, before: Before) => Promise<Made> {
  const { options, evidence } = settings
  const reading = readingOf(options.model, evidence, decided.trained)
  const tools: Tools = {
    ...{ ...options, evidence, reading, trained: decided.trained, isWhole: true, region: options.region as Region },
    neighbours: () => Promise.reject(new Error('everybody is here already')),
  }
  const steps = options.steps.filter(name => !done.has(name))
  const localOf = new Int32Array(snapshot.record.length)
  return (batch, before) => {
    const rows = rowsOf(batch, snapshot)
    const candidates = named(batch, { snapshot, rows, before, people: clean }).map(one => compared(one, reading))
    batch.places.forEach((place, at) => (localOf[place] = at))
    const generic = genericIn(candidates, decided, options.cap)
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

/** The ids of the records of a batch, each once. */
function idsOf({ places }: Batch, { record, ids }: Snapshot): string[] {
  return [...new Set(Array.from(places, at => record[at]!))].map(line => ids[line]!)
}

/** The records of a batch, each once. */
function rowsOf({ places }: Batch, { record, lines }: Snapshot): SourceRow[] {
  return [...new Set(Array.from(places, at => record[at]!))].map(line => rowOf(lines.at(line)))
}

function straysIn({ places }: Batch, { profile }: Snapshot, straysOf: Map<number, Snapshot['strays']>): string[] {
  if (straysOf.size === 0) return []
  const profiles = new Set(Array.from(places, at => profile[at]!).filter(one => one >= 0))
  return [...profiles].flatMap(one => straysOf.get(one) ?? []).map(({ id }) => id)
}

interface Naming {
  snapshot: Snapshot
  rows: SourceRow[]
  before: Before
  people(row: SourceRow): Omit<StoredCandidate, 'id' | 'parkedBecause' | 'keys' | 'signature'>[]
}

/** The candidates of a batch, in the order of its places, with the ids they have. */
function named({ places }: Batch, { snapshot, rows, before, people }: Naming) {
  const stored = new Map(before.candidates.map(({ recordId, position, id }) => [`${recordId}:${position}`, id]))
  const lines = [...new Set(Array.from(places, at => snapshot.record[at]!))]
  const byLine = new Map(lines.map((line, at) => [line, new Map(people(rows[at]!).map(one => [one.position, one]))]))
  return Array.from(places, at => {
    const one = byLine.get(snapshot.record[at]!)!.get(snapshot.position[at]!)!
    return { id: stored.get(`${one.recordId}:${one.position}`) ?? newId(), ...one }
  })
}

function genericIn(candidates: readonly Compared[], { generic }: Decided, cap: number): Made['generic'] {
  if (generic.length === 0) return []
  const closed = closedKeys(generic, cap)
  const here = new Set(candidates.flatMap(one => storedKeysOf(one, closed)))
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
    waits: new Map(
      Array.from(batch.places, (place, at): [number, string | undefined] => [at, waits.get(place)]).filter(
        (one): one is [number, string] => one[1] !== undefined,
      ),
    ),
    ...name(
      batch,
      place => candidates[localOf[place]!]!.signature,
      place => localOf[place]!,
    ),
  }
}

function add(sum: MatchCounts, more: MatchCounts): void {
  for (const key of Object.keys(sum) as (keyof MatchCounts)[]) sum[key] += more[key]
}
