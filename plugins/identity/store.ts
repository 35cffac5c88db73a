import { newId, type ProfileId, type Tx } from '@switchboard/core'
import { sql } from 'kysely'
import { loadDecisions, loadPartners } from './decisions/load.ts'
import type { Candidate, StoredCandidate } from './pipeline/candidate.ts'
import { putCandidates } from './change-store.ts'
import { compared } from './pipeline/gather.ts'
import { isClosed } from './pipeline/generic.ts'
import type {
  Before,
  Compared,
  GenericState,
  Made,
  Membership,
  ProfileFields,
  Refusal,
  StoredRelation,
} from './pipeline/made.ts'
import { namesakeKey, type Reading } from './pipeline/reading.ts'

/** So many candidates are connected that matching them would hold up whoever else runs in this thread. */
export class TooConnected extends Error {}

/** Takes the right to match until the transaction ends. @returns false when somebody else has it */
export async function tryLock(tx: Tx): Promise<boolean> {
  const [row] = await tx.sql<{
    taken: boolean
  }>`select pg_try_advisory_xact_lock(hashtext('switchboard.identity')) as taken`
  return row!.taken
}

/**
 * Takes the right to match, and lets this transaction take its time: computing between two statements is no idling, and a first
 * match writes everything. @returns false when somebody else has the right
 */
