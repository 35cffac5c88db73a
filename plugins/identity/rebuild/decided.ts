import type { Column, Evidence, Table } from '@switchboard/core'
import { valuesOf } from '../engine/collapse.ts'
import type { Link, MatchAnswer } from '../engine/match.ts'
import type { Trained } from '../engine/trained.ts'
import { closedKeys } from '../pipeline/generic.ts'
import { clustersOf, firstPlaces, linkNamer } from '../pipeline/judge.ts'
import type { GenericState } from '../pipeline/made.ts'
import { blockKey } from '../pipeline/reading.ts'
import type { IdentityOptions } from '../settings.ts'
import { grouping } from './components.ts'
import type { Snapshot } from './snapshot.ts'

/** Who is one person with whom, by places. */
export interface Decided {
  trained: Trained
  generic: GenericState[]
  clusterOf: Int32Array
  waits: ReadonlyMap<number, string>
  /** The place of the first candidate of each node of links. */
  firstOf: Int32Array
  /** Whether the one at a place is in no profile until more is known. */
  isWaiting(place: number): boolean
  name: ReturnType<typeof linkNamer>
  /** Groups of candidates that have to be written together, those of them that are asked for. */
  groups(isAsked: (group: Int32Array) => boolean): Int32Array[]
  /** Batches of whole groups, of about so many candidates, with what was found between them; a larger group is a batch of its own. */
  batches(groups: readonly Int32Array[], size: number): Batch[]
}

/** Some groups of places, and the links among them. */
export interface Batch extends Pick<MatchAnswer, 'links' | 'refused' | 'near'> {
  groups: readonly Int32Array[]
  /** All of them. */
  places: Int32Array
}

interface Found {
  answer: MatchAnswer
  table: Table
  places: Int32Array
  apart: readonly (readonly [number, number])[]
  couples: readonly (readonly [number, number])[]
  snapshot: Snapshot
  /** By place of whom nobody has verified: the keys of their contacts. */
  unverified: ReadonlyMap<number, readonly string[]>
  generic: GenericState[]
  options: IdentityOptions
  evidence: readonly Evidence[]
}

/** From what the engine says of rows to what there is to write. */
export function clusterPlaces(found: Found): Decided {
  const { answer, table, places, apart, snapshot, generic, options, evidence } = found
  const count = snapshot.record.length
  const rowOf = new Int32Array(count).fill(-1)
  places.forEach((at, row) => (rowOf[at] = row))
  const columns = Object.values(table.fields)
  const filled = (row: number): number => columns.reduce((sum, column) => sum + valuesOf(column, row).length, 0)
  const isWeakAt = (at: number): boolean => rowOf[at]! < 0 || filled(rowOf[at]!) < 2
  const firstOf = firstPlaces(answer, places)
  const { clusterOf, waits } = clustersOf(answer, { places, count, apart, isWeakAt })
  return {
    ...{ trained: answer.trained, generic, clusterOf, waits, firstOf },
    isWaiting: place => waits.has(place) && isWeakAt(place),
    name: linkNamer({ model: options.model, evidence, trained: answer.trained, firstOf }),
    groups: isAsked => {
      const all = grouping(count)
      joinAll(all.join, { ...found, clusterOf, firstOf })
      return all.groups().filter(isAsked)
    },
    batches: (groups, size) => withLinks(batched(groups, size), { answer, firstOf, count }),
  }
}

type Join = (a: number, b: number) => void

/** Together go people of one record, of one person now or before, who share a contact, or were compared and refused. */
function joinAll(join: Join, found: Found & { clusterOf: Int32Array; firstOf: Int32Array }): void {
  const { answer, table, places, snapshot, generic, options, clusterOf, firstOf } = found
  joinPeople(join, snapshot, clusterOf)
  const closed = closedKeys(generic, options.cap)
  const typedBy = placesByKey(found.unverified)
  for (const [name, { clean }] of Object.entries(options.model.fields))
    if ((clean === 'email' || clean === 'phone') && table.fields[name])
      joinSharers(join, table.fields[name], { places, name, closed, typedBy })
  for (const link of linksIn(answer)) join(firstOf[link.a]!, firstOf[link.b]!)
}

