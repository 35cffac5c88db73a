import type { Evidence, Person, RecordKind, Region } from '@switchboard/core'
import { to as copyTo } from 'pg-copy-streams'
import { addRow, draft, type Draft } from '../engine/draft.ts'
import { hashText } from '../engine/hash.ts'
import { contactKeysOf, type Candidate } from '../pipeline/candidate.ts'
import { cleaner, noExtras } from '../pipeline/clean.ts'
import { peopleOf } from '../pipeline/ingest.ts'
import type { SourceRow } from '../pipeline/made.ts'
import { fieldsOf as modelFields, readingOf, valuesOf } from '../pipeline/reading.ts'
import type { IdentityOptions } from '../settings.ts'
import type { Connection } from './bulk-store.ts'
import { contentOf } from './content.ts'
import { fieldsOf, readCopy } from './read-copy.ts'
import { textWriter, type Texts } from './texts.ts'
import { plainTimes, timeReader } from './times.ts'

/** Which records: those from one id up to another. */
export interface Range {
  from: string | null
  to: string | null
}

/** Records that were read, in the order of their ids, and everyone they name. What is large lies in plain memory. */
export interface Part {
  /** By record. */
  ids: Texts
  revision: Float64Array
  isDirty: Uint8Array
  /** By place of the candidate: its record, its place in the record, what it says, and a number for that. */
  record: Int32Array
  position: Int32Array
  said: Texts
  content: Float64Array
  /** By place: the number of the role. */
  role: Uint8Array
  roles: string[]
  /** By place of whom nobody has verified: the keys of their contacts. */
  unverified: Map<number, string[]>
  /** What plugins read, where they read anything. */
  extras: Map<number, Candidate['extras']>
  /** What is compared of those who are verified. */
  draft: Pick<Draft, 'columns' | 'count'> & { pool: Pick<Draft['pool'], 'words' | 'used'> }
}

/** Every living record, in the order of their ids. */
const recordsOf = ({ from, to }: Range): string => `copy (
  select r.id, source, kind, updated_at, people, coalesce(facts->>'placedAt', facts->>'startsAt', ''),
    r.revision, d.record_id is not null from source_record r left join source_dirty d on d.record_id = r.id
  where deleted_at is null ${from ? `and r.id >= '${from}'` : ''} ${to ? `and r.id < '${to}'` : ''} order by r.id) to stdout`

/** Streams records out in a transaction under way, and cleans whom they name: who has neither an email nor a phone is left out. */
export async function readPart(
  connection: Connection,
  range: Range,
  { options, evidence }: { options: IdentityOptions; evidence: readonly Evidence[] },
): Promise<Part> {
  const clean = cleaner(options.region as Region, evidence)
  const reading = readingOf(options.model, evidence, undefined)
  const rows = draft(modelFields(options.model, evidence))
  const [ids, said, roles] = [textWriter(), textWriter(), new Map<string, number>()]
  const at = { revision: [] as number[], isDirty: [] as number[], record: [] as number[], position: [] as number[] }
  const of = { content: [] as number[], role: [] as number[] }
  const extras: Part['extras'] = new Map()
  const unverified: Part['unverified'] = new Map()
  const take = (candidate: Omit<Candidate, 'id'>, line: number): void => {
    if (candidate.email === null && candidate.phones.length === 0) return
    const says = contentOf(candidate)
    said.push(says)
    if (candidate.extras !== noExtras) extras.set(at.record.length, candidate.extras)
    if (candidate.isUnverified) unverified.set(at.record.length, contactKeysOf(candidate))
    else addRow(rows, valuesOf(candidate, reading))
    at.record.push(line)
    at.position.push(candidate.position)
    of.content.push(hashText(says))
    of.role.push(numberIn(roles, candidate.role))
  }
  // In the order of the ids there is nothing to sort.
  await connection.query(`set local enable_sort = off; set local enable_hashjoin = off; ${plainTimes}`)
  const timeOf = timeReader()
  await readCopy(connection.query(copyTo(recordsOf(range))), (text, line) => {
    const row = rowOf(fieldsOf(text), timeOf)
    ids.push(row.id)
    at.revision.push(Number(row.revision))
    at.isDirty.push(text.endsWith('\tt') ? 1 : 0)
    for (const one of peopleOf(row)) take(clean(one), line)
  })
  const { columns, count, pool } = rows
  return {
    ...{ ids: ids.texts, said: said.texts, extras, unverified, roles: [...roles.keys()] },
    revision: Float64Array.from(at.revision),
    isDirty: Uint8Array.from(at.isDirty),
    record: Int32Array.from(at.record),
    position: Int32Array.from(at.position),
    content: Float64Array.from(of.content),
    role: Uint8Array.from(of.role),
    draft: { columns, count, pool: { words: pool.words, used: pool.used } },
  }
}

/** What another thread reads: some of the records of a moment that a connection holds. Plain values only. */
export interface PartCharge {
  url: string
  moment: string
  range: Range
  options: IdentityOptions
}

/** Reads a part of the records of a moment that another connection holds. */
export async function readElsewhere(connection: Connection, { moment, range, options }: PartCharge): Promise<Part> {
  await connection.query(`begin isolation level repeatable read; set transaction snapshot '${moment}'`)
  const part = await readPart(connection, range, { options, evidence: [] })
  await connection.query('commit')
  return part
}

/** The number of a text: the next one when it is new. */
export function numberIn(numbers: Map<string, number>, text: string): number {
  const known = numbers.get(text)
  if (known !== undefined) return known
  // A piece of a line would keep everything that came with it.
  numbers.set(Buffer.from(text).toString(), numbers.size)
  return numbers.size - 1
}

/** The record that a line holds. */
function rowOf(
  [id, source, kind, at, people, happenedAt, revision]: (string | null)[],
  timeOf: (text: string) => Date,
): SourceRow {
  return {
    id: id!,
    source: source!,
    kind: kind as RecordKind,
    updatedAt: timeOf(at!),
    deletedAt: null,
    people: JSON.parse(people!) as Person[],
    happenedAt: happenedAt || null,
    revision: revision!,
  }
}
