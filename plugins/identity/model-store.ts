import type { Tx } from '@switchboard/core'
import { sql } from 'kysely'
import { decideAnew } from './change-store.ts'
import { trainedSchema, type Trained } from './engine/trained.ts'

/** What was learned, and from what. */
export interface Learned {
  trained: Trained
  /** The settings it was learned with. */
  fingerprint: string
  /** How many records there were. */
  records: number
}

/** What a process keeps in mind between matches, so that it need not be read each time. */
export interface Memory {
  learned?: Learned
}

/** What a match has to know first. */
export interface Standing {
  /** What is current; null before anything was learned. */
  learned: Learned | null
  /** Whether people have decided anything at all. */
  isAnyDecided: boolean
  /** Whether a rebuild was begun and has not ended, and nobody is at it any more. */
  isHalfRebuilt: boolean
}

/** Reads all of it at once. */
export async function loadStanding(tx: Tx, memory: Memory): Promise<Standing> {
  const [row] = await tx.sql<Omit<Standing, 'learned'> & Partial<Current>>`
    select m.version, m.fingerprint, m.records,
      exists (select from decision where lifted_at is null) as "isAnyDecided",
      coalesce((select pg_try_advisory_xact_lock_shared(hashtext('switchboard.identity.rebuild'))
        from identity_state where name = 'rebuild'), false) as "isHalfRebuilt"
    from (select) as one left join match_model m on m.is_current`
  const { isAnyDecided, isHalfRebuilt, version, fingerprint, records } = row!
  const isKnown = version != null && fingerprint != null && records != null
  const learned = isKnown ? await learnedAs(tx, { version, fingerprint, records }, memory) : null
  return { learned, isAnyDecided, isHalfRebuilt }
}

interface Current {
  version: string
  fingerprint: string
  records: number
}

/** What is current; null before anything was learned. */
export async function loadLearned(tx: Tx, memory: Memory): Promise<Learned | null> {
  return (await loadStanding(tx, memory)).learned
}

async function learnedAs(tx: Tx, { version, fingerprint, records }: Current, memory: Memory): Promise<Learned> {
  if (memory.learned?.trained.version === version) return (memory.learned = { ...memory.learned, fingerprint, records })
  const [row] = await tx.sql<{ parameters: unknown }>`select parameters from match_model where version = ${version}`
  return (memory.learned = { trained: trainedSchema.parse(row!.parameters), fingerprint, records })
}

/** Makes what was learned current. */
export async function keepLearned(tx: Tx, { trained, fingerprint, records }: Learned, at: Date): Promise<void> {
  await tx.sql`update match_model set is_current = false where is_current and version <> ${trained.version}`
  await tx.sql`
    insert into match_model (version, fingerprint, parameters, records, made_at, is_current)
    values (${trained.version}, ${fingerprint}, ${JSON.stringify(trained)}::jsonb, ${records}, ${at}, true)
    on conflict (version) do update set fingerprint = excluded.fingerprint, records = excluded.records, is_current = true
    where (match_model.fingerprint, match_model.records, match_model.is_current)
      is distinct from (excluded.fingerprint, excluded.records, true)`
  await tx.sql`delete from match_model where not is_current and version not in (
    select version from match_model order by made_at desc limit 10)`
}

/** How many records there are, as the planner last counted; exact where they are few. */
export async function countRecords(tx: Tx): Promise<number> {
  const [row] = await tx.sql<{ count: number }>`
    select case when reltuples >= 2000 then reltuples
      else greatest(reltuples, (select count(*) from (select from source_record limit 2000) as few)) end::float8 as count
    from pg_class where oid = 'source_record'::regclass`
  return row!.count
}

/** A key that tells nobody apart, as people are shown it. */
export interface ShownGenericKey {
  key: string
  field: string
  signatures: number
  state: 'generic' | 'confirmed' | 'lifted'
  since: Date
  decidedBy: string | null
  decidedAt: Date | null
}

const genericColumns = sql`key, field, signatures, state, since, decided_by as "decidedBy", decided_at as "decidedAt"`

/** The contacts that tell nobody apart, the most shared first. */
export function listGenericKeys(tx: Tx, limit: number): Promise<ShownGenericKey[]> {
  return tx.run(
    sql<ShownGenericKey>`select ${genericColumns} from generic_key where field in ('email', 'phone') order by signatures desc, key limit ${limit}`,
  )
}

/** Which of these keys tell nobody apart. */
export function genericAmong(tx: Tx, keys: readonly string[]): Promise<ShownGenericKey[]> {
  return tx.run(
    sql<ShownGenericKey>`select ${genericColumns} from generic_key where key = any(${keys}) and state <> 'lifted' order by key`,
  )
}

/**
 * Says that a key tells nobody apart, however few have it (`confirmed`), or that it is an ordinary contact (`lifted`), as long
 * as not too many have it to be compared with each other. Whoever has it is decided anew with the next match.
 */
export async function decideGenericKey(
  tx: Tx,
  key: string,
  state: 'confirmed' | 'lifted',
  { by, at }: { by: string; at: Date },
): Promise<void> {
  const field = key.slice(0, key.indexOf(':'))
  await tx.sql`
    insert into generic_key (key, field, signatures, state, since, decided_by, decided_at)
    select ${key}, ${field}, count(distinct c.signature), ${state}, ${at}, ${by}, ${at}
    from candidate_key k join candidate c on c.id = k.candidate_id where k.key = ${key} and not c.is_unverified
    on conflict (key) do update set state = excluded.state, signatures = excluded.signatures, decided_by = excluded.decided_by,
      decided_at = excluded.decided_at`
  await decideAnew(tx, [key])
}
