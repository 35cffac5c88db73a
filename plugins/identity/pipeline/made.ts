import type { Person, ProfileId, RecordKind } from '@switchboard/core'
import type { GenericKey, Pairs } from '../engine/block.ts'
import type { Clusters } from '../engine/cluster.ts'
import type { Nodes } from '../engine/collapse.ts'
import type { Edges, Share } from '../engine/score.ts'
import type { Candidate } from './candidate.ts'

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
  candidates: Candidate[]
  before: Before
  full: Candidate[]
  weak: Candidate[]
  nodes: Nodes
  pairs: Pairs
  generic: GenericKey[]
  edges: Edges
  clusters: Clusters
  drafts: Draft[]
  placement: Placement
  /** The drafts with the weak records that belong to them. */
  attached: Draft[]
  /** Why a weak candidate waits, by its id. */
  parked: ReadonlyMap<string, string>
  /** Profiles that nothing belongs to any more. */
  swept: string[]
  /** Profiles that may hold more than one person. */
  doubted: { profileId: string; firstNames: number }[]
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
  candidates: (Candidate & { parkedBecause: string | null })[]
  memberships: ReadonlyMap<string, Membership>
  profiles: ReadonlyMap<ProfileId, ProfileFields>
}

/** A person to be: who belongs, why, and what they agree on. */
export interface Draft {
  members: Member[]
  links: Link[]
  fields: Omit<ProfileFields, 'digest'>
}

/** A candidate in a profile. */
export interface Member {
  candidate: Candidate
  because: string
  weight: number | null
}

/** Two signatures held together, and by what. */
export interface Link {
  a: string
  b: string
  weight: number
  shares: Share[]
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
