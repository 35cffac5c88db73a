import { foldName, newId, type ProfileId, type Tx } from '@switchboard/core'
import { sql } from 'kysely'
import { keysOf } from './pipeline/candidate.ts'
import { digestOf, signatureDigest, type Changes, type News } from './pipeline/changes.ts'
import type { Before, Made, Membership, ProfileFields, SourceRow } from './pipeline/made.ts'

/** Which records are read again: those that changed, or all. */
export type Scope = 'dirty' | 'all'

/** So many candidates are connected that matching them would hold up whoever else runs in this thread. */
export class TooConnected extends Error {}

/** Rows in one statement, so that neither side holds much more than it must. */
const chunkRows = 5_000
const pageRows = 20_000

/** Takes the right to match until the transaction ends. @returns false when somebody else has it */
export async function tryLock(tx: Tx): Promise<boolean> {
  const [row] = await tx.sql<{
    taken: boolean
  }>`select pg_try_advisory_xact_lock(hashtext('switchboard.identity')) as taken`
  return row!.taken
}

/** Lets this transaction take its time: computing between two statements is no idling, and a first match writes everything. */
export async function takeTime(tx: Tx): Promise<void> {
  await tx.sql`select set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)`
}

/** How many records wait to be read, and how many there are; counted no further than `most`. */
export async function waiting(tx: Tx, most: number): Promise<number> {
  const [row] = await tx.sql<{ count: number }>`
    select count(*)::int as count from (select from source_record where is_dirty limit ${most}) as waiting`
  return row!.count
}

/** The records to read, in the order of their ids. */
export async function loadRows(tx: Tx, scope: Scope): Promise<SourceRow[]> {
  const rows: SourceRow[] = []
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const page = await tx.sql<SourceRow>`
      select id, source, kind, updated_at as "updatedAt", deleted_at as "deletedAt", people, revision::text,
        coalesce(facts->>'placedAt', facts->>'startsAt') as "happenedAt"
      from source_record where id > ${after} and (is_dirty or ${scope === 'all'}) order by id limit ${pageRows}`
    for (const row of page) rows.push(row)
    if (page.length < pageRows) return rows
    after = page.at(-1)!.id
  }
}

/** Everything that is stored. */
export async function loadAll(tx: Tx): Promise<Before> {
  const candidates = await tx.run<Before['candidates'][number]>(selectCandidates(sql`true`))
  return { candidates, ...(await loadProfiles(tx, null)) }
}

/**
 * Everything stored that is connected, over emails and phones and however many others, with what these records say or said.
 * @throws TooConnected when that is more than `most` candidates
 */
export async function loadConnected(
  tx: Tx,
  recordIds: readonly string[],
  fresh: Made['fresh'],
  most: number,
): Promise<Before> {
  const found = new Map<string, Before['candidates'][number]>()
  const seen = new Set<string>()
  let keys = fresh.flatMap(keysOf)
  let rows = await tx.run<Before['candidates'][number]>(selectCandidates(sql`record_id = any(${recordIds})`))
  while (keys.length > 0 || rows.length > 0) {
    for (const row of rows) found.set(row.id, row)
    if (found.size + fresh.length > most) throw new TooConnected()
    const next = new Set([...keys, ...rows.flatMap(keysOf)]).difference(seen)
    for (const key of next) seen.add(key)
    rows =
      next.size === 0
        ? []
        : await tx.run(
            selectCandidates(sql`id in (select candidate_id from candidate_key where key = any(${[...next]}))`),
          )
    rows = rows.filter(({ id }) => !found.has(id))
    keys = []
  }
  return { candidates: [...found.values()], ...(await loadProfiles(tx, [...found.keys()])) }
}

function selectCandidates(condition: ReturnType<typeof sql<boolean>>) {
  return sql<Before['candidates'][number]>`
    select id, record_id as "recordId", position, role, source, kind, happened_at as "happenedAt", updated_at as "updatedAt",
      title, first_name as "firstName", last_name as "lastName", suffix, company, email, email_key as "emailKey", phones,
      parked_because as "parkedBecause"
    from candidate where ${condition} order by id`
}