export async function beginMatch(tx: Tx): Promise<boolean> {
  const [row] = await tx.sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('switchboard.identity')) as taken, set_config('statement_timeout', '0', true),
      set_config('idle_in_transaction_session_timeout', '0', true)`
  return row!.taken
}

/** What to find connected candidates by. */
export interface Nearness {
  reading: Reading
  cap: number
  /** Roles that, named by one record, are two people: who is named beside somebody belongs to the picture. */
  apart: readonly (readonly [string, string])[]
  /** So many candidates at the most. */
  most: number
  /** Whether people have decided anything at all. */
  isAnyDecided: boolean
}

/**
 * Everything stored that is connected with what these records say or said: over emails, phones and other keys of blocks, however
 * many others; over generic keys only namesakes; over what people decided; and over records that name two people. The fresh
 * candidates come back with ids. They are written at once, without keys, so that whoever asks the tables about them sees what they
 * say now.
 * @throws TooConnected when that is more than `most` candidates
 */
export async function loadConnected(
  tx: Tx,
  recordIds: readonly string[],
  fresh: Made['fresh'],
  near: Nearness,
): Promise<{ before: Before; named: Candidate[] }> {
  const rows = await tx.run(selectCandidates(sql`c.record_id = any(${recordIds})`))
  const ids = new Map(rows.map(one => [placeOf(one), one.id]))
  const named = fresh.map(one => ({ id: ids.get(placeOf(one)) ?? newId(), ...one }))
  const own = named.map(one => compared(one, near.reading))
  const search: Search = { tx, near, found: new Map(), seen: new Set(), generic: new Map(), asked: new Set() }
  for (const row of rows) search.found.set(row.id, row)
  const partners = near.isAnyDecided ? await decidedWith(search, { recordIds, rows, own }) : []
  await spread(search, [...rows, ...partners], own)
  const candidates = [...search.found.values()]
  const all = [...new Set([...candidates, ...own].map(({ id }) => id))]
  return {
    named,
    before: {
      candidates,
      generic: [...search.generic.values()],
      decisions: near.isAnyDecided ? await loadDecisions(tx, all) : { apart: [], together: [] },
      ...(await loadProfiles(tx, candidates)),
    },
  }
}

/** A search for connected candidates, under way. */
interface Search {
  tx: Tx
  near: Nearness
  found: Map<string, StoredCandidate>
  /** Keys that were followed. */
  seen: Set<string>
  /** What is known of generic keys, and of which keys it is known whether they are. */
  generic: Map<string, GenericState>
  asked: Set<string>
}

interface Concerned {
  recordIds: readonly string[]
  /** What was stored of these records. */
  rows: readonly StoredCandidate[]
  /** What they say now. */
  own: readonly Compared[]
}

/**
 * About whom people decided anything together with the people of these records: also with those who are no more, whom they may have
 * been one person with. From here on the table says what the records say now.
 */
async function decidedWith(search: Search, { recordIds, rows, own }: Concerned): Promise<StoredCandidate[]> {
  const { tx } = search
  const parked = new Map(rows.map(({ id, parkedBecause }) => [id, parkedBecause]))
  const [then, ids] = [rows.map(({ id }) => id), own.map(({ id }) => id)]
  const before = await loadPartners(tx, then)
  await tx.sql`delete from candidate where record_id = any(${recordIds}) and id <> all(${ids})`
  await putCandidates(
    tx,
    own.map(one => ({ ...one, parkedBecause: parked.get(one.id) ?? null })),
  )
  return loadOthers(search, [...new Set([...before, ...(await loadPartners(tx, ids))])])
}

async function spread(search: Search, begun: StoredCandidate[], own: Compared[]): Promise<void> {
  const { near, found } = search
  let rows = begun
  let fresh = own
  while (rows.length > 0 || fresh.length > 0) {
    for (const row of rows) found.set(row.id, row)
    if (found.size + own.length > near.most) throw new TooConnected()
    const isMore = near.isAnyDecided && found.size > begun.length
    const ids = rows.map(({ id }) => id)
    // Together they leave together.
    const [named, beside, decided] = await Promise.all([
      loadNamed(search, rows, fresh),
      loadBeside(search, rows),
      isMore ? loadDecided(search, ids) : [],
    ])
    rows = [...new Map([...named, ...beside, ...decided].map(row => [row.id, row])).values()].filter(
      ({ id }) => !found.has(id),
    )
    fresh = []
  }
}

/** Who has one of the keys of these: a generic key connects namesakes only. */
async function loadNamed(search: Search, rows: StoredCandidate[], fresh: Compared[]): Promise<StoredCandidate[]> {
  const { generic, asked, seen } = search
  const met = new Set([...rows.flatMap(({ keys }) => keys), ...fresh.flatMap(({ plainKeys }) => plainKeys)])
  const isGeneric = (key: string): boolean => {
    const state = generic.get(key)
    return state !== undefined && isClosed(state, search.near.cap)
  }
  const open = [...met].filter(key => !seen.has(key) && !isGeneric(key))
  const unknown = open.filter(key => !asked.has(key) && !key.includes('\n'))
  for (const key of unknown) asked.add(key)
  const [states, named] = await Promise.all([
    unknown.length === 0 ? [] : loadGeneric(search.tx, unknown),
    withKeys(search, open),
  ])
  for (const state of states) generic.set(state.key, state)
  for (const key of open) if (!isGeneric(key)) seen.add(key)
  const namesakes = fresh
    .flatMap(({ plainKeys, values, signature }) =>
      plainKeys.filter(isGeneric).map(key => namesakeKey(key, values, signature)),
    )
    .filter(key => !seen.has(key))
  for (const key of namesakes) seen.add(key)
  return [...named, ...(await withKeys(search, namesakes))]
}

/** Who has one of these keys, those left out that are generic. */
async function withKeys({ tx, near }: Search, keys: readonly string[]): Promise<StoredCandidate[]> {
  if (keys.length === 0) return []
  return tx.run(
    selectCandidates(sql`c.id in (select candidate_id from candidate_key where key = any(array(
      select asked.key from unnest(${keys}::text[]) as asked (key) where not exists (
        select from generic_key g where g.key = asked.key and (g.state <> 'lifted' or g.signatures > ${near.cap})))))`),
  )
}

/** Who is named beside these by one record, as two people. */
async function loadBeside({ tx, near, found }: Search, rows: StoredCandidate[]): Promise<StoredCandidate[]> {
  const roles = new Set(near.apart.flat())
  const records = rows.filter(({ role }) => roles.has(role)).map(({ recordId }) => recordId)
  if (records.length === 0) return []
  const beside = await tx.run(selectCandidates(sql`c.record_id = any(${records})`))
  return beside.filter(({ id }) => !found.has(id))
}

/** About whom people decided anything together with these. */
async function loadDecided(search: Search, ids: readonly string[]): Promise<StoredCandidate[]> {
  return loadOthers(search, await loadPartners(search.tx, ids))
}

/** Those of them who were not found yet. */
async function loadOthers({ tx, found }: Search, ids: readonly string[]): Promise<StoredCandidate[]> {
  const others = ids.filter(id => !found.has(id))
  return others.length === 0 ? [] : tx.run(selectCandidates(sql`c.id = any(${others})`))
}

/** Everything that is stored about the people of these records, and about these candidates. */
export async function loadStored(
  tx: Tx,
  recordIds: readonly string[],
  ids: readonly string[],
): Promise<Omit<Before, 'decisions' | 'generic'>> {
  const rows = await tx.run(selectCandidates(sql`c.record_id = any(${recordIds})`))
  const others = ids.length === 0 ? [] : await tx.run(selectCandidates(sql`c.id = any(${ids})`))
  const candidates = [...new Map([...rows, ...others].map(row => [row.id, row])).values()]
  return { candidates, ...(await loadProfiles(tx, candidates)) }
}

/** What is known of generic keys among these; of all where it is null. */
export function loadGeneric(tx: Tx, keys: readonly string[] | null): Promise<GenericState[]> {
  return tx.sql<GenericState>`
    select key, field, signatures, state from generic_key where ${keys === null} or key = any(${keys ?? []})`
}

function selectCandidates(condition: ReturnType<typeof sql<boolean>>) {
  return sql<StoredCandidate>`
    select c.id, c.record_id as "recordId", c.position, c.role, c.source, c.kind, c.happened_at as "happenedAt",
      c.updated_at as "updatedAt", c.title, c.first_name as "firstName", c.last_name as "lastName", c.suffix, c.company, c.email,
      c.email_key as "emailKey", c.phones, c.parked_because as "parkedBecause", c.signature, coalesce(c.extras, '{}') as extras,
      c.is_unverified as "isUnverified", array(select k.key from candidate_key k where k.candidate_id = c.id) as keys
    from candidate c where ${condition} order by c.id`
}

type Profiles = Pick<Before, 'memberships' | 'profiles' | 'relations' | 'refusals'>

/** Whom these candidates were, near whom, and whom they were nearly. */
async function loadProfiles(tx: Tx, candidates: readonly StoredCandidate[]): Promise<Profiles> {
  if (candidates.length === 0) return { memberships: new Map(), profiles: new Map(), relations: [], refusals: [] }
  const ids = candidates.map(({ id }) => id)
  const signatures = [...new Set(candidates.map(({ signature }) => signature))]
  const [found] = await tx.sql<Found>`
    with member as materialized (
      select candidate_id as "candidateId", profile_id as "profileId", because, weight from profile_member
      where candidate_id = any(${ids})),
    of as materialized (select array(select distinct "profileId" from member) as ids)
    select (select json_agg(member) from member) as members,
      (select json_agg(p) from (
        select id, display_name as "displayName", first_name as "firstName", last_name as "lastName", email, phone, emails, phones,
          record_count as "recordCount", confidence, digest, last_seen_at as "lastSeenAt"
        from profile where merged_into is null and id = any((select ids from of)::uuid[])) p) as profiles,
      (select json_agg(r) from (
        select profile_a as "profileA", profile_b as "profileB", via, kind from profile_relation
          where profile_a = any((select ids from of)::uuid[])
        union select profile_a, profile_b, via, kind from profile_relation where profile_b = any((select ids from of)::uuid[])) r)
        as relations,
      (select json_agg(n) from (
        select a, b, model, evidence, score, because, flips from profile_merge_rejection where a = any(${signatures})) n) as refusals`
  const { members, profiles, relations, refusals } = found!
  return {
    memberships: new Map((members ?? []).map(({ candidateId, ...membership }) => [candidateId, membership])),
    profiles: new Map(
      (profiles ?? []).map(({ id, lastSeenAt, ...fields }) => [id, { ...fields, lastSeenAt: new Date(lastSeenAt) }]),
    ),
    relations: relations ?? [],
    refusals: refusals ?? [],
  }
}

/** As one row of JSON; null where there is nothing. */
interface Found {
  members: (Membership & { candidateId: string })[] | null
  profiles: (Omit<ProfileFields, 'lastSeenAt'> & { id: ProfileId; lastSeenAt: string })[] | null
  relations: StoredRelation[] | null
  refusals: Refusal[] | null
}

function placeOf({ recordId, position }: Pick<Candidate, 'recordId' | 'position'>): string {
  return `${recordId}:${position}`
}
