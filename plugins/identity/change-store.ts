import type { Tx } from '@switchboard/core'
import { sql, type RawBuilder } from 'kysely'
import { openLedger } from './decisions/ledger.ts'
import type { StoredCandidate } from './pipeline/candidate.ts'
import type { Changes, News } from './pipeline/changes.ts'
import type { Bulk } from './rebuild/bulk-store.ts'
import {
  candidateSheet,
  type Edge,
  edgeSheet,
  genericSheet,
  keySheet,
  memberSheet,
  newsSheet,
  profileSheet,
  refusalSheet,
  relationSheet,
  type Sheet,
} from './sheets.ts'

/** How changes are written. */
export interface Writing {
  at: Date
  /** Where there are many: how they are written. */
  bulk?: Bulk
  /** What is done in the same breath. */
  also?: readonly Statement[]
}

/** A statement that others can be put beside. */
export type Statement = RawBuilder<unknown>

/** Rows in one statement, so that neither side holds much more than it must. */
const chunkRows = 5_000

/**
 * Writes what has changed. Within one transaction, so that nobody sees half a profile. Few changes are one statement, whose parts
 * all see the tables as they were: no two of them touch the same row.
 */
export async function writeChanges(tx: Tx, changes: Changes, { at, bulk, also = [] }: Writing): Promise<void> {
  const ledger = await openLedger(tx, changes.profiles.merged)
  const statements = [...dropping(changes), ...ending(changes.profiles, at), ...reading(changes)]
  const put: Put = async (sheet, rows) =>
    bulk ? bulk.write(sheet, rows) : void [...chunks(rows)].forEach(some => statements.push(putting(sheet, some)))
  await putAll(put, changes, at)
  await runAll(tx, [...statements, ...also])
  await ledger.note()
  if (changes.generic.reopened.length > 0) await decideAnew(tx, changes.generic.reopened)
}

/** Writes what belongs to candidates who are new, where nobody was before; it is not told yet. */
export async function putNew(changes: Changes, at: Date, bulk: Pick<Bulk, 'write'>): Promise<void> {
  const rest = { ...changes, candidates: { put: [], drop: [] }, news: [] }
  await putAll((sheet, rows) => bulk.write(sheet, rows), rest, at)
}

type Put = <Row>(sheet: Sheet<Row>, rows: readonly Row[]) => Promise<void>

async function putAll(put: Put, changes: Changes, at: Date): Promise<void> {
  const timed = <Row extends object>(row: Row): Row & { at: Date } => ({ ...row, at })
  await put(candidateSheet, changes.candidates.put)
  await put(keySheet, changes.keys.put)
  await put(profileSheet, changes.profiles.put.map(timed))
  await put(memberSheet, changes.memberships.put)
  await put(edgeSheet, edgesOf(changes))
  await put(relationSheet, changes.relations.put)
  await put(refusalSheet, changes.refusals.put.map(timed))
  await put(genericSheet, changes.generic.put.map(timed))
  await put(newsSheet, newsToTell(changes.news).map(timed))
}

/** Runs statements as one, where there are few enough. */
async function runAll(tx: Tx, statements: readonly Statement[]): Promise<void> {
  for (let at = 0; at < statements.length; at += statementsAtOnce) {
    const some = statements.slice(at, at + statementsAtOnce)
    const parts = some.map((statement, place) => sql`${sql.raw(`part_${place}`)} as (${statement})`)
    await tx.run(sql`with ${sql.join(parts)} select 1 as done`)
  }
}

const statementsAtOnce = 40

/** Puts rows into a table, over those that are there. */
function putting<Row>({ table, columns, key, changing }: Sheet<Row>, rows: readonly Row[]): Statement {
  const entries = Object.entries(columns)
  const objects = rows.map(row => Object.fromEntries(entries.map(([name, [, of]]) => [name, of(row)])))
  const names = entries.map(([name]) => name).join(', ')
  const types = entries.map(([name, [type]]) => `${name} ${type}`).join(', ')
  const set = changing.map(name => `${name} = excluded.${name}`).join(', ')
  const also = set === '' ? 'nothing' : `update set ${set}`
  return sql`insert into ${sql.raw(`${table} (${names}) select ${names}`)} from json_to_recordset(${JSON.stringify(objects)}::json)
    as row (${sql.raw(types)}) on conflict (${sql.raw(key.join(', '))}) do ${sql.raw(also)}`
}

