import type { Person, ProfileId, RecordKind } from '@switchboard/core'
import type { Candidate, StoredCandidate } from './candidate.ts'
import type { Judgement, JudgedLink } from './judgement.ts'
import type { Values } from './reading.ts'

/** Everything the steps make, by name. */
export interface Made {
  /** The records to read: those that changed, or all. */
  rows: SourceRow[]
  raw: RawCandidate[]
  /** The candidates of `rows`, cleaned, without ids. */
  fresh: Omit<Candidate, 'id'>[]
  /** How many people had neither an email nor a phone. */
  dropped: number
  /** The fresh candidates, and all that are connected with them or once were. */
  candidates: Compared[]
  before: Before
  /** Who is one person with whom, by place in `candidates`. */
  judgement: Judgement
  /** The people, and why those belong to nobody who do not. */
  drafts: Draft[]
  parked: ReadonlyMap<string, string>
  placement: Placement
  relations: Relation[]
  /** Who was nearly one person, and is not. */
  refusals: Refusal[]
  /** The generic keys among all that was looked at, as they are now. */
  generic: GenericState[]
  /** Profiles that nothing belongs to any more. */
  swept: string[]
  /** Profiles that may hold more than one person. */
  doubted: Doubt[]
}

/** A stored record, as far as it says who is who. */
export interface SourceRow {
  id: string
  source: string
  kind: RecordKind
  updatedAt: Date
  deletedAt: Date | null
  people: Person[]
  /** When what it is about happens, as its source wrote it; null where it is about nothing in time. */
  happenedAt: string | null
  /** Which state of the record this is. */
  revision: string
}

/** A person as a record names them, not yet cleaned. */
export interface RawCandidate extends Pick<SourceRow, 'source' | 'kind' | 'updatedAt'> {
  recordId: string
  position: number
  happenedAt: Date
  person: Person
}

/** A candidate with what is compared of it. */
export interface Compared extends Candidate {
  values: Values
  signature: string
  /** By which it is found, without those of namesakes. */
  plainKeys: readonly string[]
}

/** A profile's own fields. */
export interface ProfileFields {
  displayName: string
  firstName: string | null
  lastName: string | null
  email: string | null
  phone: string | null
  /** All emails, as typed, the best first. */
  emails: string[]
  /** All phones, E.164, the best first. */
  phones: string[]
  /** How many records name this person. */
  recordCount: number
  /** The probability of the weakest link that holds the profile together; 1 when all its records say the same. */
  confidence: number
  /** When a record of theirs last changed. */
  lastSeenAt: Date
  /** Tells whether the links that hold the profile together are still the same. */
  digest: string
}

/** How a candidate belongs to a profile. */
export interface Membership {
  profileId: ProfileId
  because: string
  /** Bits of the link that holds it; null when it needs none. */
  weight: number | null
}

/** What was stored about everyone who may be affected. */
export interface Before {
  candidates: StoredCandidate[]
  memberships: ReadonlyMap<string, Membership>
  profiles: ReadonlyMap<ProfileId, ProfileFields>
  /** The generic keys among all keys met. */
  generic: readonly GenericState[]
  relations: readonly StoredRelation[]
  refusals: readonly Refusal[]
  /** What people have decided, by ids of candidates. */
  decisions: Decisions
}

/** Pairs of candidates that somebody said are two people, or one. */
export interface Decisions {
  apart: readonly (readonly [string, string])[]
  together: readonly (readonly [string, string])[]
}

/** A key that tells nobody apart. `lifted` is one of which somebody said that it does. */
export interface GenericState {
  key: string
  /** The fields of its block, joined by "+". */
  field: string
  /** How many different signatures have it. */
  signatures: number
  state: 'generic' | 'confirmed' | 'lifted'
}

/** A person to be: who belongs, why, and what they agree on. */
export interface Draft {
  members: Member[]
  links: JudgedLink[]
  fields: Omit<ProfileFields, 'digest'>
}

/** A candidate in a profile. */
export interface Member {
  candidate: Compared
  because: string
  weight: number | null
}

/** Which person of before each draft is. */
export interface Placement {
  /** The id of each draft. */
  ids: ProfileId[]
  /** Profiles that live on as another. */
  merged: { from: ProfileId; into: ProfileId }[]
  /** Profiles some of whose records are somebody else's now. */
  split: { from: ProfileId; into: ProfileId[] }[]
}

/** What two people share: members of one household have a contact and a last name in common, or a record names both. */
export type RelationKind = 'household' | 'shares_email' | 'shares_phone' | 'partner'

/** Two drafts that share something: an `email:…` or `phone:…`, or the kind of a record. */
export interface Relation {
  a: number
  b: number
  kind: RelationKind
  via: string
}

/** The same between profiles; `profileA` is the smaller id. */
export interface StoredRelation {
  profileA: string
  profileB: string
  kind: RelationKind
  via: string
}

/** A remembered "no" between two signatures, and what would turn it. */
export interface Refusal {
  a: string
  b: string
  /** The version of what was learned. */
  model: string
  /** Changes when either side gains evidence. */
  evidence: string
  /** In bits. */
  score: number
  because: string
  flips: string
}

/** A profile that may hold more than one person, and why. */
export interface Doubt {
  profileId: string
  because: string
  firstNames: number
}
