import { to as copyTo } from 'pg-copy-streams'
import { hashText } from '../engine/hash.ts'
import type { Candidate } from '../pipeline/candidate.ts'
import { noExtras } from '../pipeline/clean.ts'
import type { Connection } from './bulk-store.ts'
import { contentReader, storedContent, type Where } from './content.ts'
import { readCopy } from './read-copy.ts'
import { numberIn, type Part } from './read-part.ts'
import { textReader, type Texts } from './texts.ts'

/** Everyone whom records name, as plain memory that threads can be handed. */
export interface People {
  /** By line of the record. */
  ids: readonly Texts[]
  /** By place of the candidate: what it says, its record's line, its place in the record, and what plugins read. */
  said: readonly Texts[]
  record: Int32Array
  position: Int32Array
  extras: ReadonlyMap<number, Candidate['extras']>
}

/** The text of `contentOf`. */
export interface Said {
  said: string
}

/** Reads what everyone says. */
export interface PeopleReader extends Pick<People, 'record' | 'position'> {
  /** The candidate at a place. */
  at(place: number, id: string): Candidate
  /** The same, with what it says. */
  told(place: number, id: string): Candidate & Said
  /** The id of the record of a line. */
  idAt(line: number): string
}

/** What a rebuild starts from: one moment of the tables. */
export interface Snapshot extends PeopleReader {
  people: People
  /** How many records there are. */
  count: number
  /** By place of the candidate: the profile it was in (−1: none). */
  profile: Int32Array
  /** By line: which state of the record was read, and 1 where it waits to be read. */
  revision: Float64Array
  isDirty: Uint8Array
  /** By place: 1 where the candidate is stored as the record says. */
  isSame: Uint8Array
  /** The id of each profile by its number. */
  profiles: string[]
  /** Whether anybody was stored before. */
  isAnyStored: boolean
  /** Candidates whose record is gone. */
  strays: { id: string; profile: number }[]
  /** The places of these stored candidates. */
  placeOf: ReadonlyMap<string, number>
}

const stored = `copy (
  select c.record_id, c.position, c.id, m.profile_id, ${storedContent}
  from candidate c left join profile_member m on m.candidate_id = c.id order by c.record_id, c.position) to stdout`

/**
 * Puts the parts together that were read of one moment, and reads beside them who everyone was then.
 * @param isWanted stored candidates whose places are asked for
 */
export async function readSnapshot(
  connection: Connection,
  parts: readonly Part[],
  isWanted: ReadonlySet<string>,
): Promise<Snapshot> {
  const isDirty = Uint8Array.from(joined(parts, ({ isDirty }) => isDirty))
  const people: People = {
    ids: parts.map(({ ids }) => ids),
    said: parts.map(({ said }) => said),
    record: recordsOf(parts),
    position: Int32Array.from(joined(parts, ({ position }) => position)),
    extras: byPlace(parts, ({ extras }) => extras),
  }
  const reader = readerOf(people)
  const { record, position } = people
  const here = { idAt: reader.idAt, record, position, isDirty, content: joined(parts, ({ content }) => content) }
  return {
    ...{ people, count: isDirty.length, isDirty },
    revision: joined(parts, ({ revision }) => revision),
    ...(await readStored(connection, here, isWanted)),
    ...reader,
  }
}

/** Reads what everyone says. */
export function readerOf(people: People): PeopleReader {
  const { record, position, extras } = people
  const [idAt, saidAt, read] = [textReader(people.ids), textReader(people.said), contentReader()]
  const extrasAt = (place: number): Candidate['extras'] =>
    extras.size === 0 ? noExtras : (extras.get(place) ?? noExtras)
  const whereOf = (place: number, id: string): Where => {
    return { id, recordId: idAt(record[place]!), position: position[place]!, extras: extrasAt(place) }
  }
  return {
    ...{ idAt, record, position },
    at: (place, id) => read(saidAt(place), whereOf(place, id)),
    told: (place, id) => {
      const said = saidAt(place)
      return Object.assign(read(said, whereOf(place, id)), { said })
    },
  }
}

/** The numbers of all parts, one after the other. */
export function joined(parts: readonly Part[], of: (part: Part) => ArrayLike<number>): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + of(part).length, 0))
  let at = 0
  for (const part of parts) {
    all.set(of(part), at)
    at += of(part).length
  }
  return all
}

/** The line of each candidate's record, counted over all parts. */
function recordsOf(parts: readonly Part[]): Int32Array {
  const record = Int32Array.from(joined(parts, one => one.record))
  let [lines, from] = [0, 0]
  for (const part of parts) {
    for (let at = from; at < from + part.record.length; at++) record[at]! += lines
    from += part.record.length
    lines += part.ids.count
  }
  return record
}

/** What is known of some places of each part, by place in all of them together. */
export function byPlace<T>(parts: readonly Part[], of: (part: Part) => ReadonlyMap<number, T>): Map<number, T> {
  const all = new Map<number, T>()
  let from = 0
  for (const part of parts) {
    for (const [at, one] of of(part)) all.set(from + at, one)
    from += part.record.length
  }
  return all
}

interface Here extends Pick<Snapshot, 'record' | 'position' | 'isDirty' | 'idAt'> {
  content: Float64Array
}

type Stored = Pick<Snapshot, 'profile' | 'profiles' | 'strays' | 'placeOf' | 'isSame' | 'isAnyStored'>

async function readStored(connection: Connection, here: Here, isWanted: ReadonlySet<string>): Promise<Stored> {
  const { idAt, record, position, content, isDirty } = here
  const profile = new Int32Array(record.length).fill(-1)
  const isSame = new Uint8Array(record.length)
  const numbers = new Map<string, number>()
  const strays: Snapshot['strays'] = []
  const placeOf = new Map<string, number>()
  let place = 0
  const count = await readCopy(connection.query(copyTo(stored)), text => {
    const [recordId, at, id, profileId, rest] = headOf(text)
    while (place < record.length && isBefore(idAt(record[place]!), position[place]!, recordId, Number(at))) place++
    const number = profileId === '\\N' ? -1 : numberIn(numbers, profileId)
    const isHere = place < record.length && idAt(record[place]!) === recordId && position[place] === Number(at)
    if (!isHere) return void strays.push({ id, profile: number })
    profile[place] = number
    isSame[place] = isDirty[record[place]!] === 0 && content[place] === rest ? 1 : 0
    if (isWanted.has(id)) placeOf.set(id, place)
  })
  return { isAnyStored: count > 0, profile, isSame, strays, placeOf, profiles: [...numbers.keys()] }
}

/** The first four fields of a line, and what the rest says. */
function headOf(text: string): [recordId: string, position: string, id: string, profileId: string, content: number] {
  const ends = [text.indexOf('\t')]
  while (ends.length < 4) ends.push(text.indexOf('\t', ends.at(-1)! + 1))
  const [one, two, three, four] = ends as [number, number, number, number]
  const rest = hashText(text.slice(four + 1))
  return [text.slice(0, one), text.slice(one + 1, two), text.slice(two + 1, three), text.slice(three + 1, four), rest]
}

function isBefore(id: string, position: number, otherId: string, otherPosition: number): boolean {
  return id < otherId || (id === otherId && position < otherPosition)
}
