import { canonicalEmail, type ProfileId, type Tx } from '@switchboard/core'
import { sql } from 'kysely'
import { genericAmong } from './model-store.ts'
import { emailKeyOf, phoneKeyOf } from './pipeline/candidate.ts'

/** A profile as it is stored. */
export interface StoredProfile {
  id: ProfileId
  displayName: string
  firstName: string | null
  lastName: string | null
  email: string | null
  phone: string | null
  emails: string[]
  phones: string[]
  recordCount: number
  confidence: number
  lastSeenAt: Date
  createdAt: Date
  updatedAt: Date
}

/** One person as one record of a profile names them. */
export interface StoredMember {
  recordId: string
  source: string
  externalId: string
  kind: string
  role: string
  happenedAt: Date
  updatedAt: Date
  firstName: string | null
  lastName: string | null
  email: string | null
  phones: string[]
  facts: unknown
  because: string
  weight: number | null
  /** Shared by all who say exactly the same. */
  signature: string
}

/** What a list of profiles is narrowed by; what is null does not narrow. */
export interface Search {
  /** A key: `email:…` or `phone:…`. */
  keys: string[]
  /** The beginning of a folded name or last name. */
  name: string | null
  /** Profiles older than this one. */
  before: string | null
  limit: number
}

const profileColumns = sql`p.id, p.display_name as "displayName", p.first_name as "firstName", p.last_name as "lastName", p.email, p.phone,
  p.emails, p.phones, p.record_count as "recordCount", p.confidence, p.last_seen_at as "lastSeenAt", p.created_at as "createdAt",
  p.updated_at as "updatedAt"`

/** Profiles, the newest first. Every key given must be on the profile. */
export function searchProfiles(tx: Tx, { keys, name, before, limit }: Search): Promise<StoredProfile[]> {
  const conditions = keys.map(
    key =>
      sql`p.id in (select m.profile_id from candidate_key k join profile_member m on m.candidate_id = k.candidate_id where k.key = ${key})`,
  )
  if (name !== null) conditions.push(sql`(p.name_key like ${`${name}%`} or p.last_name_key like ${`${name}%`})`)
  if (before !== null) conditions.push(sql`p.id < ${before}`)
  const narrowed = sql.join([sql`p.merged_into is null`, ...conditions], sql` and `)
  return tx.run(
    sql<StoredProfile>`select ${profileColumns} from profile p where ${narrowed} order by p.id desc limit ${limit}`,
  )
}

/** The profile with this id, or the one it was merged into; null when there is none. */
export async function findProfile(tx: Tx, id: string): Promise<StoredProfile | null> {
  const [profile] = await findProfiles(tx, [id])
  return profile ?? null
}

/** The profiles of these ids, each once, in any order; for one that was merged, whoever it was merged into. */
export async function findProfiles(tx: Tx, ids: readonly string[]): Promise<StoredProfile[]> {
  if (ids.length === 0) return []
  return tx.run(sql<StoredProfile>`
    select ${profileColumns} from profile p
    where p.merged_into is null and p.id in (select coalesce(merged_into, id) from profile where id = any(${ids}::uuid[]))`)
}

/** The records of a profile, the latest first. */
export function loadMembers(tx: Tx, id: ProfileId, limit: number): Promise<StoredMember[]> {
  return tx.sql<StoredMember>`
    select c.record_id as "recordId", c.source, r.external_id as "externalId", c.kind, c.role, c.happened_at as "happenedAt",
      c.updated_at as "updatedAt", c.first_name as "firstName", c.last_name as "lastName", c.email, c.phones, r.facts,
      m.because, m.weight, c.signature
    from profile_member m join candidate c on c.id = m.candidate_id join source_record r on r.id = c.record_id
    where m.profile_id = ${id} order by c.happened_at desc, c.record_id, c.position limit ${limit}`
}

/** Somebody who shares something with a person. */
export interface StoredRelated {
  profileId: ProfileId
  displayName: string
  kind: string
  /** An `email:…`, a `phone:…`, or the kind of the record that names both. */
  via: string
}

/** Who shares an email, a phone or a record with a person. */
export function loadRelations(tx: Tx, id: ProfileId, limit: number): Promise<StoredRelated[]> {
  return tx.sql<StoredRelated>`
    select p.id as "profileId", p.display_name as "displayName", r.kind, r.via from (
      select profile_b as other, kind, via from profile_relation where profile_a = ${id}
      union all select profile_a, kind, via from profile_relation where profile_b = ${id}) as r
    join profile p on p.id = r.other order by p.display_name, p.id, r.via limit ${limit}`
}

/** The contacts of a profile that tell nobody apart. */
export async function loadGenericContacts(
  tx: Tx,
  { emails, phones }: Pick<StoredProfile, 'emails' | 'phones'>,
): Promise<string[]> {
  const keys = [...emails.map(email => emailKeyOf(canonicalEmail(email))), ...phones.map(phoneKeyOf)]
  return (await genericAmong(tx, keys)).map(({ key }) => key)
}
