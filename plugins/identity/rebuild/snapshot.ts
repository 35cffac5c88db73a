import type { Evidence, Person, RecordKind, Region } from '@switchboard/core'
import { to as copyTo } from 'pg-copy-streams'
import { hashText } from '../engine/hash.ts'
import type { Candidate } from '../pipeline/candidate.ts'
import { cleaner } from '../pipeline/clean.ts'
import { ingest } from '../pipeline/ingest.ts'
import type { SourceRow } from '../pipeline/made.ts'
import type { Connection } from './bulk-store.ts'
import { contentOf, storedContent } from './content.ts'
import { fieldsOf, readCopy, type Lines } from './read-copy.ts'

/** What a rebuild starts from: one moment of the tables. */
export interface Snapshot {
  lines: Lines
  /** By place of the candidate: its record's line, its place in the record, and the profile it was in (−1: none). */
  record: Int32Array
  position: Int32Array
  profile: Int32Array
  /** By line: the id of the record, and 1 where it waits to be read. */
  ids: string[]
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

/** Cleans the people of a record. */
export type Clean = (row: SourceRow) => Omit<Candidate, 'id'>[]

/** A cleaner of whole records, as the steps do it: who has neither an email nor a phone is left out. */
export function cleanerOf(region: Region, evidence: readonly Evidence[]): Clean {
  const clean = cleaner(region, evidence)
  return row => {
    const { raw = [] } = ingest.run({ rows: [row] } as never, {} as never) as { raw?: Parameters<typeof clean>[0][] }
    return raw.map(clean).filter(({ email, phones }) => email !== null || phones.length > 0)
  }
}

/** Every living record, in the order of their ids. */
const records = `copy (
  select id, source, kind, (extract(epoch from updated_at) * 1000)::bigint, people, coalesce(facts->>'placedAt', facts->>'startsAt'),
    revision, is_dirty from source_record where deleted_at is null order by id) to stdout`

const stored = `copy (
  select c.record_id, c.position, c.id, m.profile_id, ${storedContent}
  from candidate c left join profile_member m on m.candidate_id = c.id order by c.record_id, c.position) to stdout`

/** The record that a line holds. */
export function rowOf([id, source, kind, at, people, happenedAt, revision]: (string | null)[]): SourceRow {
  const updatedAt = new Date(Number(at))
  const named = JSON.parse(people!) as Person[]
  return {
    id: id!,
    source: source!,
    kind: kind as RecordKind,
    updatedAt,
    deletedAt: null,
    people: named,
    happenedAt: happenedAt ?? null,
    revision: revision!,
  }
}

/**
 * Streams the records out, and tells of everyone they name; then who everyone was, in the same order, so that both are read side by side.
 * @param isWanted stored candidates whose places are asked for
 */
export async function readSnapshot(
  connection: Connection,
  clean: Clean,
  each: (candidate: Omit<Candidate, 'id'>) => void,
  isWanted: ReadonlySet<string>,
): Promise<Snapshot> {
  const record: number[] = []
  const position: number[] = []
  const content: number[] = []
  const dirty: number[] = []
  const ids: string[] = []
  const lines = await readCopy(connection.query(copyTo(records)), (text, line) => {
    const row = rowOf(fieldsOf(text))
    ids.push(row.id)
    dirty.push(text.endsWith('\tt') ? 1 : 0)
    for (const candidate of clean(row)) {
      record.push(line)
      position.push(candidate.position)
      content.push(contentOf(candidate))
      each(candidate)
    }
  })
  const isDirty = Uint8Array.from(dirty)
  const here = { ids, record: Int32Array.from(record), position: Int32Array.from(position), content, isDirty }
  return { lines, ...here, ...(await readStored(connection, here, isWanted)) }
}

interface Here extends Pick<Snapshot, 'record' | 'position' | 'isDirty'> {
  ids: string[]
  content: number[]
}

type Stored = Pick<Snapshot, 'profile' | 'profiles' | 'strays' | 'placeOf' | 'isSame' | 'isAnyStored'>

async function readStored(connection: Connection, here: Here, isWanted: ReadonlySet<string>): Promise<Stored> {
  const { ids, record, position, content, isDirty } = here
  const profile = new Int32Array(record.length).fill(-1)
  const isSame = new Uint8Array(record.length)
  const numbers = new Map<string, number>()
  const strays: Snapshot['strays'] = []
  const placeOf = new Map<string, number>()
  let place = 0
  const { count } = await readCopy(connection.query(copyTo(stored)), text => {
    const [recordId, at, id, profileId, rest] = headOf(text)
    while (place < record.length && isBefore(ids[record[place]!]!, position[place]!, recordId, Number(at))) place++
    const number = profileId === '\\N' ? -1 : numberIn(numbers, profileId)
    const isHere = place < record.length && ids[record[place]!] === recordId && position[place] === Number(at)
    if (!isHere) return void strays.push({ id, profile: number })
    profile[place] = number
    isSame[place] = isDirty[record[place]!] === 0 && content[place] === rest ? 1 : 0
    if (isWanted.has(id)) placeOf.set(id, place)
  })
  return { isAnyStored: count > 0, profile, isSame, strays, placeOf, profiles: [...numbers.keys()] }
}

function numberIn(numbers: Map<string, number>, text: string): number {
  return numbers.get(text) ?? numbers.set(text, numbers.size).size - 1
}

/** The first four fields of a line, and what the rest says. */
function headOf(text: string): [recordId: string, position: string, id: string, profileId: string, content: number] {
  const ends = [text.indexOf('\t')]
  while (ends.length < 4) ends.push(text.indexOf('\t', ends.at(-1)! + 1))
  const [one, two, three, four] = ends as [number, number, number, number]
  const rest = hashText(text.slice(four + 1))
  return [text.slice(0, one), text.slice(one + 1, two), text.slice(two + 1, three), text.slice(three + 1, four), rest]
}

// oxlint-disable-next-line max-params -- two places in one order
function isBefore(id: string, position: number, otherId: string, otherPosition: number): boolean {
  return id < otherId || (id === otherId && position < otherPosition)
}
