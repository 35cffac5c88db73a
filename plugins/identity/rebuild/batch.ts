import type { Tx } from '@switchboard/core'
import { writeChanges } from '../change-store.ts'
import { addCounts, countsOf, noCounts, type MatchCounts } from '../counts.ts'
import { changesOf } from '../pipeline/changes.ts'
import { nobody } from '../pipeline/gather.ts'
import { loadStored } from '../store.ts'
import type { Batch, Decided } from './decided.ts'
import { bulkOn, statementsOn, type Connection } from './bulk-store.ts'
import { linesOf, maker } from './make-people.ts'
import type { RebuildSettings } from './rebuild-settings.ts'
import { goneOf, holdMatches, markDirty, recordsOf, touchedSince } from './rebuild-store.ts'
import type { Snapshot } from './snapshot.ts'

/** Writes what was decided, batch by batch. */
export interface Writer {
  counts: MatchCounts
  /** Writes one batch within the transaction on the connection; whom somebody else has decided meanwhile stays dirty. */
  write(batch: Batch): Promise<void>
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

/** Makes a writer. */
export function makeWriter(needs: Needs): Writer {
  const { connection, snapshot, decided, settings } = needs
  const tx = statementsOn(connection) as Tx
  const make = maker(needs)
  const counts = noCounts()
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
      addCounts(counts, countsOf(made, changes))
    },
    async dropStrays(tx) {
      const ids = (straysOf.get(-1) ?? []).map(({ id }) => id)
      if (ids.length === 0) return
      await tx.sql`delete from candidate_key where candidate_id = any(${ids})`
      await tx.sql`delete from candidate where id = any(${ids})`
    },
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
function idsOf(batch: Batch, snapshot: Snapshot): string[] {
  return linesOf(batch, snapshot).map(snapshot.idAt)
}

function straysIn({ places }: Batch, { profile }: Snapshot, straysOf: Map<number, Snapshot['strays']>): string[] {
  if (straysOf.size === 0) return []
  const profiles = new Set(Array.from(places, at => profile[at]!).filter(one => one >= 0))
  return [...profiles].flatMap(one => straysOf.get(one) ?? []).map(({ id }) => id)
}