function placesByKey(unverified: Found['unverified']): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const [place, keys] of unverified)
    for (const key of keys) {
      const some = found.get(key)
      if (some) some.push(place)
      else found.set(key, [place])
    }
  return found
}

function joinPeople(join: Join, { record, profile, profiles }: Snapshot, clusterOf: Int32Array): void {
  const firstOfProfile = new Int32Array(profiles.length).fill(-1)
  for (let at = 0; at < record.length; at++) {
    join(at, clusterOf[at]!)
    if (at > 0 && record[at] === record[at - 1]) join(at, at - 1)
    const old = profile[at]!
    if (old >= 0 && firstOfProfile[old] === -1) firstOfProfile[old] = at
    else if (old >= 0) join(at, firstOfProfile[old]!)
  }
}

interface Sharing {
  /** The place of each row. */
  places: Int32Array
  /** The field. */
  name: string
  /** Keys over which nobody is connected. */
  closed: ReadonlySet<string>
  /** By key: the places of unverified people who typed it. They have no rows. */
  typedBy: ReadonlyMap<string, readonly number[]>
}

function joinSharers(join: Join, column: Column, sharing: Sharing): void {
  const first = new Int32Array(column.size).fill(-1)
  const isClosed = closedIn(column, sharing)
  for (let row = 0; row < sharing.places.length; row++)
    for (const id of valuesOf(column, row))
      if (isClosed[id] === 1) continue
      else if (first[id] === -1) first[id] = sharing.places[row]!
      else join(first[id]!, sharing.places[row]!)
  joinUnverified(join, column, { ...sharing, first })
}

/** By value: 1 where nobody is connected over it. */
function closedIn(column: Column, { name, closed }: Sharing): Uint8Array {
  const isClosed = new Uint8Array(column.size)
  // Reading every text takes its time.
  if (closed.size === 0) return isClosed
  return isClosed.map((_, id) => (closed.has(blockKey(name, column.text(id))) ? 1 : 0))
}

/** Joins those who typed a contact with who has it: `first` of them. */
function joinUnverified(join: Join, column: Column, { name, typedBy, first }: Sharing & { first: Int32Array }): void {
  if (typedBy.size === 0) return
  for (let id = 0; id < column.size; id++) {
    if (first[id] === -1) continue
    for (const place of typedBy.get(blockKey(name, column.text(id))) ?? []) join(first[id]!, place)
  }
}

function* linksIn({ links, refused, near }: Pick<MatchAnswer, 'links' | 'refused' | 'near'>): Generator<Link> {
  yield* links
  yield* near
  for (const { link } of refused) yield link
}

function batched(groups: readonly Int32Array[], size: number): Int32Array[][] {
  const batches: Int32Array[][] = []
  let room = 0
  for (const group of groups) {
    if (room <= 0) {
      batches.push([])
      room = size
    }
    batches.at(-1)!.push(group)
    room -= group.length
  }
  return batches
}

function withLinks(
  batches: Int32Array[][],
  { answer, firstOf, count }: { answer: MatchAnswer; firstOf: Int32Array; count: number },
): Batch[] {
  const batchOf = new Int32Array(count).fill(-1)
  const filled = batches.map((groups, batch): Batch => {
    const places = new Int32Array(groups.reduce((sum, group) => sum + group.length, 0))
    let at = 0
    for (const group of groups)
      for (const place of group) {
        places[at++] = place
        batchOf[place] = batch
      }
    return { groups, places, links: [], refused: [], near: [] }
  })
  const of = ({ a }: Link): Batch | undefined => filled[batchOf[firstOf[a]!]!]
  for (const link of answer.links) of(link)?.links.push(link)
  for (const link of answer.near) of(link)?.near.push(link)
  for (const refused of answer.refused) of(refused.link)?.refused.push(refused)
  return filled
}