/** Whom these candidates were; null for everybody. */
async function loadProfiles(tx: Tx, candidateIds: readonly string[] | null): Promise<Omit<Before, 'candidates'>> {
  const members = await tx.sql<Membership & { candidateId: string }>`
    select candidate_id as "candidateId", profile_id as "profileId", because, weight from profile_member
    where ${candidateIds === null} or candidate_id = any(${candidateIds ?? []})`
  const profileIds = candidateIds && [...new Set(members.map(({ profileId }) => profileId))]
  const profiles = await tx.sql<ProfileFields & { id: ProfileId }>`
    select id, display_name as "displayName", first_name as "firstName", last_name as "lastName", email, phone, emails, phones,
      record_count as "recordCount", confidence, digest, last_seen_at as "lastSeenAt"
    from profile where merged_into is null and (${profileIds === null} or id = any(${profileIds ?? []}))`
  return {
    memberships: new Map(members.map(({ candidateId, ...membership }) => [candidateId, membership])),
    profiles: new Map(profiles.map(({ id, ...fields }) => [id, fields])),
  }
}

/** Writes what has changed. Within one transaction, so that nobody sees half a profile. */
export async function writeChanges(tx: Tx, changes: Changes, at: Date): Promise<void> {
  await dropCandidates(tx, changes)
  await putCandidates(tx, changes.candidates.put)
  await putProfiles(tx, changes.profiles.put, at)
  await putMemberships(tx, changes.memberships.put)
  await endProfiles(tx, changes.profiles, at)
  await putLinks(tx, changes)
  await putNews(tx, changes.news, at)
  // Without fresh statistics the planner would read whole tables for one caller's card until autovacuum comes by.
  if (changes.candidates.put.length > chunkRows / 5)
    await tx.sql`analyze candidate, candidate_key, profile, profile_member, profile_edge`
  for (const rows of chunks(changes.read))
    await tx.sql`update source_record set is_dirty = false
      from json_to_recordset(${JSON.stringify(rows)}::json) as read (id uuid, revision bigint)
      where source_record.id = read.id and source_record.revision = read.revision and is_dirty`
}

async function dropCandidates(tx: Tx, { candidates, memberships }: Changes): Promise<void> {
  const rekeyed = [...candidates.drop, ...candidates.put.map(({ id }) => id)]
  if (memberships.drop.length > 0)
    await tx.sql`delete from profile_member where candidate_id = any(${memberships.drop})`
  if (rekeyed.length > 0) await tx.sql`delete from candidate_key where candidate_id = any(${rekeyed})`
  if (candidates.drop.length > 0) await tx.sql`delete from candidate where id = any(${candidates.drop})`
}

async function putCandidates(tx: Tx, candidates: Changes['candidates']['put']): Promise<void> {
  for (const some of chunks(candidates)) {
    const rows = some.map(candidate => ({ ...candidate, signature: signatureDigest(candidate) }))
    await tx.sql`
      insert into candidate (id, record_id, position, role, source, kind, happened_at, updated_at, title, first_name, last_name,
        suffix, company, email, email_key, phones, signature, parked_because)
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as row (
        id uuid, "recordId" uuid, position int, role text, source text, kind text, "happenedAt" timestamptz,
        "updatedAt" timestamptz, title text, "firstName" text, "lastName" text, suffix text, company text, email text,
        "emailKey" text, phones text[], signature text, "parkedBecause" text)
      on conflict (id) do update set (role, source, kind, happened_at, updated_at, title, first_name, last_name, suffix, company,
        email, email_key, phones, signature, parked_because) = (excluded.role, excluded.source, excluded.kind,
        excluded.happened_at, excluded.updated_at, excluded.title, excluded.first_name, excluded.last_name, excluded.suffix,
        excluded.company, excluded.email, excluded.email_key, excluded.phones, excluded.signature, excluded.parked_because)`
    const keys = some.flatMap(candidate => keysOf(candidate).map(key => ({ key, id: candidate.id })))
    await tx.sql`insert into candidate_key (key, candidate_id)
      select key, id from json_to_recordset(${JSON.stringify(keys)}::json) as row (key text, id uuid)`
  }
}