/** Writes candidates, without their keys. */
export async function putCandidates(tx: Tx, candidates: readonly Omit<StoredCandidate, 'keys'>[]): Promise<void> {
  for (const rows of chunks(candidates)) await tx.run(putting(candidateSheet, rows))
}

/** So many written at once are more than the planner knows of, where they are so large a part of all. */
const manyCandidates = 1000
const largePart = 0.2

/**
 * Counts the tables anew where that many candidates were written: else the planner would read whole tables for one caller's card until
 * autovacuum comes by. Only the columns that are searched: counting all the texts takes a second.
 */
export async function countIfMany(tx: Pick<Tx, 'run' | 'sql'>, written: number): Promise<void> {
  if (written <= manyCandidates) return
  const [known] = await tx.sql<{ count: number }>`
    select reltuples::float8 as count from pg_class where oid = 'candidate'::regclass`
  if (written < known!.count * largePart) return
  const counted = Object.entries(searched).map(([table, columns]) => `${table} (${columns.join(', ')})`)
  await tx.run(sql.raw(`analyze ${counted.join(', ')}`))
}

/** The columns by which rows of each table are searched. */
export const searched: Readonly<Record<string, readonly string[]>> = {
  candidate: ['id', 'record_id', 'position'],
  candidate_key: ['key', 'candidate_id'],
  profile: ['id', 'merged_into'],
  profile_member: ['candidate_id', 'profile_id'],
  profile_edge: ['profile_id'],
  profile_relation: ['profile_a', 'profile_b'],
  profile_merge_rejection: ['a'],
}

/** What is no more. */
function dropping({
  candidates,
  memberships,
  keys,
  links,
  profiles,
  relations,
  refusals,
  generic,
}: Changes): Statement[] {
  const stale = [...links.map(one => one.profileId), ...profiles.merged.map(({ from }) => from), ...profiles.swept]
  const isAny = (list: readonly unknown[], statement: () => Statement): Statement[] =>
    list.length > 0 ? [statement()] : []
  return [
    ...isAny(memberships.drop, () => sql`delete from profile_member where candidate_id = any(${memberships.drop})`),
    ...isAny(candidates.drop, () => sql`delete from candidate_key where candidate_id = any(${candidates.drop})`),
    ...isAny(candidates.drop, () => sql`delete from candidate where id = any(${candidates.drop})`),
    ...isAny(keys.drop, () =>
      deleting(
        'candidate_key',
        { key: 'text', candidate_id: 'uuid' },
        keys.drop.map(({ key, id }) => ({ key, candidate_id: id })),
      ),
    ),
    ...isAny(stale, () => staleEdges(stale, links)),
    ...isAny(relations.drop, () =>
      deleting(
        'profile_relation',
        { profile_a: 'uuid', profile_b: 'uuid', via: 'text' },
        relations.drop.map(({ profileA, profileB, via }) => ({ profile_a: profileA, profile_b: profileB, via })),
      ),
    ),
    ...isAny(refusals.drop, () =>
      deleting('profile_merge_rejection', { a: 'text', b: 'text', model: 'text', evidence: 'text' }, refusals.drop),
    ),
    ...isAny(generic.drop, () => sql`delete from generic_key where key = any(${generic.drop}) and state = 'generic'`),
  ]
}

function deleting(table: string, columns: Readonly<Record<string, string>>, rows: readonly object[]): Statement {
  const types = Object.entries(columns).map(([name, type]) => `${name} ${type}`)
  const equal = Object.keys(columns).map(name => `t.${name} = row.${name}`)
  return sql`delete from ${sql.raw(table)} t using json_to_recordset(${JSON.stringify(rows)}::json)
    as row (${sql.raw(types.join(', '))}) where ${sql.raw(equal.join(' and '))}`
}

