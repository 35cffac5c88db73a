import { foldName, newId } from '@switchboard/core'
import type { StoredCandidate } from './pipeline/candidate.ts'
import type { News } from './pipeline/changes.ts'
import type { GenericState, Membership, ProfileFields, Refusal, StoredRelation } from './pipeline/made.ts'
import type { Share } from './pipeline/judgement.ts'

/** What a column holds; an object is JSON. */
export type Cell = string | number | boolean | Date | readonly string[] | object | null

/** How rows of a table are written. */
export interface Sheet<Row> {
  table: string
  /** The type of each column, and what of a row it holds. */
  columns: Readonly<Record<string, readonly [type: string, of: (row: Row) => Cell]>>
  /** The columns of the key. */
  key: readonly string[]
  /** What a new state of a row changes; nothing where a row never changes. */
  changing: readonly string[]
}

/** A sheet of whatever rows: its table and columns. */
export type OpenSheet = Pick<Sheet<never>, 'table' | 'key' | 'changing'>

/** A row that is written at a time. */
type Timed<Row> = Row & { at: Date }

/** Candidates without their keys. */
export const candidateSheet: Sheet<Omit<StoredCandidate, 'keys'>> = {
  table: 'candidate',
  columns: {
    id: ['uuid', row => row.id],
    record_id: ['uuid', row => row.recordId],
    position: ['int', row => row.position],
    role: ['text', row => row.role],
    source: ['text', row => row.source],
    kind: ['text', row => row.kind],
    happened_at: ['timestamptz', row => row.happenedAt],
    updated_at: ['timestamptz', row => row.updatedAt],
    title: ['text', row => row.title],
    first_name: ['text', row => row.firstName],
    last_name: ['text', row => row.lastName],
    suffix: ['text', row => row.suffix],
    company: ['text', row => row.company],
    email: ['text', row => row.email],
    email_key: ['text', row => row.emailKey],
    phones: ['text[]', row => row.phones],
    signature: ['text', row => row.signature],
    parked_because: ['text', row => row.parkedBecause],
    extras: ['jsonb', row => row.extras],
    is_unverified: ['boolean', row => row.isUnverified],
  },
  key: ['id'],
  changing: [
    ...['role', 'source', 'kind', 'happened_at', 'updated_at', 'title', 'first_name', 'last_name', 'suffix', 'company'],
    ...['email', 'email_key', 'phones', 'signature', 'parked_because', 'extras', 'is_unverified'],
  ],
}

/** A key of a candidate. */
export const keySheet: Sheet<{ key: string; id: string }> = {
  table: 'candidate_key',
  columns: { key: ['text', row => row.key], candidate_id: ['uuid', row => row.id] },
  key: ['key', 'candidate_id'],
  changing: [],
}

/** Profiles. */
export const profileSheet: Sheet<Timed<ProfileFields & { id: string }>> = {
  table: 'profile',
  columns: {
    id: ['uuid', row => row.id],
    display_name: ['text', row => row.displayName],
    first_name: ['text', row => row.firstName],
    last_name: ['text', row => row.lastName],
    name_key: ['text', row => foldName(row.displayName)],
    last_name_key: ['text', row => foldName(row.lastName ?? '')],
    email: ['text', row => row.email],
    phone: ['text', row => row.phone],
    emails: ['text[]', row => row.emails],
    phones: ['text[]', row => row.phones],
    record_count: ['int', row => row.recordCount],
    confidence: ['float8', row => row.confidence],
    digest: ['text', row => row.digest],
    last_seen_at: ['timestamptz', row => row.lastSeenAt],
    created_at: ['timestamptz', row => row.at],
    updated_at: ['timestamptz', row => row.at],
  },
  key: ['id'],
  changing: [
    ...['display_name', 'first_name', 'last_name', 'name_key', 'last_name_key', 'email', 'phone', 'emails', 'phones'],
    ...['record_count', 'confidence', 'digest', 'last_seen_at', 'updated_at'],
  ],
}

/** Who is in which profile. */
export const memberSheet: Sheet<Membership & { candidateId: string }> = {
  table: 'profile_member',
  columns: {
    candidate_id: ['uuid', row => row.candidateId],
    profile_id: ['uuid', row => row.profileId],
    because: ['text', row => row.because],
    weight: ['float8', row => row.weight],
  },
  key: ['candidate_id'],
  changing: ['profile_id', 'because', 'weight'],
}

/** A link that holds a profile together. */
export interface Edge {
  profileId: string
  a: string
  b: string
  weight: number
  shares: readonly Share[]
}

/** What holds profiles together. */
export const edgeSheet: Sheet<Edge> = {
  table: 'profile_edge',
  columns: {
    profile_id: ['uuid', row => row.profileId],
    a: ['text', row => row.a],
    b: ['text', row => row.b],
    weight: ['float8', row => row.weight],
    levels: ['jsonb', row => row.shares],
  },
  key: ['profile_id', 'a', 'b'],
  changing: ['weight', 'levels'],
}

/** Who shares something with whom. */
export const relationSheet: Sheet<StoredRelation> = {
  table: 'profile_relation',
  columns: {
    profile_a: ['uuid', row => row.profileA],
    profile_b: ['uuid', row => row.profileB],
    via: ['text', row => row.via],
    kind: ['text', row => row.kind],
  },
  key: ['profile_a', 'profile_b', 'via'],
  changing: ['kind'],
}

/** Remembered "no"s. */
export const refusalSheet: Sheet<Timed<Refusal>> = {
  table: 'profile_merge_rejection',
  columns: {
    a: ['text', row => row.a],
    b: ['text', row => row.b],
    model: ['text', row => row.model],
    evidence: ['text', row => row.evidence],
    score: ['float8', row => row.score],
    because: ['text', row => row.because],
    flips: ['text', row => row.flips],
    at: ['timestamptz', row => row.at],
  },
  key: ['a', 'b', 'model', 'evidence'],
  changing: ['score', 'because', 'flips'],
}

/** Keys that tell nobody apart; what somebody decided about one stays. */
export const genericSheet: Sheet<Timed<GenericState>> = {
  table: 'generic_key',
  columns: {
    key: ['text', row => row.key],
    field: ['text', row => row.field],
    signatures: ['int', row => row.signatures],
    state: ['text', row => row.state],
    since: ['timestamptz', row => row.at],
  },
  key: ['key'],
  changing: ['signatures'],
}

/** What happened to profiles. */
export const newsSheet: Sheet<
  Timed<{ name: string; profileId: News['profileId'] | null; data: object; isTold: boolean }>
> = {
  table: 'profile_history',
  columns: {
    id: ['uuid', () => newId()],
    name: ['text', row => row.name],
    profile_id: ['uuid', row => row.profileId],
    data: ['jsonb', row => row.data],
    at: ['timestamptz', row => row.at],
    is_told: ['boolean', row => row.isTold],
  },
  key: ['id'],
  changing: [],
}
