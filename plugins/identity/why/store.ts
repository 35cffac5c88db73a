import type { ProfileId, Tx } from '@switchboard/core'
import type { Candidate } from '../pipeline/candidate.ts'
import type { Share, Sided } from './comparison.ts'
import type { Tied } from './structure.ts'

/** More who say different things are not looked at: nobody reads them. */
const mostNodes = 500

/** One who speaks for all of a profile who say the same. */
export interface Signed extends Tied {
  candidateId: string
  sided: Sided
}

interface Row extends Omit<Tied, 'keys' | 'name' | 'phone'> {
  candidateId: string
  lastName: string | null
  company: string | null
  phones: string[]
  keys: string[]
  extras: Readonly<Record<string, readonly string[]>> | null
}

/** Everybody in a profile who says something else, those with most records first. */
export async function loadNodes(tx: Tx, id: ProfileId): Promise<Signed[]> {
  const rows = await tx.sql<Row>`
    select distinct on (c.signature) c.signature, c.id as "candidateId", c.first_name as "firstName", c.last_name as "lastName",
      c.company, c.email, c.phones, c.extras, c.source, r.external_id as "externalId",
      (count(*) over (partition by c.signature))::int as records,
      (select array_agg(distinct o.source) from profile_member n join candidate o on o.id = n.candidate_id
        where n.profile_id = ${id} and o.signature = c.signature) as sources,
      array_remove('email:' || c.email_key || array(select 'phone:' || unnest(c.phones)), null) as keys
    from profile_member m join candidate c on c.id = m.candidate_id join source_record r on r.id = c.record_id
    where m.profile_id = ${id} order by c.signature, c.updated_at desc, c.record_id, c.position limit ${mostNodes}`
  return rows.map(signedOf).toSorted((a, b) => b.records - a.records || (a.signature < b.signature ? -1 : 1))
}

/** What of these candidates is compared, in their order; who is gone is left out. */
export async function loadCandidates(tx: Tx, ids: readonly string[]): Promise<Partial<Candidate>[]> {
  const rows = await tx.sql<Candidate>`
    select id, first_name as "firstName", last_name as "lastName", suffix, company, email, email_key as "emailKey", phones, role,
      source, kind, coalesce(extras, '{}') as extras
    from candidate where id = any(${ids}::uuid[])`
  return ids.flatMap(id => rows.find(row => row.id === id) ?? [])
}

/** Each of these candidates, as one who speaks for themselves; null for who is gone. */
export async function loadSignedOnes(tx: Tx, ids: readonly string[]): Promise<(Signed | null)[]> {
  const rows = await tx.sql<Row>`
    select c.signature, c.id as "candidateId", c.first_name as "firstName", c.last_name as "lastName", c.company, c.email, c.phones,
      c.extras, c.source, r.external_id as "externalId", 1 as records, array[c.source] as sources,
      array_remove('email:' || c.email_key || array(select 'phone:' || unnest(c.phones)), null) as keys
    from candidate c join source_record r on r.id = c.record_id where c.id = any(${ids}::uuid[])`
  const found = new Map(rows.map(row => [row.candidateId, signedOf(row)]))
  return ids.map(id => found.get(id) ?? null)
}

function signedOf({ candidateId, lastName, company, phones, extras, ...row }: Row): Signed {
  const name = [row.firstName, lastName].filter(Boolean).join(' ') || company || row.email || phones[0] || 'no name'
  const { source, externalId, signature, firstName, email } = row
  const texts = Object.entries(extras ?? {}).map(([field, of]) => [field, of.join(', ') || null] as const)
  const values = {
    first: firstName,
    last: lastName,
    email,
    phone: phones.join(', ') || null,
    company,
    ...Object.fromEntries(texts),
  }
  return { ...row, name, phone: phones[0] ?? null, candidateId, sided: { source, externalId, name, signature, values } }
}

/** What was compared in a profile and holds it together, the weakest first. */
export function loadEdges(
  tx: Tx,
  id: ProfileId,
  limit: number,
): Promise<{ a: string; b: string; weight: number; levels: Share[] }[]> {
  return tx.sql`
    select a, b, weight, levels from profile_edge where profile_id = ${id} order by weight, a, b limit ${limit}` as Promise<
    { a: string; b: string; weight: number; levels: Share[] }[]
  >
}

/** A remembered "no" between two profiles. */
export interface Refused {
  a: string
  b: string
  score: number
  because: string
  flips: string
  at: Date
}

/** The remembered "no"s between two profiles, the nearest to a yes first. */
export function loadRefused(tx: Tx, one: ProfileId, other: ProfileId, limit: number): Promise<Refused[]> {
  return tx.sql<Refused>`
    with a as (select distinct c.signature from profile_member m join candidate c on c.id = m.candidate_id where m.profile_id = ${one}),
    b as (select distinct c.signature from profile_member m join candidate c on c.id = m.candidate_id where m.profile_id = ${other})
    select r.a, r.b, r.score, r.because, r.flips, r.at from profile_merge_rejection r
    where (r.a in (select signature from a) and r.b in (select signature from b))
      or (r.a in (select signature from b) and r.b in (select signature from a))
    order by r.score desc, r.a, r.b limit ${limit}`
}

/** What people decided about two profiles. */
export interface Decided {
  id: string
  kind: string
  by: string
  at: Date
  reason: string | null
}

/** Standing decisions with somebody of either profile on different sides, the newest first. */
export function loadDecided(tx: Tx, one: ProfileId, other: ProfileId): Promise<Decided[]> {
  return tx.sql<Decided>`
    with side as (
      select s.decision_id, s.side, m.profile_id from profile_member m join candidate c on c.id = m.candidate_id
        join decision_side s on s.record_id = c.record_id and s.position = c.position
      where m.profile_id in (${one}, ${other}))
    select d.id, d.kind, d.by, d.at, d.reason from decision d where d.lifted_at is null and exists (
      select from side a join side b on b.decision_id = a.decision_id and b.side <> a.side
      where a.decision_id = d.id and a.profile_id = ${one} and b.profile_id = ${other})
    order by d.id desc`
}

/** Records that name somebody of each profile. */
export function loadSharedRecords(
  tx: Tx,
  one: ProfileId,
  other: ProfileId,
): Promise<{ source: string; externalId: string; roles: string[] }[]> {
  return tx.sql<{ source: string; externalId: string; roles: string[] }>`
    select r.source, r.external_id as "externalId", array[a.role, b.role] as roles
    from profile_member ma join candidate a on a.id = ma.candidate_id
      join candidate b on b.record_id = a.record_id and b.id <> a.id join profile_member mb on mb.candidate_id = b.id
      join source_record r on r.id = a.record_id
    where ma.profile_id = ${one} and mb.profile_id = ${other} order by r.external_id limit 5`
}

/** Emails and phones of each two of both profiles, as far as they are the same. */
export async function loadSharedKeys(tx: Tx, one: ProfileId, other: ProfileId): Promise<string[]> {
  const rows = await tx.sql<{ kind: string }>`
    select distinct split_part(k.key, ':', 1) as kind from candidate_key k join profile_member m on m.candidate_id = k.candidate_id
    where m.profile_id = ${one} and k.key in (
      select o.key from candidate_key o join profile_member n on n.candidate_id = o.candidate_id where n.profile_id = ${other})
    order by kind`
  return rows.map(({ kind }) => kind)
}