/** The links of these profiles that none of the new ones replaces. */
function staleEdges(stale: readonly string[], links: Changes['links']): Statement {
  const kept = links.flatMap(({ profileId, links }) => links.map(({ a, b }) => `${profileId} ${a} ${b}`))
  if (kept.length === 0) return sql`delete from profile_edge where profile_id = any(${stale})`
  return sql`delete from profile_edge where profile_id = any(${stale})
    and (profile_id::text || ' ' || a || ' ' || b) <> all(${kept})`
}

/** Between two that say the same things there may be several links, where two people say exactly the same: the strongest comes first. */
function edgesOf({ links }: Changes): Edge[] {
  return links.flatMap(({ profileId, links }) => {
    const edges = links.map(({ a, b, weight, shares }) => ({ profileId, a, b, weight, shares }))
    if (edges.length < 2) return edges
    return [...new Map(edges.toReversed().map(edge => [`${edge.a} ${edge.b}`, edge])).values()]
  })
}

/** Merged profiles lead on, also those that led to them; swept ones go, with whoever led there. */
function ending({ merged, swept }: Changes['profiles'], at: Date): Statement[] {
  const leading = [...chunks(merged)].map(
    rows => sql`
      update profile set merged_into = row."into", updated_at = ${at}
      from json_to_recordset(${JSON.stringify(rows)}::json) as row ("from" uuid, "into" uuid)
      where profile.id = row."from" or profile.merged_into = row."from"`,
  )
  if (swept.length === 0) return leading
  return [...leading, sql`delete from profile where id = any(${swept}) or merged_into = any(${swept})`]
}

/** Records that were read, in the state in which they were. */
function reading({ read }: Changes): Statement[] {
  return [...chunks(read)].map(
    // Whoever changes a record right now is not waited for: it stays dirty.
    rows => sql`delete from source_dirty where record_id in (
      select d.record_id from json_to_recordset(${JSON.stringify(rows)}::json) as read (id uuid, revision bigint)
      join source_dirty d on d.record_id = read.id and d.revision <= read.revision for update of d skip locked)`,
  )
}

/** Has everyone decided anew who has one of these keys. */
export async function decideAnew(tx: Tx, keys: readonly string[]): Promise<void> {
  await tx.sql`
    insert into source_dirty (record_id, revision) select id, revision from source_record where id in (
      select c.record_id from candidate_key k join candidate c on c.id = k.candidate_id where k.key = any(${keys}))
    on conflict do nothing`
}

/** More changes at once than this are told as one: `profiles.rebuilt`. */
export const mostNews = 500

/** Tells of so many new profiles, each by itself where they are few. */
export async function tellNew(
  tx: Tx,
  news: readonly News[],
  { count, at }: { count: number; at: Date },
): Promise<void> {
  const rows =
    count > mostNews
      ? [{ name: 'profiles.rebuilt', profileId: null, data: { count }, isTold: false }]
      : newsToTell(news)
  if (rows.length > 0)
    await tx.run(
      putting(
        newsSheet,
        rows.map(row => ({ ...row, at })),
      ),
    )
}

function newsToTell(
  news: readonly News[],
): { name: string; profileId: string | null; data: object; isTold: boolean }[] {
  const isMany = news.length > mostNews
  const told = news.filter(({ name }) => !isMany || name !== 'profile.changed').map(one => ({ ...one, isTold: isMany }))
  if (!isMany) return told
  return [...told, { name: 'profiles.rebuilt', profileId: null, data: { count: news.length }, isTold: false }]
}

/** Takes news that nobody was told yet; they count as told when the transaction commits. Merges and splits stay as history. */
export async function takeNews(tx: Tx, most: number): Promise<{ name: string; data: object }[]> {
  const news = await tx.sql<{ id: string; name: string; data: object }>`
    select id, name, data from profile_history where not is_told order by id limit ${most} for update skip locked`
  const ids = news.map(({ id }) => id)
  await tx.sql`delete from profile_history where id = any(${ids}) and name in ('profile.changed', 'profiles.rebuilt')`
  await tx.sql`update profile_history set is_told = true where id = any(${ids}) and not is_told`
  return news
}

function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let at = 0; at < rows.length; at += chunkRows) yield rows.slice(at, at + chunkRows)
}
