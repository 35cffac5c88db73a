import { newId, type Log, type Person, type Tx } from '@switchboard/core'
import { openStore, type OpenStore } from '@switchboard/core/store'
import { testDatabase } from '@switchboard/test-postgres'
import { identityEntities } from './entities.ts'
import { reference } from './engine/models/reference.ts'
import { matchRecords, type MatchCounts, type MatchSettings } from './match-records.ts'
import { identityOptions } from './settings.ts'

/** A log that says nothing. For tests. */
export const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet }

/** When it is, in tests. */
export const noon = new Date('2026-11-21T12:00:00Z')

/** A record as a source would have stored it; what is left out is made up. */
export interface TestRecord {
  externalId: string
  people: Partial<Person>[]
  source?: string
  kind?: 'order' | 'appointment' | 'contact'
  facts?: object
  updatedAt?: Date
  deletedAt?: Date | null
}

/** A store on a database of its own. */
export async function testStore(test: {
  teardown(work: () => Promise<void>): void
}): Promise<{ store: OpenStore; url: string }> {
  const { url } = await testDatabase(test)
  const store = await openStore({ url, entities: identityEntities, log: quiet })
  test.teardown(() => store.close())
  return { store, url }
}

/** Forgets all records and all that was made of them. */
export async function empty(store: OpenStore): Promise<void> {
  await store.transact(
    tx =>
      tx.sql`truncate source_record, source_dirty, candidate, candidate_key, profile, profile_member, profile_edge, profile_history, identity_state,
        match_model, generic_key, profile_merge_rejection, profile_relation, match_touch, decision, decision_side, review`,
  )
}

/** Stores records as the sync does: newer than before, and dirty. */
export async function put(store: OpenStore, ...records: TestRecord[]): Promise<void> {
  const rows = records.map(({ people, ...rest }) => ({
    ...{ id: newId(), source: 'shop', kind: 'order', facts: {}, updatedAt: noon, deletedAt: null },
    ...rest,
    people: people.map(person => ({ role: 'customer', ...person })),
  }))
  // Several states of one record cannot be written by one statement.
  const rounds = Object.values(Object.groupBy(rows, (row, at) => rows.slice(0, at).filter(isSameRecord(row)).length))
  for (const round of rounds) await store.transact(tx => putRows(tx, round ?? []))
}

function isSameRecord(one: { source: string; externalId: string }) {
  return (other: typeof one) => one.externalId === other.externalId && one.source === other.source
}

async function putRows(tx: Tx, rows: object[]): Promise<void> {
  await tx.sql`
    with changed as (insert into source_record (id, source, external_id, kind, updated_at, deleted_at, people, facts, received_at)
    select row.*, ${noon}::timestamptz from json_to_recordset(${JSON.stringify(rows)}::json) as row (
      id uuid, source text, "externalId" text, kind text, "updatedAt" timestamptz, "deletedAt" timestamptz, people jsonb, facts jsonb)
    on conflict (source, external_id) do update set kind = excluded.kind, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at,
      people = excluded.people, facts = excluded.facts, revision = nextval('source_revision')
      returning id, revision)
    insert into source_dirty (record_id, revision) select id, revision from changed
    on conflict (record_id) do update set revision = excluded.revision`
}

/** Matches what is dirty, or as told, and gives the numbers. */
export async function match(store: OpenStore, settings: Partial<MatchSettings> = {}): Promise<MatchCounts> {
  const options = identityOptions.parse({ model: reference })
  const outcome = await store.transact(tx =>
    matchRecords(tx, { options, scope: 'dirty', at: noon, log: quiet, ...settings }),
  )
  if (typeof outcome === 'string') throw new Error(`the match was ${outcome}`)
  return outcome
}

/** Matches until nothing is dirty: contacts that are ordinary again have others decided anew. */
export async function settle(store: OpenStore, settings: Partial<MatchSettings> = {}): Promise<void> {
  while ((await match(store, settings)).records > 0);
}

/** A profile as tests look at it: no ids or times of ours, and its people as "record/position". */
export interface SeenProfile {
  id: string
  displayName: string
  email: string | null
  phone: string | null
  emails: string[]
  phones: string[]
  recordCount: number
  confidence: number
  because: string[]
  members: string[]
}

/** Every profile, by its first member. */
export async function profilesIn(store: OpenStore): Promise<SeenProfile[]> {
  return store.read(
    tx => tx.sql<SeenProfile>`
      select p.id, p.display_name as "displayName", p.email, p.phone, p.emails, p.phones, p.record_count as "recordCount", p.confidence,
        array_agg(r.external_id || '/' || c.position order by r.external_id, c.position) as members,
        array_agg(m.because order by r.external_id, c.position) as because
      from profile p join profile_member m on m.profile_id = p.id join candidate c on c.id = m.candidate_id
        join source_record r on r.id = c.record_id
      where p.merged_into is null group by p.id order by members`,
  )
}

/** Who is with whom: the members of each profile. */
export async function membersIn(store: OpenStore): Promise<string[][]> {
  return (await profilesIn(store)).map(({ members }) => members)
}

/** Who waits, and why. */
export async function parkedIn(store: OpenStore): Promise<{ who: string; why: string }[]> {
  return store.read(
    tx => tx.sql<{ who: string; why: string }>`
      select r.external_id || '/' || c.position as who, c.parked_because as why
      from candidate c join source_record r on r.id = c.record_id where c.parked_because is not null order by who`,
  )
}

/** All that was decided, without ids and times of ours. */
export async function result(store: OpenStore): Promise<object> {
  const profiles = await profilesIn(store)
  const rest = await store.read(async tx => ({
    edges: await tx.sql`select a, b, weight, levels from profile_edge join profile p on p.id = profile_id
      where p.merged_into is null order by a, b`,
    refusals: await tx.sql`select a, b, evidence, score, because from profile_merge_rejection order by a, b`,
    // A profile to which nobody belongs is nobody's.
    hollow: await tx.sql`select display_name from profile p where merged_into is null and not exists (
      select from profile_member m where m.profile_id = p.id)`,
    generic: await tx.sql`select key, signatures, state from generic_key order by key`,
    keys: await tx.sql`select key, external_id, position from candidate_key k join candidate c on c.id = k.candidate_id
      join source_record r on r.id = c.record_id order by key, external_id, position`,
    relations: await tx.sql`
      select distinct via, kind, least(a.who, b.who) as one, greatest(a.who, b.who) as other from profile_relation
        join lateral (select min(r.external_id || c.position) as who from profile_member m join candidate c on c.id = m.candidate_id
          join source_record r on r.id = c.record_id where m.profile_id = profile_a) as a on true
        join lateral (select min(r.external_id || c.position) as who from profile_member m join candidate c on c.id = m.candidate_id
          join source_record r on r.id = c.record_id where m.profile_id = profile_b) as b on true
      order by via, kind, one, other`,
  }))
  return { profiles: profiles.map(({ id: _, ...profile }) => profile), parked: await parkedIn(store), ...rest }
}