async function putProfiles(tx: Tx, profiles: Changes['profiles']['put'], at: Date): Promise<void> {
  for (const some of chunks(profiles)) {
    const rows = some.map(profile => ({
      ...profile,
      nameKey: foldName(profile.displayName),
      lastNameKey: foldName(profile.lastName ?? ''),
    }))
    await tx.sql`
      insert into profile (id, display_name, first_name, last_name, name_key, last_name_key, email, phone, emails, phones,
        record_count, confidence, digest, last_seen_at, created_at, updated_at)
      select row.*, ${at}::timestamptz, ${at}::timestamptz from json_to_recordset(${JSON.stringify(rows)}::json) as row (
        id uuid, "displayName" text, "firstName" text, "lastName" text, "nameKey" text, "lastNameKey" text, email text,
        phone text, emails text[], phones text[], "recordCount" int, confidence double precision, digest text,
        "lastSeenAt" timestamptz)
      on conflict (id) do update set (display_name, first_name, last_name, name_key, last_name_key, email, phone, emails, phones,
        record_count, confidence, digest, last_seen_at, updated_at) = (excluded.display_name, excluded.first_name,
        excluded.last_name, excluded.name_key, excluded.last_name_key, excluded.email, excluded.phone, excluded.emails,
        excluded.phones, excluded.record_count, excluded.confidence, excluded.digest, excluded.last_seen_at, excluded.updated_at)`
  }
}

async function putMemberships(tx: Tx, memberships: Changes['memberships']['put']): Promise<void> {
  for (const rows of chunks(memberships))
    await tx.sql`
      insert into profile_member (candidate_id, profile_id, because, weight)
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as row (
        "candidateId" uuid, "profileId" uuid, because text, weight double precision)
      on conflict (candidate_id) do update set (profile_id, because, weight) = (excluded.profile_id, excluded.because, excluded.weight)`
}

/** Merged profiles lead on, also those that led to them; swept ones go, with whoever led there. */
async function endProfiles(tx: Tx, { merged, swept }: Changes['profiles'], at: Date): Promise<void> {
  for (const rows of chunks(merged))
    await tx.sql`
      update profile set merged_into = row."into", updated_at = ${at}
      from json_to_recordset(${JSON.stringify(rows)}::json) as row ("from" uuid, "into" uuid)
      where profile.id = row."from" or profile.merged_into = row."from"`
  if (swept.length > 0) await tx.sql`delete from profile where id = any(${swept}) or merged_into = any(${swept})`
}

async function putLinks(tx: Tx, { links, profiles }: Changes): Promise<void> {
  const stale = [
    ...links.map(({ profileId }) => profileId),
    ...profiles.merged.map(({ from }) => from),
    ...profiles.swept,
  ]
  if (stale.length > 0) await tx.sql`delete from profile_edge where profile_id = any(${stale})`
  const edges = links.flatMap(({ profileId, links }) =>
    links.map(({ a, b, weight, shares }) => ({ profileId, a: digestOf(a), b: digestOf(b), weight, shares })),
  )
  for (const rows of chunks(edges))
    await tx.sql`
      insert into profile_edge (profile_id, a, b, weight, levels)
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as row (
        "profileId" uuid, a text, b text, weight double precision, shares jsonb)`
}

/** More changes at once than this are told as one: `profiles.rebuilt`. */
const mostNews = 500

async function putNews(tx: Tx, news: readonly News[], at: Date): Promise<void> {
  const isMany = news.length > mostNews
  const told = news.filter(({ name }) => !isMany || name !== 'profile.changed').map(one => ({ ...one, isTold: isMany }))
  const all = isMany
    ? [...told, { name: 'profiles.rebuilt', profileId: null, data: { count: news.length }, isTold: false }]
    : told
  for (const some of chunks(all))
    await tx.sql`
      insert into profile_history (id, name, profile_id, data, at, is_told)
      select id, name, "profileId", data, ${at}::timestamptz, "isTold"
      from json_to_recordset(${JSON.stringify(some.map(one => ({ id: newId(), ...one })))}::json) as row (
        id uuid, name text, "profileId" uuid, data jsonb, "isTold" boolean)`
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

/** The settings that the profiles were made with; null before the first time. */
export async function madeWith(tx: Tx): Promise<string | null> {
  const [row] = await tx.sql<{ value: string }>`select value from identity_state where name = 'settings'`
  return row?.value ?? null
}

/** Notes the settings that the profiles are made with. */
export async function noteMadeWith(tx: Tx, settings: string): Promise<void> {
  await tx.sql`insert into identity_state (name, value) values ('settings', ${settings})
    on conflict (name) do update set value = excluded.value`
}

function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let at = 0; at < rows.length; at += chunkRows) yield rows.slice(at, at + chunkRows)
}
